package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// readPassword reads the password of the workbook: the first line of a file that nobody but
// its owner may read. No file is no password.
func readPassword(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	file, err := os.Open(name)
	if err != nil {
		return "", usageError{fmt.Errorf("flag --password-file: %w", err)}
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", usageError{fmt.Errorf("flag --password-file: %w", err)}
	}
	// Windows has no such bits, and a pipe such as /dev/stdin lies in no folder.
	if runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		return "", usageError{fmt.Errorf("flag --password-file: others than its owner may read %s (mode %04o); chmod 600 it", name, info.Mode().Perm())}
	}
	line, err := bufio.NewReader(file).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", usageError{fmt.Errorf("flag --password-file: %w", err)}
	}
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", usageError{fmt.Errorf("flag --password-file: the first line of %s is empty", name)}
	}
	return password, nil
}
