"""A small HTTP service: greets at `/`, and says at `/healthz` that it is there."""

import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(os.environ.get("PORT", "8080"))


def greeting() -> str:
    return f"{os.environ.get('GREETING', 'Hello')} from {os.environ.get('ENVIRONMENT', 'nowhere')}\n"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        answers = {"/": greeting(), "/healthz": "ok\n"}
        status = 200 if self.path in answers else 404
        body = answers.get(self.path, "not found\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        # Probes ask every few seconds.
        if getattr(self, "path", "") != "/healthz":
            super().log_message(format, *args)


def main():
    server = ThreadingHTTPServer(("", PORT), Handler)
    # Ends at once when the pod is asked to.
    stop = lambda *_: threading.Thread(target=server.shutdown).start()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"listening on port {PORT}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
