package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
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
	motoAccount
	api *iam.Client
}

func (f motoIAM) policy(ctx context.Context, p motoPolicy) {
	f.t.Helper()
	f.do(f.api.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &p.name, PolicyDocument: &p.document}))
}

func (f motoIAM) arn(policy string) *string {
	owner := f.ids[f.name]
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
	if g.inline != "" {
		document := f.inlineOf(g)
		f.do(f.api.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: &g.name, PolicyName: &g.inline, PolicyDocument: &document}))
	}
}

func (f motoIAM) role(ctx context.Context, r motoRole) {
	f.t.Helper()
	in := &iam.CreateRoleInput{RoleName: &r.name, AssumeRolePolicyDocument: aws.String(f.trust(f.name, r.trust))}
	if r.boundary != "" {
		in.PermissionsBoundary = f.arn(r.boundary)
	}
	f.do(f.api.CreateRole(ctx, in))
	for _, p := range r.attached {
		f.do(f.api.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: &r.name, PolicyArn: f.arn(p)}))
	}
	if r.inline != "" {
		document := f.inlineOf(r.motoHolder)
		f.do(f.api.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &r.name, PolicyName: &r.inline, PolicyDocument: &document}))
	}
}

func (f motoIAM) user(ctx context.Context, u motoUser) {
	f.t.Helper()
	f.do(f.api.CreateUser(ctx, &iam.CreateUserInput{UserName: &u.name}))
	if u.password {
		f.do(f.api.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: &u.name, Password: aws.String("correct horse")}))
	}
	if u.hardware {
		// Moto takes every serial number for a device that it does not know.
		f.do(f.api.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{
			UserName: &u.name, SerialNumber: aws.String("arn:aws:iam::" + f.ids[f.name] + ":u2f/user/" + u.name),
			AuthenticationCode1: aws.String("123456"), AuthenticationCode2: aws.String("654321"),
		}))
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
		document := f.inlineOf(u.motoHolder)
		f.do(f.api.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &u.name, PolicyName: &u.inline, PolicyDocument: &document}))
	}
}

// settings fills in what belongs to the account as a whole.
func (f motoIAM) settings(ctx context.Context) {
	f.t.Helper()
	if p := f.passwordPolicy; p != nil {
		in := &iam.UpdateAccountPasswordPolicyInput{
			MinimumPasswordLength: &p.length, RequireLowercaseCharacters: p.all, RequireUppercaseCharacters: p.all,
			RequireNumbers: p.all, RequireSymbols: p.all, AllowUsersToChangePassword: p.all,
		}
		if p.reuse > 0 {
			in.PasswordReusePrevention = &p.reuse
		}
		if p.age > 0 {
			in.MaxPasswordAge = &p.age
		}
		f.do(f.api.UpdateAccountPasswordPolicy(ctx, in))
	}
	if f.alias != "" {
		f.do(f.api.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: &f.alias}))
	}
	if f.certificate {
		f.do(f.api.UploadServerCertificate(ctx, &iam.UploadServerCertificateInput{
			ServerCertificateName: aws.String("shop"), CertificateBody: aws.String(testCertificate(f.t)), PrivateKey: aws.String("none"),
		}))
	}
	if f.saml {
		f.do(f.api.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{
			Name: aws.String("idp"), SAMLMetadataDocument: aws.String(strings.Repeat("<EntityDescriptor/>", 60)),
		}))
	}
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
