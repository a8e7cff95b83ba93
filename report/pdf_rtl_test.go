package report

import "testing"

func TestPDFVisual(t *testing.T) {
	all := func(rune) bool { return true }
	tests := []struct{ name, text, want string }{
		{"left to right", "payments (42)", "payments (42)"},
		{"hebrew", "שלום", "םולש"},
		{"between", "prod שלום עולם x", "prod םלוע םולש x"},
		{"digits keep their order", "שלום 42 עולם", "םלוע 42 םולש"},
		{"digits behind stay behind", "שלום 42", "םולש 42"},
		{"brackets open on the other side", "שלום (עולם) x", "(םלוע) םולש x"},
		{"a bracket that opened before stays", "x (שלום)", "x (םולש)"},
		{"marks stay behind their letter", "שָׁל", "לשָׁ"},
		{"arabic letters join", "حساب", "\ufe8f\ufe8e\ufeb4\ufea3"},
		{"lam and alef are one", "سلام", "\ufee1\ufefc\ufeb3"},
		{"a letter that does not join", "دار", "\ufead\ufe8d\ufea9"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := pdfVisual(test.text, all); got != test.want {
				t.Errorf("%q is drawn as %q, want %q", test.text, got, test.want)
			}
		})
	}
	if got := pdfVisual("حساب", func(r rune) bool { return r < 0xFE00 }); got != "باسح" {
		t.Errorf("without the joined forms it is drawn as %q", got)
	}
}
