package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"
)

// organizationSetting is the section organization: one table, or a list of them.
type organizationSetting struct {
	RoleARN    string `toml:"role_arn"`
	ExternalID string `toml:"external_id"`
	Profile    string `toml:"profile"`
	Region     string `toml:"region"`
	Tags       bool   `toml:"tags"`
	several    []organizationEntry
}

// organizationEntry is one of several organizations.
type organizationEntry struct {
	Name            string `toml:"name"`
	RoleARN         string `toml:"role_arn"`
	ExternalID      string `toml:"external_id"`
	Profile         string `toml:"profile"`
	Region          string `toml:"region"`
	Tags            *bool  `toml:"tags"`
	AuditRole       string `toml:"audit_role"`
	AuditExternalID string `toml:"audit_external_id"`
}

// UnmarshalTOML implements [toml.Unmarshaler]: TOML knows a table and an array of tables of
// one name apart.
func (o *organizationSetting) UnmarshalTOML(data any) error {
	type plain organizationSetting // without this method
	switch data := data.(type) {
	case map[string]any:
		return decodeOrganization(data, (*plain)(o), []string{"role_arn", "external_id", "profile", "region", "tags"})
	case []map[string]any:
		o.several = make([]organizationEntry, len(data))
		for i, table := range data {
			known := []string{"name", "role_arn", "external_id", "profile", "region", "tags", "audit_role", "audit_external_id"}
			if err := decodeOrganization(table, &o.several[i], known); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.New("organization is neither a section [organization] nor several [[organization]]")
}

// decodeOrganization decodes a table over what is there, and refuses what is not known.
func decodeOrganization(table map[string]any, into any, known []string) error {
	for key := range table {
		if !slices.Contains(known, key) {
			return fmt.Errorf("unknown setting organization.%s", suggest(key, known))
		}
	}
	var text strings.Builder
	if err := toml.NewEncoder(&text).Encode(table); err != nil {
		return fmt.Errorf("read the section organization: %w", err)
	}
	if _, err := toml.Decode(text.String(), into); err != nil {
		return fmt.Errorf("read the section organization: %w", err)
	}
	return nil
}

// organizationName is a name that is safe as a folder's on every system.
var organizationName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

func (o *organizationSetting) check() error {
	if len(o.several) == 0 {
		return nil
	}
	if cmp.Or(o.RoleARN, o.ExternalID, o.Profile, o.Region) != "" {
		return errors.New("organization.role_arn, external_id, profile and region have no meaning beside several [[organization]]; set them there")
	}
	seen := map[string]bool{}
	for _, e := range o.several {
		folder := strings.ToLower(e.Name) // some systems do not tell them apart
		switch {
		case !organizationName.MatchString(e.Name) || folder == evidenceFolder:
			return fmt.Errorf("organization.name %q is no name of a folder; take letters, digits, - and _", e.Name)
		case seen[folder]:
			return fmt.Errorf("organization.name %q stands there twice", e.Name)
		}
		seen[folder] = true
	}
	return nil
}

func organizationFlag(c *cobra.Command, only *string) {
	c.Flags().StringVar(only, "organization", "", "only these organizations of the configuration, by name, separated by commas")
}

// organizations are those of the configuration that are asked for, all where only is empty.
func (c *config) organizations(only string) ([]organizationEntry, error) {
	entries := c.Organization.several
	if only == "" {
		return entries, nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	if len(names) == 0 {
		return nil, usageError{errors.New("flag --organization: the configuration names no organization; it needs sections [[organization]] with a name")}
	}
	var chosen []organizationEntry
	for _, name := range strings.Split(only, ",") {
		i := slices.Index(names, strings.TrimSpace(name))
		if i < 0 {
			return nil, usageError{fmt.Errorf("flag --organization: unknown organization %s", suggest(name, names))}
		}
		chosen = append(chosen, entries[i])
	}
	return chosen, nil
}

// oneOrganization is the configuration for the one organization that a command works on.
func (c *config) oneOrganization(only string) (*config, error) {
	entries, err := c.organizations(only)
	if err != nil {
		return nil, err
	}
	switch len(entries) {
	case 0:
		return c, nil
	case 1:
		return c.of(entries[0]), nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return nil, usageError{fmt.Errorf("the configuration names %d organizations (%s); choose one with --organization", len(names), strings.Join(names, ", "))}
}

// of is the configuration of one of several organizations, as if it were the only one.
func (c *config) of(e organizationEntry) *config {
	one := *c
	one.Organization = organizationSetting{RoleARN: e.RoleARN, ExternalID: e.ExternalID, Profile: e.Profile, Region: e.Region, Tags: c.Organization.Tags}
	if e.Tags != nil {
		one.Organization.Tags = *e.Tags
	}
	one.Role.Name = cmp.Or(e.AuditRole, c.Role.Name)
	one.Role.ExternalID = cmp.Or(e.AuditExternalID, c.Role.ExternalID)
	return &one
}
