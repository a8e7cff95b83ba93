package report

import (
	"fmt"
	"strings"
	"text/template"

	"orgaudit/templates"
)

// pdfProse reads the paragraphs of the PDF. In them a line that begins with "# " is a
// heading and one that begins with "- " a point of a list; other lines up to an empty one
// are a paragraph. Text from AWS goes through clean, which leaves no line break in it, so
// that a name cannot become a heading.
func pdfProse(glyphs *pdfGlyphs) (*template.Template, error) {
	t, err := template.New("pdf").Option("missingkey=error").Funcs(template.FuncMap{
		"clean":   glyphs.clean,
		"figure":  pdfFigure,
		"percent": pdfPercent,
		"count":   pdfCount,
	}).ParseFS(templates.Prose, "prose/pdf*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("read the prose of the PDF: %w", err)
	}
	return t, nil
}

// words fills in one of the templates.
func (d *pdfDocument) words(name string, data any) (string, error) {
	var b strings.Builder
	if err := d.prose.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("write the prose %s: %w", name, err)
	}
	return strings.TrimSpace(b.String()), nil
}

// sentence is words on one line.
func (d *pdfDocument) sentence(name string, data any) (string, error) {
	text, err := d.words(name, data)
	return strings.Join(strings.Fields(text), " "), err
}

// writeProse fills in a template and draws it.
func (d *pdfDocument) writeProse(name string, data any) error {
	text, err := d.words(name, data)
	if err != nil {
		return err
	}
	blocks := pdfBlocks(text)
	for i, block := range blocks {
		if i > 0 && blocks[i-1].kind == '-' && block.kind != '-' {
			d.y += 1.5
		}
		switch block.kind {
		case '#':
			d.heading(block.text, d.blocksHeight(blocks[i+1:]))
		case '-':
			d.listPoint(block.text)
		default:
			d.paragraph(pdfLeft, pdfWidth, block.text, "", pdfBody, pdfInk)
			d.y += 2
		}
	}
	return nil
}

// blocksHeight is about the height of what stands under a heading, and never so much that
// half a page would stay empty to keep it together.
func (d *pdfDocument) blocksHeight(blocks []pdfBlock) float64 {
	d.font("", pdfBody)
	height := 0.0
	for _, block := range blocks {
		if block.kind == '#' {
			break
		}
		height += float64(len(d.wrap(block.text, pdfWidth-5, 0)))*d.leading(pdfBody) + 2
	}
	return min(height, 60)
}

// listPoint draws a point of a list.
func (d *pdfDocument) listPoint(text string) {
	d.font("", pdfBody)
	if n := len(d.wrap(text, pdfWidth-5, 0)); n <= 8 {
		d.need(float64(n) * d.leading(pdfBody))
	}
	d.font("", pdfBody)
	d.ink(pdfAccent)
	d.text(pdfLeft+1, d.y+pdfBody*0.3528*1.05, "•")
	d.paragraph(pdfLeft+5, pdfWidth-5, text, "", pdfBody, pdfInk)
	d.y += 1
}

// pdfBlock is a heading, a point of a list, or a paragraph (kind 0).
type pdfBlock struct {
	kind byte
	text string
}

// pdfBlocks reads the marks of the prose.
func pdfBlocks(text string) []pdfBlock {
	var blocks []pdfBlock
	open := false // the last block goes on with the next line
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			open = false
		case strings.HasPrefix(line, "# "):
			blocks = append(blocks, pdfBlock{'#', line[2:]})
			open = false
		case strings.HasPrefix(line, "- "):
			blocks = append(blocks, pdfBlock{'-', line[2:]})
			open = true
		case open:
			blocks[len(blocks)-1].text += " " + line
		default:
			blocks = append(blocks, pdfBlock{0, line})
			open = true
		}
	}
	return blocks
}
