package policy_test

import (
	"fmt"

	"orgaudit/org/policy"
)

func ExampleParse() {
	// IAM answers documents percent-encoded.
	d, err := policy.Parse(`%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B` +
		`%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AGet%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range d.Statements {
		fmt.Println(s.Effect, s.Actions, s.Resources)
		fmt.Println(s.AppliesToAction("s3:GetObject"), s.AppliesToAction("s3:PutObject"))
	}
	// Output:
	// Allow [s3:Get*] [*]
	// true false
}

func ExampleParse_error() {
	_, err := policy.Parse(`{"Statement": [
		{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
		{"Sid": "DenyAll", "Effect": "Deny", "Action": 5, "Resource": "*"}
	]}`)
	fmt.Println(err)
	// Output:
	// statement 2 ("DenyAll"): Action: want a string or a list of strings, got a number
}

func ExampleDocument_FullAdministrator() {
	d, err := policy.Parse(`{"Statement": [
		{"Sid": "Logs", "Effect": "Allow", "Action": "logs:*", "Resource": "*"},
		{"Sid": "Rest", "Effect": "Allow", "NotAction": "s3:*", "Resource": "*",
		 "Condition": {"Bool": {"aws:MultiFactorAuthPresent": true}}}
	]}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range d.FullAdministrator() {
		fmt.Printf("%s: %s, conditional: %t\n", g.Sid, g.By, g.Conditional)
	}
	// Output:
	// Rest: NotAction "s3:*" on Resource "*", conditional: true
}

func ExampleExpandAction() {
	granted := policy.ExpandAction("iam:Attach*").Union(policy.ExpandAction("sts:AssumeRole"))
	for _, action := range granted.All() {
		fmt.Printf("%s: %s\n", action, action.Level)
	}
	// Output:
	// iam:AttachGroupPolicy: Permissions management
	// iam:AttachRolePolicy: Permissions management
	// iam:AttachUserPolicy: Permissions management
	// sts:AssumeRole: Write
}
