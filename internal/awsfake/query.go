package awsfake

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// queryProtocol is that of STS and IAM: forms in, XML out.
type queryProtocol struct {
	version string // API version, a date
	host    string // host in the XML namespace
}

func (p queryProtocol) namespace() string { return "https://" + p.host + "/doc/" + p.version + "/" }

func (p queryProtocol) read(r *request) error {
	form, err := url.ParseQuery(string(r.body))
	if err != nil {
		return failure(http.StatusBadRequest, "MalformedInput", "The request body is not a form.")
	}
	for name, values := range r.http.URL.Query() {
		form[name] = append(form[name], values...)
	}
	r.form, r.operation = form, form.Get("Action")
	if r.operation == "" {
		return failure(http.StatusBadRequest, "MissingAction", "The request has no parameter Action.")
	}
	return nil
}

func (p queryProtocol) success(r *request, result any) answer {
	content, _ := result.([]element)
	return xmlAnswer(http.StatusOK, r.operation+"Response", p.namespace(),
		group(r.operation+"Result", content...),
		group("ResponseMetadata", text("RequestId", r.id)))
}

func (p queryProtocol) failure(r *request, e *apiError) answer {
	kind := "Sender"
	if e.status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	return xmlAnswer(e.status, "ErrorResponse", p.namespace(),
		group("Error", text("Type", kind), text("Code", e.code), text("Message", e.message)),
		text("RequestId", r.id))
}

func (p queryProtocol) unknown(r *request) *apiError {
	return failure(http.StatusBadRequest, "InvalidAction", "Could not find operation %s for version %s", r.operation, p.version)
}

func (p queryProtocol) denied(message string) *apiError {
	return deniedError(http.StatusForbidden, "AccessDenied", message)
}

func (p queryProtocol) refusalStatus() int { return http.StatusForbidden }

// element is an XML element with either text or children.
type element struct {
	name     string
	text     string
	children []element
}

func text(name, value string) element { return element{name: name, text: value} }

func group(name string, children ...element) element { return element{name: name, children: children} }

func number(name string, n int) element { return text(name, strconv.Itoa(n)) }

func boolean(name string, b bool) element { return text(name, strconv.FormatBool(b)) }

// moment is a time as the query protocol writes it: ISO 8601 in UTC, whole
// seconds.
func moment(name string, t time.Time) element {
	return text(name, t.UTC().Format("2006-01-02T15:04:05Z"))
}

// list is an element with a member for every item.
func list[T any](name string, items []T, content func(T) []element) element {
	e := element{name: name, children: make([]element, 0, len(items))}
	for _, item := range items {
		e.children = append(e.children, group("member", content(item)...))
	}
	return e
}

// texts is an element with a member of text for every item.
func texts(name string, items []string) element {
	e := element{name: name, children: make([]element, 0, len(items))}
	for _, item := range items {
		e.children = append(e.children, text("member", item))
	}
	return e
}

func xmlAnswer(status int, root, namespace string, children ...element) answer {
	size := 2*len(root) + len(namespace) + 20
	for _, c := range children {
		size += c.size()
	}
	var b bytes.Buffer
	b.Grow(size) // an account's policies are a long answer
	b.WriteString("<" + root + ` xmlns="` + namespace + `">`)
	for _, c := range children {
		c.write(&b)
	}
	b.WriteString("</" + root + ">\n")
	return answer{status, map[string]string{"Content-Type": "text/xml"}, b.Bytes()}
}

// size is the length of an element in XML, but for what is escaped in it.
func (e element) size() int {
	n := 2*len(e.name) + 5 + len(e.text)
	for _, c := range e.children {
		n += c.size()
	}
	return n
}

func (e element) write(b *bytes.Buffer) {
	b.WriteByte('<')
	b.WriteString(e.name)
	b.WriteByte('>')
	if strings.ContainsFunc(e.text, escaped) {
		xml.EscapeText(b, []byte(e.text)) // writing to memory cannot fail
	} else {
		b.WriteString(e.text)
	}
	for _, c := range e.children {
		c.write(b)
	}
	b.WriteString("</")
	b.WriteString(e.name)
	b.WriteByte('>')
}

// escaped tells whether a character may stand otherwise in XML.
func escaped(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`"'&<>`, r) }
