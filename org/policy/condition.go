package policy

// Truth says whether the condition holds in the requests that the facts describe.
func (c *Condition) Truth(f *Facts) Truth { return Depends }

// Holds says whether all conditions hold; without any, it is True.
func Holds(conditions []Condition, f *Facts) Truth {
	all := True
	for i := range conditions {
		all = min(all, conditions[i].Truth(f))
	}
	return all
}

// Expand fills in the policy variables of an element, such as ${aws:username}. known is
// false where a variable has no single known value; what is returned then has a * in its place.
func Expand(element string, f *Facts) (expanded string, known bool) { return element, true }
