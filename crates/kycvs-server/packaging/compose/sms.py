"""Stands in for an SMS gateway: prints every message. Its argument is a port."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Gateway(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        message = self.rfile.read(int(self.headers["content-length"]))
        # Message and end of line as one, since several may be written at a time.
        print(message.decode() + "\n", end="", flush=True)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Logs nothing."""


ThreadingHTTPServer(("", int(sys.argv[1])), Gateway).serve_forever()
