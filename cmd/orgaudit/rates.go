package main

import (
	"time"

	"orgaudit/collect"
)

// rateConfig are the quotas of AWS in calls a second; config.toml says where each comes from.
type rateConfig struct {
	STS               float64  `toml:"sts"`
	Organizations     float64  `toml:"organizations"`
	CredentialReports float64  `toml:"credential_reports"`
	IAM               float64  `toml:"iam"`
	AccessAnalyzer    float64  `toml:"access_analyzer"`
	Regions           float64  `toml:"regions"`
	Contacts          float64  `toml:"contacts"`
	Cut               float64  `toml:"cut"`
	Recover           duration `toml:"recover"`
}

func (c *config) defaultRates() {
	c.Rate.STS = 300
	c.Rate.Regions, c.Rate.Contacts = 5, 10
	c.Rate.Cut = 0.5
	c.Rate.Recover.Duration = 10 * time.Second
}

func (r *rateConfig) sound() bool {
	for _, perSecond := range []float64{r.STS, r.Organizations, r.CredentialReports, r.IAM, r.AccessAnalyzer, r.Regions, r.Contacts} {
		if !(perSecond >= 0) {
			return false
		}
	}
	return r.Cut > 0 && r.Cut < 1 && r.Recover.Duration >= time.Second
}

// rates are the buckets of a run. Each holds as many calls as may be sent in a second, which
// is what AWS publishes at least where it publishes a burst ("Quotas for AWS Account
// Management": 5 a second with a burst of 5, 10 a second with a burst of 15).
func (r *rateConfig) rates() collect.Rates {
	rate := func(perSecond float64) collect.Rate {
		return collect.Rate{PerSecond: perSecond, Burst: max(int(perSecond), 1)}
	}
	return collect.Rates{
		STS: rate(r.STS), Organizations: rate(r.Organizations), CredentialReports: rate(r.CredentialReports),
		IAM: rate(r.IAM), AccessAnalyzer: rate(r.AccessAnalyzer), Regions: rate(r.Regions), Contacts: rate(r.Contacts),
		Adaption: collect.Adaption{Cut: r.Cut, Recover: r.Recover.Duration},
	}
}
