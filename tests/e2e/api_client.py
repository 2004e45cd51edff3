"""Requests of a page, without the page: to the server that `tranship dashboard` runs."""

import http.cookiejar
import json
import urllib.error
import urllib.parse
import urllib.request


class ApiClient:
    """`address` is the one that the dashboard printed: opening it signs in."""

    def __init__(self, address):
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        # The pages are kept compressed.
        self.opener.open(urllib.request.Request(address, headers={"Accept-Encoding": "gzip"}), timeout=30).close()
        self.root = urllib.parse.urljoin(address, "/api/v1")

    def post(self, path, body):
        """The answer's body; of a refusal too."""
        headers = {"Content-Type": "application/json", "X-Tranship": "1"}
        request = urllib.request.Request(self.root + path, json.dumps(body).encode(), headers, method="POST")
        try:
            with self.opener.open(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            return json.load(refused)
