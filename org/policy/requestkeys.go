package policy

import "strings"

// requestKeys are condition keys that differ between the requests that are imagined of one
// principal, a bit for each: those of what an action is done to, and the Region. Whether a
// statement asks for any of them is found out once for its document, so that what the others
// say is decided once for all that the principal could do the action to.
type requestKeys uint8

const (
	asksBoundary requestKeys = 1 << iota
	asksPolicyARN
	asksPassedTo
	asksResourceTags
	asksRegion
)

// asksTarget are the keys of what an action is done to.
const asksTarget = asksBoundary | asksPolicyARN | asksPassedTo | asksResourceTags

const (
	keyBoundary  = "iam:permissionsboundary"
	keyPolicyARN = "iam:policyarn"
	keyPassedTo  = "iam:passedtoservice"
	keyRegion    = "aws:requestedregion"
	// keyAWSTag and keyIAMTag are how the names of keys begin that say a tag of a resource.
	keyAWSTag = "aws:resourcetag/"
	keyIAMTag = "iam:resourcetag/"
)

// requestKeys are those that the statement asks for, in a condition or by a variable.
func (s *Statement) requestKeys() requestKeys {
	var keys requestKeys
	for i := range s.Conditions {
		keys |= requestKeysIn(s.Conditions[i].Key)
		for _, value := range s.Conditions[i].Values {
			keys |= requestKeysOfVariables(value)
		}
	}
	for _, list := range [][]string{s.Resources, s.NotResources} {
		for _, element := range list {
			keys |= requestKeysOfVariables(element)
		}
	}
	return keys
}

func requestKeysOfVariables(text string) requestKeys {
	if !strings.Contains(text, "${") {
		return 0
	}
	return requestKeysIn(text)
}

// requestKeysIn finds the names of keys anywhere in a text.
func requestKeysIn(text string) requestKeys {
	text = strings.ToLower(text)
	var keys requestKeys
	for _, known := range [...]struct {
		name string
		bit  requestKeys
	}{
		{keyBoundary, asksBoundary},
		{keyPolicyARN, asksPolicyARN},
		{keyPassedTo, asksPassedTo},
		{keyAWSTag, asksResourceTags},
		{keyIAMTag, asksResourceTags},
		{keyRegion, asksRegion},
	} {
		if strings.Contains(text, known.name) {
			keys |= known.bit
		}
	}
	return keys
}
