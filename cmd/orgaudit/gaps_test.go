package main

import (
	"errors"
	"testing"

	"orgaudit/org"
	"orgaudit/report"
)

// TestGapsExitCode checks what counts as complete: a section that came and could not be
// understood leaves something open like one that did not come.
func TestGapsExitCode(t *testing.T) {
	whole := report.Coverage{Accounts: 1, Complete: 1}
	for _, test := range []struct {
		name   string
		report report.Report
		want   int
	}{
		{"everything was read and assessed", report.Report{Coverage: whole, Controls: []report.Control{{Passed: 1, Population: 3, ItemsPassed: 3}}}, exitOK},
		{"a region is off", report.Report{Coverage: whole, Gaps: []org.Gap{{Cause: org.RegionNotEnabled}}}, exitOK},
		{"a section was denied", report.Report{Coverage: whole, Gaps: []org.Gap{{Cause: org.DeniedByRole}}}, exitGaps},
		{"an account was not collected", report.Report{Coverage: report.Coverage{Accounts: 1, NotCollected: 1}}, exitGaps},
		{"a policy could not be understood", report.Report{Coverage: whole, Controls: []report.Control{{NotAssessed: 1, Population: 1, ItemsNotAssessed: 1}}}, exitGaps},
		{"one of many could not, in a control that fails", report.Report{Coverage: whole, Controls: []report.Control{{Failed: 1, Population: 2, ItemsFailed: 1, ItemsNotAssessed: 1}}}, exitGaps},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := exitOK
			var done outcome
			if err := gaps(&test.report); errors.As(err, &done) {
				got = done.code
			} else if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
		})
	}
}
