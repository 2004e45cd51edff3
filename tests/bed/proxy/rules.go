package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"
)

// rule says what happens to which connections (tcp) or requests (http, api). The first that matches is taken.
type rule struct {
	Action string `json:"action"` // cut, delay, throttle, blackhole, refuse, status

	Method string  `json:"method,omitempty"` // requests only: all when empty
	Path   string  `json:"path,omitempty"`   // requests only: regular expression, matched against path?query
	Share  float64 `json:"share,omitempty"`  // of the matching ones, this part (0..1); all when 0
	Skip   int     `json:"skip,omitempty"`   // the first ones pass
	Next   int     `json:"next,omitempty"`   // ends after so many; never when 0

	AfterBytes     int64  `json:"after_bytes,omitempty"`      // cut: of the answer (tcp: of the direction)
	Direction      string `json:"direction,omitempty"`        // tcp: up (client to target) or down (default)
	Connection     bool   `json:"connection,omitempty"`       // cut: the whole connection, not this answer alone
	Milliseconds   int    `json:"milliseconds,omitempty"`     // delay
	BytesPerSecond int64  `json:"bytes_per_second,omitempty"` // throttle
	Status         int    `json:"status,omitempty"`           // status: 429, 500, 503 ...
	Code           string `json:"code,omitempty"`             // status: S3's code; absent: by the status
	RetryAfter     int    `json:"retry_after,omitempty"`      // status: seconds; no header when 0

	path *regexp.Regexp
	seen int
	hits int
}

var actions = []string{"cut", "delay", "throttle", "blackhole", "refuse", "status"}

func (r *rule) check() (err error) {
	if !slices.Contains(actions, r.Action) {
		return fmt.Errorf("action %q is none of %v", r.Action, actions)
	}
	if r.Action == "status" && (r.Status < 200 || r.Status > 599) {
		return fmt.Errorf("status %d is none", r.Status)
	}
	if r.Action == "throttle" && r.BytesPerSecond <= 0 {
		return fmt.Errorf("throttle needs bytes_per_second")
	}
	r.path, err = regexp.Compile(r.Path)
	return err
}

// counters tell what happened since the start.
type counters struct {
	Connections int64 `json:"connections"`
	Open        int64 `json:"open"`
	BytesUp     int64 `json:"bytes_up"`
	BytesDown   int64 `json:"bytes_down"`
	Requests    int64 `json:"requests"`
	Faults      int64 `json:"faults"`
	RuleHits    []int `json:"rule_hits"` // of the rules as they are now, in order
}

// state is what the control port changes and the traffic asks; safe for use by several goroutines.
type state struct {
	mutex   sync.Mutex
	rules   []*rule
	counted counters
	open    map[net.Conn]bool
	changed chan struct{} // closed and replaced whenever rules change
}

func newState() *state {
	return &state{open: map[net.Conn]bool{}, changed: make(chan struct{})}
}

// take gives the first matching rule and counts its use; nil when traffic passes.
func (s *state) take(method, path string) *rule {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, r := range s.rules {
		if r.Action == "refuse" || (r.Method != "" && r.Method != method) || !r.path.MatchString(path) {
			continue
		}
		if r.seen++; r.seen <= r.Skip || (r.Next > 0 && r.hits >= r.Next) || (r.Share > 0 && rand.Float64() >= r.Share) {
			continue
		}
		r.hits++
		s.counted.Faults++
		return r
	}
	return nil
}

// refusing says whether new connections are refused now, and gives a channel that closes when that may change.
func (s *state) refusing() (bool, <-chan struct{}) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.ContainsFunc(s.rules, func(r *rule) bool { return r.Action == "refuse" }), s.changed
}

// swallowing says whether a blackhole is set now: it holds for connections that are open already, too.
func (s *state) swallowing() (bool, <-chan struct{}) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	forAll := func(r *rule) bool { return r.Action == "blackhole" && r.Next == 0 }
	return slices.ContainsFunc(s.rules, forAll), s.changed
}

func (s *state) set(rules []*rule) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.rules = rules
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *state) count(change func(*counters)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change(&s.counted)
}

func (s *state) opened(c net.Conn) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.open[c] = true
	s.counted.Connections++
}

func (s *state) closed(c net.Conn) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.open, c)
}

// cutAll closes every open connection, without the polite end.
func (s *state) cutAll() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for c := range s.open {
		reset(c)
	}
	return len(s.open)
}

// reset ends a connection so that the other side sees an error, not an end of data.
func reset(c net.Conn) {
	if inner, ok := c.(*tracked); ok {
		c = inner.Conn
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	c.Close()
}

// controlHandler: GET, PUT, DELETE /rules; GET /counters; POST /cut.
func (s *state) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /rules", func(w http.ResponseWriter, _ *http.Request) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		answer(w, s.rules)
	})
	mux.HandleFunc("PUT /rules", func(w http.ResponseWriter, r *http.Request) {
		rules := []*rule{}
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
		decoder.DisallowUnknownFields()
		err := decoder.Decode(&rules)
		for i := 0; i < len(rules) && err == nil; i++ {
			err = rules[i].check()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.set(rules)
		answer(w, rules)
	})
	mux.HandleFunc("DELETE /rules", func(w http.ResponseWriter, _ *http.Request) {
		s.set(nil)
		answer(w, []rule{})
	})
	mux.HandleFunc("POST /cut", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]int{"cut": s.cutAll()})
	})
	mux.HandleFunc("GET /counters", func(w http.ResponseWriter, _ *http.Request) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		now := s.counted
		now.Open = int64(len(s.open))
		now.RuleHits = []int{}
		for _, r := range s.rules {
			now.RuleHits = append(now.RuleHits, r.hits)
		}
		answer(w, now)
	})
	return mux
}

func answer(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(what)
}

// pause sleeps unless the channel closes first.
func pause(howLong time.Duration, done <-chan struct{}) {
	timer := time.NewTimer(howLong)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-done:
	}
}
