package benchmark

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"

	"github.com/BurntSushi/toml"
)

// References say where other frameworks ask for what a control judges, by number.
type References struct {
	// NIST are controls of NIST SP 800-53, revision 5, such as AC-6(10).
	NIST []string `toml:"nist" json:"nist_800_53_r5"`
	// ISO are controls of Annex A of ISO/IEC 27001:2022, such as 8.2.
	ISO []string `toml:"iso" json:"iso_27001_2022"`
	// SOC2 are criteria of the AICPA's Trust Services Criteria, such as CC6.1.
	SOC2 []string `toml:"soc2" json:"soc_2"`
	// PCI are requirements of PCI DSS 4.0, such as 8.4.2.
	PCI []string `toml:"pci" json:"pci_dss_4_0"`
}

// Framework is one of the frameworks with its numbers for a control.
type Framework struct {
	Name    string
	Numbers []string
}

// Frameworks returns the references by framework, in the order of the fields.
func (r References) Frameworks() []Framework {
	return []Framework{
		{"NIST SP 800-53 Rev. 5", r.NIST},
		{"ISO/IEC 27001:2022 Annex A", r.ISO},
		{"SOC 2 (TSC)", r.SOC2},
		{"PCI DSS 4.0", r.PCI},
	}
}

// The numbers that the frameworks have; sections of NIST and PCI DSS are not counted out.
var (
	nistNumber = regexp.MustCompile(`^(AC|AT|AU|CA|CM|CP|IA|IR|MA|MP|PE|PL|PM|PS|PT|RA|SA|SC|SI|SR)-[1-9]\d?(\([1-9]\d?\))?$`)
	isoNumber  = regexp.MustCompile(`^(5\.([1-9]|[12]\d|3[0-7])|6\.[1-8]|7\.([1-9]|1[0-4])|8\.([1-9]|[12]\d|3[0-4]))$`)
	soc2Number = regexp.MustCompile(`^(CC(1\.[1-5]|2\.[1-3]|3\.[1-4]|4\.[12]|5\.[1-3]|6\.[1-8]|7\.[1-5]|8\.1|9\.[12])|A1\.[1-3]|C1\.[12]|PI1\.[1-5]|P[1-8]\.[1-7])$`)
	pciNumber  = regexp.MustCompile(`^([1-9]|1[0-2])\.[1-9]\d?(\.[1-9]\d?){0,2}$`)
)

// referencesFile is the file that [LoadReferences] reads.
const referencesFile = "references.toml"

// LoadReferences reads references.toml of a file system: the references by control. An
// unknown control or framework and a number that no framework has are errors.
func LoadReferences(files fs.FS) (map[string]References, error) {
	text, err := fs.ReadFile(files, referencesFile)
	if err != nil {
		return nil, fmt.Errorf("read the references: %w", err)
	}
	t := tomlText{referencesFile, string(text)}
	references := map[string]References{}
	meta, err := toml.Decode(t.text, &references)
	if err != nil {
		return nil, t.parseError(err)
	}
	if left := meta.Undecoded(); len(left) > 0 {
		key := left[0]
		return nil, t.errorf(place{table: key[0], key: key[1]}, "%w", unknown("framework", key[1], []string{"nist", "iso", "soc2", "pci"}))
	}
	for _, id := range slices.Sorted(maps.Keys(references)) {
		if ControlByID(id) == nil {
			return nil, t.errorf(place{table: id}, "%w", unknown("control", id, ControlIDs()))
		}
		if err := references[id].check(t, id); err != nil {
			return nil, err
		}
	}
	return references, nil
}

// check finds numbers that a framework cannot have, or that stand twice.
func (r References) check(t tomlText, id string) error {
	for i, f := range []struct {
		key    string
		number *regexp.Regexp
	}{{"nist", nistNumber}, {"iso", isoNumber}, {"soc2", soc2Number}, {"pci", pciNumber}} {
		framework := r.Frameworks()[i]
		for j, n := range framework.Numbers {
			if !f.number.MatchString(n) {
				return t.errorf(place{table: id, key: f.key}, "%q is no number of %s", n, framework.Name)
			}
			if slices.Contains(framework.Numbers[:j], n) {
				return t.errorf(place{table: id, key: f.key}, "%s stands twice", n)
			}
		}
	}
	return nil
}
