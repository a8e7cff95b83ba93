package org

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"golang.org/x/sync/errgroup"
)

// policies reads every policy of the types that are enabled, with its document and all its
// targets: calls per policy, of which there are few, and not per node. A type that is off on
// the root binds nobody, and its policies are not asked for; where the root could not be
// read, which has no id then, every type is.
func (w *walker) policies(ctx context.Context, root func() (id string, types []string)) ([]Policy, error) {
	id, enabled := root()
	var all []*Policy
	var mu sync.Mutex // guards all
	each, ctx := errgroup.WithContext(ctx)
	each.SetLimit(w.limit)
	var lists errgroup.Group
	for _, kind := range PolicyTypesRead() {
		if id != "" && !slices.Contains(enabled, kind) {
			continue
		}
		lists.Go(func() error {
			return w.policiesOf(ctx, kind, func(p *Policy) {
				mu.Lock()
				all = append(all, p)
				mu.Unlock()
				each.Go(func() error { return w.document(ctx, p) })
				each.Go(func() error { return w.targets(ctx, p) })
			})
		})
	}
	err := lists.Wait()
	if eachErr := each.Wait(); eachErr != nil { // which may have ended the lists too
		err = eachErr
	}
	var policies []Policy
	for _, p := range all {
		policies = append(policies, *p)
	}
	slices.SortFunc(policies, func(a, b Policy) int {
		return cmp.Or(strings.Compare(a.Type, b.Type), strings.Compare(a.ID, b.ID))
	})
	return policies, err
}

// policiesOf calls found for every policy of a type.
func (w *walker) policiesOf(ctx context.Context, kind string, found func(*Policy)) error {
	pages := organizations.NewListPoliciesPaginator(w.api, &organizations.ListPoliciesInput{Filter: types.PolicyType(kind)})
	for page, err := range Pages(ctx, pages) {
		if err != nil {
			return fmt.Errorf("list the policies of type %s: %w", kind, err)
		}
		for _, p := range page.Policies {
			found(&Policy{
				ID:          aws.ToString(p.Id),
				ARN:         aws.ToString(p.Arn),
				Type:        kind,
				Name:        aws.ToString(p.Name),
				Description: aws.ToString(p.Description),
				AWSManaged:  p.AwsManaged,
			})
		}
	}
	return nil
}

// document fills in a policy's document.
func (w *walker) document(ctx context.Context, p *Policy) error {
	out, err := w.api.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: &p.ID})
	if err != nil {
		return fmt.Errorf("read policy %s: %w", p.ID, err)
	}
	if out.Policy == nil {
		return &MalformedError{fmt.Errorf("read policy %s: the answer does not hold it", p.ID)}
	}
	p.Document = aws.ToString(out.Policy.Content)
	return nil
}

// targets fills in what a policy is attached to.
func (w *walker) targets(ctx context.Context, p *Policy) error {
	pages := organizations.NewListTargetsForPolicyPaginator(w.api,
		&organizations.ListTargetsForPolicyInput{PolicyId: &p.ID})
	for page, err := range Pages(ctx, pages) {
		if err != nil {
			return fmt.Errorf("list the targets of policy %s: %w", p.ID, err)
		}
		for _, t := range page.Targets {
			p.Targets = append(p.Targets, Target{
				ID: aws.ToString(t.TargetId), Name: aws.ToString(t.Name), Kind: string(t.Type),
			})
		}
	}
	slices.SortFunc(p.Targets, func(a, b Target) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

// resourcePolicy reads the policy that delegates parts of AWS Organizations itself. That
// there is none comes as an error ("DescribeResourcePolicy", AWS Organizations API Reference).
func (w *walker) resourcePolicy(ctx context.Context) error {
	out, err := w.api.DescribeResourcePolicy(ctx, &organizations.DescribeResourcePolicyInput{})
	if ErrorCode(err) == "ResourcePolicyNotFoundException" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the organization's resource policy: %w", err)
	}
	if out.ResourcePolicy == nil || aws.ToString(out.ResourcePolicy.Content) == "" {
		return &MalformedError{errors.New("read the organization's resource policy: the answer does not hold it")}
	}
	w.result.ResourcePolicy = *out.ResourcePolicy.Content
	return nil
}

func (w *walker) delegation(ctx context.Context) error {
	pages := organizations.NewListDelegatedAdministratorsPaginator(w.api, &organizations.ListDelegatedAdministratorsInput{})
	for page, err := range Pages(ctx, pages) {
		if err != nil {
			return fmt.Errorf("list the delegated administrators: %w", err)
		}
		for _, a := range page.DelegatedAdministrators {
			w.result.DelegatedAdministrators = append(w.result.DelegatedAdministrators, DelegatedAdministrator{
				AccountID: aws.ToString(a.Id),
				Enabled:   aws.ToTime(a.DelegationEnabledDate).UTC().Truncate(time.Second),
			})
		}
	}
	for i := range w.result.DelegatedAdministrators {
		d := &w.result.DelegatedAdministrators[i]
		services := organizations.NewListDelegatedServicesForAccountPaginator(w.api,
			&organizations.ListDelegatedServicesForAccountInput{AccountId: &d.AccountID})
		for page, err := range Pages(ctx, services) {
			if err != nil {
				return fmt.Errorf("list the services delegated to account %s: %w", d.AccountID, err)
			}
			for _, s := range page.DelegatedServices {
				d.Services = append(d.Services, aws.ToString(s.ServicePrincipal))
			}
		}
		slices.Sort(d.Services)
	}
	slices.SortFunc(w.result.DelegatedAdministrators, func(a, b DelegatedAdministrator) int {
		return strings.Compare(a.AccountID, b.AccountID)
	})
	return nil
}

func (w *walker) trusted(ctx context.Context) error {
	pages := organizations.NewListAWSServiceAccessForOrganizationPaginator(w.api,
		&organizations.ListAWSServiceAccessForOrganizationInput{})
	for page, err := range Pages(ctx, pages) {
		if err != nil {
			return fmt.Errorf("list the services with trusted access: %w", err)
		}
		for _, s := range page.EnabledServicePrincipals {
			w.result.TrustedServices = append(w.result.TrustedServices, TrustedService{
				Principal: aws.ToString(s.ServicePrincipal),
				Enabled:   aws.ToTime(s.DateEnabled).UTC().Truncate(time.Second),
			})
		}
	}
	slices.SortFunc(w.result.TrustedServices, func(a, b TrustedService) int {
		return strings.Compare(a.Principal, b.Principal)
	})
	return nil
}

// rootFeatures asks IAM, not Organizations. Where trusted access for IAM is off the call
// is refused with a code of its own, and the answer is that no feature is on
// ("ListOrganizationsFeatures", IAM API Reference).
func (w *walker) rootFeatures(ctx context.Context) error {
	out, err := w.iam.ListOrganizationsFeatures(ctx, &iam.ListOrganizationsFeaturesInput{})
	if code := ErrorCode(err); code == "ServiceAccessNotEnabledException" || code == "OrganizationNotInAllFeaturesModeException" {
		w.result.RootFeatures = []string{}
		return nil
	}
	if err != nil {
		return fmt.Errorf("list the features of centralized root access: %w", err)
	}
	w.result.RootFeatures = []string{}
	for _, f := range out.EnabledFeatures {
		w.result.RootFeatures = append(w.result.RootFeatures, string(f))
	}
	slices.Sort(w.result.RootFeatures)
	return nil
}
