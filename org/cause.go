package org

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// NewGap makes a gap of the error of a call. The cause comes from AWS's error code and,
// for denials, from the words in which AWS says what denied
// ("Troubleshoot access denied error messages", IAM User Guide).
func NewGap(section Section, account string, err error, at time.Time) Gap {
	g := Gap{Section: section, Account: account, Cause: CauseOf(err), Message: err.Error(), At: at.UTC()}
	var op *smithy.OperationError
	if errors.As(err, &op) {
		g.Operation = op.ServiceID + ":" + op.OperationName
	}
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() != noCode {
		g.Code = api.ErrorCode()
		g.Message = api.ErrorMessage()
	}
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		g.RequestID = response.ServiceRequestID()
	}
	return g
}

// noCode is the SDK's word, code and message in one, for an answer in which it finds no
// error code; the error as a whole says more, such as the HTTP status.
const noCode = "UnknownError"

// CauseOf tells why a call failed.
func CauseOf(err error) Cause {
	var malformed *MalformedError
	if errors.As(err, &malformed) {
		return Malformed
	}
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return TimedOut
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		cause := causeOfCode(api.ErrorCode(), api.ErrorMessage())
		if cause != Failed || api.ErrorCode() != noCode {
			return cause
		}
	}
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		switch response.HTTPStatusCode() {
		case http.StatusNotFound, http.StatusNotImplemented:
			// Every "there is none" of AWS has an error code. Without one, the endpoint does
			// not know the call.
			return NotSupported
		case http.StatusTooManyRequests:
			return Throttled
		}
		if response.HTTPStatusCode() >= http.StatusInternalServerError {
			// What a proxy or a load balancer writes beside its 502 is no answer of AWS's
			// that could be understood or not.
			return Failed
		}
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return NotSupported // the region or the partition has no such endpoint
	}
	var network *net.OpError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network) {
		return Failed // the answer ended in the middle
	}
	var decode *smithy.DeserializationError
	if errors.As(err, &decode) {
		return Malformed
	}
	return Failed
}

// MalformedError wraps an answer that came and could not be understood.
type MalformedError struct{ Err error }

func (e *MalformedError) Error() string { return e.Err.Error() }
func (e *MalformedError) Unwrap() error { return e.Err }

func causeOfCode(code, message string) Cause {
	switch code {
	case "AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation":
		return causeOfDenial(message)
	case "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException",
		"RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown", "LimitExceeded":
		return Throttled
	case "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException",
		"SignatureDoesNotMatch", "InvalidSignatureException", "MissingAuthenticationToken",
		"MissingAuthenticationTokenException", "IncompleteSignature", "AuthFailure", "OptInRequired",
		"RequestTimeTooSkewed", "RequestExpired": // the clocks differ and AWS did not say by how much
		return CredentialsFailed
	case "InvalidAction", "UnknownOperationException", "UnsupportedOperation", "UnsupportedOperationException",
		"UnsupportedAPIEndpointException", "NotImplemented", "ServiceAccessNotEnabledException":
		return NotSupported
	case "RequestTimeout", "RequestTimeoutException":
		return TimedOut
	}
	return Failed
}

func causeOfDenial(message string) Cause {
	message = strings.ToLower(message)
	switch {
	case strings.Contains(message, "service control policy"):
		return DeniedBySCP
	case strings.Contains(message, "resource control policy"):
		return DeniedByRCP
	case strings.Contains(message, "permissions boundary"), strings.Contains(message, "session policy"):
		return DeniedByBoundary
	}
	return DeniedByRole
}

// ErrorCode returns AWS's error code, or "" where err is none of AWS's.
func ErrorCode(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
