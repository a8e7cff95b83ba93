package main

import (
	"errors"
	"strings"

	"github.com/aws/smithy-go"

	"orgaudit/org"
)

// errNoCredentials is what the SDK's search for credentials ends with when there are none.
var errNoCredentials = errors.New("no AWS credentials were found")

// hint says in one sentence what the user can do about an error.
func hint(err error) string {
	if errors.Is(err, errNoCredentials) {
		return "name a profile with AWS_PROFILE, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with \"aws sso login\"; \"orgaudit demo\" needs none"
	}
	service, name := operation(err)
	switch code := org.ErrorCode(err); {
	case strings.HasPrefix(code, "ExpiredToken"):
		return "the credentials have expired; sign in again (\"aws sso login\", or new keys) and go on with --resume"
	case code == "InvalidClientTokenId", code == "UnrecognizedClientException", code == "SignatureDoesNotMatch", code == "InvalidSignatureException":
		return "AWS does not accept these credentials; look at AWS_PROFILE and the access key, and at the clock of this machine"
	case code == "AWSOrganizationsNotInUseException":
		return "the account is in no organization; use credentials of the management account or of a delegated administrator, or set organization.role_arn"
	case service == "Organizations" && strings.HasPrefix(code, "AccessDenied"):
		return "only the management account and delegated administrators may read the organization, with the permissions in README.md; use their credentials, or set organization.role_arn to a role there"
	case name == "AssumeRole" && strings.HasPrefix(code, "AccessDenied"):
		return "AWS does not say which: the role does not exist, does not trust you, or asks for another external ID (organization.role_arn, organization.external_id)"
	}
	return ""
}

// operation is the innermost call of an error: a call that failed because its credentials
// could not be had wraps the call that should have brought them.
func operation(err error) (service, name string) {
	for {
		var op *smithy.OperationError
		if !errors.As(err, &op) {
			return service, name
		}
		service, name, err = op.ServiceID, op.OperationName, op.Err
	}
}
