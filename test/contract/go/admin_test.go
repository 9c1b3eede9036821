package contract

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
)

// admin asks the simulator itself for something, which no log of the services sees.
func admin(t *testing.T, method, path string, body any) {
	t.Helper()
	document, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, cloud.env.Endpoints.Admin+path, bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Transport: cloud.services.Base}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= 300 {
		answered, _ := io.ReadAll(response.Body)
		t.Fatalf("%s %s: %d %s", method, path, response.StatusCode, answered)
	}
}
