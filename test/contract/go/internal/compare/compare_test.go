package compare

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestJSON(t *testing.T) {
	tests := []struct {
		name  string
		raw   string
		model string
		want  []string
	}{
		{"equal, in another order", `{"a":1,"b":[{"c":true}]}`, `{"b":[{"c":true}],"a":1}`, nil},
		{"a required field the answer lacks", `{"a":1}`, `{"a":1,"b":null}`, []string{"b: only in the model"}},
		{"a field the model does not know", `{"a":{"x":1}}`, `{"a":{}}`, []string{"a.x: only in the raw answer"}},
		{"one report for many elements", `{"l":[{"x":1},{"x":2}]}`, `{"l":[{},{}]}`, []string{"l[].x: only in the raw answer"}},
		{"nothing below a missing path", `{"a":{"b":{"c":1}}}`, `{}`, []string{"a: only in the raw answer"}},
		{"a later element differs", `[{"x":1},{"x":2}]`, `[{"x":1},{"x":3}]`, []string{"[].x: changed by the model"}},
		{"null for a known field", `{"a":null}`, `{"a":null}`, []string{"a: null in the raw answer"}},
		{"null for a field the model leaves out", `{"a":null}`, `{}`, []string{"a: null in the raw answer"}},
		{"null as an element", `[null]`, `[null]`, []string{"[]: null in the raw answer"}},
		{"null for an empty list", `{"a":null}`, `{"a":[]}`, []string{"a: null in the raw answer"}},
		{"a string where a number belongs", `{"a":"1"}`, `{"a":1}`, []string{"a: changed by the model"}},
		{"an object where a list belongs", `{"a":{}}`, `{"a":[]}`, []string{"a: changed by the model"}},
		{"a lost element", `{"a":[1,2]}`, `{"a":[1]}`, []string{"a: changed by the model"}},
		{"one instant in two notations", `{"a":"2026-06-01T12:00:00Z"}`, `{"a":"2026-06-01T12:00:00.000Z"}`, nil},
		{"another instant", `{"a":"2026-06-01T12:00:00.123456Z"}`, `{"a":"2026-06-01T12:00:00.123Z"}`, []string{"a: changed by the model"}},
		{"large integers keep their digits", `{"a":9007199254740993}`, `{"a":9007199254740992}`, []string{"a: changed by the model"}},
		{
			"both ways at once, sorted",
			`{"b":1,"a":{"z":1}}`, `{"a":{"y":null},"b":2}`,
			[]string{"a.y: only in the model", "a.z: only in the raw answer", "b: changed by the model"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found, err := JSON([]byte(test.raw), []byte(test.model))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, difference := range found {
				difference.Detail = ""
				got = append(got, difference.String())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestJSONRefusesWhatIsNotOneDocument(t *testing.T) {
	for _, bad := range []string{``, `{`, `{} {}`, `<html>`} {
		if _, err := JSON([]byte(bad), []byte(`{}`)); err == nil {
			t.Errorf("raw %q was accepted", bad)
		}
		if _, err := JSON([]byte(`{}`), []byte(bad)); err == nil {
			t.Errorf("model %q was accepted", bad)
		}
	}
}

// A document never differs from itself, and dropping any one field of an object is always noticed.
func FuzzJSON(f *testing.F) {
	f.Add(`{"a":1,"b":[{"c":"2026-06-01T12:00:00Z"}]}`)
	f.Fuzz(func(t *testing.T, document string) {
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(document), &object) != nil {
			t.Skip("not an object")
		}
		whole, err := json.Marshal(object)
		if err != nil {
			t.Skip("not representable")
		}
		found, err := JSON(whole, whole)
		if err != nil {
			t.Fatal(err)
		}
		for _, difference := range found {
			if difference.Kind != Null {
				t.Errorf("%s differs from itself: %s", whole, difference)
			}
		}
		for name := range object {
			rest := make(map[string]json.RawMessage, len(object))
			for other, value := range object {
				if other != name {
					rest[other] = value
				}
			}
			fewer, err := json.Marshal(rest)
			if err != nil {
				t.Fatal(err)
			}
			if found, err := JSON(fewer, whole); err != nil || len(found) == 0 {
				t.Errorf("the model's %q went unnoticed (%v)", name, err)
			}
		}
	})
}
