package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/agext/levenshtein"
)

// suggest quotes an unknown name and the nearest known one.
func suggest(unknown string, known []string) string {
	nearest := slices.MinFunc(known, func(a, b string) int {
		return levenshtein.Distance(unknown, a, nil) - levenshtein.Distance(unknown, b, nil)
	})
	return fmt.Sprintf("%q; did you mean %q?", unknown, nearest)
}

// settingNames lists the settings in the form section.name.
func settingNames() []string {
	var names []string
	var walk func(prefix string, tree map[string]any)
	walk = func(prefix string, tree map[string]any) {
		for key, value := range tree {
			if below, ok := value.(map[string]any); ok {
				walk(prefix+key+".", below)
			} else {
				names = append(names, prefix+key)
			}
		}
	}
	walk("", defaultConfig().tree())
	slices.Sort(names)
	return names
}

// tree is the configuration as TOML's tables.
func (c *config) tree() map[string]any {
	var text strings.Builder
	tree := map[string]any{}
	if err := toml.NewEncoder(&text).Encode(c); err != nil {
		panic(err) // every field is of a kind that TOML has
	}
	if _, err := toml.Decode(text.String(), &tree); err != nil {
		panic(err)
	}
	return tree
}

const environmentPrefix = "ORGAUDIT_"

// environment applies variables such as ORGAUDIT_ROLE_NAME. Lists are separated by commas.
func (c *config) environment(environ []string) error {
	names := map[string]string{}
	var known []string
	for _, setting := range settingNames() {
		variable := environmentPrefix + strings.ToUpper(strings.ReplaceAll(setting, ".", "_"))
		names[variable] = setting
		known = append(known, variable)
	}
	for _, entry := range environ {
		variable, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(variable, environmentPrefix) {
			continue
		}
		setting, ok := names[variable]
		if !ok {
			return usageError{fmt.Errorf("unknown environment variable %s", suggest(variable, known))}
		}
		if err := c.set(setting, value); err != nil {
			return usageError{fmt.Errorf("environment variable %s: %w", variable, err)}
		}
	}
	return nil
}

// set gives one setting the value of a text, by way of TOML, which knows the setting's kind.
func (c *config) set(setting, value string) error {
	path := strings.Split(setting, ".")
	var current any = c.tree()
	for _, key := range path {
		current = current.(map[string]any)[key]
	}
	literal := value
	switch current.(type) {
	case string:
		literal = quoteTOML(value)
	case []any:
		var quoted []string
		for _, v := range strings.Split(value, ",") {
			if v = strings.TrimSpace(v); v != "" {
				quoted = append(quoted, quoteTOML(v))
			}
		}
		literal = "[" + strings.Join(quoted, ", ") + "]"
	case float64:
		if !strings.Contains(value, ".") {
			literal = value + ".0"
		}
	}
	section, name := strings.Join(path[:len(path)-1], "."), path[len(path)-1]
	if _, err := toml.Decode(fmt.Sprintf("[%s]\n%s = %s\n", section, name, literal), c); err != nil {
		if name == secretSetting {
			return fmt.Errorf("the value does not fit the setting %s", setting)
		}
		return fmt.Errorf("the value %q does not fit the setting %s", value, setting)
	}
	return nil
}

// quoteTOML writes a TOML basic string; JSON's escapes are among TOML's.
func quoteTOML(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return string(text)
}
