package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// motoIAM fills the IAM of one account.
type motoIAM struct {
	*motoWorld
	api     *iam.Client
	account string // id
}

// policies makes the account's own policies.
func (f motoIAM) policies(ctx context.Context) {
	f.t.Helper()
	for _, p := range motoPolicies() {
		if p.document != "" {
			f.do(f.api.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &p.name, PolicyDocument: &p.document}))
		}
	}
}

func (f motoIAM) arn(policy string) *string {
	owner := f.account
	if motoPolicyNamed(policy).document == "" {
		owner = "aws"
	}
	return aws.String("arn:aws:iam::" + owner + ":policy/" + policy)
}

func (f motoIAM) group(ctx context.Context, g motoHolder) {
	f.t.Helper()
	f.do(f.api.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: &g.name}))
	for _, p := range g.attached {
		f.do(f.api.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: &g.name, PolicyArn: f.arn(p)}))
	}
}

// role makes a role, with an inline policy where that is not empty.
func (f motoIAM) role(ctx context.Context, r motoHolder, inline string) {
	f.t.Helper()
	f.do(f.api.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &r.name, AssumeRolePolicyDocument: aws.String(motoTrust)}))
	for _, p := range r.attached {
		f.do(f.api.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: &r.name, PolicyArn: f.arn(p)}))
	}
	if inline != "" {
		f.do(f.api.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &r.name, PolicyName: aws.String("inline"), PolicyDocument: &inline}))
	}
}

func (f motoIAM) user(ctx context.Context, u motoUser) {
	f.t.Helper()
	f.do(f.api.CreateUser(ctx, &iam.CreateUserInput{UserName: &u.name}))
	if u.password {
		f.do(f.api.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: &u.name, Password: aws.String("correct horse")}))
	}
	if u.mfa {
		device, err := f.api.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: &u.name})
		f.do(device, err)
		f.do(f.api.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{
			UserName: &u.name, SerialNumber: device.VirtualMFADevice.SerialNumber,
			AuthenticationCode1: aws.String("123456"), AuthenticationCode2: aws.String("654321"),
		}))
	}
	for range u.keys {
		out, err := f.api.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &u.name})
		f.do(out, err)
		if u.name == motoCaller {
			f.callerKey, f.callerSecret = aws.ToString(out.AccessKey.AccessKeyId), aws.ToString(out.AccessKey.SecretAccessKey)
		}
	}
	for _, g := range u.groups {
		f.do(f.api.AddUserToGroup(ctx, &iam.AddUserToGroupInput{UserName: &u.name, GroupName: &g}))
	}
	for _, p := range u.attached {
		f.do(f.api.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &u.name, PolicyArn: f.arn(p)}))
	}
	if u.inline != "" {
		f.do(f.api.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &u.name, PolicyName: aws.String("inline"), PolicyDocument: &u.inline}))
	}
}

// settings fills in what belongs to the account as a whole.
func (f motoIAM) settings(ctx context.Context, a motoAccount) {
	f.t.Helper()
	if a.passwordPolicy != nil {
		in := &iam.UpdateAccountPasswordPolicyInput{MinimumPasswordLength: &a.passwordPolicy.length}
		if a.passwordPolicy.reuse > 0 {
			in.PasswordReusePrevention = &a.passwordPolicy.reuse
		}
		f.do(f.api.UpdateAccountPasswordPolicy(ctx, in))
	}
	if a.alias != "" {
		f.do(f.api.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: &a.alias}))
	}
	if a.certificate {
		f.do(f.api.UploadServerCertificate(ctx, &iam.UploadServerCertificateInput{
			ServerCertificateName: aws.String("shop"), CertificateBody: aws.String(testCertificate(f.t)), PrivateKey: aws.String("none"),
		}))
	}
	if a.saml {
		f.do(f.api.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{
			Name: aws.String("idp"), SAMLMetadataDocument: aws.String(strings.Repeat("<EntityDescriptor/>", 60)),
		}))
	}
}

// motoPermissions are the permissions of the audit role without the actions that are denied.
func motoPermissions(denied []string) string {
	statements := `{"Effect": "Allow", "Action": ["iam:Get*", "iam:List*", "iam:Generate*", "account:*", "organizations:*"], "Resource": "*"}`
	for _, action := range denied {
		statements += fmt.Sprintf(`, {"Effect": "Deny", "Action": %q, "Resource": "*"}`, action)
	}
	return `{"Version": "2012-10-17", "Statement": [` + statements + `]}`
}

// testCertificate is a certificate that signs itself.
func testCertificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Date(2049, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
