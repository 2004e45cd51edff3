#pragma once
// Remembers why OpenSSL refused a peer's certificate, so that the error can name it. Private to net.

#include "net/http_transfer.h"

struct ssl_ctx_st;

namespace tranship::net {

// `refused` must outlive the TLS context; written by the thread that does the handshake.
void explain_refusals(ssl_ctx_st* tls_context, RefusedCertificate& refused);

}  // namespace tranship::net
