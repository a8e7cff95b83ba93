package awsfake

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
)

// object is a JSON object of an answer.
type object map[string]any

// targetProtocol is that of Organizations: JSON 1.1 with the operation in a
// header.
type targetProtocol struct {
	prefix string
}

func (p targetProtocol) read(r *request) error {
	target := r.http.Header.Get("X-Amz-Target")
	name, ok := strings.CutPrefix(target, p.prefix+".")
	if !ok || name == "" {
		r.operation = target
		return p.unknown(r)
	}
	r.operation = name
	return nil
}

func (p targetProtocol) success(_ *request, result any) answer {
	return jsonAnswer(http.StatusOK, "application/x-amz-json-1.1", "", result)
}

func (p targetProtocol) failure(_ *request, e *apiError) answer {
	body := object{"__type": e.code, "Message": e.message}
	maps.Copy(body, e.members)
	return jsonAnswer(e.status, "application/x-amz-json-1.1", "", body)
}

func (p targetProtocol) unknown(r *request) *apiError {
	return failure(http.StatusBadRequest, "UnknownOperationException", "Operation %q is unknown.", r.operation)
}

func (p targetProtocol) denied(message string) *apiError {
	return deniedError(http.StatusBadRequest, "AccessDeniedException", message)
}

func (p targetProtocol) refusalStatus() int { return http.StatusBadRequest }

// restProtocol is that of Access Analyzer and Account Management: JSON with the
// operation in the method and the path.
type restProtocol struct {
	routes []route
}

// route leads a method and a path to an operation. A star in the path stands for one
// part that is a parameter.
type route struct {
	method, path, operation string
}

func (t route) match(path string) (parameter string, ok bool) {
	before, after, starred := strings.Cut(t.path, "*")
	if !starred {
		return "", path == t.path
	}
	parameter, ok = strings.CutPrefix(path, before)
	if !ok {
		return "", false
	}
	parameter, ok = strings.CutSuffix(parameter, after)
	return parameter, ok && parameter != "" && !strings.Contains(parameter, "/")
}

func (p restProtocol) read(r *request) error {
	method, path := r.http.Method, r.http.URL.Path
	r.operation = method + " " + path
	for _, t := range p.routes {
		if t.method != method {
			continue
		}
		if parameter, ok := t.match(path); ok {
			r.operation, r.parameter = t.operation, parameter
			return nil
		}
	}
	return p.unknown(r)
}

func (p restProtocol) success(_ *request, result any) answer {
	return jsonAnswer(http.StatusOK, "application/json", "", result)
}

func (p restProtocol) failure(_ *request, e *apiError) answer {
	body := object{"message": e.message}
	maps.Copy(body, e.members)
	return jsonAnswer(e.status, "application/json", e.code, body)
}

func (p restProtocol) unknown(r *request) *apiError {
	return failure(http.StatusNotFound, "UnknownOperationException", "Operation %q is unknown.", r.operation)
}

func (p restProtocol) denied(message string) *apiError {
	return deniedError(http.StatusForbidden, "AccessDeniedException", message)
}

func (p restProtocol) refusalStatus() int { return http.StatusForbidden }

func jsonAnswer(status int, contentType, errorType string, value any) answer {
	header := map[string]string{"Content-Type": contentType}
	if errorType != "" {
		header["X-Amzn-Errortype"] = errorType
	}
	b, err := json.Marshal(value)
	if err != nil {
		return answer{http.StatusInternalServerError, header, []byte(`{"message":"The answer cannot be written."}`)}
	}
	return answer{status, header, b}
}

// input reads the JSON body of a request. An empty body is an empty object.
func input[T any](r *request) (T, error) {
	var in T
	if len(r.body) == 0 {
		return in, nil
	}
	if err := json.Unmarshal(r.body, &in); err != nil {
		return in, failure(http.StatusBadRequest, "SerializationException", "The request body is not the expected JSON: %s", err)
	}
	return in, nil
}
