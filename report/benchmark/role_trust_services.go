package benchmark

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// confusedDeputyPage is the title of the page in the guides of most services.
const confusedDeputyPage = "Cross-service confused deputy prevention"

// sourceContext tells whether a service says for whom it acts when it assumes a role, by
// aws:SourceArn, aws:SourceAccount or, with the older ones, an external ID. AWS has no list
// of them. This one holds services whose guides show such a condition in the trust policy of
// their role, mostly under the title below, and some that send none. A service that is in
// doubt is left out: a demand that it cannot meet would lock it out of its role.
type sourceContext struct {
	service string
	sends   bool
	// account tells that it says so by aws:SourceAccount or aws:SourceArn, not by an external ID.
	account bool
	// why names the document that shows it, or says why there is nothing to demand.
	why string
}

var sourceContexts = sync.OnceValue(func() []sourceContext {
	documented := []string{
		"amplify", "appstream", "bedrock", "bedrock-agentcore", "codebuild", "codedeploy", "codepipeline",
		"comprehend", "config", "datasync", "dms", "ecs-tasks", "eks", "elasticmapreduce", "events", "fis", "forecast",
		"frauddetector", "gameliftstreams", "grafana", "greengrass", "iot", "iotanalytics", "iotevents", "iotsitewise", "kendra",
		"kinesisanalytics", "lambda", "lexv2", "logs", "lookoutmetrics", "monitoring.rds", "omics", "personalize", "pipes",
		"qbusiness", "rekognition", "resources.cloudformation", "rolesanywhere", "sagemaker", "scheduler", "ses",
		"ssm", "states", "textract", "transfer", "vpc-flow-logs",
	}
	var list []sourceContext
	for _, name := range documented {
		list = append(list, sourceContext{name, true, true, confusedDeputyPage})
	}
	return append(list,
		sourceContext{"firehose", true, false, "Controlling access with Amazon Data Firehose"},
		sourceContext{"ec2", false, false, "an instance profile holds roles of its own account alone, and EC2 sends no source"},
		sourceContext{"cloudtrail", false, false, "CloudTrail sends no source when it delivers to CloudWatch Logs"},
		sourceContext{"elastictranscoder", false, false, "Elastic Transcoder sends no source"},
	)
})

// sourceContextOf returns what is known of a service, which a trust policy names with its
// domain, and sometimes with its region.
func sourceContextOf(principal string) (sourceContext, bool) {
	name := strings.ToLower(principal)
	for _, domain := range []string{".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".api.aws"} {
		name = strings.TrimSuffix(name, domain)
	}
	contexts := sourceContexts()
	i := slices.IndexFunc(contexts, func(c sourceContext) bool {
		service, region, found := cutLast(name, ".")
		return name == c.service || found && service == c.service && strings.Count(region, "-") >= 2
	})
	if i < 0 {
		return sourceContext{}, false
	}
	return contexts[i], true
}

// sendsSource tells whether the trustee is a service of which it is known that it says for
// whom it acts, or one of which the trust policy expects that it does.
func (t *trust) sendsSource() bool {
	if t.Kind != policy.TrustsService {
		return false
	}
	if t.Value == "*" {
		return true
	}
	known, _ := sourceContextOf(t.Value)
	return known.sends || t.source || len(sourceAccounts(t.By.Element().Conditions)) > 0
}

// noSource says why nothing can be demanded of a service, and nothing where it can.
func (t *trust) noSource() string {
	if t.Kind != policy.TrustsService || t.sendsSource() {
		return ""
	}
	if known, found := sourceContextOf(t.Value); found {
		return known.why
	}
	return "no document tells whether the service says for whom it acts"
}

func confusedDeputy() *trustRule {
	return &trustRule{
		expected: "a source of the organization's own, in what the service sends",
		concerns: (*trust).sendsSource,
		none:     "no role trusts a service that is known to say for whom it acts",
		judge: func(s *Subject, t *trust) (bool, string) {
			for _, account := range sourceAccounts(t.By.Element().Conditions) {
				if origin := s.originOfAccount(account); origin == OutsideAccount || origin == VendorAccount {
					return false, fmt.Sprintf("%s may act for account %s, which is not the organization's", t.Value, account)
				}
			}
			switch {
			case t.source && s.foreignSource(t):
				return false, t.Value + " may act for another organization"
			case t.source:
				return true, t.Value + " may act for a named source"
			default:
				return false, t.Value + " may act for anybody"
			}
		},
	}
}

// sourceAccounts are the accounts that conditions let a service act for.
func sourceAccounts(conditions []policy.Condition) []string {
	var accounts []string
	for i := range conditions {
		c := &conditions[i]
		if !c.Positive() {
			continue
		}
		for _, value := range c.Values {
			account := ""
			switch strings.ToLower(c.Key) {
			case "aws:sourceaccount":
				account = value
			case "aws:sourcearn":
				account = accountIn(value)
			}
			if org.IsAccountID(account) && !slices.Contains(accounts, account) {
				accounts = append(accounts, account)
			}
		}
	}
	return accounts
}

// foreignSource tells whether a condition names another organization as the source.
func (s *Subject) foreignSource(t *trust) bool {
	return slices.ContainsFunc(t.By.Element().Conditions, func(c policy.Condition) bool {
		key := strings.ToLower(c.Key)
		return c.Positive() && (key == "aws:sourceorgid" || key == "aws:sourceorgpaths") && slices.ContainsFunc(c.Values, func(value string) bool {
			id, _, _ := strings.Cut(value, "/")
			return id != s.Organization.ID && !strings.Contains(id, "${")
		})
	})
}

// roleConfusedDeputy leaves out the services that send no source, such as ec2: a condition
// would lock them out, and other tools fail every instance role. It leaves out services of
// which nobody knows it, and fails a source in a foreign account, which other tools pass.
func roleConfusedDeputy() *Control {
	return &Control{
		ID: "role-confused-deputy", Title: "Service roles name the source that the service may act for", Severity: High, Scope: AccountScope,
		Finding:           "services may use roles for anybody",
		Why:               "A service works for every AWS customer; one that can be told to use a role for somebody else's resource does so unless the trust policy says whose resources are meant.",
		Test:              "For every role that is not service-linked and each service in an Allow statement of its trust policy whose documents show a source in the trust policy of its role: a condition or a Deny statement demands aws:SourceAccount, aws:SourceArn, aws:SourceOrgID, aws:SourceOrgPaths or an external ID, so that a source of another account does not meet it, and each account and organization named there is the organization's own or in trusted_account_ids. Services that send no source (such as ec2), and those of which no document tells, are left out.",
		Remedy:            "Demand aws:SourceAccount with the account, or aws:SourceOrgID with the organization; where one resource uses the role, aws:SourceArn.",
		Needs:             []org.Section{collect.AuthorizationSection},
		NeedsOrganization: needsAccounts(),
		Parameters:        []string{"trusted_account_ids"},
		Judge:             func(s *Subject) Outcome { return confusedDeputy().apply(s) },
		Mitigation:        func(s *Subject, i *Item) *Mitigation { return s.rcpMitigation(confusedDeputy(), i.Resource) },
	}
}
