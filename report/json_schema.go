package report

import (
	"fmt"
	"io/fs"

	"orgaudit/templates"
)

// SchemaID names the JSON Schema of audit.json. Nothing needs to be fetched from there: the
// program prints it.
const SchemaID = "urn:orgaudit:schema:audit-" + SchemaVersion

// AuditSchema returns the JSON Schema of audit.json (draft 2020-12).
func AuditSchema() ([]byte, error) {
	text, err := fs.ReadFile(templates.Schemas, "schema/audit-"+SchemaVersion+".schema.json")
	if err != nil {
		return nil, fmt.Errorf("read the schema of audit.json: %w", err)
	}
	return text, nil
}
