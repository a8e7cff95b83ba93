package report

import (
	"io/fs"

	"orgaudit/report/benchmark"
)

// Rendering is what the configuration says of the form of the reports. It changes no verdict
// and no score.
type Rendering struct {
	// Period is the audited period in the company's own words, such as "Q4 2026"; empty is
	// that of the calls to AWS alone.
	Period string
	// OwnerTags are keys of account tags whose values name an owner; the first that an
	// account has counts.
	OwnerTags []string
	// DueDays are the days from the first sight of a failed item until it should be mended;
	// 0 sets no date.
	DueDays map[benchmark.Severity]int
	// FullKeyIDs shows access key ids whole; otherwise the reports shorten them.
	FullKeyIDs bool
	Samples    Sampling
	PDF        PDFOptions
	// Prose is a folder whose templates replace those of the same name; nil is none.
	Prose fs.FS
	// Password encrypts the workbook; empty leaves it open. An encrypted workbook has other
	// bytes each time, since its salt must be random.
	Password string
}

// Ways of drawing a sample.
const (
	SampleFixed   = "fixed"   // so many items of each population
	SamplePercent = "percent" // such a part of each population, rounded up
	SampleAll     = "all"
)

// Sampling says how the auditor's samples are drawn. The same seed draws the same items from
// the same populations.
type Sampling struct {
	Method string
	// Size counts for SampleFixed, Percent (above 0, to 100) for SamplePercent.
	Size    int
	Percent float64
	// Seed is any text. Empty takes the digest of the evidence, so that nobody chose it.
	Seed string
}

// Papers of the PDF.
const (
	PaperA4     = "A4"
	PaperLetter = "Letter"
)

// PDFOptions are the choices of the PDF.
type PDFOptions struct {
	Paper string
	// Font is a TrueType font (.ttf) that is asked for characters which the built-in one
	// does not have; nil is none.
	Font []byte
	// Logo is a PNG or JPEG image; nil is none.
	Logo []byte
	// Accent is the colour of headings, as six hex digits; empty is the built-in one.
	Accent string
	// AccountPages adds a page for each account.
	AccountPages bool
}

// DefaultRendering returns the form that the default configuration asks for.
func DefaultRendering() Rendering {
	return Rendering{
		OwnerTags: []string{"owner", "Owner", "team", "Team"},
		DueDays:   map[benchmark.Severity]int{benchmark.Critical: 7, benchmark.High: 30, benchmark.Medium: 90, benchmark.Low: 180},
		Samples:   Sampling{Method: SampleFixed, Size: 25, Percent: 10},
		PDF:       PDFOptions{Paper: PaperA4},
	}
}
