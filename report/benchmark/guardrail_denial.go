package benchmark

import (
	"fmt"
	"strings"

	"orgaudit/org/policy"
)

// Denial is what SCPs do to one action that a guardrail wants denied.
type Denial struct {
	// Action is what must be denied, and Region where, for the guardrails that ask about regions.
	Action, Region string
	// PolicyID and PolicyName are the SCP that denies the action, or some requests alone. They
	// are empty where none does; NodeName is then the level that does not allow the action.
	PolicyID, PolicyName string
	// NodeID and NodeName are where the SCP is attached.
	NodeID, NodeName string
	// Statement is the statement that decides, as policy.Ref writes it.
	Statement string
	// Exempt are the conditions of the statement that leave some principals out, Only those
	// that name the principals that it is about.
	Exempt, Only string
}

// by fills in the statement that decides.
func (d *Denial) by(r policy.Ref) {
	d.PolicyID, d.PolicyName, d.NodeID, d.NodeName = r.Source.ID, r.Source.Name, r.Source.Place, r.Source.PlaceName
	d.Statement = r.Text()
	d.Exempt, d.Only = whomDenied(r)
}

// judgeDenial reads a decision as the state of a guardrail.
func (s *Subject) judgeDenial(item *Item, d policy.Decision) {
	deciding := d.By
	switch {
	case d.Allowed == policy.False && d.Explicit:
		item.Denial.by(d.By[0])
		item.Status = Passed
		item.Observed = "denied by " + d.By[0].String()
		item.Evidence = s.policyRef(d.By[0].Source.ID)
		if item.Denial.Exempt != "" {
			item.Observed += "; exempt: " + item.Denial.Exempt
		}
		if item.Denial.Only != "" {
			item.Observed += "; only for " + item.Denial.Only
		}
	case d.Allowed == policy.False:
		item.Denial.NodeName = d.Place
		item.Status, item.Observed = Passed, "no SCP allows it at "+d.Place
	case len(d.Conditional) > 0:
		item.Denial.by(d.Conditional[0])
		item.Status = Failed
		item.Observed = fmt.Sprintf("denied in some requests alone: %s, under %s", d.Conditional[0], d.Conditional[0].Conditions())
		item.Evidence = s.policyRef(d.Conditional[0].Source.ID)
		deciding = d.Conditional
	default:
		item.Status, item.Observed = Failed, "no SCP that binds the account denies it"
	}
	item.Because = because(deciding...)
}

// whomDenied are the conditions by which a denial leaves some principals out: those that
// exempt them, and those that name the principals that it is about alone.
func whomDenied(r policy.Ref) (exempt, only string) {
	var exempts, names []string
	for _, c := range r.Element().Conditions {
		switch {
		case !strings.HasPrefix(strings.ToLower(c.Key), "aws:principal"):
		case c.Positive():
			names = append(names, c.String())
		default:
			exempts = append(exempts, c.String())
		}
	}
	return strings.Join(exempts, " and "), strings.Join(names, " and ")
}
