package awsfake

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// emptyPrefix begins the tokens of empty pages; what follows is the token of the page that
// was left out, or nothing for the first.
const emptyPrefix = "empty."

// tokenName is the name of the page token in what a service reads and answers.
func tokenName(r *request) string {
	switch r.service.protocol.(type) {
	case queryProtocol:
		return "Marker"
	case targetProtocol:
		return "NextToken"
	}
	if r.service.name == "account" {
		return "NextToken"
	}
	return "nextToken"
}

// pageToken is the page token of a request, or empty.
func pageToken(r *request) string {
	name := tokenName(r)
	if r.form != nil {
		return r.form.Get(name)
	}
	if token := r.http.URL.Query().Get(name); token != "" {
		return token
	}
	var body map[string]any
	if json.Unmarshal(r.body, &body) != nil {
		return ""
	}
	token, _ := body[name].(string)
	return token
}

// unwrapToken gives a request that follows an empty page the token of the page that was left
// out. It comes after the check of the signature, which is over what the client sent.
func unwrapToken(r *request) error {
	token, ok := strings.CutPrefix(pageToken(r), emptyPrefix)
	if !ok {
		return nil
	}
	name := tokenName(r)
	if r.form != nil {
		r.form.Set(name, token)
		return nil
	}
	if query := r.http.URL.Query(); query.Has(name) {
		query.Set(name, token)
		r.http.URL.RawQuery = query.Encode()
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.UseNumber()
	body := make(map[string]any)
	if err := d.Decode(&body); err != nil {
		return err
	}
	body[name] = token
	changed, err := json.Marshal(body)
	r.body = changed
	return err
}

// isPage tells whether a result is a page of a list: IAM says of every page whether it is the
// last, the others answer objects in a list.
func isPage(result any) bool {
	switch v := result.(type) {
	case []element:
		return slices.ContainsFunc(v, func(e element) bool { return e.name == "IsTruncated" })
	case object:
		for _, member := range v {
			if _, ok := member.([]object); ok {
				return true
			}
		}
	}
	return false
}

// emptied is a page without its items.
func emptied(result any) any {
	switch v := result.(type) {
	case []element:
		for i := range v {
			v[i].children = slices.DeleteFunc(v[i].children, func(e element) bool { return e.name == "member" })
		}
	case object:
		for key, member := range v {
			if _, ok := member.([]object); ok {
				v[key] = []object{}
			}
		}
	}
	return result
}

// withToken is a page that names another as the next.
func withToken(r *request, result any, token string) any {
	switch v := result.(type) {
	case []element:
		v = slices.DeleteFunc(v, func(e element) bool { return e.name == "IsTruncated" || e.name == "Marker" })
		return append(v, boolean("IsTruncated", true), text("Marker", token))
	case object:
		v[tokenName(r)] = token
	}
	return result
}
