package report

// jsonRegister is the file of exceptions; null where none was read.
type jsonRegister struct {
	Name   string `json:"name"`
	Digest string `json:"sha256"`
}

// jsonExceptionLimits say which exceptions are worth a word, see [benchmark.ExceptionLimits].
type jsonExceptionLimits struct {
	ExpiringDays int `json:"expiring_days"`
	MostItems    int `json:"most_items"`
	MostAccounts int `json:"most_accounts"`
}
