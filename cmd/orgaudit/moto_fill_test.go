//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// motoWorld is the organization in moto: the description, and the ids that moto chose.
type motoWorld struct {
	url string
	// id is the organization's. ids are those of nodes by "Root", path of unit, or name of account.
	id  string
	ids map[string]string
	// callerKey and callerSecret are the access key of motoCaller.
	callerKey, callerSecret string
}

// must ends the test where a call fails that fills moto.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// fillMoto makes the organization that the description describes.
func fillMoto(ctx context.Context, t *testing.T, url string) *motoWorld {
	t.Helper()
	w := &motoWorld{url: url, ids: map[string]string{}}
	api := organizations.NewFromConfig(motoConfig(url, motoManagement))
	created := must[*organizations.CreateOrganizationOutput](t)(api.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: orgtypes.OrganizationFeatureSetAll}))
	w.id = aws.ToString(created.Organization.Id)
	roots := must[*organizations.ListRootsOutput](t)(api.ListRoots(ctx, &organizations.ListRootsInput{}))
	w.ids["Root"] = aws.ToString(roots.Roots[0].Id)
	for _, kind := range []orgtypes.PolicyType{orgtypes.PolicyTypeServiceControlPolicy, orgtypes.PolicyTypeResourceControlPolicy} {
		must[*organizations.EnablePolicyTypeOutput](t)(api.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: aws.String(w.ids["Root"]), PolicyType: kind}))
	}
	for _, unit := range motoUnits() {
		out := must[*organizations.CreateOrganizationalUnitOutput](t)(api.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{
			Name: aws.String(path.Base(unit)), ParentId: aws.String(w.parent(path.Dir(unit))),
		}))
		w.ids[unit] = aws.ToString(out.OrganizationalUnit.Id)
	}
	for _, a := range motoAccounts() {
		w.addAccount(ctx, t, api, a)
	}
	for _, g := range motoGuardrails() {
		out := must[*organizations.CreatePolicyOutput](t)(api.CreatePolicy(ctx, &organizations.CreatePolicyInput{
			Name: &g.name, Type: orgtypes.PolicyType(g.kind), Content: &g.document, Description: aws.String("for the test"),
		}))
		for _, target := range g.targets {
			must[*organizations.AttachPolicyOutput](t)(api.AttachPolicy(ctx, &organizations.AttachPolicyInput{
				PolicyId: out.Policy.PolicySummary.Id, TargetId: aws.String(w.ids[target]),
			}))
		}
	}
	must[*organizations.EnableAWSServiceAccessOutput](t)(api.EnableAWSServiceAccess(ctx, &organizations.EnableAWSServiceAccessInput{ServicePrincipal: aws.String(motoTrusted)}))
	return w
}

func (w *motoWorld) parent(unit string) string {
	if unit == "." || unit == "" {
		return w.ids["Root"]
	}
	return w.ids[unit]
}

func (w *motoWorld) addAccount(ctx context.Context, t *testing.T, api *organizations.Client, a motoAccount) {
	t.Helper()
	id := motoManagement
	if a.name != motoMaster {
		out := must[*organizations.CreateAccountOutput](t)(api.CreateAccount(ctx, &organizations.CreateAccountInput{
			AccountName: &a.name, Email: aws.String(a.name + "@example.com"),
		}))
		id = aws.ToString(out.CreateAccountStatus.AccountId)
	}
	w.ids[a.name] = id
	if a.unit != "" {
		must[*organizations.MoveAccountOutput](t)(api.MoveAccount(ctx, &organizations.MoveAccountInput{
			AccountId: &id, SourceParentId: aws.String(w.ids["Root"]), DestinationParentId: aws.String(w.parent(a.unit)),
		}))
	}
	for key, value := range a.tags {
		must[*organizations.TagResourceOutput](t)(api.TagResource(ctx, &organizations.TagResourceInput{
			ResourceId: &id, Tags: []orgtypes.Tag{{Key: &key, Value: &value}},
		}))
	}
	for _, service := range a.delegated {
		must[*organizations.RegisterDelegatedAdministratorOutput](t)(api.RegisterDelegatedAdministrator(ctx,
			&organizations.RegisterDelegatedAdministratorInput{AccountId: &id, ServicePrincipal: &service}))
	}
	if a.closed {
		must[*organizations.CloseAccountOutput](t)(api.CloseAccount(ctx, &organizations.CloseAccountInput{AccountId: &id}))
		return
	}
	cfg := motoConfig(w.url, id)
	for _, kind := range a.contacts {
		must[*account.PutAlternateContactOutput](t)(account.NewFromConfig(cfg).PutAlternateContact(ctx, &account.PutAlternateContactInput{
			AlternateContactType: kind, EmailAddress: aws.String("team@example.com"), Name: aws.String("Team"),
			PhoneNumber: aws.String("+49 1"), Title: aws.String("Team"),
		}))
	}
	f := motoIAM{t: t, world: w, api: iam.NewFromConfig(cfg), account: id}
	f.fill(ctx, a)
}

// motoIAM fills the IAM of one account.
type motoIAM struct {
	t       *testing.T
	world   *motoWorld
	api     *iam.Client
	account string
}

func (f motoIAM) fill(ctx context.Context, a motoAccount) {
	f.t.Helper()
	for _, p := range motoPolicies() {
		if p.document != "" {
			must[*iam.CreatePolicyOutput](f.t)(f.api.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &p.name, PolicyDocument: &p.document}))
		}
	}
	if a.passwordPolicy != nil {
		in := &iam.UpdateAccountPasswordPolicyInput{MinimumPasswordLength: &a.passwordPolicy.length}
		if a.passwordPolicy.reuse > 0 {
			in.PasswordReusePrevention = &a.passwordPolicy.reuse
		}
		must[*iam.UpdateAccountPasswordPolicyOutput](f.t)(f.api.UpdateAccountPasswordPolicy(ctx, in))
	}
	for _, g := range a.groups {
		must[*iam.CreateGroupOutput](f.t)(f.api.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: &g.name}))
		for _, p := range g.attached {
			must[*iam.AttachGroupPolicyOutput](f.t)(f.api.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: &g.name, PolicyArn: f.arn(p)}))
		}
	}
	for _, r := range a.roles {
		f.role(ctx, r.name, "")
		for _, p := range r.attached {
			must[*iam.AttachRolePolicyOutput](f.t)(f.api.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: &r.name, PolicyArn: f.arn(p)}))
		}
	}
	f.role(ctx, motoAuditRole, auditPermissions(a.denied))
	for _, u := range a.users {
		f.user(ctx, u)
	}
	if a.alias != "" {
		must[*iam.CreateAccountAliasOutput](f.t)(f.api.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: &a.alias}))
	}
	if a.certificate {
		must[*iam.UploadServerCertificateOutput](f.t)(f.api.UploadServerCertificate(ctx, &iam.UploadServerCertificateInput{
			ServerCertificateName: aws.String("shop"), CertificateBody: aws.String(testCertificate(f.t)), PrivateKey: aws.String("none"),
		}))
	}
	if a.saml {
		must[*iam.CreateSAMLProviderOutput](f.t)(f.api.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{
			Name: aws.String("idp"), SAMLMetadataDocument: aws.String(strings.Repeat("<EntityDescriptor/>", 60)),
		}))
	}
}

// role makes a role, with an inline policy where permissions are not empty.
func (f motoIAM) role(ctx context.Context, name, permissions string) {
	f.t.Helper()
	must[*iam.CreateRoleOutput](f.t)(f.api.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(motoTrust)}))
	if permissions != "" {
		must[*iam.PutRolePolicyOutput](f.t)(f.api.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
			RoleName: &name, PolicyName: aws.String("audit"), PolicyDocument: &permissions,
		}))
	}
}

func (f motoIAM) user(ctx context.Context, u motoUser) {
	f.t.Helper()
	must[*iam.CreateUserOutput](f.t)(f.api.CreateUser(ctx, &iam.CreateUserInput{UserName: &u.name}))
	if u.password {
		must[*iam.CreateLoginProfileOutput](f.t)(f.api.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: &u.name, Password: aws.String("correct horse")}))
	}
	if u.mfa {
		device := must[*iam.CreateVirtualMFADeviceOutput](f.t)(f.api.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: &u.name}))
		must[*iam.EnableMFADeviceOutput](f.t)(f.api.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{
			UserName: &u.name, SerialNumber: device.VirtualMFADevice.SerialNumber,
			AuthenticationCode1: aws.String("123456"), AuthenticationCode2: aws.String("654321"),
		}))
	}
	for range u.keys {
		out := must[*iam.CreateAccessKeyOutput](f.t)(f.api.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &u.name}))
		if u.name == motoCaller {
			f.world.callerKey, f.world.callerSecret = aws.ToString(out.AccessKey.AccessKeyId), aws.ToString(out.AccessKey.SecretAccessKey)
		}
	}
	for _, g := range u.groups {
		must[*iam.AddUserToGroupOutput](f.t)(f.api.AddUserToGroup(ctx, &iam.AddUserToGroupInput{UserName: &u.name, GroupName: &g}))
	}
	for _, p := range u.attached {
		must[*iam.AttachUserPolicyOutput](f.t)(f.api.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &u.name, PolicyArn: f.arn(p)}))
	}
	if u.inline != "" {
		must[*iam.PutUserPolicyOutput](f.t)(f.api.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
			UserName: &u.name, PolicyName: aws.String("inline"), PolicyDocument: &u.inline,
		}))
	}
}

func (f motoIAM) arn(policy string) *string {
	if motoPolicyNamed(policy).document == "" {
		return aws.String("arn:aws:iam::aws:policy/" + policy)
	}
	return aws.String("arn:aws:iam::" + f.account + ":policy/" + policy)
}

// motoAuditRole is the audit role in every account.
const motoAuditRole = "OrgauditRole"

// auditPermissions are the permissions of the audit role without those that are denied.
func auditPermissions(denied []string) string {
	type statement struct {
		Effect   string
		Action   []string
		Resource string
	}
	document := struct {
		Version   string
		Statement []statement
	}{"2012-10-17", []statement{{"Allow", []string{"iam:Get*", "iam:List*", "iam:Generate*", "account:*", "access-analyzer:List*", "organizations:*"}, "*"}}}
	if len(denied) > 0 {
		document.Statement = append(document.Statement, statement{"Deny", denied, "*"})
	}
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(document); err != nil {
		panic(err)
	}
	return text.String()
}

// testCertificate is a certificate that signs itself.
func testCertificate(t *testing.T) string {
	t.Helper()
	key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Date(2049, 1, 1, 0, 0, 0, 0, time.UTC)}
	der := must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
