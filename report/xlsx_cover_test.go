package report

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestCoverLeadsToEverySheet(t *testing.T) {
	f := openBytes(t, workbookBytes(t, sampleReport(12), 100))
	rows, err := f.GetRows("Cover")
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]string{}
	for i, row := range rows {
		linked, target, err := f.GetCellHyperLink("Cover", cellName(1, i+1))
		if err != nil {
			t.Fatal(err)
		}
		if !linked {
			continue
		}
		if target != "'"+row[0]+"'!A1" {
			t.Errorf("the link of %s leads to %s", row[0], target)
		}
		if len(row) < 3 || row[2] == "" {
			t.Errorf("nothing says what sheet %s holds", row[0])
			continue
		}
		about[row[0]] = row[2]
	}
	for _, sheet := range f.GetSheetList()[1:] {
		if about[sheet] == "" {
			t.Errorf("the cover does not lead to %s", sheet)
		}
	}
	if !strings.HasSuffix(about["Tested items (2)"], "Part 2.") {
		t.Errorf("of the second part of the tested items the cover says %q", about["Tested items (2)"])
	}
}

func TestCoverIsSigned(t *testing.T) {
	f := openWorkbook(t, sampleReport(3))
	rows, err := f.GetRows("Cover")
	if err != nil {
		t.Fatal(err)
	}
	signed := 0
	for i, row := range rows {
		if len(row) == 0 {
			continue
		}
		switch row[0] {
		case "Prepared by", "Reviewed by":
			if !unlocked(t, f, "Cover", cellName(5, i+1)) {
				t.Errorf("the date beside %q is locked", row[0])
			}
			fallthrough
		case "Conclusion":
			signed++
			if !unlocked(t, f, "Cover", cellName(2, i+1)) || unlocked(t, f, "Cover", cellName(1, i+1)) {
				t.Errorf("the cell beside %q is locked, or %q is not", row[0], row[0])
			}
		}
	}
	if signed != 3 {
		t.Errorf("%d lines are to be signed, want 3", signed)
	}
}

func TestCoverShowsLogo(t *testing.T) {
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewGray(image.Rect(0, 0, 900, 300))); err != nil {
		t.Fatal(err)
	}
	r := sampleReport(3)
	r.Rendering.PDF.Logo = logo.Bytes()
	whole := workbookBytes(t, r, sheetRowLimit)
	pictures, err := openBytes(t, whole).GetPictures("Cover", "A1")
	if err != nil {
		t.Fatal(err)
	}
	if len(pictures) != 1 || !bytes.Equal(pictures[0].File, logo.Bytes()) {
		t.Errorf("%d pictures on the cover", len(pictures))
	}
	if !bytes.Equal(whole, workbookBytes(t, r, sheetRowLimit)) {
		t.Error("the same report with a logo gave other bytes")
	}
	r.Rendering.PDF.Logo = []byte("GIF89a")
	if err := writeWorkbook(t.Context(), r, io.Discard); err == nil {
		t.Error("a logo that is no PNG or JPEG was taken")
	}
}

func TestEncryptedWorkbook(t *testing.T) {
	r := sampleReport(3)
	r.Rendering.Password = "correct hørse"
	b := workbookBytes(t, r, sheetRowLimit)
	if bytes.HasPrefix(b, []byte("PK")) {
		t.Fatal("the workbook is a ZIP file that anybody can open")
	}
	for _, password := range []string{"", "wrong"} {
		if _, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{Password: password}); err == nil {
			t.Errorf("the password %q opens it", password)
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{Password: r.Rendering.Password})
	if err != nil {
		t.Fatal(err)
	}
	if got := cellValue(t, f, "Cover", "A1"); got != r.Title {
		t.Errorf("the title is %q", got)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
