package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// config holds every setting. The file config.toml in the root of the project is its
// manual; a test keeps the two alike.
type config struct {
	// definition is the benchmark that is named, read once.
	definition *benchmark.Definition
	// bundle asks for a bundle beside the reports.
	bundle bool
	// password encrypts the workbook; empty leaves it open.
	password string

	Organization organizationSetting `toml:"organization"`
	Role         struct {
		Name              string   `toml:"name"`
		ExternalID        string   `toml:"external_id"`
		SessionName       string   `toml:"session_name"`
		Duration          duration `toml:"duration"`
		ManagementAccount string   `toml:"management_account"`
		CallerAccount     string   `toml:"caller_account"`
	} `toml:"role"`
	Accounts struct {
		States       []string `toml:"states"`
		IncludeUnits []string `toml:"include_units"`
		ExcludeUnits []string `toml:"exclude_units"`
		Include      []string `toml:"include"`
		Exclude      []string `toml:"exclude"`
		IncludeTags  []string `toml:"include_tags"`
		ExcludeTags  []string `toml:"exclude_tags"`
	} `toml:"accounts"`
	Collect struct {
		Accounts      int      `toml:"accounts"`
		Collectors    int      `toml:"collectors"`
		CallsInFlight int      `toml:"calls_in_flight"`
		Attempts      int      `toml:"attempts"`
		MaxBackoff    duration `toml:"max_backoff"`
		CallTimeout   duration `toml:"call_timeout"`
		ReportPoll    duration `toml:"report_poll"`
		ReportWait    duration `toml:"report_wait"`
		Regions       []string `toml:"regions"`
		LastAccessed  bool     `toml:"last_accessed"`
		MaxAge        duration `toml:"max_age"`
	} `toml:"collect"`
	Rate      rateConfig `toml:"rate"`
	Benchmark struct {
		Name       string               `toml:"name"`
		Weights    weights              `toml:"weights"`
		Parameters benchmark.Parameters `toml:"parameters"`
	} `toml:"benchmark"`
	Exceptions struct {
		File         string `toml:"file"`
		ExpiringDays int    `toml:"expiring_days"`
		MostItems    int    `toml:"most_items"`
		MostAccounts int    `toml:"most_accounts"`
	} `toml:"exceptions"`
	Report struct {
		Title           string `toml:"title"`
		Company         string `toml:"company"`
		Confidentiality string `toml:"confidentiality"`
		// Formats are named by report.Formats.
		Formats      []string `toml:"formats"`
		Period       string   `toml:"period"`
		OwnerTags    []string `toml:"owner_tags"`
		AccessKeyIDs string   `toml:"access_key_ids"`
		Templates    string   `toml:"templates"`
		DueDays      weights  `toml:"due_days"`
		Samples      struct {
			Method  string  `toml:"method"`
			Size    int     `toml:"size"`
			Percent float64 `toml:"percent"`
			Seed    string  `toml:"seed"`
		} `toml:"samples"`
		PDF struct {
			Paper        string `toml:"paper"`
			Font         string `toml:"font"`
			Logo         string `toml:"logo"`
			Accent       string `toml:"accent"`
			AccountPages bool   `toml:"account_pages"`
		} `toml:"pdf"`
	} `toml:"report"`
	FailOn struct {
		Score    float64 `toml:"score"`
		Coverage float64 `toml:"coverage"`
	} `toml:"fail_on"`
}

// weights are numbers by severity.
type weights struct {
	Critical int `toml:"critical"`
	High     int `toml:"high"`
	Medium   int `toml:"medium"`
	Low      int `toml:"low"`
}

// duration is a time.Duration that is written like 1h30m.
type duration struct{ time.Duration }

func (d *duration) UnmarshalText(text []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(text))
	return err
}

func (d duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func defaultConfig() *config {
	var c config
	c.Organization.Tags = true
	c.Role.Name = "OrgauditRole"
	c.Role.SessionName = "orgaudit"
	c.Role.Duration.Duration = time.Hour
	c.Role.ManagementAccount, c.Role.CallerAccount = "auto", "auto"
	c.Accounts.States = []string{org.StateActive}
	// Empty lists and not nil: TOML writes no nil, and a setting that is not written is unknown.
	for _, list := range []*[]string{
		&c.Accounts.IncludeUnits, &c.Accounts.ExcludeUnits, &c.Accounts.Include, &c.Accounts.Exclude,
		&c.Accounts.IncludeTags, &c.Accounts.ExcludeTags, &c.Collect.Regions,
	} {
		*list = []string{}
	}
	c.Collect.Accounts, c.Collect.Collectors, c.Collect.CallsInFlight = 64, 4, 48
	c.Collect.Attempts = 8
	c.Collect.MaxBackoff.Duration = 20 * time.Second
	c.Collect.CallTimeout.Duration = time.Minute
	c.Collect.ReportPoll.Duration = 200 * time.Millisecond
	c.Collect.ReportWait.Duration = 10 * time.Minute
	c.defaultRates()
	c.Benchmark.Name = "baseline"
	w := benchmark.DefaultWeights()
	c.Benchmark.Weights = weights{w[benchmark.Critical], w[benchmark.High], w[benchmark.Medium], w[benchmark.Low]}
	c.Benchmark.Parameters = benchmark.DefaultParameters()
	c.Exceptions.ExpiringDays, c.Exceptions.MostItems, c.Exceptions.MostAccounts = 90, 100, 25
	c.Report.Title = "AWS organization audit"
	c.Report.Confidentiality = "Confidential"
	c.defaultRendering()
	return &c
}

// defaultConfigFile is read where no --config names another, and need not exist.
const defaultConfigFile = "config.toml"

// load reads the file and the environment over what is there. An unknown setting is an
// error that names the nearest known one.
func (c *config) load(file string, environ []string) error {
	name := cmp.Or(file, defaultConfigFile)
	text, err := os.ReadFile(name)
	switch {
	case err == nil:
		if err := c.decode(name, string(text)); err != nil {
			return err
		}
	case file != "" || !errors.Is(err, fs.ErrNotExist):
		return usageError{fmt.Errorf("read the configuration: %w", err)}
	}
	if err := c.environment(environ); err != nil {
		return err
	}
	return c.check()
}

func (c *config) decode(name, text string) error {
	meta, err := toml.Decode(text, c)
	if err != nil {
		var parse toml.ParseError
		if errors.As(err, &parse) {
			message := cmp.Or(parse.Message, parse.Error())
			if lines := strings.Split(text, "\n"); parse.Position.Line <= len(lines) && strings.Contains(lines[max(parse.Position.Line, 1)-1], secretSetting) {
				message = "the value of " + secretSetting + " is no string in quotation marks" // and is not shown
			}
			return usageError{fmt.Errorf("%s, line %d: %s", name, parse.Position.Line, message)}
		}
		return usageError{fmt.Errorf("%s: %w", name, err)}
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return usageError{fmt.Errorf("%s: unknown setting %s", name, suggest(unknown[0].String(), settingNames()))}
	}
	return nil
}

// secretSetting is the last part of the names of settings whose values stand in no error, no
// log and no bundle.
const secretSetting = "external_id"

// externalIDForm is what STS takes for an external ID ("AssumeRole", AWS STS API Reference), or
// none. STS repeats one that it does not take in its error.
var externalIDForm = regexp.MustCompile(`^([\w+=,.@:/-]{2,612}[\w+=,.@:/-]{0,612})?$`)

func wrongExternalID(id string) bool { return id != notShown && !externalIDForm.MatchString(id) }

// check finds values that cannot be.
func (c *config) check() error {
	entries := []string{"auto", collect.EntryRole, collect.EntryCaller, collect.EntryOrganization}
	states := []string{"PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"}
	problems := []struct {
		wrong bool
		text  string
	}{
		{c.Role.Name == "", "role.name is empty"},
		{wrongExternalID(c.Role.ExternalID), "role.external_id must be 2 to 1224 letters, digits or characters of _+=,.@:/-"},
		{wrongExternalID(c.Organization.ExternalID), "organization.external_id must be 2 to 1224 letters, digits or characters of _+=,.@:/-"},
		{c.Role.Duration.Duration < 15*time.Minute || c.Role.Duration.Duration > 12*time.Hour, "role.duration must be from 15m to 12h"},
		{!slices.Contains(entries, c.Role.ManagementAccount), "role.management_account must be one of " + strings.Join(entries, ", ")},
		{!slices.Contains(entries, c.Role.CallerAccount), "role.caller_account must be one of " + strings.Join(entries, ", ")},
		{slices.ContainsFunc(c.Accounts.States, func(s string) bool { return !slices.Contains(states, s) }), "accounts.states must be of " + strings.Join(states, ", ")},
		{c.Collect.Accounts < 1 || c.Collect.Collectors < 1 || c.Collect.CallsInFlight < 1 || c.Collect.Attempts < 1, "collect.accounts, collectors, calls_in_flight and attempts must be at least 1"},
		{c.Collect.CallTimeout.Duration <= 0 || c.Collect.ReportWait.Duration <= 0 || c.Collect.ReportPoll.Duration <= 0 || c.Collect.MaxBackoff.Duration <= 0, "durations of collect must be above 0"},
		{c.Collect.MaxAge.Duration < 0, "collect.max_age must not be negative"},
		{!c.Rate.sound(), "rates must be 0 or above, rate.cut above 0 and below 1, and rate.recover at least 1s"},
		{min(c.Benchmark.Weights.Critical, c.Benchmark.Weights.High, c.Benchmark.Weights.Medium, c.Benchmark.Weights.Low) < 0, "benchmark.weights must not be negative"},
		{min(c.Exceptions.ExpiringDays, c.Exceptions.MostItems, c.Exceptions.MostAccounts) < 0 || c.Exceptions.MostAccounts > 100, "exceptions.expiring_days, most_items and most_accounts must not be negative, and most_accounts is in percent"},
		{!slices.Contains([]string{keyIDsShort, keyIDsFull}, c.Report.AccessKeyIDs), "report.access_key_ids must be one of " + keyIDsShort + ", " + keyIDsFull},
		{min(c.Report.DueDays.Critical, c.Report.DueDays.High, c.Report.DueDays.Medium, c.Report.DueDays.Low) < 0, "report.due_days must not be negative"},
		{!slices.Contains([]string{report.SampleFixed, report.SamplePercent, report.SampleAll}, c.Report.Samples.Method), "report.samples.method must be one of " + report.SampleFixed + ", " + report.SamplePercent + ", " + report.SampleAll},
		{c.Report.Samples.Size < 1, "report.samples.size must be at least 1"},
		{!(c.Report.Samples.Percent > 0 && c.Report.Samples.Percent <= 100), "report.samples.percent must be above 0 and at most 100"},
		{!slices.Contains([]string{report.PaperA4, report.PaperLetter}, c.Report.PDF.Paper), "report.pdf.paper must be one of " + report.PaperA4 + ", " + report.PaperLetter},
		{c.Report.PDF.Accent != "" && !accentColour.MatchString(c.Report.PDF.Accent), "report.pdf.accent must be six hex digits, such as 1F4E79"},
		{!(c.FailOn.Score >= 0 && c.FailOn.Score <= 100 && c.FailOn.Coverage >= 0 && c.FailOn.Coverage <= 100), "fail_on.score and fail_on.coverage must be from 0 to 100"},
	}
	for _, p := range problems {
		if p.wrong {
			return usageError{errors.New("configuration: " + p.text)}
		}
	}
	if err := c.Organization.check(); err != nil {
		return usageError{fmt.Errorf("configuration: %w", err)}
	}
	if err := c.Benchmark.Parameters.Check(); err != nil {
		return usageError{fmt.Errorf("configuration: benchmark.parameters.%w", err)}
	}
	return nil
}

// digest is the SHA-256 of the settings in force, so that an auditor can tell whether two
// runs were configured alike.
func (c *config) digest() string {
	text, err := json.Marshal(c.tree())
	if err != nil {
		panic(err) // a tree of TOML always marshals
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func (c *config) selection() org.Selection {
	a := c.Accounts
	return org.Selection{
		States: a.States, IncludeUnits: a.IncludeUnits, ExcludeUnits: a.ExcludeUnits,
		IncludeAccounts: a.Include, ExcludeAccounts: a.Exclude, IncludeTags: a.IncludeTags, ExcludeTags: a.ExcludeTags,
	}
}

// optional are the optional sections of evidence that are asked for.
func (c *config) optional() []org.Section {
	if c.Collect.LastAccessed {
		return []org.Section{collect.LastAccessedSection}
	}
	return nil
}

func (c *config) role() collect.AuditRole {
	kind := func(s string) string {
		if s == "auto" {
			return ""
		}
		return s
	}
	r := c.Role
	return collect.AuditRole{
		Name: r.Name, ExternalID: r.ExternalID, SessionName: r.SessionName, Duration: r.Duration.Duration,
		Management: kind(r.ManagementAccount), Caller: kind(r.CallerAccount),
	}
}

func (c *config) transport() collect.Transport {
	return collect.Transport{
		CallsInFlight: c.Collect.CallsInFlight, Attempts: c.Collect.Attempts,
		Rates: c.Rate.rates(), MaxBackoff: c.Collect.MaxBackoff.Duration, CallTimeout: c.Collect.CallTimeout.Duration,
	}
}

func (w weights) table() benchmark.Weights {
	return benchmark.Weights{benchmark.Critical: w.Critical, benchmark.High: w.High, benchmark.Medium: w.Medium, benchmark.Low: w.Low}
}
