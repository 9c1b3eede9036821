package contract

import (
	"slices"
	"testing"
)

// idsOf reads one string of each element.
func idsOf[T any](elements []T, read func(T) *string) []string {
	ids := make([]string, len(elements))
	for i, element := range elements {
		ids[i] = *read(element)
	}
	return ids
}

func sameSet(t *testing.T, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func sameList(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func contains(t *testing.T, got []string, want ...string) {
	t.Helper()
	for _, one := range want {
		if !slices.Contains(got, one) {
			t.Errorf("%v lacks %s", got, one)
		}
	}
}

func lacks(t *testing.T, got []string, unwanted ...string) {
	t.Helper()
	for _, one := range unwanted {
		if slices.Contains(got, one) {
			t.Errorf("%v holds %s", got, one)
		}
	}
}
