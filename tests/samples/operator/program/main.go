// A small operator: for each Fleet it keeps as many Ships and one ConfigMap, owned by the Fleet; it writes the
// Fleet's status, releases its finalizer, and refuses fleets larger than ten by an admission webhook.
package main

import (
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	namespace := os.Getenv("NAMESPACE")
	api, err := newClient()
	if err != nil {
		log.Fatal(err)
	}
	certificate, err := servingCertificate(api, namespace)
	for err != nil { // the API server may start after us
		log.Printf("certificate: %v", err)
		time.Sleep(time.Second)
		certificate, err = servingCertificate(api, namespace)
	}
	go func() { log.Fatal(serveWebhook(certificate)) }()
	for {
		if err := reconcile(api, namespace); err != nil {
			log.Printf("reconcile: %v", err)
		}
		if err := publishAuthority(api, namespace, certificate); err != nil {
			log.Printf("webhook configuration: %v", err)
		}
		time.Sleep(time.Second)
	}
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("/validate", validate)
	return mux
}
