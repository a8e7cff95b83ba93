package report

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"orgaudit/templates"
)

// pdfProse reads the paragraphs of the PDF, the built-in ones and over them those of a
// folder, which may be nil. In them a line that begins with "# " is a heading and one that
// begins with "- " a point of a list; other lines up to an empty one are a paragraph. Text
// from AWS goes through clean, which leaves no line break in it, so that a name cannot
// become a heading.
func pdfProse(glyphs *pdfGlyphs, own fs.FS) (*template.Template, error) {
	t, err := template.New("pdf").Option("missingkey=error").Funcs(pdfFunctions(glyphs)).ParseFS(templates.Prose, "prose/pdf*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("read the prose of the PDF: %w", err)
	}
	if own == nil {
		return t, nil
	}
	files, err := fs.Glob(own, "*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("look for templates: %w", err)
	}
	if len(files) == 0 {
		return nil, errors.New("the folder holds no file whose name ends in .tmpl")
	}
	for _, file := range files {
		if err := pdfReplace(t, glyphs, own, file); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// pdfReplace puts the templates of a file in the place of those of the same name.
func pdfReplace(t *template.Template, glyphs *pdfGlyphs, own fs.FS, file string) error {
	text, err := fs.ReadFile(own, file)
	if err != nil {
		return fmt.Errorf("read the template: %w", err)
	}
	// A set of its own tells which templates the file holds.
	alone, err := template.New(file).Funcs(pdfFunctions(glyphs)).Parse(string(text))
	if err != nil {
		return err // it names the file and the line
	}
	for _, one := range alone.Templates() {
		switch {
		case one.Name() == file:
			if one.Tree != nil && !parse.IsEmptyTree(one.Root) {
				return fmt.Errorf("template: %s has text outside of {{define}} and {{end}}, which stands nowhere in the PDF", file)
			}
			continue
		case t.Lookup(one.Name()) == nil:
			return fmt.Errorf("template: %s defines %q, which is unknown; known are %s", file, one.Name(), strings.Join(pdfProseNames(t), ", "))
		}
		tree := one.Tree
		if parse.IsEmptyTree(tree.Root) {
			// An empty template replaces none; one that writes nothing does.
			nothing, err := template.New(one.Name()).Parse(`{{""}}`)
			if err != nil {
				return fmt.Errorf("read the template: %w", err)
			}
			tree = nothing.Tree
		}
		if _, err := t.AddParseTree(one.Name(), tree); err != nil {
			return fmt.Errorf("read the template: %w", err)
		}
	}
	return nil
}

// pdfFunctions are those that templates may call.
func pdfFunctions(glyphs *pdfGlyphs) template.FuncMap {
	return template.FuncMap{
		"clean":   glyphs.clean,
		"figure":  pdfFigure,
		"signed":  pdfSigned,
		"percent": pdfPercent,
		"count":   pdfCount,
		"day":     pdfDay,
	}
}

// pdfProseNames are the names of all templates of the prose.
func pdfProseNames(t *template.Template) []string {
	var names []string
	for _, one := range t.Templates() {
		if !strings.HasSuffix(one.Name(), ".tmpl") && one.Name() != "pdf" {
			names = append(names, one.Name())
		}
	}
	slices.Sort(names)
	return names
}

// words fills in one of the templates; without data of its own it gets the facts of the report.
func (d *pdfDocument) words(name string, data any) (string, error) {
	if data == nil {
		data = d.facts()
	}
	return pdfFill(d.prose, name, data)
}

func pdfFill(prose *template.Template, name string, data any) (string, error) {
	var b strings.Builder
	if err := prose.ExecuteTemplate(&b, name, data); err != nil {
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
			d.paragraph(pdfLeft, d.wide, block.text, "", pdfBody, pdfInk)
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
		height += float64(len(d.wrap(block.text, d.wide-5, 0)))*d.leading(pdfBody) + 2
	}
	return min(height, 60)
}

// listPoint draws a point of a list.
func (d *pdfDocument) listPoint(text string) {
	d.font("", pdfBody)
	if n := len(d.wrap(text, d.wide-5, 0)); n <= 8 {
		d.need(float64(n) * d.leading(pdfBody))
	}
	d.font("", pdfBody)
	d.ink(pdfHeadline)
	d.text(pdfLeft+1, d.y+pdfBody*pdfPoint*1.05, "•")
	d.paragraph(pdfLeft+5, d.wide-5, text, "", pdfBody, pdfInk)
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
