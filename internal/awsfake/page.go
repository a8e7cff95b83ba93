package awsfake

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
)

var (
	errPageToken = errors.New("page token was not made by this operation")
	errPageSize  = errors.New("page size is out of range")
)

// page cuts one page out of a list. The token is what the page before answered,
// empty for the first; size is what the caller asked for, 0 for no wish, and
// must not be above limit. The page is never larger than the server's own page
// size. The returned token is empty on the last page.
func page[T any](s *Server, r *request, items []T, token string, size, limit int) ([]T, string, error) {
	if size < 0 || size > limit {
		return nil, "", errPageSize
	}
	start := 0
	if token != "" {
		var err error
		if start, err = readToken(r.operation, token); err != nil || start >= len(items) {
			return nil, "", errPageToken
		}
	}
	longest := min(s.options.PageSize, limit)
	if size == 0 || size > longest {
		size = longest
	}
	end := min(start+size, len(items))
	if end == len(items) {
		return items[start:], "", nil
	}
	return items[start:end], makeToken(r.operation, end), nil
}

// makeToken hides a position in a list. It names the operation, so that the
// token of one list is refused by another.
func makeToken(operation string, position int) string {
	return base64.URLEncoding.EncodeToString([]byte(operation + "/" + strconv.Itoa(position)))
}

func readToken(operation, token string) (int, error) {
	b, err := base64.URLEncoding.DecodeString(token)
	if err != nil {
		return 0, errPageToken
	}
	digits, ok := strings.CutPrefix(string(b), operation+"/")
	if !ok {
		return 0, errPageToken
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n <= 0 {
		return 0, errPageToken
	}
	return n, nil
}
