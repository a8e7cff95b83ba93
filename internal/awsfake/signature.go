package awsfake

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	signingAlgorithm = "AWS4-HMAC-SHA256"
	signingEnd       = "aws4_request" // last part of every credential scope
)

// signature is an Authorization header of Signature Version 4, by the document
// "Create a signed AWS API request" of the IAM user guide.
type signature struct {
	key     string // access key id
	date    string // 20060102
	region  string
	service string
	headers []string // names of the signed headers, in lower case
	value   []byte
}

var errSignatureForm = errors.New("authorization header is not of signature version 4")

// parseAuthorization reads an Authorization header. Spaces after the commas are
// optional.
func parseAuthorization(header string) (signature, error) {
	rest, ok := strings.CutPrefix(header, signingAlgorithm+" ")
	if !ok {
		return signature{}, errSignatureForm
	}
	var s signature
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential":
			scope := strings.Split(value, "/")
			if len(scope) != 5 || scope[4] != signingEnd || slices.Contains(scope, "") {
				return signature{}, errSignatureForm
			}
			s.key, s.date, s.region, s.service = scope[0], scope[1], scope[2], scope[3]
		case "SignedHeaders":
			s.headers = strings.Split(value, ";")
		case "Signature":
			b, err := hex.DecodeString(value)
			if err != nil {
				return signature{}, errSignatureForm
			}
			s.value = b
		}
	}
	if s.key == "" || len(s.headers) == 0 || len(s.value) == 0 || !slices.Contains(s.headers, "host") {
		return signature{}, errSignatureForm
	}
	return s, nil
}

// verify tells whether the signature is that of the request under the secret.
func (s signature) verify(secret string, r *http.Request, body []byte) bool {
	date := r.Header.Get("X-Amz-Date")
	if !strings.HasPrefix(date, s.date) {
		return false
	}
	sum := sha256.Sum256(body)
	payload := hex.EncodeToString(sum[:])
	if claimed := r.Header.Get("X-Amz-Content-Sha256"); claimed != "" && claimed != payload {
		return false
	}
	canonical := sha256.Sum256(s.canonical(r, payload))
	scope := strings.Join([]string{s.date, s.region, s.service, signingEnd}, "/")
	text := strings.Join([]string{signingAlgorithm, date, scope, hex.EncodeToString(canonical[:])}, "\n")
	key := []byte("AWS4" + secret)
	for _, part := range []string{s.date, s.region, s.service, signingEnd} {
		key = keyedHash(key, part)
	}
	return hmac.Equal(keyedHash(key, text), s.value)
}

// shown is the canonical request as services repeat it in their refusal, with the session
// token among its headers ("Troubleshoot Signature Version 4 signing for AWS API requests",
// IAM User Guide).
func (s signature) shown(r *http.Request, body []byte) string {
	sum := sha256.Sum256(body)
	return string(s.canonical(r, hex.EncodeToString(sum[:])))
}

// checkAge refuses a request that was signed too long before or after the time of the service,
// in the words that services have for it
// ("Troubleshoot Signature Version 4 signing for AWS API requests", IAM User Guide). The
// services that take forms allow a quarter of an hour, the others five minutes.
func checkAge(r *http.Request, now time.Time, p protocol) error {
	const form = "20060102T150405Z"
	signed, err := time.Parse(form, r.Header.Get("X-Amz-Date"))
	if err != nil {
		return incompleteSignature.refusal(p)
	}
	minutes := 5
	if _, ok := p.(queryProtocol); ok {
		minutes = 15
	}
	allowed := time.Duration(minutes) * time.Minute
	now = now.UTC()
	e := wrongSignature.refusal(p)
	switch {
	case signed.Before(now.Add(-allowed)):
		e.message = fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - %d min.)",
			signed.Format(form), now.Add(-allowed).Format(form), now.Format(form), minutes)
		return e
	case signed.After(now.Add(allowed)):
		e.message = fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + %d min.)",
			signed.Format(form), now.Add(allowed).Format(form), now.Format(form), minutes)
		return e
	}
	return nil
}

func keyedHash(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// canonical is the canonical request: what both sides sign.
func (s signature) canonical(r *http.Request, payload string) []byte {
	var b bytes.Buffer
	path := r.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	b.WriteString(r.Method + "\n" + uriEncode(path, true) + "\n" + canonicalQuery(r) + "\n")
	for _, name := range s.headers {
		b.WriteString(name + ":" + canonicalHeader(r, name) + "\n")
	}
	b.WriteString("\n" + strings.Join(s.headers, ";") + "\n" + payload)
	return b.Bytes()
}

// canonicalHeader is the value of a signed header. The server of net/http takes
// two headers out of the list.
func canonicalHeader(r *http.Request, name string) string {
	switch name {
	case "host":
		return r.Host
	case "content-length":
		return strconv.FormatInt(r.ContentLength, 10)
	}
	values := slices.Clone(r.Header.Values(name))
	for i, v := range values {
		values[i] = strings.Join(strings.Fields(v), " ")
	}
	return strings.Join(values, ",")
}

func canonicalQuery(r *http.Request) string {
	var pairs []string
	for name, values := range r.URL.Query() {
		for _, v := range values {
			pairs = append(pairs, uriEncode(name, false)+"="+uriEncode(v, false))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// uriEncode percent-encodes everything but the unreserved characters, and the
// slashes of a path.
func uriEncode(text string, path bool) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(text) + len(text)/4)
	for i := range len(text) {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			c == '-', c == '_', c == '.', c == '~', path && c == '/':
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}
