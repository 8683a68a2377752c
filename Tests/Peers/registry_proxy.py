#!/usr/bin/env python3
"""Stands before a registry and is a bad line: usage: registry_proxy.py PORT UPSTREAM (cut | stall) BYTES MARK

cut: each answer breaks off after BYTES. stall: once BYTES have gone through in all, nothing comes any more, and the
file MARK says so. In both, MARK gets a line for each answer: the range that was asked for, and the bytes that went.
"""
import http.client
import http.server
import sys
import threading
import time

PORT, UPSTREAM, MODE, BYTES, MARK = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]


class Handler(http.server.BaseHTTPRequestHandler):
    left = BYTES

    def do_GET(self):
        upstream = http.client.HTTPConnection(UPSTREAM)
        upstream.request("GET", self.path, headers={k: v for k, v in self.headers.items() if k.lower() != "host"})
        answer = upstream.getresponse()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        sent = 0
        while piece := answer.read(1 << 14):
            if MODE == "cut" and sent + len(piece) > BYTES:
                break
            self.wfile.write(piece)
            sent += len(piece)
            if MODE == "stall":
                Handler.left -= len(piece)
                if Handler.left <= 0:
                    self.wfile.flush()
                    self.note("stalled")
                    time.sleep(600)
        self.note(f"{self.headers.get('Range', 'whole')} {sent}")
        self.close_connection = True

    def note(self, text):
        with open(MARK, "a", encoding="utf-8") as mark:
            print(text, file=mark)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # A client that was killed.


# Nobody needs it longer than a test takes.
threading.Timer(300, lambda: sys.exit(0)).start()
server = Server(("127.0.0.1", PORT), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
threading.Event().wait(300)
