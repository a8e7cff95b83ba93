package policy

import (
	"testing"
	"time"
)

func TestDenies(t *testing.T) {
	const ours, theirs = "111111111111", "999999999999"
	role := Caller{ARN: "arn:aws:iam::999999999999:role/x", Account: theirs}
	anyOf := Caller{Account: theirs}
	for _, c := range []struct {
		name, statement string
		caller          Caller
		want            Truth
	}{
		{"everybody", `"Principal":"*","Action":"sts:*"`, role, True},
		{"everybody, as a list", `"Principal":{"AWS":"*"},"Action":"sts:AssumeRole"`, anyOf, True},
		{"another action", `"Principal":"*","Action":"sts:GetCallerIdentity"`, role, False},
		{"all actions but this", `"Principal":"*","NotAction":"sts:AssumeRole"`, role, False},
		{"the account", `"Principal":{"AWS":"999999999999"},"Action":"*"`, role, True},
		{"another account", `"Principal":{"AWS":"111111111111"},"Action":"*"`, role, False},
		{"one role, asked of it", `"Principal":{"AWS":"arn:aws:iam::999999999999:role/x"},"Action":"*"`, role, True},
		{"one role, asked of any", `"Principal":{"AWS":"arn:aws:iam::999999999999:role/x"},"Action":"*"`, anyOf, False},
		{"all but another account", `"NotPrincipal":{"AWS":"111111111111"},"Action":"*"`, anyOf, True},
		{"all but one of its roles, asked of any", `"NotPrincipal":{"AWS":"arn:aws:iam::999999999999:role/x"},"Action":"*"`, anyOf, Depends},
		{"all but one of its roles, asked of it", `"NotPrincipal":{"AWS":"arn:aws:iam::999999999999:role/x"},"Action":"*"`, role, False},
		{"one session of the role", `"Principal":{"AWS":"arn:aws:sts::999999999999:assumed-role/x/mallory"},"Action":"*"`, role, Depends},
		{"one session and the role", `"Principal":{"AWS":["arn:aws:sts::999999999999:assumed-role/x/mallory","arn:aws:iam::999999999999:role/x"]},"Action":"*"`, role, True},
		{"on this resource", `"Principal":"*","Action":"*","Resource":"arn:aws:iam::111111111111:role/*"`, role, True},
		{"on another resource", `"Principal":"*","Action":"*","Resource":"arn:aws:iam::111111111111:role/other"`, role, False},
		{"under a condition that holds", `"Principal":"*","Action":"*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"111111111111"}}`, role, True},
		{"under one that does not", `"Principal":"*","Action":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"111111111111"}}`, role, False},
		{"under one that may", `"Principal":"*","Action":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`, role, Depends},
	} {
		t.Run(c.name, func(t *testing.T) {
			document, err := Parse(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*"},{"Effect":"Deny",` + c.statement + `}]}`)
			if err != nil {
				t.Fatal(err)
			}
			source := &Source{Kind: ResourceControlPolicy, Analysis: Analyse(document)}
			facts := (&Facts{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}).With(map[string]Fact{"aws:principalaccount": Is(theirs)})
			got, by := source.Denies("sts:AssumeRole", "arn:aws:iam::"+ours+":role/r", c.caller, facts)
			if got != c.want || (got != False) != (by.Source == source && by.Statement == 1) {
				t.Errorf("Denies is %d by %s, want %d", got, by, c.want)
			}
		})
	}
}
