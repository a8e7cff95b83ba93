// Package templates holds the files that orgaudit carries in its binary: the benchmarks,
// their references to other frameworks, the prose of the reports, the fonts of the PDF and the
// schema of audit.json.
package templates

import "embed"

// Benchmarks holds benchmarks/NAME.toml.
//
//go:embed benchmarks/*.toml
var Benchmarks embed.FS

// References holds references.toml: by control, the numbers of other frameworks.
//
//go:embed references.toml
var References embed.FS

// Prose holds prose/NAME.tmpl, templates of package text/template.
//
//go:embed prose/*.tmpl
var Prose embed.FS

// Fonts holds the fonts of the PDF: Noto Sans, which covers Latin, Greek and Cyrillic.
//
//go:embed fonts/NotoSans-Regular.ttf fonts/NotoSans-Bold.ttf
var Fonts embed.FS

// Schemas holds schema/audit-VERSION.schema.json, the JSON Schema (2020-12) of audit.json.
//
//go:embed schema/*.schema.json
var Schemas embed.FS
