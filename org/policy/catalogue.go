package policy

// AccessLevel is what an action does, in the five classes of AWS's Service Authorization
// Reference.
type AccessLevel uint8

// The access levels, from the least to the gravest.
const (
	List AccessLevel = iota
	Read
	Tagging
	Write
	PermissionsManagement
)

func actionsMatching(pattern string) []string { return nil }
