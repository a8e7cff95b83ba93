package collect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"orgaudit/org"
)

func accountSummaryCollector() Collector {
	return Collector{
		Section: AccountSummarySection,
		Calls:   iamCalls("GetAccountSummary"),
		Records: "figures and quotas",
		Read: func(ctx context.Context, v *Visit) (int, error) {
			out, err := iam.NewFromConfig(v.config).GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
			if err != nil {
				return 0, fmt.Errorf("read the account summary: %w", err)
			}
			v.Evidence.AccountSummary = out.SummaryMap
			return len(out.SummaryMap), nil
		},
	}
}

func passwordPolicyCollector() Collector {
	return Collector{
		Section: PasswordPolicySection,
		Calls:   iamCalls("GetAccountPasswordPolicy"),
		Records: "password policy, where the account has one of its own",
		Read: func(ctx context.Context, v *Visit) (int, error) {
			out, err := iam.NewFromConfig(v.config).GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
			// IAM's word for "the account has no policy of its own".
			if org.ErrorCode(err) == "NoSuchEntity" {
				v.Evidence.PasswordPolicy = &PasswordPolicy{}
				return 0, nil
			}
			if err != nil {
				return 0, fmt.Errorf("read the password policy: %w", err)
			}
			p := out.PasswordPolicy
			if p == nil {
				return 0, &org.MalformedError{Err: errors.New("read the password policy: the answer holds none")}
			}
			v.Evidence.PasswordPolicy = &PasswordPolicy{
				Present:          true,
				MinimumLength:    aws.ToInt32(p.MinimumPasswordLength),
				RequireSymbols:   p.RequireSymbols,
				RequireNumbers:   p.RequireNumbers,
				RequireUppercase: p.RequireUppercaseCharacters,
				RequireLowercase: p.RequireLowercaseCharacters,
				AllowChange:      p.AllowUsersToChangePassword,
				HardExpiry:       aws.ToBool(p.HardExpiry),
				MaxAgeDays:       aws.ToInt32(p.MaxPasswordAge),
				ReusePrevention:  aws.ToInt32(p.PasswordReusePrevention),
				ExpirePasswords:  p.ExpirePasswords,
			}
			return 1, nil
		},
	}
}

func virtualMFACollector() Collector {
	return Collector{
		Section:    VirtualMFASection,
		Calls:      iamCalls("ListVirtualMFADevices"),
		Parameters: "AssignmentStatus Assigned",
		Records:    "assigned virtual MFA devices",
		Expect:     map[string]Expected{"ListVirtualMFADevices": {Calls: 1, More: "each further page of 100 devices"}},
		Read: func(ctx context.Context, v *Visit) (int, error) {
			pages := iam.NewListVirtualMFADevicesPaginator(iam.NewFromConfig(v.config),
				&iam.ListVirtualMFADevicesInput{AssignmentStatus: types.AssignmentStatusTypeAssigned})
			for page, err := range org.Pages(ctx, pages) {
				if err != nil {
					return 0, fmt.Errorf("list the virtual MFA devices: %w", err)
				}
				for _, d := range page.VirtualMFADevices {
					device := VirtualMFADevice{Serial: aws.ToString(d.SerialNumber), Enabled: second(d.EnableDate)}
					if d.User != nil {
						device.UserARN = aws.ToString(d.User.Arn)
					}
					v.Evidence.VirtualMFADevices = append(v.Evidence.VirtualMFADevices, device)
				}
			}
			return len(v.Evidence.VirtualMFADevices), nil
		},
	}
}

func serverCertificatesCollector() Collector {
	return Collector{
		Section: ServerCertificatesSection,
		Calls:   iamCalls("ListServerCertificates"),
		Records: "server certificates",
		Expect:  map[string]Expected{"ListServerCertificates": {Calls: 1, More: "each further page of 100 certificates"}},
		Read: func(ctx context.Context, v *Visit) (int, error) {
			pages := iam.NewListServerCertificatesPaginator(iam.NewFromConfig(v.config), &iam.ListServerCertificatesInput{})
			for page, err := range org.Pages(ctx, pages) {
				if err != nil {
					return 0, fmt.Errorf("list the server certificates: %w", err)
				}
				for _, c := range page.ServerCertificateMetadataList {
					v.Evidence.ServerCertificates = append(v.Evidence.ServerCertificates, ServerCertificate{
						ARN: aws.ToString(c.Arn), Name: aws.ToString(c.ServerCertificateName),
						Uploaded: second(c.UploadDate), Expires: second(c.Expiration),
					})
				}
			}
			return len(v.Evidence.ServerCertificates), nil
		},
	}
}

func identityProvidersCollector() Collector {
	return Collector{
		Section: IdentityProvidersSection,
		Calls:   iamCalls("ListSAMLProviders", "ListOpenIDConnectProviders"),
		Records: "SAML and OpenID Connect providers",
		Read: func(ctx context.Context, v *Visit) (int, error) {
			client := iam.NewFromConfig(v.config)
			saml, err := client.ListSAMLProviders(ctx, &iam.ListSAMLProvidersInput{})
			if err != nil {
				return 0, fmt.Errorf("list the SAML providers: %w", err)
			}
			oidc, err := client.ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{})
			if err != nil {
				return 0, fmt.Errorf("list the OpenID Connect providers: %w", err)
			}
			for _, p := range saml.SAMLProviderList {
				v.Evidence.SAMLProviders = append(v.Evidence.SAMLProviders, SAMLProvider{
					ARN: aws.ToString(p.Arn), Created: second(p.CreateDate), Expires: second(p.ValidUntil),
				})
			}
			for _, p := range oidc.OpenIDConnectProviderList {
				v.Evidence.OIDCProviders = append(v.Evidence.OIDCProviders, OIDCProvider{ARN: aws.ToString(p.Arn)})
			}
			return len(saml.SAMLProviderList) + len(oidc.OpenIDConnectProviderList), nil
		},
	}
}

func aliasCollector() Collector {
	return Collector{
		Section: AliasSection,
		Calls:   iamCalls("ListAccountAliases"),
		Records: "aliases",
		Read: func(ctx context.Context, v *Visit) (int, error) {
			pages := iam.NewListAccountAliasesPaginator(iam.NewFromConfig(v.config), &iam.ListAccountAliasesInput{})
			for page, err := range org.Pages(ctx, pages) {
				if err != nil {
					return 0, fmt.Errorf("list the account's aliases: %w", err)
				}
				v.Evidence.Aliases = append(v.Evidence.Aliases, page.AccountAliases...)
			}
			return len(v.Evidence.Aliases), nil
		},
	}
}

// second is a time of AWS in UTC and whole seconds; nil is the zero time.
func second(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}
