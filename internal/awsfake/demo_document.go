package awsfake

import "encoding/json"

// demoPartition is the partition of the demo world.
const demoPartition = "aws"

// demoARN makes the ARN of something in IAM. The account "aws" owns the policies
// that AWS manages.
func demoARN(account, resource string) string {
	return "arn:" + demoPartition + ":iam::" + account + ":" + resource
}

// demoServiceARN makes any other ARN. Region and account may be empty.
func demoServiceARN(service, region, account, resource string) string {
	return "arn:" + demoPartition + ":" + service + ":" + region + ":" + account + ":" + resource
}

// demoManaged is the ARN of an AWS-managed policy, by its path and name without the
// first slash.
func demoManaged(name string) string { return demoARN("aws", "policy/"+name) }

// demoMap is a map of conditions or principals; a value is a string or a list.
type demoMap map[string]any

// demoStatement is one statement of a policy document. Lists may be given as a
// string or as a list, because real documents have both.
type demoStatement struct {
	Sid         string             `json:",omitempty"`
	Effect      string             `json:",omitempty"`
	Principal   any                `json:",omitempty"`
	Action      any                `json:",omitempty"`
	NotAction   any                `json:",omitempty"`
	Resource    any                `json:",omitempty"`
	NotResource any                `json:",omitempty"`
	Condition   map[string]demoMap `json:",omitempty"`
}

// demoDocument is a policy document of the statements.
func demoDocument(statements ...demoStatement) json.RawMessage {
	b, err := json.Marshal(struct {
		Version   string
		Statement []demoStatement
	}{"2012-10-17", statements})
	if err != nil {
		// Statements hold strings, lists of strings and maps of them, all written
		// in this package: nothing that JSON cannot say.
		panic("awsfake: write demo policy document: " + err.Error())
	}
	return b
}

func demoAllow(action, resource any) demoStatement {
	return demoStatement{Effect: "Allow", Action: action, Resource: resource}
}

func demoDeny(sid string, action, resource any) demoStatement {
	return demoStatement{Sid: sid, Effect: "Deny", Action: action, Resource: resource}
}

// demoTrustService lets a service take a role.
func demoTrustService(service string) json.RawMessage {
	return demoDocument(demoStatement{Effect: "Allow", Principal: demoMap{"Service": service}, Action: "sts:AssumeRole"})
}

// demoTrustAccount lets a whole account take a role, with an external id unless it is empty.
func demoTrustAccount(account, externalID string) json.RawMessage {
	s := demoStatement{Effect: "Allow", Principal: demoMap{"AWS": demoARN(account, "root")}, Action: "sts:AssumeRole"}
	if externalID != "" {
		s.Condition = map[string]demoMap{"StringEquals": {"sts:ExternalId": externalID}}
	}
	return demoDocument(s)
}
