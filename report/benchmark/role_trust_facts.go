package benchmark

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"orgaudit/org"
	"orgaudit/org/policy"
)

// callerFacts say what is known of the requests of a trustee that assumes the role. Of
// everyone it is a stranger who asks, of an identity provider somebody else's identity, of a
// service one that works for a stranger. Of an account outside the organization nobody knows
// whether it is in another one that the policies name.
func (s *Subject) callerFacts(t *trust, policies ...*policy.Source) *policy.Facts {
	facts := strangers(s.estate().stranger, conditionsOf(policies)).With(s.roleFacts(t.role))
	switch t.Kind {
	case policy.TrustsService:
		facts = facts.With(map[string]policy.Fact{
			"aws:principalisawsservice": policy.Is("true"), "aws:principalservicename": policy.Is(t.Value),
			"aws:principalarn": {}, "aws:principalaccount": {}, "aws:principalorgid": {}, "aws:principalorgpaths": {},
		})
		return facts.With(s.strangersService(t, policies...))
	case policy.TrustsFederated:
		keys := map[string]policy.Fact{"aws:principalarn": {}, "aws:principalaccount": {}, "aws:principalorgid": {}, "aws:principalorgpaths": {}}
		// They come unsigned, and such requests need not have the key ("AWS global condition
		// context keys", IAM User Guide, aws:PrincipalIsAWSService).
		keys["aws:principalisawsservice"] = policy.Fact{nil, {"false"}}
		if issuer := issuerOf(t.Value); issuer != "" {
			key := strings.ToLower(issuer) + ":sub"
			keys[key] = strangersSubjects(key, policies)
		}
		return facts.With(keys)
	}
	if t.Account == "" {
		switch t.origin {
		case OtherAccount: // anybody of the organization
			return facts.With(map[string]policy.Fact{
				"aws:principalaccount": {}, "aws:principalarn": {}, "aws:principalorgid": policy.Is(s.Organization.ID),
				"aws:principalorgpaths": pathsIn(s.Organization.ID, t.By.Source),
			})
		case OutsideAccount: // anybody of another one
		default:
			return facts
		}
	}
	keys := map[string]policy.Fact{"aws:principalaccount": policy.Is(t.Account), "aws:principalarn": {}}
	if t.Account == "" { // that of some account in another organization
		keys["aws:principalaccount"] = policy.Fact{}
	}
	if t.Kind == policy.TrustsPrincipal && strings.Contains(t.Value, ":iam:") {
		keys["aws:principalarn"] = policy.Is(t.Value)
	}
	if t.Kind == policy.TrustsPrincipal && strings.Contains(t.Value, ":user/") {
		keys["aws:principaltype"] = policy.Is("User")
	}
	if a := s.Organization.Account(t.Account); a != nil {
		keys["aws:principalorgid"], keys["aws:principalorgpaths"] = policy.Is(s.Organization.ID), policy.Fact{}
		if len(a.Path) > 0 {
			keys["aws:principalorgpaths"] = policy.Is(s.Organization.ID + "/" + strings.Join(a.Path, "/") + "/")
		}
		return facts.With(keys)
	}
	organizations := policy.Fact{nil, {"o-" + anyone}}
	for _, id := range mentionedOrganizations(policies...) {
		if id != s.Organization.ID {
			organizations = append(organizations, []string{id})
			keys["aws:principalorgpaths"] = policy.Fact{} // perhaps in it, and nobody knows where
		}
	}
	keys["aws:principalorgid"] = organizations
	return facts.With(keys)
}

// conditionsOf are all conditions of the policies.
func conditionsOf(policies []*policy.Source) []policy.Condition {
	var conditions []policy.Condition
	for _, source := range policies {
		for i := range source.Analysis.Document.Statements {
			conditions = append(conditions, source.Analysis.Document.Statements[i].Conditions...)
		}
	}
	return conditions
}

// strangers adds to a stranger those who choose their names by the patterns of conditions:
// everybody can have a role that is called as ours, in an account of their own.
func strangers(stranger *policy.Facts, conditions []policy.Condition) *policy.Facts {
	keys := map[string]policy.Fact{}
	for i := range conditions {
		c := &conditions[i]
		key := strings.ToLower(c.Key)
		for _, value := range c.Values {
			own := ""
			switch key {
			case "aws:principalarn":
				own = value
				if org.IsAccountID(accountIn(value)) {
					own = ""
				}
			case "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths":
				own, _, _ = strings.Cut(value, "/")
			}
			if !strings.ContainsAny(own, "*?") {
				continue
			}
			if keys[key] == nil {
				fact, _ := stranger.Lookup(key)
				keys[key] = slices.Clone(fact)
			}
			keys[key] = append(keys[key], []string{asChosen(value)})
		}
	}
	return stranger.With(keys)
}

// asChosen is a value that matches a pattern and that a stranger can choose.
func asChosen(pattern string) string {
	return strings.NewReplacer("*", anyone, "?", "x").Replace(pattern)
}

// strangersSubjects are subjects that tokens of somebody else can have: one that no policy
// names, and one for each pattern of the policies that does not say whose it is.
func strangersSubjects(key string, policies []*policy.Source) policy.Fact {
	subjects := policy.Is(anyone + ":" + anyone + "/" + anyone)
	for _, c := range conditionsOf(policies) {
		for _, value := range c.Values {
			if strings.EqualFold(c.Key, key) && !namesTenant(value) {
				subjects = append(subjects, []string{asChosen(value)})
			}
		}
	}
	return subjects
}

// resourceFacts say what is known of every resource of the account.
func (s *Subject) resourceFacts() map[string]policy.Fact {
	keys := map[string]policy.Fact{
		"aws:resourceaccount": policy.Is(s.Account.ID), "aws:resourceorgid": policy.Is(s.Organization.ID),
	}
	if len(s.Account.Path) > 0 {
		keys["aws:resourceorgpaths"] = policy.Is(s.Organization.ID + "/" + strings.Join(s.Account.Path, "/") + "/")
	}
	return keys
}

// roleFacts say what is known of a role that is assumed.
func (s *Subject) roleFacts(h *holder) map[string]policy.Fact {
	keys := maps.Clone(s.estate().resource)
	for key, value := range h.Tags {
		keys["aws:resourcetag/"+strings.ToLower(key)] = policy.Is(value)
	}
	return keys
}

// strangersService says what a service sends that assumes the role for somebody outside the
// organization. A pattern of the policies that leaves the account open takes in an ARN of a
// stranger's, whatever the service calls itself there: a stranger names a schedule or a
// function as they like. ARNs of buckets have no account; there the name keeps strangers
// out, if it is whole.
func (s *Subject) strangersService(t *trust, policies ...*policy.Source) map[string]policy.Fact {
	service, _, _ := strings.Cut(t.Value, ".")
	arn := "arn:" + s.Organization.Partition + ":"
	arns := policy.Fact{{arn + service + ":" + anyRegion + ":" + anyone + ":" + anyone + "/" + anyone}, {arn + "s3:::" + anyone}}
	for _, c := range conditionsOf(policies) {
		for _, value := range c.Values {
			owner := value
			if parts := strings.SplitN(value, ":", 6); len(parts) == 6 {
				owner = cmp.Or(parts[4], parts[5])
			}
			if strings.EqualFold(c.Key, "aws:SourceArn") && strings.ContainsAny(owner, "*?") {
				arns = append(arns, []string{asChosen(value)})
			}
		}
	}
	keys := maps.Clone(strangersSource())
	keys["aws:sourcearn"] = arns
	return keys
}

// strangersSource is what a service sends for every stranger. Nobody changes it.
var strangersSource = sync.OnceValue(func() map[string]policy.Fact {
	return map[string]policy.Fact{
		"aws:sourceaccount":  policy.Is(anyone),
		"aws:sourceorgid":    {nil, {"o-" + anyone}},
		"aws:sourceorgpaths": {nil, {"o-" + anyone + "/r-" + anyone + "/"}},
		// The older services take an external ID in its place, such as Amazon Data Firehose
		// ("Controlling access with Amazon Data Firehose").
		"sts:externalid": {nil, {anyone}},
	}
})

// boundNetwork reports whether a condition asks that requests come from named VPCs,
// endpoints, private ranges of addresses or ranges inside the trusted ones.
func boundNetwork(conditions []policy.Condition, trusted []string) bool {
	for i := range conditions {
		c := &conditions[i]
		if !demands(c) || len(c.Values) == 0 {
			continue
		}
		operator, _, _ := c.Base()
		switch strings.ToLower(c.Key) {
		case "aws:sourcevpc", "aws:sourcevpce":
			if eachValue(c, bounded) {
				return true
			}
		case "aws:sourceip", "aws:vpcsourceip":
			if operator == "ipaddress" && eachValue(c, func(value string) bool { return ownRange(value, trusted) }) {
				return true
			}
		}
	}
	return false
}

func eachValue(c *policy.Condition, good func(string) bool) bool {
	for _, value := range c.Values {
		if !good(value) {
			return false
		}
	}
	return len(c.Values) > 0
}

// bounded reports whether a value begins with more than wildcards.
func bounded(value string) bool { return value != "" && !strings.ContainsAny(value[:1], "*?$") }

// ownRange reports whether a value is an address or a range of them that is private, or lies
// wholly inside one of the trusted ranges. A public range that nobody named as trusted may be
// a provider's, and anybody can work from there.
func ownRange(value string, trusted []string) bool {
	asked, ok := rangeOf(value)
	if !ok {
		return false
	}
	return slices.ContainsFunc(slices.Concat([]string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}, trusted), func(own string) bool {
		// It holds the whole range where it holds its first address and is no narrower.
		p, ok := rangeOf(own)
		return ok && p.Contains(asked.Addr()) && asked.Bits() >= p.Bits()
	})
}

// rangeOf reads a range of addresses, or a single address as a range of one.
func rangeOf(value string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(value); err == nil {
		return prefix, true
	}
	address, err := netip.ParseAddr(value)
	if err != nil || address.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(address, address.BitLen()), true
}
