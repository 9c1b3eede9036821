// Package record keeps what went over the wire beside what an SDK made of it.
package record

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
)

// Exchange is one request and its answer, as sent and as received.
type Exchange struct {
	Method string
	URL    *url.URL
	// RequestBody is empty when none was sent.
	RequestBody []byte
	Status      int
	Header      http.Header
	Body        []byte
}

func (e Exchange) String() string {
	return fmt.Sprintf("%s %s: %d", e.Method, e.URL.RequestURI(), e.Status)
}

// Recorder is a RoundTripper that remembers every exchange with an answer, in the order of the answers.
// It hands both bodies on unchanged. Bodies may hold secrets: callers must not print exchanges of IAM.
type Recorder struct {
	Base http.RoundTripper

	mu        sync.Mutex
	exchanges []Exchange
}

// RoundTrip implements http.RoundTripper.
func (r *Recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	sent, err := sentBody(request)
	if err != nil {
		return nil, err
	}
	response, err := r.Base.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	received, err := io.ReadAll(response.Body)
	closeErr := response.Body.Close()
	if err != nil {
		return nil, err
	}
	if closeErr != nil {
		return nil, closeErr
	}
	response.Body = io.NopCloser(bytes.NewReader(received))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.exchanges = append(r.exchanges, Exchange{
		Method:      request.Method,
		URL:         request.URL,
		RequestBody: sent,
		Status:      response.StatusCode,
		Header:      response.Header.Clone(),
		Body:        received,
	})
	return response, nil
}

// sentBody reads a copy: a RoundTripper must leave the request as it is.
func sentBody(request *http.Request) ([]byte, error) {
	if request.Body == nil || request.GetBody == nil {
		return nil, nil
	}
	body, err := request.GetBody()
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	return io.ReadAll(body)
}

// Take returns what was recorded since the last call of Take and forgets it.
func (r *Recorder) Take() []Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.exchanges
	r.exchanges = nil
	return taken
}
