package main

import (
	"net"
	"sync"
	"time"
)

// gate is a listener that truly refuses connections while a rule says so, and knows the connections it has let in.
type gate struct {
	address string
	state   *state
	mutex   sync.Mutex
	current net.Listener
}

func newGate(address string, state *state) (*gate, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	g := &gate{address: listener.Addr().String(), state: state, current: listener}
	go g.watch()
	return g, nil
}

// watch closes the listener while connections are refused, and opens it again at the same address afterwards.
func (g *gate) watch() {
	for {
		refusing, changed := g.state.refusing()
		g.mutex.Lock()
		if refusing && g.current != nil {
			g.current.Close()
			g.current = nil
		}
		for !refusing && g.current == nil {
			listener, err := net.Listen("tcp", g.address)
			if err == nil {
				g.current = listener
			} else {
				time.Sleep(20 * time.Millisecond)
			}
		}
		g.mutex.Unlock()
		<-changed
	}
}

func (g *gate) Accept() (net.Conn, error) {
	for {
		g.mutex.Lock()
		listener := g.current
		g.mutex.Unlock()
		if listener != nil {
			if c, err := listener.Accept(); err == nil {
				t := &tracked{Conn: c, state: g.state}
				g.state.opened(t)
				return t, nil
			}
		}
		time.Sleep(10 * time.Millisecond) // closed for now
	}
}

func (g *gate) Close() error { return nil }
func (g *gate) Addr() net.Addr {
	address, _ := net.ResolveTCPAddr("tcp", g.address)
	return address
}

// tracked is a connection that counts its bytes and says when it is closed.
type tracked struct {
	net.Conn
	state *state
	once  sync.Once
}

func (t *tracked) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.state.count(func(c *counters) { c.BytesUp += int64(n) })
	return n, err
}

func (t *tracked) Write(p []byte) (int, error) {
	n, err := t.Conn.Write(p)
	t.state.count(func(c *counters) { c.BytesDown += int64(n) })
	return n, err
}

func (t *tracked) Close() error {
	t.once.Do(func() { t.state.closed(t) })
	return t.Conn.Close()
}
