#!/usr/bin/env python3
"""An https server of price lists for tests; it prints its port and fails as the path says.

    priceserver.py PEM FOLDER LOG ADDRESS

/NAME is FOLDER/NAME; before it may stand gzip/ (it comes compressed), half/ (the connection ends in the
middle), chunkhalf/ (the same without a length), slow/ (a byte every 50 ms), hop/N/ (N redirects), badgzip/.
Alone: /status/N, /to?URL (a redirect), /loop, /bomb (64 MiB in 64 KiB), /huge, /hang, /html, /empty.
LOG gets the header lines of each request.
"""
import gzip
import http.server
import ssl
import sys
import time

PEM, FOLDER, LOG, ADDRESS = sys.argv[1:]
BOMB = gzip.compress(b" " * (64 << 20), 9)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, body, status=200, headers=(), length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def send_slowly(self, body):
        self.reply(b"", length=len(body))
        for i in range(len(body)):
            self.wfile.write(body[i:i + 1])
            time.sleep(0.05)

    def send_endlessly(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        block = b"%x\r\n%s\r\n" % (1 << 16, b" " * (1 << 16))
        while True:
            self.wfile.write(block)

    def send_half(self, body, chunked):
        self.close_connection = True
        half = body[:len(body) // 2]
        if not chunked:
            return self.reply(half, length=len(body))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(half), half))

    def redirect(self, to):
        self.reply(b"", 302, [("Location", to)])

    def do_GET(self):
        with open(LOG, "a", encoding="utf-8") as log:
            log.write("%s\n%s" % (self.path, self.headers))
        how, _, rest = self.path[1:].partition("/")
        if how == "status":
            self.reply(b"{}", int(rest))
        elif how.startswith("to?"):
            self.redirect(how[3:] + ("/" + rest if rest else ""))
        elif how == "loop":
            self.redirect("/loop")
        elif how == "hop":
            n, _, name = rest.partition("/")
            self.redirect("/" + name if n == "1" else "/hop/%d/%s" % (int(n) - 1, name))
        elif how == "bomb":
            self.reply(BOMB, 200, [("Content-Encoding", "gzip")])
        elif how == "huge":
            self.send_endlessly()
        elif how == "hang":
            time.sleep(60)
        elif how == "html":
            self.reply(b"<!DOCTYPE html><html><body>prices</body></html>", 200, [("Content-Type", "text/html")])
        elif how == "empty":
            self.reply(b"")
        else:
            self.send_file(how if rest else "", rest or how)

    def send_file(self, how, name):
        with open("%s/%s" % (FOLDER, name.partition("?")[0]), "rb") as f:
            body = f.read()
        if how == "gzip":
            self.reply(gzip.compress(body), 200, [("Content-Encoding", "gzip")])
        elif how == "badgzip":
            self.reply(b"\x1f\x8b\x08\0" + body, 200, [("Content-Encoding", "gzip")])
        elif how in ("half", "chunkhalf"):
            self.send_half(body, how == "chunkhalf")
        elif how == "slow":
            self.send_slowly(body)
        else:
            self.reply(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Who hangs up, or does not trust the certificate, is no failure of ours."""


server = Server((ADDRESS, 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(PEM)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_address[1], flush=True)
server.serve_forever()
