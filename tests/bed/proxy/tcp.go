package main

import (
	"io"
	"log"
	"net"
	"time"
)

func serveTCP(listener net.Listener, target string, state *state) error {
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go forward(client, target, state)
	}
}

// forward joins a client with the target; the rule taken at the start holds for the connection's life.
func forward(client net.Conn, target string, state *state) {
	defer client.Close()
	taken := state.take("", "")
	if taken != nil && taken.Action == "delay" {
		time.Sleep(time.Duration(taken.Milliseconds) * time.Millisecond)
	}
	server, err := net.DialTimeout("tcp", target, 10*time.Second)
	if err != nil {
		log.Printf("target %s: %v", target, err)
		reset(client)
		return
	}
	defer server.Close()
	ended := make(chan bool, 2)
	pass := func(to, from net.Conn, direction string) {
		err := copyBytes(to, limited(from, taken, direction, state), state)
		if err == errCut {
			reset(client)
			reset(server)
		} else if half, ok := unwrap(to).(*net.TCPConn); ok {
			half.CloseWrite()
		}
		ended <- true
	}
	go pass(server, client, "up")
	go pass(client, server, "down")
	<-ended
	<-ended
}

func unwrap(c net.Conn) net.Conn {
	if inner, ok := c.(*tracked); ok {
		return inner.Conn
	}
	return c
}

// copyBytes stops in the middle while a blackhole is set.
func copyBytes(to io.Writer, from io.Reader, state *state) error {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		for {
			swallowing, changed := state.swallowing()
			if !swallowing {
				break
			}
			<-changed
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
