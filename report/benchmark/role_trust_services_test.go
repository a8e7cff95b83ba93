package benchmark_test

import (
	"slices"
	"testing"
)

func TestRoleConfusedDeputy(t *testing.T) {
	service := func(name, condition string) func(w *world) {
		return trusting(statement(`{"Service":"`+name+`"}`, condition))
	}
	const good, bad = "config.amazonaws.com may act for a named source", "config.amazonaws.com may act for anybody"
	none := []string{"not_applicable: no role trusts a service that is known to say for whom it acts"}
	runVerdicts(t, "role-confused-deputy", slices.Concat(unreadableTrusts(), needAccounts(), []verdictCase{
		{name: "the account", want: one("pass", good)},
		{name: "nothing demanded", change: service("config.amazonaws.com", ""), want: one("fail", bad)},
		{name: "the organization", change: service("config.amazonaws.com", `{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}`), want: one("pass", good)},
		{name: "another organization", change: service("config.amazonaws.com", `{"StringEquals":{"aws:SourceOrgID":"o-other"}}`), want: one("fail", "config.amazonaws.com may act for another organization")},
		{name: "another account of ours", change: service("config.amazonaws.com", `{"StringEquals":{"aws:SourceAccount":["111111111111","222222222222"]}}`), want: one("pass", good)},
		{name: "a foreign account", change: service("config.amazonaws.com", `{"StringEquals":{"aws:SourceAccount":["111111111111","999999999999"]}}`),
			want: one("fail", "config.amazonaws.com may act for account 999999999999, which is not the organization's")},
		{name: "any account", change: service("config.amazonaws.com", `{"StringLike":{"aws:SourceAccount":"*"}}`), want: one("fail", bad)},
		{name: "a source ARN", change: service("config.amazonaws.com", `{"ArnLike":{"aws:SourceArn":"arn:aws:config:*:111111111111:*"}}`), want: one("pass", good)},
		{name: "any source ARN", change: service("config.amazonaws.com", `{"ArnLike":{"aws:SourceArn":"arn:aws:config:*:*:*"}}`), want: one("fail", bad)},
		{name: "any account's functions", change: service("lambda.amazonaws.com", `{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:*:*:function:*"}}`),
			want: one("fail", "lambda.amazonaws.com may act for anybody")},
		{name: "a service that signs its ARNs by another name, in any account", change: service("ecs-tasks.amazonaws.com", `{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:eu-central-1:*:*"}}`),
			want: one("fail", "ecs-tasks.amazonaws.com may act for anybody")},
		{name: "the same of ours", change: service("ecs-tasks.amazonaws.com", `{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:eu-central-1:111111111111:*"}}`),
			want: one("pass", "ecs-tasks.amazonaws.com may act for a named source")},
		{name: "a denial of some ARNs", change: trusting(statement(`{"Service":"lambda.amazonaws.com"}`, ""),
			`{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"ArnNotLike":{"aws:SourceArn":"arn:aws:lambda:*:*:function:*"}}}`), want: one("fail", "lambda.amazonaws.com may act for anybody")},
		{name: "any bucket", change: service("config.amazonaws.com", `{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"}}`), want: one("fail", bad)},
		{name: "a resource of any account", change: service("config.amazonaws.com", `{"ArnLike":{"aws:SourceArn":"arn:aws:config:*:*:config-rule/ours"}}`), want: one("fail", bad)},
		{name: "a resource of any account beside one of ours", change: service("config.amazonaws.com", `{"ArnLike":{"aws:SourceArn":["arn:aws:config:*:111111111111:*","arn:aws:config:*:????????????:config-rule/ours"]}}`), want: one("fail", bad)},
		{name: "a denial of all but a resource of any account", change: trusting(`{"Effect":"Allow","Principal":{"Service":"config.amazonaws.com"},"Action":"sts:AssumeRole"}`,
			`{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"ArnNotLike":{"aws:SourceArn":"arn:aws:config:*:*:config-rule/ours"}}}`), want: one("fail", bad)},
		{name: "buckets whose names begin like ours", change: service("config.amazonaws.com", `{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::ours-*"}}`), want: one("fail", bad)},
		{name: "one bucket", change: service("config.amazonaws.com", `{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::ours"}}`), want: one("pass", good)},
		{name: "a denial", change: trusting(statement(`{"Service":"config.amazonaws.com"}`, ""),
			`{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"StringNotEqualsIfExists":{"aws:SourceAccount":"111111111111"}}}`), want: one("pass", good)},
		{name: "an external ID in its place", change: service("firehose.amazonaws.com", `{"StringEquals":{"sts:ExternalId":"111111111111"}}`),
			want: one("pass", "firehose.amazonaws.com may act for a named source")},
		{name: "a regional name", change: service("states.eu-central-1.amazonaws.com", ""), want: one("fail", "states.eu-central-1.amazonaws.com may act for anybody")},
		{name: "every service", change: service("*", ""), want: one("fail", "* may act for anybody")},
		{name: "EC2 sends none", change: service("ec2.amazonaws.com", ""), want: none},
		{name: "a service that nobody knows", change: service("new.amazonaws.com", ""), want: none},
		{name: "which demands a foreign account", change: service("new.amazonaws.com", `{"StringEquals":{"aws:SourceAccount":"999999999999"}}`),
			want: one("fail", "new.amazonaws.com may act for account 999999999999, which is not the organization's")},
		{name: "no service", change: trusting(statement(`{"AWS":"222222222222"}`, "")), want: none},
	}))
}
