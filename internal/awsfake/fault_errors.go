package awsfake

import "net/http"

// refuse is the error that a fault answers in place of an operation, or nil for a fault that
// spoils the answer.
func (s *Server) refuse(r *request) error {
	p := r.service.protocol
	action := r.service.name + ":" + r.operation
	denied := func(reason string) error {
		return p.denied("User: " + r.caller.arn + " is not authorized to perform: " + action + " on resource: * " + reason)
	}
	switch r.injection.kind {
	case Throttle:
		return throttled(r.service.name)
	case NoCapacity:
		// "GenerateCredentialReport", IAM API Reference: LimitExceeded has the status 409.
		return failure(http.StatusConflict, "LimitExceeded", "No more capacity for credential reports")
	case ServerError:
		return failure(http.StatusInternalServerError, serverErrorCode(r.service.name),
			"The request processing has failed because of an unknown error, exception or failure.")
	case Unavailable:
		// "Common error types" in the API reference of each service.
		return failure(http.StatusServiceUnavailable, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.")
	case TokenExpired:
		return expiredSession.refusal(p)
	// "Troubleshoot access denied error messages", IAM User Guide.
	case DenyByRole:
		return denied("because no identity-based policy allows the " + action + " action")
	case DenyByBoundary:
		return denied("because no permissions boundary allows the " + action + " action")
	case DenyBySession:
		return denied("because no session policy allows the " + action + " action")
	case DenyBySCP:
		return denied("with an explicit deny in a service control policy")
	case DenyByRCP:
		return denied("with an explicit deny in a resource control policy")
	case PageTokenExpired:
		switch p.(type) {
		case queryProtocol:
			return validationError("Invalid Marker.")
		case targetProtocol:
			return invalidInput("INVALID_NEXT_TOKEN")
		}
		return invalidParameter("nextToken")
	}
	return nil
}

// throttled is how each service says that there are too many calls: "Common error types" of
// IAM and STS, and the errors of the operations in the API references of the others.
func throttled(service string) *apiError {
	switch service {
	case "organizations":
		return failure(http.StatusBadRequest, "TooManyRequestsException",
			"You have sent too many requests in too short a period of time.")
	case "account":
		return failure(http.StatusTooManyRequests, "TooManyRequestsException", "Too many requests.")
	case "access-analyzer":
		return failure(http.StatusTooManyRequests, "ThrottlingException", "Rate exceeded")
	}
	return failure(http.StatusBadRequest, "Throttling", "Rate exceeded")
}

// serverErrorCode is the code of each service for a failure of its own, from the errors of its
// operations in its API reference.
func serverErrorCode(service string) string {
	switch service {
	case "iam":
		return "ServiceFailure"
	case "organizations":
		return "ServiceException"
	case "account", "access-analyzer":
		return "InternalServerException"
	}
	return "InternalFailure"
}
