package policy

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// setOf is the set of the named actions.
func setOf(t *testing.T, names ...string) ActionSet {
	t.Helper()
	var s ActionSet
	for _, name := range names {
		i, ok := ActionIndex(name)
		if !ok {
			t.Fatalf("the catalogue lacks %s", name)
		}
		s.Add(i)
	}
	return s
}

// namesOf are the actions of the set as statements name them.
func namesOf(s ActionSet) []string {
	var names []string
	for _, a := range s.All() {
		names = append(names, a.String())
	}
	return names
}

func TestActionSet(t *testing.T) {
	a := setOf(t, "s3:GetObject", "iam:PassRole", "iam:PassRole")
	b := setOf(t, "iam:PassRole", "sts:AssumeRole")
	for _, test := range []struct {
		name string
		got  ActionSet
		want []string
	}{
		{"in the order of the catalogue", a, []string{"iam:PassRole", "s3:GetObject"}},
		{"union", a.Union(b), []string{"iam:PassRole", "s3:GetObject", "sts:AssumeRole"}},
		{"intersection", a.Intersect(b), []string{"iam:PassRole"}},
		{"difference", a.Minus(b), []string{"s3:GetObject"}},
		{"difference the other way", b.Minus(a), []string{"sts:AssumeRole"}},
		{"union with none", a.Union(ActionSet{}), []string{"iam:PassRole", "s3:GetObject"}},
		{"union of none", ActionSet{}.Union(a), []string{"iam:PassRole", "s3:GetObject"}},
		{"difference to none", a.Minus(ActionSet{}), []string{"iam:PassRole", "s3:GetObject"}},
		{"difference of none", ActionSet{}.Minus(a), nil},
		{"intersection with none", a.Intersect(ActionSet{}), nil},
		{"of a level", a.OfLevel(Read), []string{"s3:GetObject"}},
		{"of none a level", ActionSet{}.OfLevel(Read), nil},
	} {
		if got := namesOf(test.got); !slices.Equal(got, test.want) || test.got.Len() != len(test.want) || test.got.Empty() != (len(test.want) == 0) {
			t.Errorf("%s: %v, length %d, empty %t", test.name, got, test.got.Len(), test.got.Empty())
		}
	}
	if got, want := a.Levels(), [5]int{Read: 1, Write: 1}; got != want {
		t.Errorf("counted %v, want %v", got, want)
	}
	if got := (ActionSet{}).Levels(); got != [5]int{} {
		t.Errorf("counted %v in the empty set", got)
	}
}

func TestActionSetEqual(t *testing.T) {
	a, b := setOf(t, "iam:PassRole"), setOf(t, "s3:GetObject")
	emptied := a.Minus(a)
	for _, test := range []struct {
		name string
		x, y ActionSet
		want bool
	}{
		{"same", a, setOf(t, "iam:PassRole"), true},
		{"other", a, b, false},
		{"empty and not", ActionSet{}, a, false},
		{"empty", ActionSet{}, ActionSet{}, true},
		{"empty and emptied", ActionSet{}, emptied, true},
	} {
		if test.x.Equal(test.y) != test.want || test.y.Equal(test.x) != test.want {
			t.Errorf("%s: equal is not %t", test.name, test.want)
		}
	}
}

// TestActionSetResultsStandAlone: what is put into a result is not in its operands.
func TestActionSetResultsStandAlone(t *testing.T) {
	pass, get := setOf(t, "iam:PassRole"), setOf(t, "s3:GetObject")
	i, _ := ActionIndex("sts:AssumeRole")
	all := ExpandAction("*")
	for _, result := range []ActionSet{
		pass.Union(get), ActionSet{}.Union(pass), pass.Union(ActionSet{}), pass.Intersect(pass), pass.Minus(get), pass.Minus(ActionSet{}),
		pass.Clone(), pass.OfLevel(Write), all.OfLevel(List),
	} {
		result.Add(i)
		if pass.Has(i) || get.Has(i) || all.OfLevel(List).Has(i) {
			t.Fatalf("adding to %v changed an operand", namesOf(result))
		}
	}
}

func TestActionSetIndices(t *testing.T) {
	all := ExpandAction("*")
	n := len(Actions())
	if all.Len() != n || !all.Has(0) || !all.Has(n-1) {
		t.Errorf("the set of all has %d of %d actions", all.Len(), n)
	}
	for _, i := range []int{-1, n, n + 64} {
		if all.Has(i) {
			t.Errorf("the set of all has the index %d", i)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("the index %d was added", i)
				}
			}()
			new(ActionSet).Add(i)
		}()
	}
	for i := range all.All() {
		if i > 0 {
			t.Errorf("went on to %d after the end of the loop", i)
		}
		break
	}
}

func TestActionSetCoversService(t *testing.T) {
	for _, service := range Services() {
		s := ExpandAction(service + ":*")
		if !s.CoversService(service) {
			t.Errorf("%s:* does not cover %s", service, service)
		}
		covered := 0
		for _, other := range Services() {
			if s.CoversService(other) {
				covered++
			}
		}
		if covered != 1 {
			t.Errorf("%s:* covers %d services", service, covered)
		}
		// Without its first or its last action it is not whole.
		from, to, _ := ServiceRange(service)
		for _, i := range []int{from, to - 1} {
			var one ActionSet
			one.Add(i)
			if s.Minus(one).CoversService(service) {
				t.Errorf("%s is covered without %s", service, Actions()[i])
			}
		}
	}
	all := ExpandAction("*")
	if !all.CoversService("IAM") || all.CoversService("s33") || (ActionSet{}).CoversService("iam") {
		t.Error("the set of all does not cover IAM, or it covers s33, or the empty set covers iam")
	}
}

// TestActionSetAgreesWithMaps does the same with sets of another kind.
func TestActionSetAgreesWithMaps(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func() (ActionSet, map[int]bool) {
		var s ActionSet
		m := map[int]bool{}
		for range random.IntN(60) {
			i := random.IntN(200) // few, so that they meet
			s.Add(i)
			m[i] = true
		}
		return s, m
	}
	for range 500 {
		a, inA := pick()
		b, inB := pick()
		union, both, rest := map[int]bool{}, map[int]bool{}, map[int]bool{}
		maps.Copy(union, inA)
		maps.Copy(union, inB)
		for i := range inA {
			if inB[i] {
				both[i] = true
			} else {
				rest[i] = true
			}
		}
		for _, test := range []struct {
			name string
			got  ActionSet
			want map[int]bool
		}{{"union", a.Union(b), union}, {"intersection", a.Intersect(b), both}, {"difference", a.Minus(b), rest}} {
			got := map[int]bool{}
			for i := range test.got.All() {
				got[i] = true
			}
			if !maps.Equal(got, test.want) || test.got.Len() != len(test.want) {
				t.Fatalf("the %s of %v and %v is %v", test.name, inA, inB, got)
			}
		}
		if a.Equal(b) != maps.Equal(inA, inB) {
			t.Fatalf("%v equals %v: %t", inA, inB, a.Equal(b))
		}
	}
}
