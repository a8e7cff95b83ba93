package policy

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAccessLevelsOfKnownActions(t *testing.T) {
	for _, test := range []struct {
		name      string
		level     AccessLevel
		resources bool
	}{
		{"ec2:CreateTags", Tagging, true},
		{"ec2:DescribeInstances", List, false},
		{"ec2:RunInstances", Write, true},
		{"iam:AttachUserPolicy", PermissionsManagement, true},
		{"iam:CreateUser", Write, true},
		{"iam:GetUser", Read, true},
		{"iam:ListUsers", List, false},
		{"iam:PassRole", Write, true},
		{"iam:TagUser", Tagging, true},
		{"kms:CreateGrant", PermissionsManagement, true},
		{"lambda:AddPermission", PermissionsManagement, true},
		{"organizations:AttachPolicy", PermissionsManagement, true},
		{"rds-db:connect", PermissionsManagement, true},
		{"s3:GetObject", Read, true},
		{"s3:ListAllMyBuckets", List, false},
		{"s3:ListBucket", List, true},
		{"s3:PutBucketPolicy", PermissionsManagement, true},
		{"sts:AssumeRole", Write, true},
	} {
		i, ok := ActionIndex(test.name)
		if !ok {
			t.Errorf("the catalogue lacks %s", test.name)
			continue
		}
		a := Actions()[i]
		if a.String() != test.name || a.Level != test.level || a.Resources != test.resources {
			t.Errorf("%s is %s, access level %s, resources %t", test.name, a, a.Level, a.Resources)
		}
	}
}

func TestAccessLevelString(t *testing.T) {
	for level, want := range map[AccessLevel]string{
		List: "List", Read: "Read", Tagging: "Tagging", Write: "Write", PermissionsManagement: "Permissions management",
		PermissionsManagement + 1: "AccessLevel(5)",
	} {
		if got := level.String(); got != want {
			t.Errorf("the level %d is %q, want %q", uint8(level), got, want)
		}
	}
}

func TestActionIndex(t *testing.T) {
	want, _ := ActionIndex("iam:PassRole")
	if got, ok := ActionIndex("IAM:passROLE"); !ok || got != want {
		t.Errorf("IAM:passROLE has the index %d, %t, want %d", got, ok, want)
	}
	for i, a := range Actions() {
		if got, ok := ActionIndex(strings.ToUpper(a.String())); !ok || got != i {
			t.Errorf("%s has the index %d, %t, want %d", a, got, ok, i)
		}
	}
	for _, name := range []string{"", ":", "iam", "iam:", "iam:Pass", "iam:PassRoles", "iam:Pass*", ":PassRole", "iam:PassRole:", "iamm:PassRole", "\u212ams:Decrypt"} {
		if i, ok := ActionIndex(name); ok {
			t.Errorf("%q is %s", name, Actions()[i])
		}
	}
}

// TestCatalogueIsOrdered: what lookups rely on, also that names are unique without regard to
// case.
func TestCatalogueIsOrdered(t *testing.T) {
	actions := Actions()
	if !slices.IsSortedFunc(Services(), strings.Compare) {
		t.Error("the services are not sorted")
	}
	at := 0
	for _, service := range Services() {
		from, to, ok := ServiceRange(strings.ToUpper(service))
		if !ok || from != at || to <= from {
			t.Fatalf("%s stands at %d to %d, %t, behind %d", service, from, to, ok, at)
		}
		at = to
		for i := from; i < to; i++ {
			if actions[i].Service != service {
				t.Errorf("%s stands among those of %s", actions[i], service)
			}
			if i > from && strings.ToLower(actions[i-1].Name) >= strings.ToLower(actions[i].Name) {
				t.Errorf("%s stands before %s", actions[i-1], actions[i])
			}
		}
	}
	if at != len(actions) {
		t.Errorf("the services end at %d of %d actions", at, len(actions))
	}
	if _, _, ok := ServiceRange("s33"); ok {
		t.Error("there is a service s33")
	}
}

func TestCatalogueIsWhole(t *testing.T) {
	if len(Services()) < 400 || len(Actions()) < 20_000 {
		t.Errorf("only %d services with %d actions", len(Services()), len(Actions()))
	}
	date, pkg := CatalogueVersion()
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		t.Error(err)
	}
	name, version, _ := strings.Cut(pkg, " ")
	// The package's versions end in the date, and a count within it.
	if name == "" || !strings.Contains(version, day.Format("20060102")) {
		t.Errorf("the package is %q, of %s", pkg, date)
	}
	for level, n := range ExpandAction("*").Levels() {
		if n < 100 {
			t.Errorf("only %d actions of the level %s", n, AccessLevel(level))
		}
	}
}

func TestDecodeCatalogue(t *testing.T) {
	const good = "orgaudit action catalogue\ndate 2026-01-31\npackage p 1\nservices 2\nactions 3\n\na\nL- ListX\n\nb-c\nP+ PutY\nW- Z\n"
	c, err := decodeCatalogue(good)
	if err != nil {
		t.Fatal(err)
	}
	want := []Action{{"a", "ListX", List, false}, {"b-c", "PutY", PermissionsManagement, true}, {"b-c", "Z", Write, false}}
	if c.date != "2026-01-31" || c.pkg != "p 1" || !slices.Equal(c.actions, want) || !slices.Equal(c.services, []string{"a", "b-c"}) || !slices.Equal(c.starts, []int{0, 1, 3}) {
		t.Errorf("decoded %+v", c)
	}
	for _, test := range []struct{ name, old, new string }{
		{"another title", "orgaudit", "other"},
		{"unknown fact", "package", "packet"},
		{"no count", "services 2", "services two"},
		{"hostile count", "actions 3", "actions 99999999999"},
		{"too many actions", "actions 3", "actions 2"},
		{"too few actions", "W- Z\n", ""},
		{"too few services", "\n\nb-c", ""},
		{"a service without actions", "\nL- ListX", ""},
		{"an unknown level", "P+", "X+"},
		{"a line cut off", "W- Z\n", "W-"},
		{"no paragraphs", "\n\n", "\n"},
	} {
		text := strings.ReplaceAll(good, test.old, test.new)
		if text == good {
			t.Fatalf("%s: nothing was replaced", test.name)
		}
		if _, err := decodeCatalogue(text); err == nil {
			t.Errorf("%s: no error", test.name)
		}
	}
}

func BenchmarkDecodeCatalogue(b *testing.B) {
	for b.Loop() {
		text, err := catalogueText()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := decodeCatalogue(text); err != nil {
			b.Fatal(err)
		}
	}
}
