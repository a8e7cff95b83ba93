package awsfake

// The words of the demo company. All of it is invented. Letters are Latin, Greek
// or Cyrillic, so that one font shows every name.

const (
	demoCompany = "Velmora Retail SE"
	demoShort   = "velmora"
	demoDomain  = "velmora.example.com"
)

// demoCountry is where a part of the company sits.
type demoCountry struct {
	code    string // ISO 3166-1 alpha-2
	city    string
	street  string
	postal  string
	dialing string
	region  string // the nearest AWS region
}

func demoCountries() map[string]demoCountry {
	return map[string]demoCountry{
		"AT": {"AT", "Graz", "Kaufhausgasse 12", "8010", "+43 316", "eu-central-1"},
		"BG": {"BG", "Пловдив", "ул. Пазарна 7", "4000", "+359 32", "eu-central-1"},
		"CH": {"CH", "Zürich", "Lagerstraße 41", "8004", "+41 44", "eu-central-1"},
		"CZ": {"CZ", "Plzeň", "Tržní 5", "301 00", "+420 377", "eu-central-1"},
		"DE": {"DE", "Lübeck", "An der Wärmehalle 3", "23552", "+49 451", "eu-central-1"},
		"DK": {"DK", "Helsingør", "Købmagergården 9", "3000", "+45 49", "eu-west-1"},
		"ES": {"ES", "A Coruña", "Rúa das Tendas 18", "15001", "+34 981", "eu-west-3"},
		"FR": {"FR", "Créteil", "8, allée des Échoppes", "94000", "+33 1", "eu-west-3"},
		"GR": {"GR", "Θεσσαλονίκη", "Οδός Αγοράς 22", "546 24", "+30 231", "eu-central-1"},
		"PL": {"PL", "Łódź", "ul. Sklepowa 4", "90-001", "+48 42", "eu-central-1"},
		"UA": {"UA", "Львів", "вул. Крамнична 10", "79000", "+380 32", "eu-central-1"},
	}
}

// demoPerson is an employee: a display name in the person's own script and a
// login in ASCII, as IAM demands of user names.
type demoPerson struct {
	name  string
	login string
}

func demoPeople() []demoPerson {
	return []demoPerson{
		{"Zoë Großmann", "zoe.grossmann"},
		{"Ελένη Παπαδάκη", "eleni.papadaki"},
		{"Олена Ковальчук", "olena.kovalchuk"},
		{"François Lefèvre", "francois.lefevre"},
		{"Łukasz Wiśniewski", "lukasz.wisniewski"},
		{"Søren Østergaard", "soren.ostergaard"},
		{"Йордан Петров", "yordan.petrov"},
		{"Núria Ibáñez", "nuria.ibanez"},
		{"Jiří Dvořák", "jiri.dvorak"},
		{"Νίκος Αντωνίου", "nikos.antoniou"},
		{"Anneliese Brückner", "anneliese.brueckner"},
		{"Тарас Мельник", "taras.melnyk"},
		{"Małgorzata Zając", "malgorzata.zajac"},
		{"Benoît Çağlar", "benoit.caglar"},
		{"Десислава Иванова", "desislava.ivanova"},
		{"Markus Huber", "markus.huber"},
		{"Inês Gonçalves", "ines.goncalves"},
		{"Κωνσταντίνα Λάμπρου", "konstantina.lamprou"},
		{"Kateřina Šťastná", "katerina.stastna"},
		{"Bjørn Håkonsen", "bjorn.hakonsen"},
		{"Ярослав Бондар", "yaroslav.bondar"},
		{"Chloé Thibault", "chloe.thibault"},
		{"Radosław Krzyżak", "radoslaw.krzyzak"},
		{"Γιώργος Βασιλείου", "giorgos.vasileiou"},
		{"Ursula Käfer", "ursula.kaefer"},
		{"Íñigo Peña", "inigo.pena"},
		{"Станимир Колев", "stanimir.kolev"},
		{"Oliver Birch", "oliver.birch"},
		{"Petra Nováčková", "petra.novackova"},
		{"Δήμητρα Ράπτη", "dimitra.rapti"},
	}
}

// demoMachineNames are the first parts of names of users that only have keys.
func demoMachineNames() []string {
	return []string{
		"svc-backup", "svc-erp-export", "ci-pipeline", "terraform", "smtp-relay", "svc-pos-sync",
		"monitoring", "svc-image-upload", "etl-nightly", "svc-loyalty", "ftp-gateway", "label-printer",
	}
}

// demoApplications name what the accounts run.
func demoApplications() []string {
	return []string{
		"webshop", "checkout", "catalog", "loyalty", "warehouse", "pricing", "search", "returns",
		"invoicing", "storefront", "stock", "marketing", "forecast", "payments", "delivery", "reviews",
	}
}

// demoPermissionSets are permission sets of IAM Identity Center, with the
// AWS-managed policy behind each.
func demoPermissionSets() [][2]string {
	return [][2]string{
		{"PlatformAdministrator", "AdministratorAccess"},
		{"Developer", "PowerUserAccess"},
		{"Auditor", "SecurityAudit"},
		{"ReadOnly", "ReadOnlyAccess"},
		{"Billing", "job-function/Billing"},
	}
}

// demoVendors are outside companies that got roles in some accounts.
func demoVendors() []string {
	return []string{"cloudlens-monitoring", "pricewatch-crawler", "harborline-backup"}
}
