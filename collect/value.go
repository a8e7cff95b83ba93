package collect

import (
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// Values reads single values of the evidence by file and JSON pointer, for those who want
// to see what a verdict rests on. Files that were read once are kept. It is not safe for
// concurrent use.
type Values struct {
	folder *Folder
	files  map[string]any
}

// Values returns a reader of single values of the folder.
func (f *Folder) Values() *Values { return &Values{folder: f, files: map[string]any{}} }

// At returns the value at a JSON pointer (RFC 6901) of a file, as JSON of one line. File is
// a name within the folder. A pointer to nothing is an error that names the part that is
// missing.
func (v *Values) At(file, pointer string) (string, error) {
	tree, err := v.file(file)
	if err != nil {
		return "", err
	}
	for _, token := range strings.Split(pointer, "/")[1:] {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch at := tree.(type) {
		case map[string]any:
			value, ok := at[token]
			if !ok {
				return "", fmt.Errorf("%s has no %q on the way to %s", file, token, pointer)
			}
			tree = value
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(at) {
				return "", fmt.Errorf("%s has no element %q on the way to %s", file, token, pointer)
			}
			tree = at[i]
		default:
			return "", fmt.Errorf("%s ends before %q on the way to %s", file, token, pointer)
		}
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(tree); err != nil {
		return "", fmt.Errorf("show %s of %s: %w", pointer, file, err)
	}
	return strings.TrimSpace(b.String()), nil
}

func (v *Values) file(name string) (any, error) {
	if tree, ok := v.files[name]; ok {
		return tree, nil
	}
	if clean := path.Clean("/" + name)[1:]; clean != name || name == "" {
		return nil, fmt.Errorf("%q is no file of the evidence", name)
	}
	file, err := v.folder.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read evidence %s: %w", name, err)
	}
	defer file.Close()
	r, err := v.folder.unpacked(name, file)
	if err != nil {
		return nil, fmt.Errorf("read evidence %s: %w", name, err)
	}
	var tree any
	d := json.NewDecoder(r)
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, fmt.Errorf("read evidence %s: %w", name, err)
	}
	v.files[name] = tree
	return tree, nil
}
