package collect

import "testing"

// TestDocument checks the decoding of policy documents, which IAM answers percent-encoded
// by RFC 3986: a plus sign is a plus sign there, and no space.
func TestDocument(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"encoded", "%7B%22Version%22%3A%222012-10-17%22%7D", `{"Version":"2012-10-17"}`},
		{"a plus sign as it is", "%7B%22Sid%22%3A%22a+b%22%7D", `{"Sid":"a+b"}`},
		{"a plus sign that is encoded", "%7B%22Sid%22%3A%22a%2Bb%22%7D", `{"Sid":"a+b"}`},
		{"a space", "%7B%22Sid%22%3A%22a%20b%22%7D", `{"Sid":"a b"}`},
		{"a percent sign", "%7B%22Sid%22%3A%22100%25%2520%22%7D", `{"Sid":"100%%20"}`},
		{"UTF-8", "%7B%22Sid%22%3A%22%C3%A4%E2%82%AC%F0%9F%94%92%22%7D", `{"Sid":"ä€🔒"}`},
		{"lower-case digits", "%7b%22Sid%22%3a1%7d", `{"Sid":1}`},
		{"line feeds", "%7B%0A%20%20%22Sid%22%3A%201%0A%7D%0A", "{\n  \"Sid\": 1\n}\n"},
		{"plain, as of an emulator", `{"Sid":"100%25 a+b"}`, `{"Sid":"100%25 a+b"}`},
		{"plain after white space", " \n{\"Sid\":\"%7B\"}", " \n{\"Sid\":\"%7B\"}"},
		{"broken stays as it came", "%7B%2", "%7B%2"},
		{"empty", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := document(&test.text); got != test.want {
				t.Errorf("document %q, want %q", got, test.want)
			}
		})
	}
	if got := document(nil); got != "" {
		t.Errorf("no document is %q, want an empty text", got)
	}
}
