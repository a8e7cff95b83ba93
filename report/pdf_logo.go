package report

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // one of the two formats of logos
	"image/png"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/draw"
)

// Bounds of a logo, in pixels: what is larger than pdfLogoMost is refused, and what is
// larger than pdfLogoDots is drawn smaller, for it stands on a few centimetres.
const (
	pdfLogoMost = 10_000
	pdfLogoDots = 900
	pdfLogoName = "logo"
)

// Place of the logo on the first page, in mm.
const (
	pdfLogoWide = 46.0
	pdfLogoHigh = 15.0
)

// CheckLogo tells whether an image can stand on the PDF as [PDFOptions.Logo].
func CheckLogo(logo []byte) error {
	_, err := pdfLogo(logo)
	return err
}

// pdfLogo reads a PNG or a JPEG and returns it as a PNG that the PDF library knows how to
// embed whatever the file's depth and interlacing were.
func pdfLogo(logo []byte) ([]byte, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(logo))
	if err != nil {
		return nil, fmt.Errorf("the image is neither a PNG nor a JPEG: %w", err)
	}
	if config.Width > pdfLogoMost || config.Height > pdfLogoMost || config.Width < 1 || config.Height < 1 {
		return nil, fmt.Errorf("the image has %d × %d pixels, more than %d are not read", config.Width, config.Height, pdfLogoMost)
	}
	picture, _, err := image.Decode(bytes.NewReader(logo))
	if err != nil {
		return nil, fmt.Errorf("the %s image is broken: %w", format, err)
	}
	bounds := picture.Bounds()
	shrink := min(1, pdfLogoDots/float64(max(bounds.Dx(), bounds.Dy())))
	small := image.NewNRGBA(image.Rect(0, 0, max(1, int(float64(bounds.Dx())*shrink)), max(1, int(float64(bounds.Dy())*shrink))))
	draw.CatmullRom.Scale(small, small.Bounds(), picture, bounds, draw.Src, nil)
	var b bytes.Buffer
	if err := png.Encode(&b, small); err != nil {
		return nil, fmt.Errorf("write the image anew: %w", err)
	}
	return b.Bytes(), nil
}

// logo draws the logo with its right upper corner there and returns how wide it is, 0
// where there is none.
func (d *pdfDocument) logo(right, top float64) (float64, error) {
	file := d.report.Rendering.PDF.Logo
	if len(file) == 0 {
		return 0, nil
	}
	embedded, err := pdfLogo(file)
	if err != nil {
		return 0, fmt.Errorf("read the logo: %w", err)
	}
	options := fpdf.ImageOptions{ImageType: "PNG"}
	info := d.pdf.RegisterImageOptionsReader(pdfLogoName, options, bytes.NewReader(embedded))
	if err := d.pdf.Error(); err != nil {
		return 0, fmt.Errorf("embed the logo: %w", err)
	}
	scale := min(pdfLogoWide/info.Width(), pdfLogoHigh/info.Height())
	w, h := info.Width()*scale, info.Height()*scale
	d.pdf.ImageOptions(pdfLogoName, right-w, top, w, h, false, options, 0, "")
	return w, nil
}
