package main

import (
	"context"
	"path"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// motoWorld is the organization in moto: what moto chose where the description says nothing.
type motoWorld struct {
	t   *testing.T // of the filling
	url string
	// id is the organization's. ids are those of nodes by "Root", path of unit, or name of account.
	id  string
	ids map[string]string
	// callerKey and callerSecret are the access key of motoCaller.
	callerKey, callerSecret string
}

// do ends the test where a call fails that fills moto.
func (w *motoWorld) do(_ any, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// fillMoto makes the organization that the description describes.
func fillMoto(ctx context.Context, t *testing.T, url string) *motoWorld {
	t.Helper()
	w := &motoWorld{t: t, url: url, ids: map[string]string{}}
	api := organizations.NewFromConfig(motoConfig(url, motoManagement))
	created, err := api.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll})
	w.do(created, err)
	w.id = aws.ToString(created.Organization.Id)
	roots, err := api.ListRoots(ctx, &organizations.ListRootsInput{})
	w.do(roots, err)
	w.ids["Root"] = aws.ToString(roots.Roots[0].Id)
	for _, kind := range []types.PolicyType{
		types.PolicyTypeServiceControlPolicy, types.PolicyTypeResourceControlPolicy, types.PolicyTypeTagPolicy, types.PolicyTypeAiservicesOptOutPolicy,
	} {
		w.do(api.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: roots.Roots[0].Id, PolicyType: kind}))
	}
	for _, unit := range motoUnits() {
		out, err := api.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{
			Name: aws.String(path.Base(unit)), ParentId: w.unit(path.Dir(unit)),
		})
		w.do(out, err)
		w.ids[unit] = aws.ToString(out.OrganizationalUnit.Id)
	}
	for _, a := range motoAccounts() {
		w.addAccount(ctx, api, a)
	}
	for _, a := range motoAccounts() {
		if !a.closed {
			w.fillAccount(ctx, a)
		}
	}
	for _, g := range motoGuardrails() {
		out, err := api.CreatePolicy(ctx, &organizations.CreatePolicyInput{
			Name: &g.name, Type: types.PolicyType(g.kind), Content: &g.document, Description: aws.String("for the test"),
		})
		w.do(out, err)
		for _, target := range g.targets {
			w.do(api.AttachPolicy(ctx, &organizations.AttachPolicyInput{
				PolicyId: out.Policy.PolicySummary.Id, TargetId: aws.String(w.ids[target]),
			}))
		}
	}
	w.do(api.EnableAWSServiceAccess(ctx, &organizations.EnableAWSServiceAccessInput{ServicePrincipal: aws.String(motoTrusted)}))
	return w
}

// unit is the id of the unit with that path; the empty path and "." are the root's.
func (w *motoWorld) unit(unit string) *string {
	if unit == "." || unit == "" {
		unit = "Root"
	}
	return aws.String(w.ids[unit])
}

// addAccount makes an account and puts it in its place.
func (w *motoWorld) addAccount(ctx context.Context, api *organizations.Client, a motoAccount) {
	w.t.Helper()
	id := motoManagement
	if a.name != motoMaster {
		out, err := api.CreateAccount(ctx, &organizations.CreateAccountInput{
			AccountName: &a.name, Email: aws.String(a.name + "@example.com"),
		})
		w.do(out, err)
		id = aws.ToString(out.CreateAccountStatus.AccountId)
	}
	w.ids[a.name] = id
	if a.unit != "" {
		w.do(api.MoveAccount(ctx, &organizations.MoveAccountInput{
			AccountId: &id, SourceParentId: w.unit(""), DestinationParentId: w.unit(a.unit),
		}))
	}
	for key, value := range a.tags {
		w.do(api.TagResource(ctx, &organizations.TagResourceInput{ResourceId: &id, Tags: []types.Tag{{Key: &key, Value: &value}}}))
	}
	for _, service := range a.delegated {
		w.do(api.RegisterDelegatedAdministrator(ctx, &organizations.RegisterDelegatedAdministratorInput{AccountId: &id, ServicePrincipal: &service}))
	}
	if a.closed {
		w.do(api.CloseAccount(ctx, &organizations.CloseAccountInput{AccountId: &id}))
	}
}

// fillAccount puts into an account what the description says.
func (w *motoWorld) fillAccount(ctx context.Context, a motoAccount) {
	w.t.Helper()
	cfg := motoConfig(w.url, w.ids[a.name])
	for _, kind := range a.contacts {
		w.do(account.NewFromConfig(cfg).PutAlternateContact(ctx, &account.PutAlternateContactInput{
			AlternateContactType: kind, EmailAddress: aws.String("team@example.com"), Name: aws.String("Team"),
			PhoneNumber: aws.String("+49 1"), Title: aws.String("Team"),
		}))
	}
	f := motoIAM{motoWorld: w, api: iam.NewFromConfig(cfg), motoAccount: a}
	for _, name := range a.own() {
		f.policy(ctx, motoPolicyNamed(name))
	}
	for _, g := range a.groups {
		f.group(ctx, g)
	}
	for _, r := range a.allRoles() {
		if r.name != motoAccessRole { // moto made it with the account
			f.role(ctx, r)
		}
	}
	for _, u := range a.users {
		f.user(ctx, u)
	}
	f.settings(ctx)
}
