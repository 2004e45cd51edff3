// A proxy that makes faults on demand, between any two parts of the bed.
//
//	bed-proxy tcp  --target HOST:PORT          bytes pass unchanged
//	bed-proxy http --target http://HOST:PORT   requests pass unchanged (the Host too: S3's signatures hold)
//	bed-proxy api  --target https://HOST:PORT  in front of an API server: own TLS, HTTP/2, WebSockets
//
// Rules are set over HTTP on the control port: see README.md.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
)

type options struct {
	mode, listen, control, target, authority, folder, announce string
}

func main() {
	log.SetFlags(log.LstdFlags | log.Lmicroseconds)
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: bed-proxy tcp|http|api --target TARGET [--listen ADDRESS] ...")
		os.Exit(2)
	}
	o := options{mode: os.Args[1]}
	flags := flag.NewFlagSet("bed-proxy "+o.mode, flag.ExitOnError)
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "where clients connect")
	flags.StringVar(&o.control, "control", "127.0.0.1:0", "where rules are set")
	flags.StringVar(&o.target, "target", "", "where connections go")
	flags.StringVar(&o.authority, "authority", "", "api: file of the certificate authority of the target")
	flags.StringVar(&o.folder, "folder", "", "api: where ca.crt of the proxy's own certificate is written")
	flags.StringVar(&o.announce, "announce", "", "file that gets the addresses as JSON")
	flags.Parse(os.Args[2:])
	if err := run(o); err != nil {
		log.Fatal(err)
	}
}

func run(o options) error {
	state := newState()
	control, err := net.Listen("tcp", o.control)
	if err != nil {
		return err
	}
	go func() { log.Fatal(http.Serve(control, state.controlHandler())) }()
	var gate *gate
	if gate, err = newGate(o.listen, state); err != nil {
		return err
	}
	serve, err := server(o, gate, state)
	if err != nil {
		return err
	}
	if o.announce != "" {
		text, _ := json.Marshal(map[string]string{"listen": gate.Addr().String(), "control": control.Addr().String()})
		if err := os.WriteFile(o.announce+".new", text, 0o644); err != nil {
			return err
		}
		if err := os.Rename(o.announce+".new", o.announce); err != nil {
			return err
		}
	}
	return serve()
}

// server gives what serves the listener in the wanted mode.
func server(o options, listener net.Listener, state *state) (func() error, error) {
	if o.mode == "tcp" {
		return func() error { return serveTCP(listener, o.target, state) }, nil
	}
	target, err := url.Parse(o.target)
	if err != nil || target.Host == "" {
		return nil, fmt.Errorf("target %q is not a URL", o.target)
	}
	switch o.mode {
	case "http":
		return func() error { return serveHTTP(listener, target, state) }, nil
	case "api":
		return apiServer(listener, target, o.authority, o.folder, state)
	}
	return nil, fmt.Errorf("unknown mode %q", o.mode)
}
