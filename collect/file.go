package collect

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// largestFile bounds what a file of the evidence may unpack to: an account that exhausts all
// quotas of IAM at once stays below
// ("IAM and AWS STS quotas", IAM User Guide).
const largestFile = 512 << 20

// Open opens a file of the folder by its name with slashes. A link, a pipe or a device is an
// error, and so is a name that leads out of the folder.
func (f *Folder) Open(name string) (*os.File, error) {
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Lstat(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", name)
	}
	return root.Open(filepath.FromSlash(name))
}

// unpacked reads the content of a file, which is packed where its name ends in .gz.
func (f *Folder) unpacked(name string, file io.Reader) (io.Reader, error) {
	return new(unpacker).unpack(name, file, f.largest)
}

// unpacker reads files of evidence one after the other. What it holds is used again, since the
// garbage of each account would be as large as its evidence otherwise.
type unpacker struct {
	buffered *bufio.Reader
	gzip     *gzip.Reader
	text     bytes.Buffer
}

// keptText bounds what an unpacker holds between two files.
const keptText = 4 << 20

// unpack reads the content of a file, which is packed where its name ends in .gz, and fails
// where there is more than the limit.
func (u *unpacker) unpack(name string, file io.Reader, limit int64) (io.Reader, error) {
	if u.buffered == nil {
		u.buffered = bufio.NewReaderSize(file, 32<<10)
	} else {
		u.buffered.Reset(file)
	}
	bounds := &bounded{r: u.buffered, left: limit, limit: limit}
	switch {
	case !strings.HasSuffix(name, ".gz"):
		return bounds, nil
	case u.gzip == nil:
		z, err := gzip.NewReader(u.buffered)
		if err != nil {
			return nil, err
		}
		u.gzip = z
	default:
		if err := u.gzip.Reset(u.buffered); err != nil {
			return nil, err
		}
	}
	bounds.r = u.gzip
	return bounds, nil
}

// decode reads the one JSON value that a file holds.
func (f *Folder) decode(name string, file io.Reader, v any) error {
	u, ok := f.unpackers.Get().(*unpacker)
	if !ok {
		u = new(unpacker)
	}
	defer func() {
		if u.text.Cap() <= keptText {
			f.unpackers.Put(u)
		}
	}()
	r, err := u.unpack(name, file, f.largest)
	if err != nil {
		return err
	}
	u.text.Reset()
	if _, err := u.text.ReadFrom(r); err != nil {
		return err
	}
	return json.Unmarshal(u.text.Bytes(), v)
}

// bounded fails where there is more than the limit.
type bounded struct {
	r           io.Reader
	left, limit int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		n, err := b.r.Read(one[:])
		if n > 0 {
			return 0, fmt.Errorf("it holds more than %d bytes, which no evidence does", b.limit)
		}
		return 0, err
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// WriteFile makes a file of mode 0600 that appears whole or not at all: it is written
// under another name, flushed to the disk and renamed.
func WriteFile(name string, write func(io.Writer) error) error {
	return writeFile(filepath.Dir(name), filepath.Base(name), write)
}

// writeFile is WriteFile for a name below a folder, out of which no link leads.
func writeFile(dir, name string, write func(io.Writer) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", filepath.Join(dir, filepath.FromSlash(name)), err)
		}
	}()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	temporary := path.Join(path.Dir(name), temporaryPrefix+rand.Text())
	file, err := root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			file.Close()
			_ = root.Remove(temporary) // the next run removes it otherwise
		}
	}()
	buffered := bufio.NewWriterSize(file, 32<<10)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return root.Rename(temporary, name)
}

// scratch makes a file that is for this process alone and is gone when the process ends. Where
// the system removes no file that is open, remove is to be called once it is closed.
func (f *Folder) scratch() (file *os.File, remove func() error, err error) {
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	name := temporaryPrefix + rand.Text()
	if file, err = root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, nil, err
	}
	if root.Remove(name) != nil {
		remove = func() error { return os.Remove(f.path(name)) }
	}
	return file, remove, nil
}

// ownTemporary are names that files and folders have while reports are made.
var ownTemporary = regexp.MustCompile(`^\.tmp-(reports-[0-9]+|[A-Z2-7]{26})$`)

// IsTemporary tells whether a name is that of a file or folder of ours that is being written, or
// that a killed run has left.
func IsTemporary(name string) bool { return ownTemporary.MatchString(name) }

// remove removes a file, which need not be there.
func (f *Folder) remove(name string) error {
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// RemoveTemporary removes what a killed run left half written in a folder of reports, which
// may hold files of others.
func RemoveTemporary(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("remove what is half written: %w", err)
	}
	defer root.Close()
	if err := removeTemporary(root, ".", IsTemporary); err != nil {
		return fmt.Errorf("remove what is half written in %s: %w", dir, err)
	}
	return nil
}

func removeTemporary(root *os.Root, dir string, ours func(name string) bool) error {
	entries, err := fs.ReadDir(root.FS(), dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if ours(e.Name()) {
			if err := root.RemoveAll(path.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
