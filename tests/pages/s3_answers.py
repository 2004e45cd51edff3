"""An S3 server that has one answer for each bucket, by its name: what stores say when something is wrong with them."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAMES = "http://s3.amazonaws.com/doc/2006-03-01/"
EMPTY = f'<ListBucketResult xmlns="{NAMES}"><IsTruncated>false</IsTruncated></ListBucketResult>'
# bucket -> (methods that are refused, status, S3's code)
ANSWERS = {
    "no-such-bucket": ("GET PUT HEAD DELETE", 404, "NoSuchBucket"),
    "clock-skew": ("GET PUT HEAD DELETE", 403, "RequestTimeTooSkewed"),
    "wrong-keys": ("GET PUT HEAD DELETE", 403, "InvalidAccessKeyId"),
    "expired-keys": ("GET PUT HEAD DELETE", 400, "ExpiredToken"),
    "quota-full": ("PUT", 403, "QuotaExceeded"),
    "only-read": ("PUT", 403, "AccessDenied"),
}


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        bucket = self.path.lstrip("/").split("?")[0].split("/")[0]
        methods, status, code = ANSWERS.get(bucket, ("", 200, ""))
        if self.command not in methods.split():
            # Nothing is stored here: lists are empty, and no object is there.
            listing = "list-type" in self.path
            status, code = (200, "") if listing or self.command in ("PUT", "DELETE") else (404, "NoSuchKey")
            body = EMPTY if listing else ""
        if code:
            body = f"<Error><Code>{code}</Code><Message>as asked for</Message></Error>"
        content = b"" if self.command == "HEAD" else body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_HEAD = do_DELETE = answer

    def log_message(self, *_):
        pass


def serve():
    """The server, on a port of its own; shutdown() ends it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
