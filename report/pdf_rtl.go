package report

import (
	"slices"
	"strings"
	"unicode"
)

// pdfVisual brings clean text into the order in which it is drawn, from the left. A PDF has
// no order but that one: Arabic and Hebrew names stand from right to left, with their digits
// from left to right, in a text that itself runs from left to right. Arabic letters get the
// shapes of their neighbourhood where the font has them. That is a simple form of what
// Unicode's rules for both directions ask for, enough for names; characters that set
// directions by themselves never reach it, since cleaning writes them out.
func pdfVisual(text string, draws func(rune) bool) string {
	if strings.IndexFunc(text, pdfRightToLeft) < 0 {
		return text
	}
	runes := []rune(text)
	pdfShape(runes, draws)
	for begin := 0; begin < len(runes); begin++ {
		if !pdfRightToLeft(runes[begin]) {
			continue
		}
		// The run goes on to the last such character before one of the other direction, or to
		// the bracket that closes one that opened in it.
		end, open := begin+1, 0
		for i := end; i < len(runes) && !pdfLeftToRight(runes[i]); i++ {
			switch {
			case pdfRightToLeft(runes[i]) || unicode.Is(unicode.Mn, runes[i]):
				end = i + 1
			case strings.ContainsRune("([{", runes[i]):
				open++
			case strings.ContainsRune(")]}", runes[i]) && open > 0:
				open--
				end = i + 1
			}
		}
		pdfTurn(runes[begin:end])
		begin = end - 1
	}
	// Two letters may have become one, with nothing in the place of the other.
	return string(slices.DeleteFunc(runes, func(r rune) bool { return r == 0 }))
}

// pdfRightToLeft tells whether a character is written from right to left: Hebrew, Arabic
// and their neighbours, up to their forms of presentation.
func pdfRightToLeft(r rune) bool {
	return (r >= 0x0590 && r <= 0x08FF || r >= 0xFB1D && r <= 0xFDFF || r >= 0xFE70 && r <= 0xFEFC) &&
		unicode.IsLetter(r)
}

func pdfLeftToRight(r rune) bool { return unicode.IsLetter(r) && !pdfRightToLeft(r) }

// pdfTurn turns a run round; marks stay behind their letter, numbers keep their order, and
// brackets open on the other side.
func pdfTurn(run []rune) {
	slices.Reverse(run)
	for i := 0; i < len(run); i++ {
		if mirrored, ok := map[rune]rune{'(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{', '<': '>', '>': '<'}[run[i]]; ok {
			run[i] = mirrored
		}
		end := i
		for end < len(run) && unicode.IsDigit(run[end]) {
			end++
		}
		if end > i {
			slices.Reverse(run[i:end])
			i = end - 1
			continue
		}
		for end < len(run) && unicode.Is(unicode.Mn, run[end]) {
			end++
		}
		if end > i && end < len(run) {
			slices.Reverse(run[i : end+1])
			i = end
		}
	}
}

// pdfForms are the forms of Arabic letters, by letter: where the isolated one stands, and
// how many follow it (isolated, final, initial, medial). A letter with two forms does not
// join the letter after it.
func pdfForms() map[rune]struct{ first, count rune } {
	forms := map[rune]struct{ first, count rune }{}
	at := rune(0xFE80)
	for _, letter := range "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي" {
		count := rune(4)
		switch {
		case letter == 'ء':
			count = 1
		case strings.ContainsRune("آأؤإاةدذرزوى", letter):
			count = 2
		}
		forms[letter] = struct{ first, count rune }{at, count}
		at += count
	}
	for _, more := range []struct{ letter, first, count rune }{
		{'پ', 0xFB56, 4}, {'چ', 0xFB7A, 4}, {'ژ', 0xFB8A, 2}, {'ک', 0xFB8E, 4}, {'گ', 0xFB92, 4}, {'ی', 0xFBFC, 4},
	} {
		forms[more.letter] = struct{ first, count rune }{more.first, more.count}
	}
	return forms
}

// pdfShape puts the forms of the letters in the place of the letters, which stand in the
// order of reading. Where lam and alef become one letter a 0 is left.
func pdfShape(runes []rune, draws func(rune) bool) {
	forms := pdfForms()
	next := func(i, step int) int {
		for i += step; i >= 0 && i < len(runes) && unicode.Is(unicode.Mn, runes[i]); i += step {
		}
		return i
	}
	letters := slices.Clone(runes)
	joinsOn := func(i int) bool {
		return i >= 0 && i < len(letters) && (forms[letters[i]].count == 4 || letters[i] == 'ـ')
	}
	joinsBack := func(i int) bool {
		return i >= 0 && i < len(letters) && (forms[letters[i]].count >= 2 || letters[i] == 'ـ')
	}
	for i, letter := range letters {
		form, arabic := forms[letter]
		if !arabic || runes[i] == 0 {
			continue
		}
		shape := form.first
		before, after := joinsOn(next(i, -1)), form.count == 4 && joinsBack(next(i, 1))
		if letter == 'ل' && i+1 < len(letters) {
			if k := strings.IndexRune("آ أ إ ا", letters[i+1]); k >= 0 {
				ligature := rune(0xFEF5) + 2*rune(strings.Count("آ أ إ ا"[:k], " "))
				if before {
					ligature++
				}
				if draws(ligature) {
					runes[i], runes[i+1] = ligature, 0
					continue
				}
			}
		}
		switch {
		case before && after:
			shape += 3
		case after:
			shape += 2
		case before:
			shape++
		}
		if draws(shape) {
			runes[i] = shape
		}
	}
}
