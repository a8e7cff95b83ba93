package policy

import "slices"

// Principal is a user, a role or the root user of an account with everything that decides
// what it may do.
type Principal struct {
	// ARN is the principal's; for a role it is the role's and not that of a session.
	ARN, Account string
	// Root marks the root user, whom no identity policy and no boundary binds.
	Root bool
	// ServiceLinked marks a service-linked role, which no SCP and no RCP binds ("Service
	// control policies (SCPs)", AWS Organizations User Guide).
	ServiceLinked bool
	// Facts are what is known of all requests of the principal.
	Facts *Facts
	// GlobalRegion is the region of global services in the partition, such as us-east-1;
	// empty where it is not known.
	GlobalRegion string
	// Identity are the policies that grant: inline, attached, and those of groups.
	Identity []*Source
	// Boundary is the permissions boundary, nil where there is none.
	Boundary *Source
	// SCPs are the service control policies level by level, from the root to the account. It
	// is nil where none bind: in the management account, and where the type is not enabled.
	// A level without a policy allows nothing ("SCP evaluation", AWS Organizations User Guide).
	SCPs [][]*Source
	// RCPs are the resource control policies of the principal's own account, level by level.
	RCPs [][]*Source
}

// layer is a set of policies of which one must allow. An explicit deny in any of them
// denies.
type layer struct {
	kind    Kind
	sources []*Source
}

// layers are the policies that must all allow, the granting ones first.
func (p *Principal) layers() []layer {
	layers := make([]layer, 0, 2+len(p.SCPs))
	if !p.Root {
		layers = append(layers, layer{IdentityPolicy, p.Identity})
		if p.Boundary != nil {
			layers = append(layers, layer{PermissionsBoundary, []*Source{p.Boundary}})
		}
	}
	if !p.ServiceLinked {
		for _, level := range p.SCPs {
			layers = append(layers, layer{ServiceControlPolicy, level})
		}
	}
	return layers
}

// bindsResource reports whether RCPs bind what the action is about: that of one of the services
// whose resources they bind ("Resource control policies (RCPs)", AWS Organizations User Guide,
// "List of AWS services that support RCPs"), but for kms:RetireGrant ("Resources and entities
// not restricted by RCPs" there).
func (a action) bindsResource() bool {
	switch a.service {
	case "aoss", "cognito-identity", "cognito-idp", "dynamodb", "ecr", "kms", "logs", "s3", "secretsmanager", "sqs", "sts":
		return a.text != "kms:retiregrant"
	}
	return false
}

// globalServices answer from one region, which is what aws:RequestedRegion says in their
// requests ("AWS global condition context keys", IAM User Guide, aws:RequestedRegion).
// Global Accelerator and Network Manager answer from another one and are left out.
func globalServices() []string {
	return []string{"iam", "organizations", "account", "cloudfront", "route53", "support", "shield"}
}

// request adds to facts what the action says of its requests.
func (p *Principal) request(a action, f *Facts) *Facts {
	if f == nil {
		f = p.Facts
	}
	if p.GlobalRegion == "" || !slices.Contains(globalServices(), a.service) {
		return f
	}
	if _, known := f.Lookup(keyRegion); known {
		return f
	}
	return f.With(map[string]Fact{keyRegion: Is(p.GlobalRegion)})
}
