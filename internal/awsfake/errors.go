package awsfake

import (
	"errors"
	"fmt"
	"net/http"
)

// apiError is an error that AWS answers. The code, the message and the status
// are what a client sees; members are further fields of a modelled error.
type apiError struct {
	code    string
	message string
	status  int
	members object
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func failure(status int, code, format string, args ...any) *apiError {
	return &apiError{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

// asAPIError turns what an operation returned into what AWS would answer for
// it: an error that is none of AWS's is a failure of the service.
func asAPIError(err error) *apiError {
	var e *apiError
	if errors.As(err, &e) {
		return e
	}
	return failure(http.StatusInternalServerError, "InternalFailure", "%s", err)
}

// signatureFault is a reason to refuse a request before its operation is looked
// at. Each protocol has its own codes for them.
type signatureFault int

const (
	missingSignature signatureFault = iota
	incompleteSignature
	unknownKey
	expiredSession
	wrongSignature
)

// refusal is the error of a fault in the codes of the query protocol or of the
// JSON ones; see "Common error types" in the API reference of each service.
func (f signatureFault) refusal(p protocol) *apiError {
	var query, other, message string
	switch f {
	case missingSignature:
		query, other = "MissingAuthenticationToken", "MissingAuthenticationTokenException"
		message = "Request is missing Authentication Token"
	case incompleteSignature:
		query, other = "IncompleteSignature", "IncompleteSignatureException"
		message = "The request signature does not conform to AWS standards."
	case unknownKey:
		query, other = "InvalidClientTokenId", "UnrecognizedClientException"
		message = "The security token included in the request is invalid."
	case expiredSession:
		query, other = "ExpiredToken", "ExpiredTokenException"
		message = "The security token included in the request is expired"
	case wrongSignature:
		query, other = "SignatureDoesNotMatch", "InvalidSignatureException"
		message = "The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	}
	e := failure(p.refusalStatus(), other, "%s", message)
	if _, ok := p.(queryProtocol); ok {
		e.code = query
		if f == incompleteSignature {
			e.status = http.StatusBadRequest
		}
	}
	return e
}
