package awsfake

import "strings"

// arn makes an ARN in the partition of the world. Region and account may be empty.
func (w *World) arn(service, region, account, resource string) string {
	return strings.Join([]string{"arn", w.Partition, service, region, account, resource}, ":")
}

// iamARN is the ARN of something in the IAM of an account. The account "aws"
// owns the policies that AWS manages.
func (w *World) iamARN(account, kind, path, name string) string {
	return w.arn("iam", "", account, kind+path+name)
}

func (w *World) rootUserARN(account string) string { return w.arn("iam", "", account, "root") }

// organizationARN is the ARN of a node of the tree, an account or the
// organization itself: they all belong to the management account.
func (w *World) organizationARN(kind string, ids ...string) string {
	parts := append([]string{kind, w.Organization.ID}, ids...)
	return w.arn("organizations", "", w.Organization.ManagementAccount, strings.Join(parts, "/"))
}

func (w *World) accountARN(id string) string { return w.organizationARN("account", id) }

// unitARN is the ARN of the root or of an organizational unit.
func (w *World) unitARN(id string) string {
	if strings.HasPrefix(id, "r-") {
		return w.organizationARN("root", id)
	}
	return w.organizationARN("ou", id)
}

// orgPolicyARN is the ARN of an organization policy. Those that AWS manages
// belong to the account "aws" and name no organization.
func (w *World) orgPolicyARN(p *OrgPolicy) string {
	kind := strings.ToLower(p.Type)
	if p.AWSManaged {
		return w.arn("organizations", "", "aws", "policy/"+kind+"/"+p.ID)
	}
	return w.organizationARN("policy", kind, p.ID)
}

func (w *World) analyzerARN(account string, a *Analyzer) string {
	return w.arn("access-analyzer", a.Region, account, "analyzer/"+a.Name)
}

// policyName is the name at the end of a managed policy's ARN.
func policyName(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
