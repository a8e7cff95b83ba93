package policy

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"net/netip"
	"strings"
)

// equalFold compares without regard to case. Letters outside ASCII have no case that
// everybody agrees on, so they do not make two strings equal for certain.
func equalFold(want, got string) Truth {
	if strings.EqualFold(want, got) {
		if want == got || ascii(want) && ascii(got) {
			return True
		}
		return Depends
	}
	if ascii(want) && ascii(got) {
		return False
	}
	return Depends
}

func ascii(s string) bool {
	for i := range len(s) {
		// The literal wildcards of expanded values are ASCII in what they stand for.
		if s[i] >= 0x80 && s[i] != literalStar && s[i] != literalMark {
			return false
		}
	}
	return true
}

func compareBools(want, got string) Truth {
	if want != "true" && want != "false" || got != "true" && got != "false" {
		return Depends
	}
	return truth(want == got)
}

// compareBinary compares what two base-64 texts stand for.
func compareBinary(want, got string) Truth {
	w, err := base64.StdEncoding.DecodeString(want)
	if err != nil {
		return Depends
	}
	g, err := base64.StdEncoding.DecodeString(got)
	if err != nil {
		return Depends
	}
	return truth(bytes.Equal(w, g))
}

// compareAddresses says whether an address of the request is the policy's or in its range.
//
// An address alone is a range of /32. Of IPv6 addresses that can hardly be meant, so there
// the rest of the range is left open.
func compareAddresses(want, got string) Truth {
	address, err := netip.ParseAddr(got)
	if err != nil || address.Zone() != "" || address.Is4In6() {
		return Depends
	}
	if strings.Contains(want, "/") {
		network, err := netip.ParsePrefix(want)
		if err != nil || network.Addr().Is4In6() {
			return Depends
		}
		return truth(network.Contains(address))
	}
	single, err := netip.ParseAddr(want)
	switch {
	case err != nil || single.Zone() != "" || single.Is4In6():
		return Depends
	case single == address:
		return True
	case single.Is6() && netip.PrefixFrom(single, 32).Contains(address):
		return Depends
	}
	return False
}

// compareNumbers compares integers and decimals by their digits, since a float would make
// different numbers equal.
func compareNumbers(r relation, want, got string) Truth {
	w, ok := parseDecimal(want)
	if !ok {
		return Depends
	}
	g, ok := parseDecimal(got)
	if !ok {
		return Depends
	}
	return truth(r.holds(g.compare(w)))
}

// decimal is a number by its digits, without zeros that change nothing.
type decimal struct {
	negative        bool
	whole, fraction string
}

// parseDecimal reads digits, with a sign and a point if need be. Exponents, which JSON
// knows, are not documented for policies.
func parseDecimal(s string) (decimal, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if !allDigits(whole) || point && !allDigits(fraction) {
		return decimal{}, false
	}
	d := decimal{whole: strings.TrimLeft(whole, "0"), fraction: strings.TrimRight(fraction, "0")}
	d.negative = negative && (d.whole != "" || d.fraction != "")
	return d, true
}

func (d decimal) compare(other decimal) int {
	if d.negative != other.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	compared := cmp.Or(
		cmp.Compare(len(d.whole), len(other.whole)),
		strings.Compare(d.whole, other.whole),
		strings.Compare(d.fraction, other.fraction))
	if d.negative {
		return -compared
	}
	return compared
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
