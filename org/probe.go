package org

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// Trial is one operation that was tried, to see whether it may be used.
type Trial struct {
	Call
	// Gap says why it may not be used; nil where it may.
	Gap *Gap
	// Untried is the action that was refused before, without which this one could not be tried.
	Untried string
}

// Probe tries every operation of [Walk] with one small call. It fails only if ctx ends.
func Probe(ctx context.Context, cfg aws.Config, now func() time.Time) ([]Trial, error) {
	p := &probe{api: organizations.NewFromConfig(cfg), iam: iam.NewFromConfig(cfg), one: aws.Int32(1)}
	tried := map[string]Trial{}
	for _, step := range p.steps() {
		call := callNamed(step.operation)
		trial := Trial{Call: call}
		if before := tried[step.after]; before.Gap != nil || before.Untried != "" {
			trial.Untried = callNamed(step.after).Action
		} else if err := step.try(ctx); err != nil && !permitted(err, step.fine) {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			gap := NewGap(step.section, "", err, now())
			trial.Gap = &gap
		}
		tried[step.operation] = trial
	}
	var trials []Trial
	for _, call := range Calls() {
		trials = append(trials, tried[call.Operation])
	}
	return trials, nil
}

// permitted tells whether an error has one of the codes that come only after the
// permission was checked, such as that there is no such thing.
func permitted(err error, codes []string) bool {
	for _, code := range codes {
		if ErrorCode(err) == code {
			return true
		}
	}
	return false
}

func callNamed(operation string) Call {
	for _, c := range Calls() {
		if c.Operation == operation {
			return c
		}
	}
	return Call{Operation: operation}
}

// probe holds what one trial finds for the next.
type probe struct {
	api  *organizations.Client
	iam  *iam.Client
	one  *int32
	root string // id of the root
	id   string // of the management account
	scp  string // id of a policy
}

// probeStep is the trial of one operation.
type probeStep struct {
	operation string
	section   Section
	after     string   // the operation whose answer it needs
	fine      []string // error codes that answer the question as well
	try       func(context.Context) error
}

// anyPolicy is attached to every root from the day when SCPs are enabled ("Service control
// policies (SCPs)", AWS Organizations User Guide).
const anyPolicy = "p-FullAWSAccess"

func (p *probe) steps() []probeStep {
	return []probeStep{
		{"DescribeOrganization", "organization", "", nil, func(ctx context.Context) error {
			out, err := p.api.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
			if err == nil && out.Organization != nil {
				p.id = aws.ToString(out.Organization.MasterAccountId)
			}
			return err
		}},
		{"ListAccounts", SectionAccounts, "", nil, func(ctx context.Context) error {
			_, err := p.api.ListAccounts(ctx, &organizations.ListAccountsInput{MaxResults: p.one})
			return err
		}},
		{"ListRoots", SectionTree, "", nil, func(ctx context.Context) error {
			out, err := p.api.ListRoots(ctx, &organizations.ListRootsInput{MaxResults: p.one})
			if err == nil && len(out.Roots) > 0 {
				p.root = aws.ToString(out.Roots[0].Id)
			}
			return err
		}},
		{"ListOrganizationalUnitsForParent", SectionTree, "ListRoots", nil, func(ctx context.Context) error {
			_, err := p.api.ListOrganizationalUnitsForParent(ctx, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &p.root, MaxResults: p.one})
			return err
		}},
		{"ListAccountsForParent", SectionTree, "ListRoots", nil, func(ctx context.Context) error {
			_, err := p.api.ListAccountsForParent(ctx, &organizations.ListAccountsForParentInput{ParentId: &p.root, MaxResults: p.one})
			return err
		}},
		{"ListPolicies", SectionPolicies, "", nil, func(ctx context.Context) error {
			out, err := p.api.ListPolicies(ctx, &organizations.ListPoliciesInput{Filter: types.PolicyTypeServiceControlPolicy, MaxResults: p.one})
			p.scp = anyPolicy
			if err == nil && len(out.Policies) > 0 {
				p.scp = aws.ToString(out.Policies[0].Id)
			}
			return err
		}},
		{"DescribePolicy", SectionPolicies, "", []string{"PolicyNotFoundException"}, func(ctx context.Context) error {
			_, err := p.api.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: &p.scp})
			return err
		}},
		{"ListTargetsForPolicy", SectionPolicies, "", []string{"PolicyNotFoundException"}, func(ctx context.Context) error {
			_, err := p.api.ListTargetsForPolicy(ctx, &organizations.ListTargetsForPolicyInput{PolicyId: &p.scp, MaxResults: p.one})
			return err
		}},
		{"DescribeResourcePolicy", SectionResourcePolicy, "", []string{"ResourcePolicyNotFoundException"}, func(ctx context.Context) error {
			_, err := p.api.DescribeResourcePolicy(ctx, &organizations.DescribeResourcePolicyInput{})
			return err
		}},
		{"ListDelegatedAdministrators", SectionDelegation, "", nil, func(ctx context.Context) error {
			_, err := p.api.ListDelegatedAdministrators(ctx, &organizations.ListDelegatedAdministratorsInput{MaxResults: p.one})
			return err
		}},
		// The management account is never a delegated administrator, and AWS says so.
		{"ListDelegatedServicesForAccount", SectionDelegation, "DescribeOrganization",
			[]string{"AccountNotRegisteredException", "ConstraintViolationException", "InvalidInputException"}, func(ctx context.Context) error {
				_, err := p.api.ListDelegatedServicesForAccount(ctx, &organizations.ListDelegatedServicesForAccountInput{AccountId: &p.id, MaxResults: p.one})
				return err
			}},
		{"ListAWSServiceAccessForOrganization", SectionTrusted, "", nil, func(ctx context.Context) error {
			_, err := p.api.ListAWSServiceAccessForOrganization(ctx, &organizations.ListAWSServiceAccessForOrganizationInput{MaxResults: p.one})
			return err
		}},
		{"ListTagsForResource", SectionTags, "DescribeOrganization", nil, func(ctx context.Context) error {
			_, err := p.api.ListTagsForResource(ctx, &organizations.ListTagsForResourceInput{ResourceId: &p.id})
			return err
		}},
		{"ListOrganizationsFeatures", SectionRootFeatures, "",
			[]string{"ServiceAccessNotEnabledException", "OrganizationNotInAllFeaturesModeException"}, func(ctx context.Context) error {
				_, err := p.iam.ListOrganizationsFeatures(ctx, &iam.ListOrganizationsFeaturesInput{})
				return err
			}},
	}
}
