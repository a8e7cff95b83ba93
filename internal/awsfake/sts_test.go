package awsfake_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"orgaudit/internal/awsfake"
)

func TestCallerIdentity(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	for _, c := range []struct {
		name    string
		config  aws.Config
		arn, id string
	}{
		{"user", f.admin(), "arn:aws:iam::111122223333:user/alice", "AIDAEXAMPLEUSER000001"},
		{"session", f.in(t, shop, "AuditRole"), "arn:aws:sts::222233334444:assumed-role/AuditRole/audit", "AROAEXAMPLEROLE000001:audit"},
		{"user without any permission for it", f.with("AKIAEXAMPLEBOB000001", "secret-of-bob", ""), "arn:aws:iam::111122223333:user/bob", "AIDAEXAMPLEUSER000002"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := sts.NewFromConfig(c.config).GetCallerIdentity(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if *out.Arn != c.arn || *out.UserId != c.id || !strings.Contains(c.arn, *out.Account) {
				t.Errorf("got %s, %s, %s, want %s, %s", *out.Arn, *out.UserId, *out.Account, c.arn, c.id)
			}
		})
	}
}

func TestRefusedCredentials(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	session := f.in(t, shop, "AuditRole")
	keys, err := session.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name               string
		key, secret, token string
		query, json        string
	}{
		{"unknown key", "AKIAEXAMPLENOBODY000", "x", "", "InvalidClientTokenId", "UnrecognizedClientException"},
		{"inactive key", "AKIAEXAMPLEALICE0000", "old-secret-of-alice", "", "InvalidClientTokenId", "UnrecognizedClientException"},
		{"session without token", keys.AccessKeyID, keys.SecretAccessKey, "", "InvalidClientTokenId", "UnrecognizedClientException"},
		{"session with wrong token", keys.AccessKeyID, keys.SecretAccessKey, "x", "InvalidClientTokenId", "UnrecognizedClientException"},
		{"wrong secret", "AKIAEXAMPLEALICE0001", "x", "", "SignatureDoesNotMatch", "InvalidSignatureException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := f.with(c.key, c.secret, c.token)
			_, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), nil)
			wantCode(t, err, c.query)
			wantCode(t, organizationError(t, config), c.json)
			wantCode(t, analyzerError(t, config), c.json)
		})
	}
}

func TestAssumeRole(t *testing.T) {
	const bob = "AKIAEXAMPLEBOB000001"
	w := newWorld()
	w.Organization.Policies = append(w.Organization.Policies, awsfake.OrgPolicy{
		ID: "p-onlyus0001", Type: "RESOURCE_CONTROL_POLICY", Name: "OnlyUs", Targets: []string{security},
		Document: []byte(`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*",
			"Condition":{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/alice"}}}]}`),
	})
	shopRoles := &w.Accounts[1].Roles
	add := func(n int, name, principal, condition string) {
		*shopRoles = append(*shopRoles, role(n, name, trust(principal, condition)))
	}
	add(51, "Organization", "*", `{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorg1"}}`)
	add(52, "OtherOrganization", "*", `{"StringEquals":{"aws:PrincipalOrgID":"o-otherorgan1"}}`)
	add(53, "Pattern", management, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/al*"}}`)
	add(54, "OtherPattern", management, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/x*"}}`)
	f := start(t, w, awsfake.Options{})
	for _, c := range []struct {
		name, account, role, external, key, secret string
		seconds                                    int32
		code                                       string // empty: assumed
	}{
		{name: "account trusted with external id", account: shop, role: "AuditRole", external: "example"},
		{name: "wrong external id", account: shop, role: "AuditRole", external: "other", code: "AccessDenied"},
		{name: "no external id", account: shop, role: "AuditRole", code: "AccessDenied"},
		{name: "external id that nobody asks for", account: shop, role: "Bounded", external: "example"},
		{name: "role that is not there", account: shop, role: "Nobody", code: "AccessDenied"},
		{name: "path left out", account: shop, role: "AWSServiceRoleForSupport", code: "AccessDenied"},
		{name: "service role", account: shop, role: "aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport", code: "AccessDenied"},
		{name: "account outside of the organization", account: "999999999999", role: "Admin", code: "AccessDenied"},
		{name: "closed account", account: closed, role: "Admin", code: "AccessDenied"},
		{name: "trusted user without a policy of its own", account: shop, role: "ForBob", key: bob, secret: "secret-of-bob", code: "AccessDenied"},
		{name: "other user than the trusted one", account: shop, role: "ForBob", code: "AccessDenied"},
		{name: "own organization", account: shop, role: "Organization"},
		{name: "other organization", account: shop, role: "OtherOrganization", code: "AccessDenied"},
		{name: "principal pattern", account: shop, role: "Pattern"},
		{name: "other principal pattern", account: shop, role: "OtherPattern", code: "AccessDenied"},
		{name: "resource control policy", account: security, role: "Admin", code: "AccessDenied"},
		{name: "short", account: shop, role: "Bounded", seconds: 60, code: "ValidationError"},
		{name: "longer than the role's maximum", account: shop, role: "Bounded", seconds: 7201, code: "ValidationError"},
		{name: "as long as the role's maximum", account: shop, role: "Bounded", seconds: 7200},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := f.admin()
			if c.key != "" {
				config = f.with(c.key, c.secret, "")
			}
			in := &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + c.account + ":role/" + c.role), RoleSessionName: aws.String("audit")}
			if c.external != "" {
				in.ExternalId = aws.String(c.external)
			}
			if c.seconds != 0 {
				in.DurationSeconds = aws.Int32(c.seconds)
			}
			out, err := sts.NewFromConfig(config).AssumeRole(t.Context(), in)
			if c.code != "" {
				wantCode(t, err, c.code)
				if c.code == "AccessDenied" && !strings.HasSuffix(err.Error(), "on resource: "+*in.RoleArn) {
					t.Errorf("message %q tells more than AWS does", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(*out.Credentials.AccessKeyId, "ASIA") || len(*out.Credentials.AccessKeyId) != 20 {
				t.Errorf("access key id %s has not AWS's shape", *out.Credentials.AccessKeyId)
			}
			if want := "arn:aws:sts::" + c.account + ":assumed-role/" + c.role + "/audit"; *out.AssumedRoleUser.Arn != want {
				t.Errorf("got ARN %s, want %s", *out.AssumedRoleUser.Arn, want)
			}
		})
	}
}

func TestAssumeRoleInSameAccount(t *testing.T) {
	w := newWorld()
	m := &w.Accounts[0]
	m.Roles = []awsfake.Role{
		role(61, "ByName", trust("arn:aws:iam::"+management+":user/bob", "")),
		role(62, "ByAccount", trust(management, "")),
	}
	f := start(t, w, awsfake.Options{})
	client := sts.NewFromConfig(f.with("AKIAEXAMPLEBOB000001", "secret-of-bob", ""))
	in := &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + management + ":role/ByName"), RoleSessionName: aws.String("audit")}
	if _, err := client.AssumeRole(t.Context(), in); err != nil {
		t.Errorf("role that trusts the user itself: %v", err)
	}
	in.RoleArn = aws.String("arn:aws:iam::" + management + ":role/ByAccount")
	_, err := client.AssumeRole(t.Context(), in)
	wantCode(t, err, "AccessDenied")
}

func TestRoleChainingIsShort(t *testing.T) {
	w := newWorld()
	w.Accounts[2].Roles = append(w.Accounts[2].Roles, role(71, "Next", trust(shop, ""), adminARN))
	f := start(t, w, awsfake.Options{})
	client := sts.NewFromConfig(f.in(t, shop, "AuditRole"))
	in := &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + sandbox + ":role/Next"), RoleSessionName: aws.String("audit"), DurationSeconds: aws.Int32(3601),
	}
	_, err := client.AssumeRole(t.Context(), in)
	wantCode(t, err, "ValidationError")
	in.DurationSeconds = aws.Int32(3600)
	if _, err := client.AssumeRole(t.Context(), in); err != nil {
		t.Error(err)
	}
}

func TestSessionPolicyNarrows(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	config := f.assume(t, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + shop + ":role/AuditRole"), ExternalId: aws.String("example"),
		Policy: aws.String(string(allow("iam:ListAccountAliases"))),
	})
	client := iam.NewFromConfig(config)
	if _, err := client.ListAccountAliases(t.Context(), nil); err != nil {
		t.Error(err)
	}
	_, err := client.GetAccountSummary(t.Context(), nil)
	wantCode(t, err, "AccessDenied")
	if want := "because no session policy allows the iam:GetAccountSummary action"; !strings.Contains(err.Error(), want) {
		t.Errorf("got %q, want it to say %q", err, want)
	}
	managed := iam.NewFromConfig(f.assume(t, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + shop + ":role/AuditRole"), ExternalId: aws.String("example"),
		PolicyArns: []types.PolicyDescriptorType{{Arn: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")}},
	}))
	if _, err := managed.GetAccountSummary(t.Context(), nil); err != nil {
		t.Error(err)
	}
	_, err = managed.GenerateCredentialReport(t.Context(), nil)
	wantCode(t, err, "AccessDenied")
	_, err = sts.NewFromConfig(f.admin()).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + shop + ":role/Bounded"), RoleSessionName: aws.String("audit"), Policy: aws.String(`{"Statement":1}`),
	})
	wantCode(t, err, "MalformedPolicyDocument")
}

func TestSessionExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newLocal(t, newWorld(), awsfake.Options{SessionDuration: time.Minute})
		config := f.in(t, shop, "AuditRole")
		client := sts.NewFromConfig(config)
		if _, err := client.GetCallerIdentity(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // of the bubble's clock
		_, err := client.GetCallerIdentity(t.Context(), nil)
		wantCode(t, err, "ExpiredToken")
		wantCode(t, organizationError(t, config), "ExpiredTokenException")
	})
}
