package record

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRecorderKeepsBothBodiesAndHandsThemOn(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("X-Request-Id", "one")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "got "+string(body))
	}))
	defer server.Close()
	recorder := &Recorder{Base: http.DefaultTransport}
	client := &http.Client{Transport: recorder}

	response, err := client.Post(server.URL+"/x?y=1", "text/plain", strings.NewReader("tea"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if string(body) != "got tea" {
		t.Errorf("the client read %q", body)
	}

	exchanges := recorder.Take()
	if len(exchanges) != 1 {
		t.Fatalf("recorded %d exchanges", len(exchanges))
	}
	got := exchanges[0]
	if got.String() != "POST /x?y=1: 418" || string(got.RequestBody) != "tea" || string(got.Body) != "got tea" {
		t.Errorf("recorded %s, %q, %q", got, got.RequestBody, got.Body)
	}
	if got.Header.Get("X-Request-Id") != "one" {
		t.Errorf("recorded headers %v", got.Header)
	}
	if again := recorder.Take(); len(again) != 0 {
		t.Errorf("Take did not forget: %v", again)
	}
}

func TestRecorderPassesTransportErrorsOn(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	recorder := &Recorder{Base: http.DefaultTransport}
	response, err := (&http.Client{Transport: recorder}).Get(server.URL)
	if err == nil {
		_ = response.Body.Close()
		t.Fatal("a closed server answered")
	}
	if exchanges := recorder.Take(); len(exchanges) != 0 {
		t.Errorf("recorded %v", exchanges)
	}
}
