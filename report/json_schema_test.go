package report

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// auditSchema is the schema of audit.json, as a validator and as it is written.
func auditSchema(t testing.TB) (*jsonschema.Schema, map[string]any) {
	t.Helper()
	text, err := AuditSchema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(SchemaID, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(SchemaID)
	if err != nil {
		t.Fatal(err)
	}
	return schema, document.(map[string]any)
}

func TestJSONFitsItsSchema(t *testing.T) {
	schema, _ := auditSchema(t)
	folder := smallFolder(t)
	for name, r := range map[string]*Report{
		"a run that was stopped": built(t, folder),
		"exceptions":             excepted(t, smallRegister(), folder),
		"30 accounts":            identityReport(30),
		"nothing assessed":       reportOfNothingAssessed(),
		"nothing missing":        reportOfNothingMissing(),
	} {
		if r.EachAccount == nil {
			r.EachAccount = func(context.Context, func(*AccountRows) error) error { return nil }
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(writtenJSON(t, r)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// An unknown field, a missing one and an unknown verdict do not fit.
	whole := string(writtenJSON(t, built(t, folder)))
	for _, change := range [][2]string{
		{`"verdict":"pass"`, `"verdict":"good"`}, {`"mark":"",`, ``}, {`"population":1,`, `"population":1,"surprise":1,`}, {`"schema": "1"`, `"schema": "2"`},
	} {
		if !strings.Contains(whole, change[0]) {
			t.Fatalf("audit.json does not hold %s", change[0])
		}
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(whole, change[0], change[1], 1)))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(document) == nil {
			t.Errorf("with %s in place of %s it still fits", change[1], change[0])
		}
	}
}

// TestJSONSchemaKnowsEveryField: the schema has the fields that are written, and no others, and
// a sentence on each.
func TestJSONSchemaKnowsEveryField(t *testing.T) {
	_, document := auditSchema(t)
	type lists struct {
		jsonReport
		Results    []jsonResult     `json:"results"`
		Findings   []jsonFinding    `json:"findings"`
		Privileged []jsonPrivileged `json:"privileged_principals"`
		Trusts     []jsonTrust      `json:"trusts"`
	}
	c := schemaCheck{T: t, defs: document["$defs"].(map[string]any), used: map[string]bool{}}
	c.object("audit.json", reflect.TypeFor[lists](), document)
	for _, name := range slices.Sorted(maps.Keys(c.defs)) {
		if !c.used[name] {
			t.Errorf("nothing refers to $defs/%s", name)
		}
		if description, _ := c.defs[name].(map[string]any)["description"].(string); !strings.HasSuffix(description, ".") {
			t.Errorf("$defs/%s is described as %q", name, description)
		}
	}
}

// schemaCheck compares types of Go with a schema.
type schemaCheck struct {
	*testing.T
	defs map[string]any
	used map[string]bool
}

// resolve follows a reference, beside which null may be allowed.
func (c *schemaCheck) resolve(schema map[string]any) (resolved map[string]any, null bool) {
	if either, ok := schema["anyOf"].([]any); ok && len(either) == 2 {
		if either[1].(map[string]any)["type"] == "null" {
			schema, null = either[0].(map[string]any), true
		}
	}
	if name, ok := strings.CutPrefix(str(schema["$ref"]), "#/$defs/"); ok {
		c.used[name] = true
		schema, _ = c.defs[name].(map[string]any)
	}
	return schema, null
}

func str(v any) string { s, _ := v.(string); return s }

// jsonFields are the fields of a type as encoding/json writes them, embedded ones flat, and
// whether each is always there.
func jsonFields(of reflect.Type) (fields map[string]reflect.Type, required []string) {
	fields = map[string]reflect.Type{}
	for i := range of.NumField() {
		f := of.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			embedded, always := jsonFields(f.Type)
			maps.Copy(fields, embedded)
			required = append(required, always...)
			continue
		}
		fields[name] = f.Type
		if !strings.Contains(options, "omit") {
			required = append(required, name)
		}
	}
	slices.Sort(required)
	return fields, required
}

func (c *schemaCheck) object(at string, of reflect.Type, schema map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	fields, required := jsonFields(of)
	var listed []string
	list, _ := schema["required"].([]any)
	for _, name := range list {
		listed = append(listed, str(name))
	}
	slices.Sort(listed)
	if schema["type"] != "object" || schema["additionalProperties"] != false {
		c.Errorf("%s is no closed object", at)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(fields)), slices.Sorted(maps.Keys(properties))); diff != "" {
		c.Errorf("fields of %s (-written +schema):\n%s", at, diff)
	}
	if diff := cmp.Diff(required, listed); diff != "" {
		c.Errorf("fields of %s that are always there (-written +schema):\n%s", at, diff)
	}
	for name, field := range fields {
		if property, ok := properties[name].(map[string]any); ok {
			if !strings.HasSuffix(str(property["description"]), ".") {
				c.Errorf("%s/%s is described as %q", at, name, property["description"])
			}
			c.value(at+"/"+name, field, property, slices.Contains(required, name))
		}
	}
}

// value compares the type of a field with its schema; one that is not always there is left out
// and not null.
func (c *schemaCheck) value(at string, of reflect.Type, schema map[string]any, always bool) {
	schema, null := c.resolve(schema)
	if schema == nil {
		c.Errorf("%s refers to nothing", at)
		return
	}
	if types, ok := schema["type"].([]any); ok && len(types) == 2 && types[1] == "null" {
		schema = maps.Clone(schema)
		schema["type"], null = types[0], true
	}
	if of.Kind() == reflect.Pointer {
		if null != always {
			c.Errorf("%s may be null: %t, want %t", at, null, always)
		}
		of = of.Elem()
	} else if null && of.Kind() != reflect.Slice {
		c.Errorf("%s is never null", at)
	}
	want := map[reflect.Kind]string{
		reflect.String: "string", reflect.Int: "integer", reflect.Float64: "number", reflect.Bool: "boolean",
		reflect.Slice: "array", reflect.Struct: "object", reflect.Map: "object",
	}[of.Kind()]
	if of == reflect.TypeFor[time.Time]() {
		want = "string"
		if schema["format"] != "date-time" {
			c.Errorf("%s is a time", at)
		}
	}
	if schema["type"] != want {
		c.Errorf("%s is of type %v, want %s", at, schema["type"], want)
		return
	}
	switch {
	case of.Kind() == reflect.Slice:
		items, _ := schema["items"].(map[string]any)
		c.value(at, of.Elem(), items, true)
	case want == "object" && of.Kind() == reflect.Struct:
		c.object(at, of, schema)
	}
}

// TestJSONSchemaKnowsEveryValue: the enumerations of the schema are the constants of the program.
func TestJSONSchemaKnowsEveryValue(t *testing.T) {
	_, document := auditSchema(t)
	for def, source := range map[string][2]string{
		"severity": {"benchmark", "Severity"}, "scope": {"benchmark", "Scope"}, "verdict": {"benchmark", "Verdict"}, "mark": {"benchmark", "Mark"},
		"status": {"benchmark", "Status"}, "exception_state": {"benchmark", "ExceptionState"}, "origin": {"benchmark", "Origin"},
		"privilege": {"benchmark", "Privilege"}, "cause": {"../org", "Cause"}, "trustee_group": {".", "TrusteeKind"},
		"trustee_kind": {"../org/policy", "TrusteeKind"}, "principal_kind": {"../org/policy", "MemberKind"},
	} {
		var values []string
		list, _ := document["$defs"].(map[string]any)[def].(map[string]any)["enum"].([]any)
		for _, value := range list {
			values = append(values, str(value))
		}
		slices.Sort(values)
		if diff := cmp.Diff(constants(t, source[0], source[1]), values); diff != "" {
			t.Errorf("values of %s (-%s +schema):\n%s", def, source[1], diff)
		}
	}
}

// constants are the values of the constants of a string type of a package, sorted.
func constants(t testing.TB, dir, of string) (values []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			kind, _ := spec.Type.(*ast.Ident)
			literal, isText := spec.Values[0].(*ast.BasicLit)
			if kind != nil && kind.Name == of && isText {
				value, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, value)
			}
			return true
		})
	}
	if len(values) == 0 {
		t.Fatalf("%s has no constants of type %s", dir, of)
	}
	slices.Sort(values)
	return values
}

// TestJSONSchemaHasOneFieldALine keeps the file easy to add to, and to merge.
func TestJSONSchemaHasOneFieldALine(t *testing.T) {
	text, err := AuditSchema()
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if strings.Count(line, `"description"`) > 1 {
			t.Errorf("line %d describes several fields", i+1)
		}
	}
}
