package policy

import "strings"

// matchARN is the comparison of ArnLike and ArnEquals, which are the same: each of the six
// fields of an ARN is a glob of its own, so that no * reaches over a colon, but in the last
// field, which may hold colons.
//
// What AWS makes of a pattern with fewer fields, such as a plain *, is not documented.
func matchARN(pattern, arn string) Truth {
	if strings.Count(pattern, ":") < 5 || strings.Count(arn, ":") < 5 {
		return Depends
	}
	for range 5 {
		var field, value string
		field, pattern, _ = strings.Cut(pattern, ":")
		value, arn, _ = strings.Cut(arn, ":")
		if !Match(field, value) {
			return False
		}
	}
	return truth(Match(pattern, arn))
}
