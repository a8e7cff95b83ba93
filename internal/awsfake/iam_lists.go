package awsfake

import (
	"net/http"
	"strings"
	"time"
)

func listUsers(s *Server, r *request, t *tenant) ([]element, error) {
	list := under(r, t.Users, func(u *User) string { return u.Path })
	return iamList(s, r, "Users", list, func(u *User) []element { return s.userElements(t, u) })
}

func listGroups(s *Server, r *request, t *tenant) ([]element, error) {
	list := under(r, t.Groups, func(g *Group) string { return g.Path })
	return iamList(s, r, "Groups", list, func(g *Group) []element { return s.groupElements(t, g) })
}

// listRoles answers neither boundary, tags nor last use, as AWS does not.
func listRoles(s *Server, r *request, t *tenant) ([]element, error) {
	list := under(r, t.Roles, func(role *Role) string { return role.Path })
	return iamList(s, r, "Roles", list, func(role *Role) []element {
		return append(s.roleElements(t, role), roleSettings(role)...)
	})
}

// under keeps the entities whose path begins with the PathPrefix of the call.
func under[T any](r *request, all []T, path func(*T) string) []*T {
	prefix := r.form.Get("PathPrefix")
	list := make([]*T, 0, len(all))
	for i := range all {
		if strings.HasPrefix(path(&all[i]), prefix) {
			list = append(list, &all[i])
		}
	}
	return list
}

func listPolicies(s *Server, r *request, t *tenant) ([]element, error) {
	scope := r.form.Get("Scope")
	attached := r.form.Get("OnlyAttached") == "true"
	var some []namedPolicy
	for _, p := range s.policiesOf(t, scope != "AWS", scope != "Local", attached) {
		inUse := t.attached[p.arn]+t.boundaries[p.arn] > 0
		if strings.HasPrefix(p.Path, r.form.Get("PathPrefix")) && (!attached || inUse) {
			some = append(some, p)
		}
	}
	return iamList(s, r, "Policies", some, func(p namedPolicy) []element {
		return s.policyElements(t, p.arn, p.ManagedPolicy)
	})
}

func listAccountAliases(_ *Server, _ *request, t *tenant) ([]element, error) {
	var aliases []string
	if t.Alias != "" {
		aliases = []string{t.Alias}
	}
	return []element{texts("AccountAliases", aliases), boolean("IsTruncated", false)}, nil
}

func listServerCertificates(s *Server, r *request, t *tenant) ([]element, error) {
	list := under(r, t.ServerCertificates, func(c *ServerCertificate) string { return c.Path })
	return iamList(s, r, "ServerCertificateMetadataList", list, func(c *ServerCertificate) []element {
		return []element{
			text("ServerCertificateName", c.Name),
			text("ServerCertificateId", c.ID),
			text("Path", c.Path),
			text("Arn", s.iamARN(t.ID, "server-certificate", c.Path, c.Name)),
			moment("UploadDate", c.Uploaded),
			moment("Expiration", c.Expires),
		}
	})
}

func listSAMLProviders(s *Server, _ *request, t *tenant) ([]element, error) {
	return []element{list("SAMLProviderList", t.SAMLProviders, func(p SAMLProvider) []element {
		return []element{
			text("Arn", s.iamARN(t.ID, "saml-provider", "/", p.Name)),
			moment("ValidUntil", p.Expires),
			moment("CreateDate", p.Created),
		}
	})}, nil
}

func listOIDCProviders(s *Server, _ *request, t *tenant) ([]element, error) {
	return []element{list("OpenIDConnectProviderList", t.OIDCProviders, func(p OIDCProvider) []element {
		return []element{text("Arn", s.iamARN(t.ID, "oidc-provider", "/", p.URL))}
	})}, nil
}

// virtualDevice is a virtual MFA device with what the answer tells of its owner.
type virtualDevice struct {
	serial  string
	enabled time.Time
	user    []element
}

// listVirtualMFADevices lists the devices of users and that of the root user. A
// world has no device that nobody uses.
func listVirtualMFADevices(s *Server, r *request, t *tenant) ([]element, error) {
	var devices []virtualDevice
	if t.Root.MFA == mfaVirtual {
		devices = append(devices, virtualDevice{
			serial:  s.iamARN(t.ID, "mfa", "/", "root-account-mfa-device"),
			enabled: t.Root.Created, // a world does not say when
			user: []element{
				text("UserId", t.ID),
				text("Arn", s.rootUserARN(t.ID)),
				moment("CreateDate", t.Root.Created),
			},
		})
	}
	for i := range t.Users {
		u := &t.Users[i]
		for _, d := range u.MFA {
			if d.Kind == mfaVirtual {
				devices = append(devices, virtualDevice{d.Serial, d.Enabled, s.userElements(t, u)})
			}
		}
	}
	if r.form.Get("AssignmentStatus") == "Unassigned" {
		devices = nil
	}
	return iamList(s, r, "VirtualMFADevices", devices, func(d virtualDevice) []element {
		return []element{
			text("SerialNumber", d.serial),
			moment("EnableDate", d.enabled),
			group("User", d.user...),
		}
	})
}

// listOrganizationsFeatures may be called from the management account and from
// a delegated administrator for IAM, when IAM has trusted access; see "Centrally
// manage root access for member accounts" in the IAM user guide.
func listOrganizationsFeatures(s *Server, _ *request, t *tenant) ([]element, error) {
	const principal = "iam.amazonaws.com"
	if !s.administers(t.ID, principal) {
		return nil, failure(http.StatusBadRequest, "AccountNotManagementOrDelegatedAdministratorException",
			"The account %s is not the management account or a delegated administrator for IAM.", t.ID)
	}
	if !s.trusted(principal) {
		return nil, failure(http.StatusBadRequest, "ServiceAccessNotEnabledException",
			"Trusted access is not enabled for IAM in Organizations.")
	}
	return []element{
		text("OrganizationId", s.Organization.ID),
		texts("EnabledFeatures", s.Organization.RootFeatures),
	}, nil
}
