package org

import (
	"slices"
	"strings"
)

// Call is an operation of AWS with the IAM permission that it needs. Service is the SDK's
// service id, such as IAM or AccessAnalyzer.
type Call struct {
	Service, Operation, Action string
}

// Calls are the operations that [Walk] uses.
func Calls() []Call {
	calls := []Call{{Service: "IAM", Operation: "ListOrganizationsFeatures", Action: "iam:ListOrganizationsFeatures"}}
	for _, operation := range []string{
		"DescribeOrganization", "DescribePolicy", "DescribeResourcePolicy", "ListAWSServiceAccessForOrganization", "ListAccounts",
		"ListAccountsForParent", "ListDelegatedAdministrators", "ListDelegatedServicesForAccount",
		"ListOrganizationalUnitsForParent", "ListPolicies", "ListRoots", "ListTagsForResource", "ListTargetsForPolicy",
	} {
		calls = append(calls, Call{Service: "Organizations", Operation: operation, Action: "organizations:" + operation})
	}
	return calls
}

// Actions returns the permissions that calls need, sorted, each once.
func Actions(calls []Call) []string {
	var actions []string
	for _, c := range calls {
		actions = append(actions, c.Action)
	}
	slices.SortFunc(actions, strings.Compare)
	return slices.Compact(actions)
}
