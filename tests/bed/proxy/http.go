package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

type connectionKey struct{}
type ruleKey struct{}

// proxyHandler passes requests on; kubernetes says in which form refusals are written.
func proxyHandler(target *url.URL, transport http.RoundTripper, kubernetes bool, state *state) http.Handler {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
			r.Out.URL.RawQuery = r.In.URL.RawQuery // as it came: signatures cover it
			r.Out.Host = r.In.Host
		},
		Transport: transport, FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		ModifyResponse: func(r *http.Response) error { return spoil(r) },
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			log.Printf("%s %s: %v", r.Method, r.URL.Path, err)
			panic(http.ErrAbortHandler) // the client sees a broken connection, as from the target itself
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		state.count(func(c *counters) { c.Requests++ })
		taken := state.take(r.Method, r.URL.RequestURI())
		if taken != nil {
			switch taken.Action {
			case "status":
				refuse(w, r, taken, kubernetes)
				return
			case "blackhole":
				<-r.Context().Done()
				panic(http.ErrAbortHandler)
			case "delay":
				pause(time.Duration(taken.Milliseconds)*time.Millisecond, r.Context().Done())
			}
			r = r.WithContext(context.WithValue(r.Context(), ruleKey{}, taken))
		}
		proxy.ServeHTTP(w, r)
	})
}

// spoil puts a rule's cut or throttle into an answer.
func spoil(r *http.Response) error {
	taken, _ := r.Request.Context().Value(ruleKey{}).(*rule)
	if taken == nil || (taken.Action != "cut" && taken.Action != "throttle") {
		return nil
	}
	body := &faultyBody{inner: r.Body, faulty: faulty{Reader: r.Body, left: -1, perTime: taken.BytesPerSecond}}
	if taken.Action == "cut" {
		body.left, body.perTime = taken.AfterBytes, 0
		connection, _ := r.Request.Context().Value(connectionKey{}).(net.Conn)
		if taken.Connection && connection != nil {
			body.onCut = func() { reset(connection) }
		} else if r.StatusCode == http.StatusSwitchingProtocols {
			body.onCut = func() { body.inner.Close() }
		}
	}
	r.Body = body
	return nil
}

// refuse answers in the form that the clients of the target understand.
func refuse(w http.ResponseWriter, r *http.Request, taken *rule, kubernetes bool) {
	// A client that is still sending would see a broken connection instead.
	io.Copy(io.Discard, io.LimitReader(r.Body, 64<<20))
	if taken.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(taken.RetryAfter))
	}
	if !kubernetes {
		code := taken.Code
		if code == "" {
			code = map[int]string{403: "AccessDenied", 404: "NoSuchKey", 429: "SlowDown", 503: "SlowDown"}[taken.Status]
		}
		if code == "" {
			code = "InternalError"
		}
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(taken.Status)
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>`+
			`<Error><Code>%s</Code><Message>made by bed-proxy</Message></Error>`, code)
		return
	}
	reason := map[int]string{403: "Forbidden", 404: "NotFound", 409: "Conflict", 410: "Expired",
		429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout"}[taken.Status]
	status := map[string]any{"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{}, "status": "Failure",
		"message": "made by bed-proxy", "reason": reason, "code": taken.Status}
	if taken.RetryAfter > 0 {
		status["details"] = map[string]any{"retryAfterSeconds": taken.RetryAfter}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(taken.Status)
	json.NewEncoder(w).Encode(status)
}

func httpServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			if encrypted, ok := c.(*tls.Conn); ok {
				c = encrypted.NetConn()
			}
			return context.WithValue(ctx, connectionKey{}, c)
		}}
}

func serveHTTP(listener net.Listener, target *url.URL, state *state) error {
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}
	return httpServer(proxyHandler(target, transport, false, state)).Serve(listener)
}

// apiServer ends TLS with a certificate of the proxy's own authority, and asks the API server as the client did.
func apiServer(listener net.Listener, target *url.URL, authority, folder string, state *state,
) (func() error, error) {
	trusted := x509.NewCertPool()
	text, err := os.ReadFile(authority)
	if err != nil {
		return nil, err
	}
	if !trusted.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("no certificate in %s", authority)
	}
	own, ca, err := newCertificate(listener.Addr().(*net.TCPAddr).IP)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "ca.crt"), ca, 0o644); err != nil {
		return nil, err
	}
	transport := &http.Transport{DisableCompression: true, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 64,
		TLSClientConfig: &tls.Config{RootCAs: trusted}}
	server := httpServer(proxyHandler(target, transport, true, state))
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{own}}
	return func() error { return server.ServeTLS(listener, "", "") }, nil
}
