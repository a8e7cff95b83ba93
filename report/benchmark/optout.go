package benchmark

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"orgaudit/org"
)

// optOutSetting is what a policy says of one AI service. Locked settings are those that
// policies further down may not change.
type optOutSetting struct {
	value  string
	locked bool
}

// optOutPolicy is an AI services opt-out policy. Default stands in settings under the name
// default. Closed tells that policies further down may not name further services.
type optOutPolicy struct {
	settings map[string]optOutSetting
	closed   bool
}

const optOutDefault = "default"

// parseOptOut reads an opt-out policy, which is no policy of the IAM language. Names and
// values count in their case, as for AWS
// ("AI services opt-out policy syntax and examples", AWS Organizations User Guide).
func parseOptOut(text string) (optOutPolicy, error) {
	p := optOutPolicy{settings: map[string]optOutSetting{}}
	decoder := json.NewDecoder(strings.NewReader(text))
	var document map[string]json.RawMessage
	if err := decoder.Decode(&document); err != nil {
		return p, fmt.Errorf("decode JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return p, errors.New("decode JSON: more text after the document")
	}
	services, err := optOutNode(document["services"])
	if err != nil {
		return p, fmt.Errorf("services: %w", err)
	}
	if p.closed, err = optOutLocked(services); err != nil {
		return p, fmt.Errorf("services: %w", err)
	}
	for name, raw := range services {
		if strings.HasPrefix(name, "@@") {
			continue
		}
		service, err := optOutNode(raw)
		if err != nil {
			return p, fmt.Errorf("service %q: %w", name, err)
		}
		leaf, err := optOutNode(service["opt_out_policy"])
		if err != nil {
			return p, fmt.Errorf("service %q: %w", name, err)
		}
		var setting optOutSetting
		if value, ok := leaf["@@assign"]; ok {
			if err := json.Unmarshal(value, &setting.value); err != nil {
				return p, fmt.Errorf("service %q: @@assign: %w", name, err)
			}
		}
		if setting.locked, err = optOutLocked(leaf); err != nil {
			return p, fmt.Errorf("service %q: %w", name, err)
		}
		p.settings[name] = setting
	}
	return p, nil
}

// optOutNode reads an object; an absent one is empty.
func optOutNode(raw json.RawMessage) (map[string]json.RawMessage, error) {
	if raw == nil {
		return nil, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return nil, err
	}
	if members == nil {
		return nil, errors.New("null is no object")
	}
	return members, nil
}

// optOutLocked tells whether an object lets policies further down use no operator at all.
func optOutLocked(members map[string]json.RawMessage) (bool, error) {
	const name = "@@operators_allowed_for_child_policies"
	raw, ok := members[name]
	if !ok {
		return false, nil
	}
	var operators []string
	if err := json.Unmarshal(raw, &operators); err != nil {
		return false, fmt.Errorf("%s: %w", name, err)
	}
	return slices.Equal(operators, []string{"@@none"}), nil
}

// orgAIOptOut follows the policies from the root down to every account, as AWS makes the
// effective policy: a setting that is not locked may be turned around further down, and a
// single service may be opted in beside a default that opts out. Other tools look at the
// text of one policy and not at where it is attached.
func orgAIOptOut() *Control {
	return &Control{
		ID: "org-ai-opt-out", Title: "Opting out of AI services is enforced", Severity: Medium, Scope: OrganizationScope,
		Finding: "accounts may let AI services keep their content",
		Why:     "Some AI services of AWS keep content to improve themselves, also outside the region, unless the organization opts out.",
		Test:    "AISERVICES_OPT_OUT_POLICY is enabled on the root. For every ACTIVE account, of the opt-out policies attached to the root, the units above it and the account: services.default.opt_out_policy has @@assign optOut together with @@operators_allowed_for_child_policies [\"@@none\"], and no service is assigned anything but optOut.",
		Remedy:  "Attach to the root an opt-out policy that assigns optOut to default and allows child policies no operators.",
		Needs:   []org.Section{org.SectionAccounts, org.SectionTree, org.SectionPolicies},
		Judge: func(s *Subject) Outcome {
			if item, off := s.policiesOff(org.AIServicesOptOut); off {
				return fromItem(item)
			}
			parsed := map[string]optOutPolicy{}
			unread := map[string]error{}
			for i := range s.Organization.Policies {
				if p := &s.Organization.Policies[i]; p.Type == org.AIServicesOptOut {
					var err error
					if parsed[p.ID], err = parseOptOut(p.Document); err != nil {
						unread[p.ID] = fmt.Errorf("policy %s (%s) could not be understood: %w", p.ID, p.Name, err)
					}
				}
			}
			var items []Item
			for i := range s.Organization.Accounts {
				a := &s.Organization.Accounts[i]
				if a.State != org.StateActive {
					continue
				}
				item := Item{Resource: a.ARN, Expected: "opted out of all AI services, and no policy below may change it", Evidence: orgRef("/accounts/%d", i)}
				if len(a.Path) == 0 {
					items = append(items, s.unplaced(item, a))
					continue
				}
				effective, err := optOutFor(s.Organization.Binding(a, org.AIServicesOptOut), parsed, unread)
				if err != nil {
					items = append(items, s.malformed(item, org.SectionPolicies, err))
					continue
				}
				var ok bool
				item.Observed, ok = effective.words()
				item.Status = status(ok)
				items = append(items, item)
			}
			if len(items) == 0 {
				return notApplicable("the organization has no active account")
			}
			return Outcome{Items: items}
		},
	}
}

// effectiveOptOut is what holds for an account, by service: the setting and where it is made.
type effectiveOptOut map[string]struct {
	optOutSetting
	where string
}

// optOutFor merges the policies above an account. Of two that contradict each other at one
// level the one that does not opt out counts. A setting that is locked without a value
// stays without one further down ("Inheritance operators", AWS Organizations User Guide).
func optOutFor(levels []org.Level, parsed map[string]optOutPolicy, unread map[string]error) (effectiveOptOut, error) {
	effective := effectiveOptOut{}
	empty := map[string]bool{} // locked without a value
	closed := false
	for _, level := range levels {
		here := effectiveOptOut{}
		var locks []string
		closes := false
		for _, p := range level.Policies {
			if err := unread[p.ID]; err != nil {
				return nil, err
			}
			for name, setting := range parsed[p.ID].settings {
				above, set := effective[name]
				if setting.value == "" && setting.locked && !set {
					locks = append(locks, name)
				}
				if empty[name] || setting.value == "" || above.locked || closed && !set {
					continue
				}
				next := here[name]
				switch {
				case next.value == setting.value:
					next.locked = next.locked || setting.locked
				case next.value == "" || next.value == "optOut":
					next.optOutSetting, next.where = setting, p.Name+" at "+level.Name
				}
				here[name] = next
			}
			closes = closes || parsed[p.ID].closed
		}
		for name, setting := range here {
			effective[name] = setting
		}
		for _, name := range locks {
			empty[name] = effective[name].value == ""
		}
		closed = closed || closes
	}
	return effective, nil
}

// words say what holds, and whether it is what is asked for.
func (e effectiveOptOut) words() (string, bool) {
	var kept []string
	for name, setting := range e {
		if name != optOutDefault && setting.value != "optOut" {
			kept = append(kept, fmt.Sprintf("%s has %s by %s", name, setting.value, setting.where))
		}
	}
	slices.Sort(kept)
	standard, set := e[optOutDefault]
	switch {
	case !set:
		return "no policy above the account sets the default", false
	case standard.value != "optOut":
		return "the default is " + standard.value + " by " + standard.where, false
	case len(kept) > 0:
		return "opted out by " + standard.where + ", but " + strings.Join(kept, ", "), false
	case !standard.locked:
		return "opted out by " + standard.where + ", which policies below may change", false
	}
	return "opted out by " + standard.where, true
}
