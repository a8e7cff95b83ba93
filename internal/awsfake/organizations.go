package awsfake

import (
	"errors"
	"net/http"
	"slices"
	"time"
)

func organizationsService() *service {
	return &service{
		name:     "organizations",
		protocol: targetProtocol{prefix: "AWSOrganizationsV20161128"},
		operations: map[string]operation{
			"DescribeOrganization":                describeOrganization,
			"ListRoots":                           organizationsOperation(anything, listRoots),
			"ListOrganizationalUnitsForParent":    organizationsOperation(parentARN, listUnitsForParent),
			"ListAccountsForParent":               organizationsOperation(parentARN, listAccountsForParent),
			"ListAccounts":                        organizationsOperation(anything, listAccounts),
			"ListParents":                         organizationsOperation(childARN, listParents),
			"ListChildren":                        organizationsOperation(parentARN, listChildren),
			"DescribeAccount":                     organizationsOperation(accountARN, describeAccount),
			"DescribeOrganizationalUnit":          organizationsOperation(unitARN, describeUnit),
			"ListTagsForResource":                 organizationsOperation(taggedARN, listTags),
			"ListPolicies":                        organizationsOperation(anything, listOrgPolicies),
			"DescribePolicy":                      organizationsOperation(policyARN, describeOrgPolicy),
			"ListTargetsForPolicy":                organizationsOperation(policyARN, listTargets),
			"DescribeResourcePolicy":              organizationsOperation(anything, describeResourcePolicy),
			"ListPoliciesForTarget":               organizationsOperation(targetARN, listPoliciesForTarget),
			"ListDelegatedAdministrators":         organizationsOperation(anything, listDelegatedAdministrators),
			"ListDelegatedServicesForAccount":     organizationsOperation(accountARN, listDelegatedServices),
			"ListAWSServiceAccessForOrganization": organizationsOperation(anything, listServiceAccess),
		},
	}
}

// organizationsInput holds every parameter of the operations.
type organizationsInput struct {
	ParentID         string `json:"ParentId"`
	ChildID          string `json:"ChildId"`
	ChildType        string
	AccountID        string `json:"AccountId"`
	UnitID           string `json:"OrganizationalUnitId"`
	PolicyID         string `json:"PolicyId"`
	TargetID         string `json:"TargetId"`
	ResourceID       string `json:"ResourceId"`
	Filter           string
	ServicePrincipal string
	NextToken        string
	MaxResults       int
}

// organizationsOperation builds an operation that only the management account
// and delegated administrators may call.
func organizationsOperation(
	resource func(*Server, organizationsInput) string,
	run func(*Server, *request, organizationsInput) (any, error),
) operation {
	return func(s *Server, r *request) (any, error) {
		in, err := input[organizationsInput](r)
		if err != nil {
			return nil, err
		}
		if err := s.authorize(r, "organizations:"+r.operation, resource(s, in)); err != nil {
			return nil, err
		}
		if !s.administers(r.caller.account.ID, "") {
			return nil, outsider()
		}
		return run(s, r, in)
	}
}

// The resources that the operations are about, for authorization.

func anything(*Server, organizationsInput) string { return "*" }

func parentARN(s *Server, in organizationsInput) string { return s.unitARN(in.ParentID) }

func unitARN(s *Server, in organizationsInput) string { return s.unitARN(in.UnitID) }

func accountARN(s *Server, in organizationsInput) string { return s.accountARN(in.AccountID) }

func policyARN(s *Server, in organizationsInput) string { return s.resourceARN(in.PolicyID) }

func targetARN(s *Server, in organizationsInput) string { return s.resourceARN(in.TargetID) }

func taggedARN(s *Server, in organizationsInput) string { return s.resourceARN(in.ResourceID) }

func childARN(s *Server, in organizationsInput) string { return s.resourceARN(in.ChildID) }

// resourceARN is the ARN of anything in the organization by its id, and * for
// an id that is not there.
func (s *Server) resourceARN(id string) string {
	if _, ok := s.units[id]; ok {
		return s.unitARN(id)
	}
	if p, ok := s.orgPolicies[id]; ok {
		return s.orgPolicyARN(p)
	}
	if _, ok := s.accounts[id]; ok {
		return s.accountARN(id)
	}
	return "*"
}

// describeOrganization may be called from every account of the organization.
func describeOrganization(s *Server, r *request) (any, error) {
	if err := s.authorize(r, "organizations:DescribeOrganization", "*"); err != nil {
		return nil, err
	}
	o := &s.Organization
	return object{"Organization": object{
		"Id":                   o.ID,
		"Arn":                  s.organizationARN("organization"),
		"FeatureSet":           o.FeatureSet,
		"MasterAccountId":      o.ManagementAccount,
		"MasterAccountArn":     s.accountARN(o.ManagementAccount),
		"MasterAccountEmail":   s.accounts[o.ManagementAccount].Email,
		"AvailablePolicyTypes": s.policyTypes(),
	}}, nil
}

func (s *Server) policyTypes() []object {
	types := make([]object, 0, len(s.Organization.PolicyTypes))
	for _, t := range s.Organization.PolicyTypes {
		types = append(types, object{"Type": t, "Status": "ENABLED"})
	}
	return types
}

func listServiceAccess(s *Server, r *request, in organizationsInput) (any, error) {
	return organizationsPage(s, r, in, "EnabledServicePrincipals", s.Organization.TrustedServices, func(t TrustedService) object {
		return object{"ServicePrincipal": t.Principal, "DateEnabled": epoch(t.Enabled)}
	})
}

func listDelegatedAdministrators(s *Server, r *request, in organizationsInput) (any, error) {
	var list []DelegatedAdministrator
	for _, d := range s.Organization.Delegated {
		if in.ServicePrincipal == "" || slices.Contains(d.Services, in.ServicePrincipal) {
			list = append(list, d)
		}
	}
	return organizationsPage(s, r, in, "DelegatedAdministrators", list, func(d DelegatedAdministrator) object {
		o := s.accountObject(s.accounts[d.Account])
		delete(o, "Paths")
		o["DelegationEnabledDate"] = epoch(d.Enabled)
		return o
	})
}

func listDelegatedServices(s *Server, r *request, in organizationsInput) (any, error) {
	if _, ok := s.accounts[in.AccountID]; !ok {
		return nil, notFound("Account", "We can't find an AWS account with the AccountId that you specified.")
	}
	d, ok := s.delegated[in.AccountID]
	if !ok {
		return nil, failure(http.StatusBadRequest, "AccountNotRegisteredException",
			"The provided account is not a registered delegated administrator for your organization.")
	}
	return organizationsPage(s, r, in, "DelegatedServices", d.Services, func(principal string) object {
		return object{"ServicePrincipal": principal, "DelegationEnabledDate": epoch(d.Enabled)}
	})
}

// organizationsPage answers one page of a list under its name.
func organizationsPage[T any](s *Server, r *request, in organizationsInput, name string, items []T, content func(T) object) (any, error) {
	const limit = 20 // largest MaxResults of the API
	part, next, err := page(s, r, items, in.NextToken, in.MaxResults, limit)
	if err != nil {
		reason := "INVALID_NEXT_TOKEN"
		if errors.Is(err, errPageSize) {
			reason = "MAX_VALUE_EXCEEDED"
		}
		return nil, invalidInput(reason)
	}
	list := make([]object, 0, len(part))
	for _, item := range part {
		list = append(list, content(item))
	}
	out := object{name: list}
	if next != "" {
		out["NextToken"] = next
	}
	return out, nil
}

func invalidInput(reason string) *apiError {
	e := failure(http.StatusBadRequest, "InvalidInputException", "You provided invalid values for one or more request parameters.")
	e.members = object{"Reason": reason}
	return e
}

// notFound is the error for an id that is not in the organization.
func notFound(kind, message string) *apiError {
	return failure(http.StatusBadRequest, kind+"NotFoundException", "%s", message)
}

// epoch is a time as JSON 1.1 writes it.
func epoch(t time.Time) int64 { return t.Unix() }
