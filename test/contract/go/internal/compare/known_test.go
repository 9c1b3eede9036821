package compare

import (
	"slices"
	"testing"
)

const oneEntry = `[{"operation":"get_thing","path":"scope","section":"sheet 1.2","reason":"sent since 2020"}]`

func TestKnownListExcusesOneFieldOfOneOperation(t *testing.T) {
	list, err := parseKnown([]byte(oneEntry))
	if err != nil {
		t.Fatal(err)
	}
	excused := Difference{Kind: OnlyInRaw, Path: "scope"}
	others := []Difference{
		{Kind: OnlyInRaw, Path: "scopes"},
		{Kind: OnlyInModel, Path: "scope"},
		{Kind: Changed, Path: "scope"},
	}
	if got := list.Unknown("list_things", []Difference{excused}); len(got) != 1 {
		t.Errorf("another operation was excused")
	}
	if got := list.Unknown("get_thing", others); !slices.Equal(got, others) {
		t.Errorf("got %v, want %v", got, others)
	}
	if unused := list.Unused(); len(unused) != 1 || unused[0].Path != "scope" {
		t.Errorf("the entry counts as used before its field was seen")
	}
	if got := list.Unknown("get_thing", []Difference{excused}); len(got) != 0 {
		t.Errorf("not excused: %v", got)
	}
	if got := list.Unknown("get_thing", []Difference{{Kind: Null, Path: "scope"}}); len(got) != 0 {
		t.Errorf("a null is not excused: %v", got)
	}
	if unused := list.Unused(); len(unused) != 0 {
		t.Errorf("unused after use: %v", unused)
	}
}

func TestKnownListIsStrict(t *testing.T) {
	bad := map[string]string{
		"no list":         `null`,
		"no section":      `[{"operation":"a","path":"b","reason":"c"}]`,
		"no reason":       `[{"operation":"a","path":"b","section":"c"}]`,
		"unknown member":  `[{"operation":"a","path":"b","section":"c","reason":"d","note":"e"}]`,
		"listed twice":    `[{"operation":"a","path":"b","section":"c","reason":"d"},{"operation":"a","path":"b","section":"e","reason":"f"}]`,
		"an empty entry":  `[null]`,
		"not even a list": `{}`,
	}
	for name, document := range bad {
		if _, err := parseKnown([]byte(document)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if list, err := parseKnown([]byte(`[]`)); err != nil || list.Len() != 0 {
		t.Errorf("an empty list was refused: %v", err)
	}
}
