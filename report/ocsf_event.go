package report

// ocsfEvent is an event of the class Compliance Finding with the profile cloud. Fields have
// the names and the meaning of the schema, see ocsfVersion.
type ocsfEvent struct {
	ActivityID   int              `json:"activity_id"`
	ActivityName string           `json:"activity_name"`
	CategoryUID  int              `json:"category_uid"`
	CategoryName string           `json:"category_name"`
	ClassUID     int              `json:"class_uid"`
	ClassName    string           `json:"class_name"`
	TypeUID      int              `json:"type_uid"`
	TypeName     string           `json:"type_name"`
	Time         int64            `json:"time"`
	SeverityID   int              `json:"severity_id"`
	Severity     string           `json:"severity"`
	StatusID     int              `json:"status_id,omitempty"` // of the finding: new, suppressed, resolved
	Status       string           `json:"status,omitempty"`
	Message      string           `json:"message"`
	Metadata     ocsfMetadata     `json:"metadata"`
	Cloud        ocsfCloud        `json:"cloud"`
	Finding      ocsfFinding      `json:"finding_info"`
	Compliance   ocsfCompliance   `json:"compliance"`
	Resources    []ocsfResource   `json:"resources"`
	Evidences    []ocsfEvidence   `json:"evidences,omitempty"`
	Remediation  *ocsfRemediation `json:"remediation,omitempty"`
	Unmapped     ocsfUnmapped     `json:"unmapped"`
}

type ocsfMetadata struct {
	Version string      `json:"version"`
	Product ocsfProduct `json:"product"`
	// Profiles are those of the schema that the event uses.
	Profiles []string `json:"profiles"`
	// TenantUID is the organization; CorrelationUID is the digest of the evidence, the same
	// in all events of an audit.
	TenantUID      string `json:"tenant_uid"`
	CorrelationUID string `json:"correlation_uid"`
}

type ocsfProduct struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	Version    string `json:"version,omitempty"`
}

type ocsfCloud struct {
	Provider     string           `json:"provider"`
	Partition    string           `json:"cloud_partition"`
	Account      ocsfAccount      `json:"account"`
	Organization ocsfOrganization `json:"org"`
}

type ocsfAccount struct {
	UID    string `json:"uid"`
	Name   string `json:"name,omitempty"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
}

type ocsfOrganization struct {
	UID  string `json:"uid"`
	Unit string `json:"ou_name,omitempty"`
}

type ocsfFinding struct {
	UID       string `json:"uid"`
	Title     string `json:"title"`
	Desc      string `json:"desc,omitempty"`
	Created   int64  `json:"created_time,omitempty"`
	FirstSeen int64  `json:"first_seen_time,omitempty"`
	LastSeen  int64  `json:"last_seen_time"`
}

type ocsfCompliance struct {
	Standards     []string       `json:"standards"`
	Control       string         `json:"control"`
	Desc          string         `json:"desc,omitempty"`
	Requirements  []string       `json:"requirements,omitempty"`
	Parameters    []ocsfKeyValue `json:"control_parameters,omitempty"`
	Status        string         `json:"status"`
	StatusID      int            `json:"status_id"`
	StatusCode    string         `json:"status_code"`
	StatusDetails []string       `json:"status_details,omitempty"`
	Checks        []ocsfCheck    `json:"checks"`
}

type ocsfCheck struct {
	UID  string `json:"uid"`
	Name string `json:"name,omitempty"`
	// Severity is the control's; that of a passed event is another.
	Severity   string `json:"severity"`
	SeverityID int    `json:"severity_id"`
	Status     string `json:"status"`
	StatusID   int    `json:"status_id"`
}

type ocsfKeyValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type ocsfResource struct {
	UID       string     `json:"uid"`
	Name      string     `json:"name,omitempty"`
	Type      string     `json:"type,omitempty"`
	Region    string     `json:"region,omitempty"`
	Partition string     `json:"cloud_partition"`
	Owner     *ocsfOwner `json:"owner,omitempty"`
}

type ocsfOwner struct {
	Name string `json:"name"`
}

type ocsfEvidence struct {
	Data ocsfArtifact `json:"data"`
}

// ocsfArtifact says what was seen, and where it stands in the evidence folder.
type ocsfArtifact struct {
	File     string   `json:"file"`
	Pointer  string   `json:"pointer"`
	SHA256   string   `json:"sha256,omitempty"`
	Observed string   `json:"observed"`
	Expected string   `json:"expected"`
	Because  []string `json:"because,omitempty"`
}

type ocsfRemediation struct {
	Desc string `json:"desc"`
}

// ocsfUnmapped is what the schema has no place for.
type ocsfUnmapped struct {
	// Verdict is that of the control on the account; Mark accounts for this item.
	Verdict    string          `json:"verdict"`
	Mark       string          `json:"mark,omitempty"`
	Due        int64           `json:"due_time,omitempty"`
	Exception  string          `json:"exception,omitempty"`
	Expired    string          `json:"expired_exception,omitempty"`
	Mitigation *jsonMitigation `json:"mitigation,omitempty"`
}
