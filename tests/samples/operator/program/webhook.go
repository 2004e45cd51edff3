package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"time"
)

const (
	secretName    = "fleet-operator-tls"
	configuration = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/samples-fleets"
	largest       = 10
)

// served is a certificate with its key, both as PEM.
type served struct{ certificate, key []byte }

func hostName(namespace string) string { return "fleet-operator." + namespace + ".svc" }

// servingCertificate takes the pair kept in the Secret while it fits this namespace, or makes and keeps a new one.
func servingCertificate(api *client, namespace string) (served, error) {
	path := fmt.Sprintf("/api/v1/namespaces/%s/secrets", namespace)
	kept, err := api.get(path + "/" + secretName)
	if err == nil {
		certificate, _ := base64.StdEncoding.DecodeString(text(kept, "data", "tls.crt"))
		key, _ := base64.StdEncoding.DecodeString(text(kept, "data", "tls.key"))
		if pair, err := tls.X509KeyPair(certificate, key); err == nil {
			leaf, err := x509.ParseCertificate(pair.Certificate[0])
			if err == nil && leaf.VerifyHostname(hostName(namespace)) == nil {
				return served{certificate, key}, nil
			}
		}
	} else if !isStatus(err, http.StatusNotFound) {
		return served{}, err
	}
	made, err2 := newCertificate(hostName(namespace))
	if err2 != nil {
		return served{}, err2
	}
	data := object{"data": object{"tls.crt": made.certificate, "tls.key": made.key}}
	if err == nil {
		_, err = api.merge(path+"/"+secretName, data)
		return made, err
	}
	data["apiVersion"], data["kind"], data["type"] = "v1", "Secret", "kubernetes.io/tls"
	data["metadata"] = object{"name": secretName}
	_, err = api.create(path, data)
	return made, err
}

func newCertificate(host string) (served, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return served{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().AddDate(5, 0, 0), IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return served{}, err
	}
	keyBytes, err := x509.MarshalPKCS8PrivateKey(key)
	return served{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyBytes})}, err
}

// publishAuthority tells the API server whom to trust, as soon as the configuration exists and names this
// namespace.
func publishAuthority(api *client, namespace string, certificate served) error {
	found, err := api.get(configuration)
	if isStatus(err, http.StatusNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	hooks, _ := found["webhooks"].([]any)
	if len(hooks) != 1 {
		return fmt.Errorf("%d webhooks in the configuration, not 1", len(hooks))
	}
	hook, _ := hooks[0].(object)
	wanted := base64.StdEncoding.EncodeToString(certificate.certificate)
	named := text(hook, "clientConfig", "service", "namespace")
	if named != namespace || text(hook, "clientConfig", "caBundle") == wanted {
		return nil
	}
	patch := []object{{"op": "add", "path": "/webhooks/0/clientConfig/caBundle", "value": wanted}}
	_, err = api.call(http.MethodPatch, configuration, "application/json-patch+json", patch)
	return err
}

func serveWebhook(certificate served) error {
	pair, err := tls.X509KeyPair(certificate.certificate, certificate.key)
	if err != nil {
		return err
	}
	server := &http.Server{Addr: ":8443", Handler: handler(), ReadHeaderTimeout: 5 * time.Second,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}}}
	return server.ListenAndServeTLS("", "")
}

func validate(w http.ResponseWriter, r *http.Request) {
	review := object{}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<20)).Decode(&review); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	size := number(review, "request", "object", "spec", "size")
	answer := object{"uid": text(review, "request", "uid"), "allowed": size <= largest}
	if size > largest {
		answer["status"] = object{"code": 422, "reason": "Invalid",
			"message": fmt.Sprintf("a fleet has at most %d ships, not %d", largest, size)}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(object{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
		"response": answer})
}
