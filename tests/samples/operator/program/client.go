package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount/"

// object is any Kubernetes object, by field name.
type object = map[string]any

type client struct {
	server string
	http   *http.Client
}

type statusError int

func (e statusError) Error() string { return fmt.Sprintf("answer %d", int(e)) }

func isStatus(err error, code int) bool {
	var status statusError
	return errors.As(err, &status) && int(status) == code
}

func newClient() (*client, error) {
	authority, err := os.ReadFile(accountFolder + "ca.crt")
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	return &client{"https://" + net.JoinHostPort(host, port), &http.Client{Timeout: 10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}}, nil
}

// call sends body as JSON (none when nil) and gives the answer's object.
func (c *client) call(method, path, contentType string, body any) (object, error) {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, c.server+path, reader)
	if err != nil {
		return nil, err
	}
	token, err := os.ReadFile(accountFolder + "token") // read each time: it is replaced before it expires
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+string(token))
	request.Header.Set("Content-Type", contentType)
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 8<<20))
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %w: %.300s", method, path, statusError(answer.StatusCode), text)
	}
	found := object{}
	return found, json.Unmarshal(text, &found)
}

func (c *client) get(path string) (object, error) {
	return c.call(http.MethodGet, path, "application/json", nil)
}

func (c *client) create(path string, what object) (object, error) {
	return c.call(http.MethodPost, path, "application/json", what)
}

func (c *client) merge(path string, what object) (object, error) {
	return c.call(http.MethodPatch, path, "application/merge-patch+json", what)
}

func (c *client) remove(path string) error {
	_, err := c.call(http.MethodDelete, path, "application/json", nil)
	return err
}

// at walks nested objects; nil where a field is missing.
func at(from object, fields ...string) any {
	var found any = from
	for _, field := range fields {
		inner, ok := found.(object)
		if !ok {
			return nil
		}
		found = inner[field]
	}
	return found
}

func text(from object, fields ...string) string {
	found, _ := at(from, fields...).(string)
	return found
}

func number(from object, fields ...string) int {
	found, _ := at(from, fields...).(float64)
	return int(found)
}

func items(list object) (found []object) {
	all, _ := list["items"].([]any)
	for _, one := range all {
		if o, ok := one.(object); ok {
			found = append(found, o)
		}
	}
	return found
}
