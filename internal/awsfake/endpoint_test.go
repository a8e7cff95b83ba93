package awsfake

import (
	"net/http/httptest"
	"testing"
)

// TestCheckEndpoint asks for endpoints by their names: those that AWS has take a signature
// for their own region alone.
func TestCheckEndpoint(t *testing.T) {
	services := newServices()
	for _, test := range []struct {
		partition, service, host, region string
		want                             string // error code
		status                           int
	}{
		{"aws", "iam", "iam.amazonaws.com", "us-east-1", "", 0},
		{"aws", "iam", "iam.amazonaws.com", "eu-west-1", "SignatureDoesNotMatch", 403},
		{"aws", "organizations", "organizations.us-east-1.amazonaws.com:443", "us-east-1", "", 0},
		{"aws", "access-analyzer", "access-analyzer.eu-west-1.amazonaws.com", "eu-west-1", "", 0},
		{"aws", "access-analyzer", "access-analyzer.eu-west-1.amazonaws.com", "us-east-1", "InvalidSignatureException", 403},
		{"aws", "sts", "sts.cn-north-1.amazonaws.com.cn", "cn-north-1", "SignatureDoesNotMatch", 403},
		{"aws-us-gov", "iam", "iam.us-gov.amazonaws.com", "us-gov-west-1", "", 0},
		{"aws-us-gov", "iam", "iam.us-gov.amazonaws.com", "us-gov-east-1", "SignatureDoesNotMatch", 403},
		{"aws-us-gov", "account", "account.us-gov-west-1.amazonaws.com", "us-gov-west-1", "", 404},
		{"aws-us-gov", "account", "127.0.0.1:4566", "us-gov-west-1", "", 404},
		{"aws-cn", "organizations", "organizations.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1", "", 0},
		{"aws-cn", "organizations", "organizations.cn-north-1.amazonaws.com.cn", "cn-north-1", "InvalidSignatureException", 400},
		{"aws-eusc", "iam", "iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", "", 0},
		{"aws-eusc", "iam", "iam.amazonaws.com", "us-east-1", "SignatureDoesNotMatch", 403},
		{"aws-eusc", "iam", "127.0.0.1:4566", "us-east-1", "", 0},
	} {
		regions, ok := regionsOf(test.partition)
		if !ok {
			t.Fatalf("partition %s is unknown", test.partition)
		}
		r := httptest.NewRequest("POST", "/", nil)
		r.Host = test.host
		var code string
		var status int
		if err := regions.checkEndpoint(services[test.service], signature{region: test.region}, r); err != nil {
			code, status = asAPIError(err).code, asAPIError(err).status
		}
		if code != test.want || status != test.status {
			t.Errorf("%s in %s at %s signed for %s: %q %d, want %q %d", test.service, test.partition, test.host, test.region, code, status, test.want, test.status)
		}
	}
}
