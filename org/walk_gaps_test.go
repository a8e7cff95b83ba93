package org_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// TestWalkGaps denies one operation after another: the section is a gap with its cause,
// and everything else is there.
func TestWalkGaps(t *testing.T) {
	// Without these two there is no organization: see TestWalkRefused.
	denied := []string{"organizations:DescribeOrganization", "organizations:ListAccounts"}
	for _, test := range []struct {
		action  string
		section org.Section
		// hidden takes out of the whole what the denial may hide.
		hidden func(*org.Organization)
	}{
		{"organizations:ListRoots", org.SectionTree, hideTree},
		{"organizations:ListOrganizationalUnitsForParent", org.SectionTree, hideTree},
		{"organizations:ListAccountsForParent", org.SectionTree, hideTree},
		{"organizations:ListPolicies", org.SectionPolicies, hidePolicies},
		{"organizations:DescribePolicy", org.SectionPolicies, hidePolicies},
		{"organizations:ListTargetsForPolicy", org.SectionPolicies, hidePolicies},
		{"organizations:DescribeResourcePolicy", org.SectionResourcePolicy, func(o *org.Organization) { o.ResourcePolicy = "" }},
		{"organizations:ListDelegatedAdministrators", org.SectionDelegation, hideDelegation},
		{"organizations:ListDelegatedServicesForAccount", org.SectionDelegation, hideDelegation},
		{"organizations:ListAWSServiceAccessForOrganization", org.SectionTrusted,
			func(o *org.Organization) { o.TrustedServices = nil }},
		{"iam:ListOrganizationsFeatures", org.SectionRootFeatures, func(o *org.Organization) { o.RootFeatures = nil }},
		{"organizations:ListTagsForResource", org.SectionTags, func(o *org.Organization) {
			for i := range o.Accounts {
				o.Accounts[i].Tags = nil
			}
		}},
	} {
		denied = append(denied, test.action)
		for _, by := range []struct {
			cause org.Cause
			deny  func(w *awsfake.World, action string)
		}{
			{org.DeniedBySCP, denyByGuardrail},
			{org.DeniedByRole, denyByUser},
		} {
			t.Run(test.action+" "+string(by.cause), func(t *testing.T) {
				w := deepWorld()
				by.deny(w, test.action)
				want := organizationOf(w)
				got := walk(t, start(t, w, nil).in(delegate))
				if len(got.Gaps) != 1 {
					t.Fatalf("%d gaps %v, want one", len(got.Gaps), got.Gaps)
				}
				gap := got.Gaps[0]
				if gap.RequestID == "" || gap.Message == "" {
					t.Errorf("gap %+v has no request id or no message", gap)
				}
				service, name, _ := strings.Cut(test.action, ":")
				wantGap := org.Gap{
					Section: test.section, Cause: by.cause, Code: "AccessDeniedException",
					Operation: "Organizations:" + name, At: walkedAt.UTC(),
				}
				if service == "iam" {
					wantGap.Operation, wantGap.Code = "IAM:"+name, "AccessDenied"
				}
				if diff := gocmp.Diff(wantGap, gap, cmpopts.IgnoreFields(org.Gap{}, "RequestID", "Message")); diff != "" {
					t.Errorf("gap differs (-want +got):\n%s", diff)
				}
				if _, missing := got.Missing(test.section); !missing {
					t.Errorf("section %s is not missing", test.section)
				}
				test.hidden(want)
				test.hidden(got)
				if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(org.Organization{}, "Gaps")); diff != "" {
					t.Errorf("the rest differs (-world +walk):\n%s", diff)
				}
			})
		}
	}
	slices.Sort(denied)
	if diff := gocmp.Diff(org.Actions(org.Calls()), denied); diff != "" {
		t.Errorf("actions differ (-declared +denied here):\n%s", diff)
	}
}

func hideTree(o *org.Organization) {
	o.Root, o.PolicyTypes = org.Unit{}, nil
	// Without the root nobody knows which types are enabled, and policies of all are read.
	o.Policies = slices.DeleteFunc(o.Policies, func(p org.Policy) bool { return p.Type == org.AIServicesOptOut })
	for i := range o.Accounts {
		o.Accounts[i].Path = nil
	}
}

func hidePolicies(o *org.Organization) { o.Policies = nil }

func hideDelegation(o *org.Organization) { o.DelegatedAdministrators = nil }

// denyByGuardrail lets an SCP deny an action in the account of the delegated administrator.
func denyByGuardrail(w *awsfake.World, action string) {
	w.Organization.Policies = append(w.Organization.Policies, awsfake.OrgPolicy{
		ID: "p-denysomething", Type: org.ServiceControlPolicy, Name: "DenySomething",
		Document: statement("Deny", action), Targets: []string{delegate},
	})
}

// denyByUser leaves an action out of what the user there may do.
func denyByUser(w *awsfake.World, action string) {
	for i := range w.Accounts {
		if w.Accounts[i].ID == delegate {
			w.Accounts[i].Users[0].Inline[0].Document = []byte(
				`{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"` + action + `","Resource":"*"}}`)
		}
	}
}

// TestWalkRefused checks who cannot walk at all: then there is no organization of which
// to say what is missing.
func TestWalkRefused(t *testing.T) {
	for _, test := range []struct {
		name    string
		account string
		deny    string
		want    string
	}{
		{"a member that is no delegated administrator", stranger, "", "list the accounts of organization o-exampleorg1"},
		{"no permission for DescribeOrganization", delegate, "organizations:DescribeOrganization", "read the organization"},
		{"no permission for ListAccounts", delegate, "organizations:ListAccounts", "list the accounts of organization o-exampleorg1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := deepWorld()
			if test.deny != "" {
				denyByUser(w, test.deny)
			}
			o, err := org.Walk(t.Context(), start(t, w, nil).in(test.account), walkOptions())
			if err == nil {
				t.Fatalf("the walk gave %+v, want an error", o)
			}
			if !strings.Contains(err.Error(), test.want) || org.CauseOf(err) != org.DeniedByRole {
				t.Errorf("error %q with cause %s, want it to say %q and cause %s", err, org.CauseOf(err), test.want, org.DeniedByRole)
			}
		})
	}
}

// TestWalkCancelled ends the context at one operation after another: a part of an
// organization must not look like the whole.
func TestWalkCancelled(t *testing.T) {
	for _, at := range []string{
		"DescribeOrganization", "ListAccounts", "ListRoots", "ListAccountsForParent", "ListPolicies", "DescribePolicy",
		"ListDelegatedAdministrators", "ListAWSServiceAccessForOrganization", "ListTagsForResource",
	} {
		t.Run(at, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := start(t, deepWorld(), func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if operation(r) == at {
						cancel()
					}
					next.ServeHTTP(w, r)
				})
			})
			o, err := org.Walk(ctx, s.management(), walkOptions())
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v with organization %v, want %v", err, o, context.Canceled)
			}
		})
	}
}

// TestWalkUnplacedAccount checks an account that stands in the list and in no unit, as
// one that moves during the walk does.
func TestWalkUnplacedAccount(t *testing.T) {
	s := start(t, deepWorld(), rewriting("ListAccountsForParent", func(answer map[string]any) {
		answer["Accounts"] = slices.DeleteFunc(answer["Accounts"].([]any), func(a any) bool {
			return a.(map[string]any)["Id"] == middle
		})
	}))
	got := walk(t, s.management())
	want := []org.Gap{{Section: org.SectionTree, Account: middle, Subject: middle, Cause: org.NotWalked, At: walkedAt.UTC()}}
	if diff := gocmp.Diff(want, got.Gaps, cmpopts.IgnoreFields(org.Gap{}, "Message")); diff != "" {
		t.Errorf("gaps differ (-want +got):\n%s", diff)
	}
	if b := got.Binding(got.Account(middle), org.ServiceControlPolicy); b != nil {
		t.Errorf("the account without a place is bound by %v, want nil", b)
	}
}

// TestWalkUnknownAccount checks an account that stands in a unit and not in the list, as
// one that is made during the walk does.
func TestWalkUnknownAccount(t *testing.T) {
	s := start(t, deepWorld(), rewriting("ListAccounts", func(answer map[string]any) {
		answer["Accounts"] = slices.DeleteFunc(answer["Accounts"].([]any), func(a any) bool {
			return a.(map[string]any)["Id"] == deepest
		})
	}))
	got := walk(t, s.management())
	if len(got.Gaps) > 0 {
		t.Errorf("gaps %+v, want none", got.Gaps)
	}
	want := walk(t, start(t, deepWorld(), nil).management())
	if diff := gocmp.Diff(want.Accounts, got.Accounts); diff != "" {
		t.Errorf("the account is not there like the others (-want +got):\n%s", diff)
	}
}

// TestWalkMalformedAccount checks an id that could become the name of a file anywhere.
func TestWalkMalformedAccount(t *testing.T) {
	s := start(t, deepWorld(), rewriting("ListAccounts", func(answer map[string]any) {
		for _, a := range answer["Accounts"].([]any) {
			a.(map[string]any)["Id"] = "../../etc/passwd"
		}
	}))
	o, err := org.Walk(t.Context(), s.management(), walkOptions())
	if err == nil || org.CauseOf(err) != org.Malformed || !strings.Contains(err.Error(), "../../etc/passwd") {
		t.Errorf("error %v with organization %v, want a malformed answer that is quoted", err, o)
	}
}

// TestWalkEmptyAnswers checks answers that hold nothing where AWS always says something.
func TestWalkEmptyAnswers(t *testing.T) {
	nothing := func(answer map[string]any) { clear(answer) }
	o, err := org.Walk(t.Context(), start(t, deepWorld(), rewriting("DescribeOrganization", nothing)).management(), walkOptions())
	if err == nil || org.CauseOf(err) != org.Malformed {
		t.Errorf("no organization gives error %v with organization %v, want a malformed answer", err, o)
	}
	got := walk(t, start(t, deepWorld(), rewriting("DescribePolicy", nothing)).management())
	if gap, missing := got.Missing(org.SectionPolicies); !missing || gap.Cause != org.Malformed {
		t.Errorf("no policy gives gaps %+v, want one of section %s with cause %s", got.Gaps, org.SectionPolicies, org.Malformed)
	}
}

// TestWalkEndlessTree checks units that hold each other: the walk must end.
func TestWalkEndlessTree(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var calls atomic.Int32
	s := start(t, deepWorld(), func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if calls.Add(1) > 500 {
				cancel() // or the walk would go on for ever
			}
			switch operation(r) {
			case "ListOrganizationalUnitsForParent":
				_, _ = w.Write([]byte(`{"OrganizationalUnits":[{"Id":"ou-exam-endless1","Name":"endless"}]}`))
			case "ListAccountsForParent":
				_, _ = w.Write([]byte(`{"Accounts":[]}`))
			default:
				next.ServeHTTP(w, r)
			}
		})
	})
	got, err := org.Walk(ctx, s.management(), walkOptions())
	if err != nil {
		t.Fatal(err)
	}
	if gap, missing := got.Missing(org.SectionTree); !missing || gap.Cause != org.Malformed {
		t.Errorf("gaps %+v, want one of section %s with cause %s", got.Gaps, org.SectionTree, org.Malformed)
	}
}

// TestWalkSomeTagsRefused checks that one account's refusal hides no other's tags.
func TestWalkSomeTagsRefused(t *testing.T) {
	w := deepWorld()
	for i := range w.Accounts {
		if w.Accounts[i].ID == delegate {
			w.Accounts[i].Users[0].Inline = append(w.Accounts[i].Users[0].Inline, awsfake.InlinePolicy{
				Name: "some", Document: []byte(`{"Version":"2012-10-17","Statement":{"Effect":"Deny",
					"Action":"organizations:ListTagsForResource","Resource":"arn:aws:organizations::*:account/*/` + middle + `"}}`),
			})
		}
	}
	got := walk(t, start(t, w, nil).in(delegate))
	if len(got.Gaps) != 1 || got.Gaps[0].Account != middle || got.Gaps[0].Subject != middle || got.Gaps[0].Cause != org.DeniedByRole {
		t.Errorf("gaps %+v, want one of account %s", got.Gaps, middle)
	}
	if got.Account(middle).Tags != nil {
		t.Errorf("tags %v of the account that was refused, want nil", got.Account(middle).Tags)
	}
	want := map[string]string{"environment": "production", "Kostenstelle": "=1+1", "Περιβάλλον": "", "d": "4", "e": "5"}
	if diff := gocmp.Diff(want, got.Account(deepest).Tags); diff != "" {
		t.Errorf("tags of another account differ (-want +got):\n%s", diff)
	}
	if _, _, err := got.Select(org.Selection{IncludeTags: []string{"environment"}}); err == nil || !strings.Contains(err.Error(), "tag") {
		t.Errorf("selection by tags that could not all be read gives error %v, want one about tags", err)
	}
}

// TestWalkTimes checks that the times of a walk are UTC and those of its clock.
func TestWalkTimes(t *testing.T) {
	clock := walkedAt
	o := walkOptions()
	o.Concurrency = 0
	o.Now = func() time.Time { clock = clock.Add(time.Minute); return clock }
	got, err := org.Walk(t.Context(), start(t, deepWorld(), nil).management(), o)
	if err != nil {
		t.Fatal(err)
	}
	if got.WalkedAt.Location() != time.UTC || got.WalkEnded.Location() != time.UTC || !got.WalkEnded.After(got.WalkedAt) {
		t.Errorf("walk from %v to %v, want times in UTC, the second after the first", got.WalkedAt, got.WalkEnded)
	}
}
