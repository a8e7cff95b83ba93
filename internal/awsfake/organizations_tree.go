package awsfake

import (
	"maps"
	"slices"
)

func listRoots(s *Server, r *request, in organizationsInput) (any, error) {
	return organizationsPage(s, r, in, "Roots", []*Unit{&s.Organization.Root}, func(u *Unit) object {
		return object{"Id": u.ID, "Arn": s.unitARN(u.ID), "Name": u.Name, "PolicyTypes": s.policyTypes()}
	})
}

func listUnitsForParent(s *Server, r *request, in organizationsInput) (any, error) {
	n, err := s.parent(in.ParentID)
	if err != nil {
		return nil, err
	}
	return organizationsPage(s, r, in, "OrganizationalUnits", n.units, s.unitObject)
}

func listAccountsForParent(s *Server, r *request, in organizationsInput) (any, error) {
	n, err := s.parent(in.ParentID)
	if err != nil {
		return nil, err
	}
	return organizationsPage(s, r, in, "Accounts", s.accountsOf(n), s.accountObject)
}

func listAccounts(s *Server, r *request, in organizationsInput) (any, error) {
	return organizationsPage(s, r, in, "Accounts", s.tenants, s.accountObject)
}

// Types of children and of targets.
const (
	typeRoot    = "ROOT"
	typeUnit    = "ORGANIZATIONAL_UNIT"
	typeAccount = "ACCOUNT"
)

func listChildren(s *Server, r *request, in organizationsInput) (any, error) {
	n, err := s.parent(in.ParentID)
	if err != nil {
		return nil, err
	}
	var ids []string
	switch in.ChildType {
	case typeUnit:
		for _, u := range n.units {
			ids = append(ids, u.ID)
		}
	case typeAccount:
		for _, t := range s.accountsOf(n) {
			ids = append(ids, t.ID)
		}
	default:
		return nil, invalidInput("INVALID_ENUM")
	}
	return organizationsPage(s, r, in, "Children", ids, func(id string) object {
		return object{"Id": id, "Type": in.ChildType}
	})
}

func listParents(s *Server, r *request, in organizationsInput) (any, error) {
	var parent *node
	if t, ok := s.accounts[in.ChildID]; ok {
		parent = s.unitOf(t)
	} else if n, ok := s.units[in.ChildID]; ok {
		parent = n.parent
	}
	if parent == nil {
		return nil, notFound("Child", "We can't find an organizational unit (OU) or AWS account with the ChildId that you specified.")
	}
	return organizationsPage(s, r, in, "Parents", []*node{parent}, func(n *node) object {
		return object{"Id": n.ID, "Type": n.kind()}
	})
}

func describeAccount(s *Server, _ *request, in organizationsInput) (any, error) {
	t, ok := s.accounts[in.AccountID]
	if !ok {
		return nil, notFound("Account", "You specified an account that doesn't exist.")
	}
	return object{"Account": s.accountObject(t)}, nil
}

func describeUnit(s *Server, _ *request, in organizationsInput) (any, error) {
	n, ok := s.units[in.UnitID]
	if !ok || n.parent == nil {
		return nil, notFound("OrganizationalUnit", "You specified an organizational unit that doesn't exist.")
	}
	return object{"OrganizationalUnit": s.unitObject(n)}, nil
}

// listTags has no MaxResults. Policies have no tags in a world.
func listTags(s *Server, r *request, in organizationsInput) (any, error) {
	var tags map[string]string
	if t, ok := s.accounts[in.ResourceID]; ok {
		tags = t.Tags
	} else if n, ok := s.units[in.ResourceID]; ok {
		tags = n.Tags
	} else if _, ok := s.orgPolicies[in.ResourceID]; !ok {
		return nil, notFound("Target", "We can't find a root, OU, account, or policy with the TargetId that you specified.")
	}
	in.MaxResults = 0
	return organizationsPage(s, r, in, "Tags", slices.Sorted(maps.Keys(tags)), func(key string) object {
		return object{"Key": key, "Value": tags[key]}
	})
}

func (s *Server) parent(id string) (*node, error) {
	if n, ok := s.units[id]; ok {
		return n, nil
	}
	return nil, notFound("Parent", "We can't find a root or OU with the ParentId that you specified.")
}

// kind is the type of a node as Organizations names it.
func (n *node) kind() string {
	if n.parent == nil {
		return typeRoot
	}
	return typeUnit
}

func (s *Server) unitObject(n *node) object {
	return object{"Id": n.ID, "Arn": s.unitARN(n.ID), "Name": n.Name, "Path": s.path(n)}
}

func (s *Server) accountObject(t *tenant) object {
	state := s.state(t)
	return object{
		"Id":              t.ID,
		"Arn":             s.accountARN(t.ID),
		"Name":            t.Name,
		"Email":           t.Email,
		"State":           state,
		"Status":          statusOf(state),
		"JoinedMethod":    t.Method,
		"JoinedTimestamp": epoch(t.Joined),
		"Paths":           []string{s.path(s.unitOf(t)) + t.ID + "/"},
	}
}

// statusOf is the older and coarser Status of an account, which the document
// "Monitor the state of your AWS accounts" replaces by its State. It knows no
// word for an account whose sign-up was not finished nor for a closed one; both
// cannot be used.
func statusOf(state string) string {
	switch state {
	case "ACTIVE", "PENDING_CLOSURE":
		return state
	}
	return "SUSPENDED"
}
