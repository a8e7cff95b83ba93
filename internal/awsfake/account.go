package awsfake

import (
	"net/http"
	"slices"
)

func accountService() *service {
	return &service{
		name: "account",
		protocol: restProtocol{[]route{
			{http.MethodPost, "/listRegions", "ListRegions"},
			{http.MethodPost, "/getAlternateContact", "GetAlternateContact"},
			{http.MethodPost, "/getContactInformation", "GetContactInformation"},
		}},
		operations: map[string]operation{
			"ListRegions":           accountOperation(listRegions),
			"GetAlternateContact":   accountOperation(getAlternateContact),
			"GetContactInformation": accountOperation(getContactInformation),
		},
	}
}

type accountInput struct {
	AccountID               string `json:"AccountId"`
	AlternateContactType    string
	RegionOptStatusContains []string
	MaxResults              int
	NextToken               string
}

// accountOperation builds an operation on the account of the caller or on the
// one that the call names.
func accountOperation(run func(*Server, *request, accountInput, *tenant) (any, error)) operation {
	return func(s *Server, r *request) (any, error) {
		in, err := input[accountInput](r)
		if err != nil {
			return nil, err
		}
		resource := s.arn("account", "", r.caller.account.ID, "account")
		if in.AccountID != "" {
			resource = s.arn("account", "", s.Organization.ManagementAccount,
				"account/"+s.Organization.ID+"/"+in.AccountID)
		}
		if err := s.authorize(r, "account:"+r.operation, resource); err != nil {
			return nil, err
		}
		t, err := s.accountOf(r, in.AccountID)
		if err != nil {
			return nil, err
		}
		return run(s, r, in, t)
	}
}

// accountOf finds the account that a call is about. Another account may be named
// only from the management account or from the delegated administrator for
// Account Management, when that has trusted access; the management account must
// not name itself. See "AccountId" in the Account Management API reference.
func (s *Server) accountOf(r *request, id string) (*tenant, error) {
	if id == "" {
		return r.caller.account, nil
	}
	const principal = "account.amazonaws.com"
	t, ok := s.accounts[id]
	if !ok || id == s.Organization.ManagementAccount ||
		!s.administers(r.caller.account.ID, principal) || !s.trusted(principal) {
		return nil, r.service.protocol.denied("User: " + r.caller.arn + " is not authorized to perform: account:" + r.operation +
			" on the account " + id)
	}
	return t, nil
}

func listRegions(s *Server, r *request, in accountInput, t *tenant) (any, error) {
	var names []string
	for _, name := range s.regions.all() {
		if len(in.RegionOptStatusContains) == 0 || slices.Contains(in.RegionOptStatusContains, s.regions.status(t.Account, name)) {
			names = append(names, name)
		}
	}
	return restPage(s, r, names, "NextToken", in.NextToken, in.MaxResults, "Regions", func(name string) object {
		return object{"RegionName": name, "RegionOptStatus": s.regions.status(t.Account, name)}
	})
}

func getAlternateContact(_ *Server, _ *request, in accountInput, t *tenant) (any, error) {
	if !slices.Contains(contactTypes(), in.AlternateContactType) {
		return nil, invalidParameter("AlternateContactType")
	}
	c, ok := t.Contacts[in.AlternateContactType]
	if !ok {
		return nil, failure(http.StatusNotFound, "ResourceNotFoundException",
			"No contact of the inputted alternate contact type found.")
	}
	return object{"AlternateContact": object{
		"AlternateContactType": in.AlternateContactType,
		"Name":                 c.Name,
		"Title":                c.Title,
		"EmailAddress":         c.Email,
		"PhoneNumber":          c.Phone,
	}}, nil
}

func contactTypes() []string { return []string{"BILLING", "OPERATIONS", "SECURITY"} }

func getContactInformation(_ *Server, _ *request, _ accountInput, t *tenant) (any, error) {
	p := &t.Primary
	o := object{
		"FullName":     p.FullName,
		"AddressLine1": p.Address,
		"City":         p.City,
		"PostalCode":   p.PostalCode,
		"CountryCode":  p.CountryCode,
		"PhoneNumber":  p.Phone,
	}
	if p.Company != "" {
		o["CompanyName"] = p.Company
	}
	return object{"ContactInformation": o}, nil
}
