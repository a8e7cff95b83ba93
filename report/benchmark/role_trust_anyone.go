package benchmark

import (
	"slices"
	"strings"
	"sync"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// sharedIssuer is an issuer of web identities that serves many customers under one address,
// so that a token of it says nothing of whose it is. One of the claims does, and a trust
// policy must name it (after the table of "Identity-provider controls for shared OIDC
// providers", IAM User Guide, without issuers of one vendor's single product).
type sharedIssuer struct {
	name   string
	claims []string
}

// githubClaims name the owner or the repository. A condition on the reusable workflow
// (job_workflow_ref) does not: everybody may call a public one.
func githubClaims() []string {
	return []string{"sub", "repository", "repository_id", "repository_owner_id", "enterprise_id"}
}

var sharedIssuers = sync.OnceValue(func() []sharedIssuer {
	return []sharedIssuer{
		{"token.actions.githubusercontent.com", githubClaims()},
		{"vstoken.actions.githubusercontent.com", githubClaims()},
		{"oidc-configuration.audit-log.githubusercontent.com", []string{"sub"}},
		{"gitlab.com", []string{"sub"}},
		{"app.terraform.io", []string{"sub"}},
		{"agent.buildkite.com", []string{"sub"}},
		{"oidc.codefresh.io", []string{"sub"}},
		{"studio.datachain.ai/api", []string{"sub"}},
		{"scalr.io", []string{"sub"}},
		{"tokens.cloud.shisho.dev", []string{"sub"}},
		{"proidc.upbound.io", []string{"sub"}},
		// The audience is the customer's own here: an identity pool, a team, an organization.
		{"cognito-identity.amazonaws.com", []string{"aud", "sub"}},
		{"cognito-identity-us-gov.amazonaws.com", []string{"aud", "sub"}},
		{"cognito-identity.us-gov-east-1.amazonaws.com", []string{"aud", "sub"}},
		{"cognito-identity.cn-north-1.amazonaws.com.cn", []string{"aud", "sub"}},
		{"oidc.vercel.com", []string{"aud", "sub"}},
		{"api.pulumi.com/oidc", []string{"aud", "sub"}},
		{"sandboxes.cloud", []string{"aud", "sub"}},
		// Public sign-in: the application is the customer's own ("Available keys for AWS OIDC
		// federation", IAM User Guide).
		{"accounts.google.com", []string{"aud", "oaud", "sub"}},
		{"www.amazon.com", []string{"app_id", "user_id"}},
		{"graph.facebook.com", []string{"app_id", "id"}},
	}
})

// issuerOf is the issuer of web identities that a Federated element names, empty for SAML.
func issuerOf(element string) string {
	if strings.Contains(element, ":saml-provider/") {
		return ""
	}
	if _, issuer, found := strings.Cut(element, ":oidc-provider/"); found {
		return issuer
	}
	return element
}

// shared returns the shared issuer that a trustee names. The endpoints of EKS clusters are
// none: each belongs to one cluster.
func shared(t *trust) (sharedIssuer, bool) {
	issuers := sharedIssuers()
	if t.origin != FederatedIdentity {
		return sharedIssuer{}, false
	}
	i := slices.IndexFunc(issuers, func(s sharedIssuer) bool { return strings.EqualFold(s.name, issuerOf(t.Value)) })
	if i < 0 {
		return sharedIssuer{}, false
	}
	return issuers[i], true
}

// binds reports whether a condition asks for a claim of the issuer that says whose token it is.
func (i sharedIssuer) binds(c *policy.Condition) bool {
	operator, _, set := c.Base()
	if !slices.Contains([]string{"stringequals", "stringequalsignorecase", "stringlike"}, operator) || set == "forallvalues" {
		return false
	}
	issuer, claim, _ := cutLast(c.Key, ":")
	return strings.EqualFold(issuer, i.name) && slices.ContainsFunc(i.claims, func(known string) bool { return strings.EqualFold(known, claim) }) &&
		eachValue(c, func(value string) bool {
			if operator != "stringlike" {
				return value != ""
			}
			if strings.EqualFold(claim, "repository") {
				value = "repo:" + value // as subjects write it
			}
			return namesTenant(value)
		})
}

func cutLast(text, separator string) (before, after string, found bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

// namesTenant reports whether a glob of a subject says whose it is: a kind, a colon, and a
// name that ends before the first wildcard, as in "repo:acme/*" and "organization:acme:*".
// GitHub ends it by @ where the owner's id follows ("Immutable subject claims", GitHub Docs).
// "repo:acme*" takes in an owner acme-evil, and "repo:*/deploy" everybody's.
func namesTenant(glob string) bool {
	i := strings.IndexAny(glob, "*?$")
	if i < 0 {
		return glob != ""
	}
	_, name, _ := strings.Cut(glob[:i], ":")
	return strings.IndexAny(name, ":/@") > 0
}

func trustAnyone() *trustRule {
	return &trustRule{
		expected: "nobody gets in whom the trust policy does not name",
		judge: func(s *Subject, t *trust) (bool, string) {
			if issuer, ok := shared(t); ok {
				return judgeIssuer(t, issuer)
			}
			if t.origin == FederatedIdentity {
				return s.judgeProvider(t)
			}
			if t.Kind != policy.TrustsEveryone {
				return true, "trusts " + t.who()
			}
			switch {
			case t.origin != Everyone && t.foreign() && t.Account != "":
				return true, "trusts everyone by name, and its conditions narrow it to account " + t.Account
			case t.origin != Everyone && t.foreign():
				return true, "trusts everyone by name, and its conditions narrow it to organization " + strings.Join(s.organizationsIn(t), ", ")
			case t.origin != Everyone:
				return true, "trusts everyone by name, and its conditions keep strangers out"
			case t.network:
				return true, "trusts everyone from a named network"
			case namesUniqueID(t.By.Element().Conditions):
				return true, "trusts everyone with a named unique id"
			case t.admits == policy.True && len(t.By.Element().Conditions) == 0:
				return false, "trusts everyone"
			default:
				return false, "trusts everyone, under conditions that a stranger can meet"
			}
		},
	}
}

// open tells whether a trustee of everyone lets strangers in.
func (t *trust) open() bool {
	return t.origin == Everyone && !t.network && !namesUniqueID(t.By.Element().Conditions)
}

// foreign tells whether conditions leave of everyone somebody outside the organization.
func (t *trust) foreign() bool {
	return t.Kind == policy.TrustsEveryone && !t.shut() && slices.Contains([]Origin{TrustedAccount, VendorAccount, OutsideAccount}, t.origin)
}

// keepsOut reports whether the conditions of a statement for everyone keep strangers out.
func keepsOut(conditions []policy.Condition, stranger *policy.Facts, trustedIPs []string) bool {
	return policy.Holds(conditions, strangers(stranger, conditions)) == policy.False || boundNetwork(conditions, trustedIPs) || namesUniqueID(conditions)
}

func judgeIssuer(t *trust, issuer sharedIssuer) (bool, string) {
	bound := slices.ContainsFunc(t.By.Element().Conditions, func(c policy.Condition) bool { return issuer.binds(&c) })
	if bound || t.admits == policy.False {
		return true, "trusts named identities of " + issuer.name
	}
	return false, "trusts every identity of " + issuer.name + ", which serves everybody"
}

// judgeProvider asks of a provider of the account's own that the trust policy demands
// something of its tokens: without, whoever can sign in there gets the role, from every
// application and every workload of it.
func (s *Subject) judgeProvider(t *trust) (bool, string) {
	prefix := "saml:"
	if issuer := issuerOf(t.Value); issuer != "" {
		prefix = strings.ToLower(issuer) + ":"
	}
	keys := map[string]policy.Fact{}
	for _, c := range conditionsOf([]*policy.Source{t.role.Trust}) {
		if key := strings.ToLower(c.Key); strings.HasPrefix(key, prefix) {
			// A token without it, and one of anybody. Every token of OIDC has a subject
			// ("OpenID Connect Core 1.0", ID Token).
			keys[key] = policy.Fact{nil, {anyone}}
			if prefix != "saml:" && key == prefix+"sub" {
				keys[key] = policy.Is(anyone)
			}
		}
	}
	switch {
	case t.requires(s.callerFacts(t, t.role.Trust), keys):
		return true, "trusts " + t.who()
	case t.admits == policy.False:
		return true, "conditions let nobody in as " + t.who()
	default:
		return false, "trusts every identity of " + t.who()
	}
}

// namesUniqueID reports whether a condition asks for the unique id of a user or role, which
// nobody else can have. What follows the colon in it, the name of a session, is free.
func namesUniqueID(conditions []policy.Condition) bool {
	return slices.ContainsFunc(conditions, func(c policy.Condition) bool {
		return strings.EqualFold(c.Key, "aws:userid") && demands(&c) && eachValue(&c, func(value string) bool {
			id, _, _ := strings.Cut(value, ":")
			return id != "" && !strings.ContainsAny(id, "*?$")
		})
	})
}

// roleTrustAnyone asks by the meaning of the conditions who is let in. An external ID does
// not narrow: whoever assumes the role chooses what they send, and it is no secret by AWS's
// own word ("How to use an external ID when granting access to your AWS resources to a third
// party", IAM User Guide); it protects a third party that sends it for its customers, and
// nobody else. Other tools look for a list of keys, and pass "aws:PrincipalArn": "*".
func roleTrustAnyone() *Control {
	return &Control{
		ID: "role-trust-anyone", Title: "No role trusts everybody", Severity: Critical, Scope: AccountScope,
		Finding:    "roles can be assumed by anybody",
		Why:        "Whoever knows the name of such a role can use it from any AWS account, or from any repository of a public CI service; names are guessed, and leak in logs and code.",
		Test:       "For every role that is not service-linked and each Allow statement of its trust policy that lets the role be assumed: the principal is not \"*\", not a NotPrincipal, or a condition or a Deny statement keeps out a principal of an unknown account and organization, or binds the VPC, the VPC endpoint, the address by private ranges or ones inside trusted_ips, or the unique id. sts:ExternalId does not. Where the principal is an identity provider that many customers share, such as token.actions.githubusercontent.com, a condition names the tenant in the claim that says it (:sub, for GitHub not :aud alone): a name that ends before the first wildcard. Where it is another provider, a condition or a Deny statement demands a value of one of its own keys, those that begin with the issuer and a colon (:sub, :aud) or with SAML:; a value * and IfExists demand nothing.",
		Remedy:     "Name the accounts and roles in Principal, or demand aws:PrincipalOrgID; for identity providers demand the repository, project or workspace in :sub, or the audience in :aud or SAML:aud.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: []string{"trusted_ips"},
		Judge:      func(s *Subject) Outcome { return trustAnyone().apply(s) },
		Mitigation: func(s *Subject, i *Item) *Mitigation { return s.rcpMitigation(trustAnyone(), i.Resource) },
	}
}
