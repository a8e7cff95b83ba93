package report

import "github.com/xuri/excelize/v2"

// gridStyles are those of Results, Scores and the lead sheet.
type gridStyles struct {
	// gridLabel and gridCount stand above the columns of controls, unitName and unitCount in
	// the rows of units: a count of fails shows as 3 FAIL, and none as a dash.
	gridLabel, gridWord, gridCount, unitName, unitCount int
}

// newGridStyles makes them with the function that makes the other styles.
func newGridStyles(style func(font excelize.Font, fill string, alignment excelize.Alignment, format string, line bool) int) gridStyles {
	bold := excelize.Font{Bold: true}
	centre := excelize.Alignment{Vertical: "center", Horizontal: "center"}
	return gridStyles{
		gridLabel: style(bold, bandColour, excelize.Alignment{Vertical: "center", Horizontal: "right", Indent: 1}, "@", true),
		gridWord:  style(excelize.Font{}, bandColour, centre, "@", true),
		gridCount: style(excelize.Font{}, bandColour, centre, "#,##0", true),
		unitName:  style(bold, bandColour, excelize.Alignment{Vertical: "top", WrapText: true}, "@", true),
		unitCount: style(bold, bandColour, excelize.Alignment{Vertical: "top", Horizontal: "center"}, `#,##0" FAIL";;"–"`, true),
	}
}
