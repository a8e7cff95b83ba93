package benchmark_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the root of the module, from this package.
const module = "../.."

// sourceFile is a Go file of the module.
type sourceFile struct {
	// name is its path within the module, with slashes.
	name    string
	syntax  *ast.File
	imports []string
}

func (f *sourceFile) test() bool  { return strings.HasSuffix(f.name, "_test.go") }
func (f *sourceFile) pkg() string { return path.Dir(f.name) }

// sources parses every Go file of the module.
func sources(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	set := token.NewFileSet()
	err := filepath.WalkDir(module, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != module && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "vendor") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasPrefix(d.Name(), ".") {
			return nil
		}
		syntax, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(module, name)
		if err != nil {
			return err
		}
		f := sourceFile{name: filepath.ToSlash(relative), syntax: syntax}
		for _, i := range syntax.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, imported)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, known := range []string{"org/partition.go", "report/benchmark/judge.go"} {
		if !slices.ContainsFunc(files, func(f sourceFile) bool { return f.name == known }) {
			t.Fatalf("the files of the module do not hold %s", known)
		}
	}
	return files
}

// TestImportDirection: imports run one way, org/policy ← org ← collect ←
// report/benchmark ← report ← cmd, and the simulated AWS knows nothing of the program, so
// that it cannot repeat its mistakes.
func TestImportDirection(t *testing.T) {
	allowed := map[string][]string{
		"org/policy":       {},
		"org":              {"org/policy"},
		"collect":          {"org/policy", "org"},
		"report/benchmark": {"org/policy", "org", "collect"},
		"templates":        {},
		"report":           {"org/policy", "org", "collect", "report/benchmark", "templates"},
		"internal/awsfake": {},
		"cmd/orgaudit":     {"org/policy", "org", "collect", "report/benchmark", "templates", "report", "internal/awsfake"},

		// The generator writes what org/policy embeds.
		"org/policy/generate": {},
	}
	for _, f := range sources(t) {
		if f.test() {
			continue
		}
		may, known := allowed[f.pkg()]
		if !known {
			t.Errorf("%s: the package %s has no place in the order of imports", f.name, f.pkg())
			continue
		}
		for _, imported := range f.imports {
			if own, ok := strings.CutPrefix(imported, "orgaudit/"); ok && !slices.Contains(may, own) {
				t.Errorf("%s imports %s, which is not below it", f.name, imported)
			}
			if f.pkg() == "internal/awsfake" && strings.HasPrefix(imported, "github.com/aws/") {
				t.Errorf("%s imports %s: the simulated AWS must not share code with AWS's clients", f.name, imported)
			}
		}
	}
}

// TestPurity: judging and the policy language touch no network, no file and no clock, so
// that the same evidence gives the same verdicts on every day. The generator of the policy
// language's catalogue, org/policy/generate, runs before the program is built.
func TestPurity(t *testing.T) {
	imports := []string{
		"net", "net/http", "os", "os/exec", "io/ioutil", "syscall", "path/filepath", "math/rand", "math/rand/v2", "crypto/rand", "log", "log/slog",
	}
	calls := map[string][]string{"time": {"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "AfterFunc", "LoadLocation"}}
	checked := 0
	for _, f := range sources(t) {
		if f.test() || f.pkg() != "report/benchmark" && f.pkg() != "org/policy" {
			continue
		}
		checked++
		for _, imported := range f.imports {
			if slices.Contains(imports, imported) {
				t.Errorf("%s imports %s", f.name, imported)
			}
		}
		for _, i := range f.syntax.Imports {
			if i.Name != nil && i.Path.Value == `"time"` {
				t.Errorf("%s imports time under another name", f.name)
			}
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if from, ok := selector.X.(*ast.Ident); ok && slices.Contains(calls[from.Name], selector.Sel.Name) {
				t.Errorf("%s uses %s.%s", f.name, from.Name, selector.Sel.Name)
			}
			return true
		})
	}
	if checked < 10 {
		t.Errorf("only %d files were checked", checked)
	}
}

// TestPartitions: the name of a partition stands in one table, so that the program works
// in all of them.
func TestPartitions(t *testing.T) {
	for _, f := range sources(t) {
		if f.test() || f.name == "org/partition.go" {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(literal.Value); err == nil && strings.HasPrefix(text, "arn:aws") {
				t.Errorf("%s: the literal %s names a partition", f.name, literal.Value)
			}
			return true
		})
	}
}

// TestNoHiddenState: no init, and package variables only for what cannot change: embedded
// files, what is read from them once, sentinel errors, compiled patterns and tables of a
// fixed size.
func TestNoHiddenState(t *testing.T) {
	for _, f := range sources(t) {
		for _, declaration := range f.syntax.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					t.Errorf("%s declares init", f.name)
				}
			case *ast.GenDecl:
				if d.Tok != token.VAR || f.test() {
					continue
				}
				for _, s := range d.Specs {
					if v := s.(*ast.ValueSpec); !constantByNature(v) {
						t.Errorf("%s declares the package variable %s", f.name, v.Names[0].Name)
					}
				}
			}
		}
	}
}

// constantByNature tells whether a package variable is of a kind that nobody changes.
func constantByNature(v *ast.ValueSpec) bool {
	if v.Names[0].Name == "_" || dotted(v.Type) == "embed.FS" {
		return true
	}
	if len(v.Values) != len(v.Names) {
		return false
	}
	for _, value := range v.Values {
		switch x := value.(type) {
		case *ast.CallExpr:
			switch dotted(x.Fun) {
			case "errors.New", "fmt.Errorf", "regexp.MustCompile", "sync.OnceValue":
			default:
				return false
			}
		case *ast.CompositeLit:
			array, ok := x.Type.(*ast.ArrayType)
			if !ok || array.Len == nil { // a slice, a map or a struct
				return false
			}
		default:
			return false
		}
	}
	return true
}

// dotted is a name with the package that it comes from, such as errors.New.
func dotted(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok {
			return x.Name + "." + s.Sel.Name
		}
	}
	return ""
}

// TestOneExit: the program ends in one place, and everything else returns. The generator
// is a program of its own.
func TestOneExit(t *testing.T) {
	var exits []string
	for _, f := range sources(t) {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && !f.test() && (dotted(call.Fun) == "os.Exit" || strings.HasPrefix(dotted(call.Fun), "log.Fatal")) {
				exits = append(exits, f.name)
			}
			return true
		})
	}
	if !slices.Equal(exits, []string{"cmd/orgaudit/main.go", "org/policy/generate/main.go"}) {
		t.Errorf("the program is ended in %v", exits)
	}
}

// TestInternal: internal/ holds the simulated AWS alone.
func TestInternal(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join(module, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "awsfake" {
			t.Errorf("internal holds %s", e.Name())
		}
	}
}
