package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
)

// Known is one field that an operation answers although the client's model lacks it, or that it answers with
// null although the model requires it, with the proof that IBM's service does so too.
type Known struct {
	Operation string `json:"operation"`
	Path      string `json:"path"`
	// Section names the fact sheet and its section.
	Section string `json:"section"`
	Reason  string `json:"reason"`

	used bool
}

// KnownList is the committed list of such fields.
type KnownList struct {
	entries []*Known
}

// ReadKnown reads the list; it refuses unknown members, duplicates and entries that lack a member.
func ReadKnown(file string) (*KnownList, error) {
	document, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	list, err := parseKnown(document)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return list, nil
}

func parseKnown(document []byte) (*KnownList, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	list := &KnownList{}
	if err := decoder.Decode(&list.entries); err != nil {
		return nil, err
	}
	for i, entry := range list.entries {
		if entry == nil || entry.Operation == "" || entry.Path == "" || entry.Section == "" || entry.Reason == "" {
			return nil, fmt.Errorf("entry %d needs operation, path, section and reason", i)
		}
		if slices.ContainsFunc(list.entries[:i], entry.samePlace) {
			return nil, fmt.Errorf("%s %s is listed twice", entry.Operation, entry.Path)
		}
	}
	if list.entries == nil {
		return nil, errors.New("not a list")
	}
	return list, nil
}

func (k *Known) samePlace(other *Known) bool {
	return k.Operation == other.Operation && k.Path == other.Path
}

// Unknown returns the differences of an operation's answer that the list does not excuse, and marks the
// entries it used. Only OnlyInRaw and Null can be excused.
func (l *KnownList) Unknown(operation string, found []Difference) []Difference {
	var rest []Difference
	for _, difference := range found {
		place := &Known{Operation: operation, Path: difference.Path}
		index := slices.IndexFunc(l.entries, place.samePlace)
		if index >= 0 && (difference.Kind == OnlyInRaw || difference.Kind == Null) {
			l.entries[index].used = true
			continue
		}
		rest = append(rest, difference)
	}
	return rest
}

// Unused returns the entries that no answer needed.
func (l *KnownList) Unused() []Known {
	var unused []Known
	for _, entry := range l.entries {
		if !entry.used {
			unused = append(unused, *entry)
		}
	}
	return unused
}

// Len returns the number of entries.
func (l *KnownList) Len() int { return len(l.entries) }
