package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// chartRows is the number of rows that the charts of the summary cover, at Excel's own
// row height of 20 pixels.
const chartRows = 19

// addSummaryCharts draws the scores of units and the fails by severity from the tables of
// the summary, as charts of Excel that follow the cells.
func addSummaryCharts(p *page, row int, units, severities cells) error {
	full := 100.0
	scores := barChart(p.sheet, "Raw score by unit", "E", units, 600)
	scores.YAxis.Maximum = &full
	scores.YAxis.MajorUnit = 20
	scores.PlotArea.NumFmt = excelize.ChartNumFmt{CustomNumFmt: "0.0"}
	if err := addChart(p, cellName(1, row), scores); err != nil {
		return err
	}
	return addChart(p, cellName(6, row), barChart(p.sheet, "Failed results by severity", "B", severities, 400))
}

func addChart(p *page, cell string, chart *excelize.Chart) error {
	if err := p.book.file.AddChart(p.sheet, cell, chart); err != nil {
		return fmt.Errorf("draw a chart: %w", err)
	}
	return nil
}

// barChart draws bars of a column of figures with the names of column A, from the top
// down as in the table.
func barChart(sheet, title, column string, c cells, width uint) *excelize.Chart {
	gap, zero := uint(40), 0.0
	one := false
	reference := func(column string) string {
		return fmt.Sprintf("%s!$%s$%d:$%s$%d", sheet, column, c.first, column, c.last)
	}
	return &excelize.Chart{
		Type: excelize.Bar,
		Series: []excelize.ChartSeries{{
			Name: `"` + title + `"`, Categories: reference("A"), Values: reference(column),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{accentColour}},
		}},
		Format:     excelize.GraphicOptions{Positioning: "oneCell", AltText: title, OffsetX: 4, OffsetY: 4},
		Dimension:  excelize.ChartDimension{Width: width, Height: chartRows*20 - 20},
		Title:      excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title, Font: &excelize.Font{Bold: true, Size: 11, Color: accentColour}}}},
		Legend:     excelize.ChartLegend{Position: "none"},
		XAxis:      excelize.ChartAxis{ReverseOrder: true, Font: excelize.Font{Size: 9, Color: "262626"}},
		YAxis:      excelize.ChartAxis{Minimum: &zero, MajorGridLines: true, Font: excelize.Font{Size: 8, Color: "595959"}},
		PlotArea:   excelize.ChartPlotArea{ShowVal: true},
		Border:     excelize.LineOptions{Type: excelize.LineNone},
		GapWidth:   &gap,
		VaryColors: &one,
	}
}

// addTrendChart draws the scores of the audits over time from their table.
func addTrendChart(p *page, row int, audits cells) error {
	if row == 0 {
		return nil
	}
	zero, full := 0.0, 100.0
	series := func(name, column, colour string) excelize.ChartSeries {
		fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
		reference := func(column string) string {
			return fmt.Sprintf("%s!$%s$%d:$%s$%d", p.sheet, column, audits.first, column, audits.last)
		}
		return excelize.ChartSeries{
			Name: `"` + name + `"`, Categories: reference("A"), Values: reference(column),
			Fill: fill, Line: excelize.LineOptions{Type: excelize.LineSolid, Width: 2.25, Fill: fill}, Marker: excelize.ChartMarker{Symbol: "circle", Size: 6, Fill: fill},
		}
	}
	return addChart(p, cellName(1, row), &excelize.Chart{
		Type:         excelize.Line,
		Series:       []excelize.ChartSeries{series("Raw score", "C", accentColour), series("Adjusted score", "D", mutedColour)},
		Format:       excelize.GraphicOptions{Positioning: "oneCell", AltText: "Trend of the scores", OffsetX: 4, OffsetY: 4},
		Dimension:    excelize.ChartDimension{Width: 1000, Height: trendRows*20 - 20},
		Legend:       excelize.ChartLegend{Position: "right"},
		XAxis:        excelize.ChartAxis{Font: excelize.Font{Size: 9, Color: "262626"}},
		YAxis:        excelize.ChartAxis{Minimum: &zero, Maximum: &full, MajorUnit: 20, MajorGridLines: true, Font: excelize.Font{Size: 8, Color: "595959"}},
		Border:       excelize.LineOptions{Type: excelize.LineNone},
		ShowBlanksAs: "gap",
	})
}
