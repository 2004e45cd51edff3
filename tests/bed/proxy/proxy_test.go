package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func setRules(t *testing.T, s *state, text string) {
	t.Helper()
	w := httptest.NewRecorder()
	s.controlHandler().ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/rules", strings.NewReader(text)))
	if w.Code != http.StatusOK {
		t.Fatalf("rules %s: %d %s", text, w.Code, w.Body)
	}
}

func newTestGate(t *testing.T) (*gate, *state) {
	t.Helper()
	s := newState()
	g, err := newGate("127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	return g, s
}

// sender is a server that writes count bytes to whoever connects, then closes.
func sender(t *testing.T, count int) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { c.Write(bytes.Repeat([]byte("x"), count)); c.Close() }()
		}
	}()
	return l.Addr().String()
}

func TestTCPPassesCutsRefusesAndSwallows(t *testing.T) {
	g, s := newTestGate(t)
	go serveTCP(g, sender(t, 100000), s)
	read := func() (int, error) {
		c, err := net.Dial("tcp", g.Addr().String())
		if err != nil {
			return 0, err
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(300 * time.Millisecond))
		text, err := io.ReadAll(c)
		return len(text), err
	}
	if n, err := read(); n != 100000 || err != nil {
		t.Fatalf("without rules: %d bytes, %v", n, err)
	}
	setRules(t, s, `[{"action":"cut","after_bytes":1000,"next":1}]`)
	if n, err := read(); n > 1000 || err == nil {
		t.Fatalf("cut: %d bytes, %v", n, err)
	}
	if n, err := read(); n != 100000 || err != nil {
		t.Fatalf("after the one cut: %d bytes, %v", n, err)
	}
	setRules(t, s, `[{"action":"blackhole"}]`)
	if n, err := read(); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("blackhole: %d bytes, %v", n, err)
	}
	setRules(t, s, `[{"action":"refuse"}]`)
	time.Sleep(100 * time.Millisecond)
	if _, err := net.Dial("tcp", g.Addr().String()); err == nil {
		t.Fatal("refuse: the connection was let in")
	}
	setRules(t, s, `[]`)
	time.Sleep(100 * time.Millisecond)
	if n, err := read(); n != 100000 || err != nil {
		t.Fatalf("after refusing: %d bytes, %v", n, err)
	}
}

func TestBadRulesAreRefused(t *testing.T) {
	for _, text := range []string{`[{"action":"no"}]`, `[{"action":"status"}]`, `[{"actoin":"cut"}]`, `{`,
		`[{"action":"cut","path":"("}]`, `[{"action":"throttle"}]`} {
		w := httptest.NewRecorder()
		newState().controlHandler().ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/rules", strings.NewReader(text)))
		if w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", text, w.Code)
		}
	}
}

// newAPI is a TLS server behind the proxy's api mode, and a client that speaks HTTP/2 to the proxy.
func newAPI(t *testing.T, handler http.HandlerFunc) (string, *http.Client, *state) {
	t.Helper()
	upstream := httptest.NewUnstartedServer(handler)
	upstream.EnableHTTP2 = true
	upstream.StartTLS()
	t.Cleanup(upstream.Close)
	folder := t.TempDir()
	authority := filepath.Join(folder, "upstream.crt")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: upstream.Certificate().Raw})
	if err := os.WriteFile(authority, text, 0o600); err != nil {
		t.Fatal(err)
	}
	g, s := newTestGate(t)
	target, _ := url.Parse(upstream.URL)
	serve, err := apiServer(g, target, authority, folder, s)
	if err != nil {
		t.Fatal(err)
	}
	go serve()
	pool := x509.NewCertPool()
	ca, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	if err != nil || !pool.AppendCertsFromPEM(ca) {
		t.Fatal("no authority", err)
	}
	client := &http.Client{Timeout: 5 * time.Second,
		Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: pool}}}
	return "https://" + g.Addr().String(), client, s
}

func TestAPIPassesAndRefusesCountedRequests(t *testing.T) {
	base, client, s := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s", r.Proto, r.Header.Get("Authorization"))
	})
	get := func(path string) (*http.Response, string) {
		t.Helper()
		request, _ := http.NewRequest(http.MethodGet, base+path, nil)
		request.Header.Set("Authorization", "Bearer token")
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return answer, string(text)
	}
	if answer, text := get("/api"); answer.Proto != "HTTP/2.0" || text != "HTTP/2.0 Bearer token" {
		t.Fatalf("pass: %s %q", answer.Proto, text)
	}
	setRules(t, s, `[{"action":"status","status":429,"retry_after":3,"path":"^/api/v1/pods","skip":1,"next":2}]`)
	for i, want := range []int{200, 429, 429, 200} {
		answer, text := get("/api/v1/pods?limit=1")
		if answer.StatusCode != want {
			t.Fatalf("request %d: %d, not %d", i, answer.StatusCode, want)
		}
		if want == 429 && (answer.Header.Get("Retry-After") != "3" || !strings.Contains(text, `"TooManyRequests"`)) {
			t.Fatalf("429 without its form: %v %s", answer.Header, text)
		}
	}
	if answer, _ := get("/api/v1/nodes"); answer.StatusCode != 200 {
		t.Fatalf("another path: %d", answer.StatusCode)
	}
}

func answerBytes(count int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.Write(bytes.Repeat([]byte("x"), count)) }
}

func TestAPICutsAnswersInTheMiddle(t *testing.T) {
	base, client, s := newAPI(t, answerBytes(50000))
	for _, connection := range []bool{false, true} {
		setRules(t, s, fmt.Sprintf(`[{"action":"cut","after_bytes":10000,"next":1,"connection":%v}]`, connection))
		answer, err := client.Get(base + "/")
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(answer.Body); err == nil || len(text) > 10000 {
			t.Fatalf("connection=%v: %d bytes, %v", connection, len(text), err)
		}
		if answer, err = client.Get(base + "/"); err != nil {
			t.Fatalf("the request after the cut: %v", err)
		}
		if text, err := io.ReadAll(answer.Body); err != nil || len(text) != 50000 {
			t.Fatalf("the answer after the cut: %d bytes, %v", len(text), err)
		}
	}
}

func TestThrottleTakesItsTime(t *testing.T) {
	base, client, s := newAPI(t, answerBytes(20000))
	setRules(t, s, `[{"action":"throttle","bytes_per_second":40000}]`)
	start := time.Now()
	answer, err := client.Get(base + "/")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(answer.Body); err != nil || len(text) != 20000 {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	if took := time.Since(start); took < 400*time.Millisecond {
		t.Fatalf("only %v", took)
	}
}

func TestAPIPassesAndCutsUpgradedConnections(t *testing.T) {
	base, client, s := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		c, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		fmt.Fprint(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		io.Copy(c, buffered)
	})
	client.Timeout = 0 // a time limit would hide the connection
	echo := func(text string) (string, error) {
		t.Helper()
		request, _ := http.NewRequest(http.MethodGet, base+"/exec", nil)
		request.Header.Set("Connection", "Upgrade")
		request.Header.Set("Upgrade", "websocket")
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusSwitchingProtocols {
			t.Fatalf("status %d", answer.StatusCode)
		}
		both := answer.Body.(io.ReadWriteCloser)
		defer both.Close()
		io.WriteString(both, text)
		back := make([]byte, len(text))
		n, err := io.ReadFull(both, back)
		return string(back[:n]), err
	}
	if text, err := echo("hello"); text != "hello" || err != nil {
		t.Fatalf("pass: %q %v", text, err)
	}
	setRules(t, s, `[{"action":"cut","after_bytes":3,"path":"^/exec","next":1}]`)
	if text, err := echo("hello"); err == nil || len(text) > 3 {
		t.Fatalf("cut: %q %v", text, err)
	}
	if text, err := echo("hello"); text != "hello" || err != nil {
		t.Fatalf("after the cut: %q %v", text, err)
	}
}
