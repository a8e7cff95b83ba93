package awsfake_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"orgaudit/internal/awsfake"
)

func TestDenialsNameTheirCause(t *testing.T) {
	w := newWorld()
	sandboxRoles := &w.Accounts[2].Roles
	own := managedPolicy("ANPAEXAMPLEPOLICY0201", "NoSummary", deny("iam:GetAccountSummary"))
	w.Accounts[2].Policies = []awsfake.ManagedPolicy{own}
	const ownARN = "arn:aws:iam::" + sandbox + ":policy/NoSummary"
	*sandboxRoles = append(*sandboxRoles, role(81, "OwnDeny", trust(management, ""), adminARN, ownARN))
	bounded := role(82, "BoundaryDeny", trust(management, ""), adminARN)
	bounded.Boundary = ownARN
	*sandboxRoles = append(*sandboxRoles, bounded)
	f := start(t, w, awsfake.Options{})

	session := func(account, role string) string {
		return "User: arn:aws:sts::" + account + ":assumed-role/" + role + "/audit is not authorized to perform: "
	}
	summary := func(c aws.Config) error {
		_, err := iam.NewFromConfig(c).GetAccountSummary(t.Context(), nil)
		return err
	}
	getRole := func(c aws.Config) error {
		_, err := iam.NewFromConfig(c).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("AuditRole")})
		return err
	}
	for _, c := range []struct {
		name    string
		config  aws.Config
		call    func(aws.Config) error
		code    string
		message string
	}{
		{
			"nothing allows", f.with("AKIAEXAMPLEBOB000001", "secret-of-bob", ""), getRole, "AccessDenied",
			"User: arn:aws:iam::111122223333:user/bob is not authorized to perform: iam:GetRole on resource: arn:aws:iam::111122223333:role/AuditRole" +
				" because no identity-based policy allows the iam:GetRole action",
		},
		{
			"inline policy denies", f.in(t, shop, "Denied"), getRole, "AccessDenied",
			session(shop, "Denied") + "iam:GetRole on resource: arn:aws:iam::222233334444:role/AuditRole with an explicit deny in an identity-based policy",
		},
		{
			"managed policy denies", f.in(t, sandbox, "OwnDeny"), summary, "AccessDenied",
			session(sandbox, "OwnDeny") + "iam:GetAccountSummary on resource: * with an explicit deny in an identity-based policy: " + ownARN,
		},
		{
			"boundary does not allow", f.in(t, shop, "Bounded"), summary, "AccessDenied",
			session(shop, "Bounded") + "iam:GetAccountSummary on resource: * because no permissions boundary allows the iam:GetAccountSummary action",
		},
		{
			"boundary denies", f.in(t, sandbox, "BoundaryDeny"), summary, "AccessDenied",
			session(sandbox, "BoundaryDeny") + "iam:GetAccountSummary on resource: * with an explicit deny in a permissions boundary: " + ownARN,
		},
		{
			"service control policy denies", f.in(t, sandbox, "Admin"), func(c aws.Config) error {
				_, err := iam.NewFromConfig(c).GenerateCredentialReport(t.Context(), nil)
				return err
			}, "AccessDenied",
			session(sandbox, "Admin") + "iam:GenerateCredentialReport on resource: * with an explicit deny in a service control policy: " +
				"arn:aws:organizations::111122223333:policy/o-exampleorg1/service_control_policy/p-denyreports",
		},
		{
			"service control policy denies a JSON service", f.in(t, sandbox, "Admin"), func(c aws.Config) error {
				_, err := accessanalyzer.NewFromConfig(c).ListAnalyzers(t.Context(), &accessanalyzer.ListAnalyzersInput{})
				return err
			}, "AccessDeniedException",
			session(sandbox, "Admin") + "access-analyzer:ListAnalyzers on resource: arn:aws:access-analyzer:us-east-1:333344445555:* " +
				"with an explicit deny in a service control policy: " +
				"arn:aws:organizations::111122223333:policy/o-exampleorg1/service_control_policy/p-denyreports",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.call(c.config)
			wantCode(t, err, c.code)
			if !strings.HasSuffix(err.Error(), c.message) {
				t.Errorf("got  %q\nwant %q", err, c.message)
			}
		})
	}
}

// replaceFullAccess puts another policy in the place of FullAWSAccess on one
// target.
func replaceFullAccess(w *awsfake.World, target string, document []byte) {
	full := &w.Organization.Policies[0]
	var rest []string
	for _, id := range full.Targets {
		if id != target {
			rest = append(rest, id)
		}
	}
	full.Targets = rest
	w.Organization.Policies = append(w.Organization.Policies, awsfake.OrgPolicy{
		ID: "p-instead001", Type: "SERVICE_CONTROL_POLICY", Name: "Instead", Document: document, Targets: []string{target},
	})
}

func TestEveryLevelMustAllow(t *testing.T) {
	for _, target := range []string{rootID, workloadsID, shop} {
		w := newWorld()
		replaceFullAccess(w, target, allow("iam:List*"))
		f := start(t, w, awsfake.Options{})
		client := iam.NewFromConfig(f.in(t, shop, "AuditRole"))
		if _, err := client.ListAccountAliases(t.Context(), nil); err != nil {
			t.Errorf("policy on %s allows the call, but: %v", target, err)
		}
		_, err := client.GetAccountSummary(t.Context(), nil)
		wantCode(t, err, "AccessDenied")
		if want := "because no service control policy allows the iam:GetAccountSummary action"; !strings.HasSuffix(err.Error(), want) {
			t.Errorf("policy on %s: got %q, want it to end %q", target, err, want)
		}
	}
}

func TestServiceControlPoliciesSpareTheManagementAccount(t *testing.T) {
	w := newWorld()
	replaceFullAccess(w, rootID, deny("*"))
	f := start(t, w, awsfake.Options{})
	if _, err := iam.NewFromConfig(f.admin()).GetAccountSummary(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

func TestDisabledPolicyTypeBindsNobody(t *testing.T) {
	w := newWorld()
	w.Organization.PolicyTypes = nil
	f := start(t, w, awsfake.Options{})
	if _, err := iam.NewFromConfig(f.in(t, sandbox, "Admin")).GenerateCredentialReport(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

func TestServiceControlPolicyConditions(t *testing.T) {
	for _, c := range []struct {
		name, condition string
		denied          bool
	}{
		{"everyone but one role, who it is", `{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/AuditRole"}}`, false},
		{"everyone but one role, who it is not", `{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Other"}}`, true},
		{"other regions, by the place of the global service", `{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","us-east-1"]}}`, false},
		{"all regions but one", `{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}`, true},
		{"one account", `{"StringLike":{"aws:PrincipalAccount":"2222*"}}`, true},
		{"a key that the request has not", `{"StringEquals":{"aws:PrincipalTag/team":"red"}}`, false},
		{"not a key that the request has not", `{"StringNotEquals":{"aws:PrincipalTag/team":"red"}}`, true},
		{"key is absent", `{"Null":{"aws:PrincipalTag/team":"true"}}`, true},
		{"no MFA, if it is known", `{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`, true},
		{"no MFA", `{"Bool":{"aws:MultiFactorAuthPresent":"false"}}`, false},
		{"operator that is not simulated", `{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`, false},
		{"two keys, one of which differs", `{"StringEquals":{"aws:PrincipalAccount":"222233334444","aws:RequestedRegion":"eu-west-1"}}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.Organization.Policies = append(w.Organization.Policies, awsfake.OrgPolicy{
				ID: "p-condition1", Type: "SERVICE_CONTROL_POLICY", Name: "Condition", Targets: []string{shop},
				Document: []byte(`{"Statement":{"Effect":"Deny","NotAction":"sts:*","Resource":"*","Condition":` + c.condition + `}}`),
			})
			f := start(t, w, awsfake.Options{})
			config := f.in(t, shop, "AuditRole")
			config.Region = "eu-central-1" // a global service answers from us-east-1 all the same
			_, err := iam.NewFromConfig(config).GetAccountSummary(t.Context(), nil)
			if (err != nil) != c.denied {
				t.Errorf("got error %v, want denied: %t", err, c.denied)
			}
		})
	}
}

func TestGroupsGiveTheirPolicies(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	client := iam.NewFromConfig(f.with("AKIAEXAMPLEDAVE00001", "secret-of-dave", ""))
	if _, err := client.ListAccountAliases(t.Context(), nil); err != nil {
		t.Error(err)
	}
	_, err := client.GenerateCredentialReport(t.Context(), nil)
	wantCode(t, err, "AccessDenied")
}
