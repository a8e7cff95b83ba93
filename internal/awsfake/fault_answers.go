package awsfake

import (
	"encoding/base64"
	"strings"
)

// spoil makes of the result of an operation what a fault makes of it.
func (s *Server) spoil(r *request, result any) any {
	switch r.injection.kind {
	case ReportNever:
		return []element{text("State", "INPROGRESS")}
	case PageTokenRepeats:
		return withToken(r, result, pageToken(r))
	case EmptyPages:
		if isPage(result) {
			return withToken(r, emptied(result), emptyPrefix+pageToken(r))
		}
	case MalformedReport:
		return edited(result, "Content", func(content string) string {
			report, err := base64.StdEncoding.DecodeString(content)
			if err != nil {
				return content
			}
			// The last line ends in the middle of a field in quotes.
			half := string(report[:len(report)-len(report)/4]) + `,"`
			return base64.StdEncoding.EncodeToString([]byte(half))
		})
	case MalformedPolicies:
		half := func(document string) string { return document[:len(document)/2] }
		for _, name := range []string{"PolicyDocument", "AssumeRolePolicyDocument", "Document", "Content"} {
			result = edited(result, name, half)
		}
	}
	return result
}

// edited changes every text of a name in a result.
func edited(result any, name string, edit func(string) string) any {
	switch v := result.(type) {
	case []element:
		for i := range v {
			if v[i].name == name && len(v[i].children) == 0 {
				v[i].text = edit(v[i].text)
			}
			edited(v[i].children, name, edit)
		}
	case object:
		for key, member := range v {
			if text, ok := member.(string); ok && key == name {
				v[key] = edit(text)
				continue
			}
			edited(member, name, edit)
		}
	}
	return result
}

// garbled replaces the middle of an answer by what stands neither in XML nor in JSON.
func garbled(body []byte) []byte {
	third := len(body) / 3
	return []byte(string(body[:third]) + strings.Repeat("<\x01&{\x02", 4) + string(body[2*third:]))
}
