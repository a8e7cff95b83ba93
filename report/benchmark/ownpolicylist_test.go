package benchmark_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
)

func TestOwnPolicies(t *testing.T) {
	w := newWorld("aws")
	bare(w)
	w.own("everything", everythingDocument)
	w.own("nothing", `{"Statement":[]}`)
	w.inline("group/developers", "=inline", allowing(`"Action":"s3:GetObject"`))
	w.inline("group/developers", "broken", notEffect)
	var got []string
	for _, p := range w.subject().OwnPolicies() {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s%s %s %d %v %s", p.ARN, p.Holder, p.Name, p.Statements, p.FullAdministrator, p.Evidence.Pointer)))
		if (p.Managed == nil) != (p.ARN == "") || (p.Gap != nil) != (p.Name == "broken") {
			t.Errorf("policy %s: %+v", p.Name, p)
		}
	}
	const in = "/authorization_details/"
	want := []string{
		w.arn("policy/everything") + " everything 1 true " + in + "policies/0/versions/1/document",
		w.arn("policy/nothing") + " nothing 0 false " + in + "policies/1/versions/1/document",
		w.arn("group/developers") + " =inline 1 false " + in + "groups/0/inline/0/document",
		w.arn("group/developers") + " broken 0 false " + in + "groups/0/inline/1/document",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w.lose(collect.AuthorizationSection, org.DeniedByRole)
	if list := w.subject().OwnPolicies(); list != nil {
		t.Errorf("the authorization details are missing, and %d policies are listed", len(list))
	}
}
