package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadPassword(t *testing.T) {
	for _, test := range []struct {
		name, content string
		mode          os.FileMode
		want, fails   string
	}{
		{"one line", "correct horse\n", 0o600, "correct horse", ""},
		{"no newline", "correct horse", 0o600, "correct horse", ""},
		{"of Windows", "correct horse\r\nmore", 0o400, "correct horse", ""},
		{"blanks belong to it", " a \n", 0o600, " a ", ""},
		{"empty", "", 0o600, "", "is empty"},
		{"empty line", "\nsecret\n", 0o600, "", "is empty"},
		{"others may read it", "secret\n", 0o644, "", "chmod 600"},
		{"the group may read it", "secret\n", 0o640, "", "chmod 600"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "password")
			if err := os.WriteFile(name, []byte(test.content), test.mode); err != nil {
				t.Fatal(err)
			}
			got, err := readPassword(name)
			if got != test.want {
				t.Errorf("password %q, want %q", got, test.want)
			}
			if (err == nil) != (test.fails == "") || err != nil && !strings.Contains(err.Error(), test.fails) {
				t.Errorf("error %v, want %q", err, test.fails)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the password: %v", err)
			}
		})
	}
}

func TestPasswordIsNoSetting(t *testing.T) {
	open, closed := defaultConfig(), defaultConfig()
	closed.password = "correct horse"
	if open.digest() != closed.digest() {
		t.Error("the password changes the digest of the settings")
	}
	for _, name := range settingNames() {
		if strings.Contains(name, "password_file") {
			t.Errorf("%s is a setting", name)
		}
	}
}
