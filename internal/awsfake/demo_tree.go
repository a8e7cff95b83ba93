package awsfake

// demoKind is the purpose of an account. It decides how well the account is kept.
type demoKind string

const (
	demoBeside         demoKind = "beside" // directly under the root
	demoSecurity       demoKind = "security"
	demoInfrastructure demoKind = "infrastructure"
	demoProduction     demoKind = "production"
	demoDevelopment    demoKind = "development"
	demoSandbox        demoKind = "sandbox"
	demoAcquired       demoKind = "acquired"
	demoRetired        demoKind = "retired"
)

// demoUnit is the outline of a unit. A unit without a kind holds units only.
type demoUnit struct {
	name    string
	slug    string
	kind    demoKind
	country string
	units   []demoUnit
}

// demoOutline is the tree below the root, three levels deep.
func demoOutline() []demoUnit {
	return []demoUnit{
		{name: "Security", slug: "security", kind: demoSecurity, country: "DE"},
		{name: "Infrastructure", slug: "infra", kind: demoInfrastructure, country: "DE", units: []demoUnit{
			{name: "Réseau & Netzwerk", slug: "net", kind: demoInfrastructure, country: "CH"},
			{name: "Shared Services", slug: "shared", kind: demoInfrastructure, country: "DE"},
		}},
		{name: "Workloads", slug: "workloads", units: []demoUnit{
			{name: "Production", slug: "prod", units: []demoUnit{
				{name: "Österreich", slug: "prod-at", kind: demoProduction, country: "AT"},
				{name: "Île-de-France", slug: "prod-fr", kind: demoProduction, country: "FR"},
				{name: "Ελλάδα", slug: "prod-gr", kind: demoProduction, country: "GR"},
				{name: "България", slug: "prod-bg", kind: demoProduction, country: "BG"},
				{name: "Україна", slug: "prod-ua", kind: demoProduction, country: "UA"},
				{name: "Łódź i okolice", slug: "prod-pl", kind: demoProduction, country: "PL"},
				{name: "España", slug: "prod-es", kind: demoProduction, country: "ES"},
			}},
			{name: "Development", slug: "dev", units: []demoUnit{
				{name: "Plattform", slug: "dev-platform", kind: demoDevelopment, country: "DE"},
				{name: "Αποθήκη", slug: "dev-warehouse", kind: demoDevelopment, country: "GR"},
				{name: "Логистика", slug: "dev-logistics", kind: demoDevelopment, country: "BG"},
				{name: "Vývoj e-shopu", slug: "dev-shop", kind: demoDevelopment, country: "CZ"},
			}},
		}},
		{name: "Acquisitions", slug: "acquired", units: []demoUnit{
			{name: "Σίγμα Λιανική", slug: "sigma", kind: demoAcquired, country: "GR"},
			{name: "Балкан Маркет", slug: "balkan", kind: demoAcquired, country: "BG"},
			{name: "Fjord Møbler", slug: "fjord", kind: demoAcquired, country: "DK"},
		}},
		{name: "Sandbox", slug: "sandbox", kind: demoSandbox, country: "DE", units: []demoUnit{
			{name: "Werkstatt Zürich", slug: "sandbox-lab", kind: demoSandbox, country: "CH"},
			{name: "Хакатон", slug: "sandbox-hack", kind: demoSandbox, country: "UA"},
		}},
		{name: "Policy Staging", slug: "staging"},
		{name: "Suspended", slug: "suspended", kind: demoRetired, country: "DE"},
	}
}

// demoPlace is a node of the tree that accounts may be in.
type demoPlace struct {
	unit    string // id of the unit or the root
	slug    string
	kind    demoKind
	country string
}

// demoTree is the tree with ids.
type demoTree struct {
	root   Unit
	nodes  []string             // ids of the root and all units, parents first
	ids    map[string]string    // unit ids by slug
	places map[string]demoPlace // by slug; "root" is the root
	slugs  []string             // keys of places in the order of the outline
}

func newDemoTree(d demoDice) *demoTree {
	key := d.text(demoLower36, 4)
	t := &demoTree{
		root:   Unit{ID: "r-" + key, Name: "Root"},
		ids:    map[string]string{},
		places: map[string]demoPlace{},
	}
	t.nodes = append(t.nodes, t.root.ID)
	t.places["root"] = demoPlace{t.root.ID, "root", demoBeside, "DE"}
	t.root.Units = t.build(d, key, demoOutline())
	return t
}

func (t *demoTree) build(d demoDice, key string, outline []demoUnit) []Unit {
	var units []Unit
	for _, o := range outline {
		u := Unit{ID: "ou-" + key + "-" + d.text(demoLower36, 8), Name: o.name}
		t.nodes = append(t.nodes, u.ID)
		t.ids[o.slug] = u.ID
		if o.kind != "" {
			u.Tags = map[string]string{"Owner": demoPick(d, demoPeople()).name}
			t.places[o.slug] = demoPlace{u.ID, o.slug, o.kind, o.country}
			t.slugs = append(t.slugs, o.slug)
		}
		u.Units = t.build(d, key, o.units)
		units = append(units, u)
	}
	return units
}
