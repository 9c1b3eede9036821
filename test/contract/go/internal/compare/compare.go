// Package compare tells whether a client model holds the whole of a raw JSON answer and nothing else.
//
// A field that only the re-marshalled model has is one that the API description requires and the answer
// lacks; a field that only the answer has is one that the client cannot see. Both are differences, and so is
// a value that the model changed on the way.
package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// Kind says in which way an answer and its model differ at a path.
type Kind string

const (
	// OnlyInModel marks a required field that the answer lacks.
	OnlyInModel Kind = "only in the model"
	// OnlyInRaw marks a field of the answer that the model does not know.
	OnlyInRaw Kind = "only in the raw answer"
	// Changed marks a value or a type that the model does not give back as it came.
	Changed Kind = "changed by the model"
	// Null marks a null in the answer: IBM leaves an absent field out and sends an empty list as [].
	Null Kind = "null in the raw answer"
)

// Difference is one disagreement. Path is dotted, with [] for every array index, so that the elements of
// one list share their paths.
type Difference struct {
	Kind Kind   `json:"kind"`
	Path string `json:"path"`
	// Detail shows the values where that helps; it is not part of a difference's identity.
	Detail string `json:"detail,omitempty"`
}

func (d Difference) String() string {
	if d.Detail == "" {
		return fmt.Sprintf("%s: %s", d.Path, d.Kind)
	}
	return fmt.Sprintf("%s: %s (%s)", d.Path, d.Kind, d.Detail)
}

// JSON compares a raw answer with the JSON of its model. Each kind is reported once per path, sorted; below
// a path that only one side has nothing more is reported.
func JSON(raw, model []byte) ([]Difference, error) {
	rawValue, err := decode(raw)
	if err != nil {
		return nil, fmt.Errorf("raw answer: %w", err)
	}
	modelValue, err := decode(model)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	found := differences{}
	found.walk("", rawValue, modelValue)
	return found.sorted(), nil
}

func decode(document []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return value, nil
}

type identity struct {
	path string
	kind Kind
}

type differences map[identity]Difference

func (d differences) add(kind Kind, path, detail string) {
	id := identity{path, kind}
	if _, seen := d[id]; !seen {
		d[id] = Difference{Kind: kind, Path: path, Detail: detail}
	}
}

func (d differences) sorted() []Difference {
	return slices.SortedFunc(maps.Values(d), func(a, b Difference) int {
		return bytes.Compare([]byte(a.Path+"\x00"+string(a.Kind)), []byte(b.Path+"\x00"+string(b.Kind)))
	})
}

func (d differences) walk(path string, raw, model any) {
	if raw == nil {
		d.add(Null, path, "")
		return
	}
	switch rawValue := raw.(type) {
	case map[string]any:
		if modelValue, same := model.(map[string]any); same {
			d.walkObject(path, rawValue, modelValue)
			return
		}
	case []any:
		if modelValue, same := model.([]any); same {
			d.walkArray(path, rawValue, modelValue)
			return
		}
	default:
		if sameScalar(raw, model) {
			return
		}
	}
	d.add(Changed, path, fmt.Sprintf("raw %s, model %s", brief(raw), brief(model)))
}

func (d differences) walkObject(path string, raw, model map[string]any) {
	for name, rawValue := range raw {
		modelValue, known := model[name]
		switch {
		case known:
			d.walk(join(path, name), rawValue, modelValue)
		case rawValue == nil:
			d.add(Null, join(path, name), "")
		default:
			d.add(OnlyInRaw, join(path, name), "raw "+brief(rawValue))
		}
	}
	for name := range model {
		if _, known := raw[name]; !known {
			d.add(OnlyInModel, join(path, name), "")
		}
	}
}

func (d differences) walkArray(path string, raw, model []any) {
	if len(raw) != len(model) {
		d.add(Changed, path, fmt.Sprintf("raw has %d elements, model has %d", len(raw), len(model)))
		return
	}
	for i := range raw {
		d.walk(path+"[]", raw[i], model[i])
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// sameScalar takes two notations of one instant as the same, since IBM's models normalise date-times to
// milliseconds.
func sameScalar(raw, model any) bool {
	if raw == model {
		return true
	}
	rawText, rawIsText := raw.(string)
	modelText, modelIsText := model.(string)
	if !rawIsText || !modelIsText {
		return false
	}
	rawTime, rawErr := time.Parse(time.RFC3339Nano, rawText)
	modelTime, modelErr := time.Parse(time.RFC3339Nano, modelText)
	return rawErr == nil && modelErr == nil && rawTime.Equal(modelTime)
}

func brief(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if len(text) > 60 {
		return string(text[:57]) + "..."
	}
	return string(text)
}
