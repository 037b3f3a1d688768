"""A receiver of channelhub's webhooks that believes only what is signed. Standard library only.

WEBHOOK_SECRET=whsec_… PORT=8080 python receiver.py
"""

import base64
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_S = 300
MAX_BYTES = 1024 * 1024


def is_genuine(headers, body: bytes) -> bool:
    """Whether the body as it came, unparsed, is signed with our secret, a moment ago."""
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not (stamp.isascii() and stamp.isdigit()) or abs(time.time() - int(stamp)) > TOLERANCE_S:
        return False
    digest = hmac.digest(KEY, f"{message_id}.{stamp}.".encode() + body, "sha256")
    expected = b"v1," + base64.b64encode(digest)
    # While secrets change there are several signatures. compare_digest takes the same time wherever two differ.
    return any(hmac.compare_digest(expected, one.encode()) for one in headers.get("webhook-signature", "").split(" "))


class Receiver(BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > MAX_BYTES:
            return self.answer(413)
        body = self.rfile.read(int(length))
        if not is_genuine(self.headers, body):
            return self.answer(401)
        event = json.loads(body)
        # The same webhook-id may come again: put it into a table with a unique key together with what you do.
        # Answer soon, and do what takes long later: after 15 s the hub takes it for failed and tries again.
        print(self.headers["webhook-id"], event["type"], event["data"], flush=True)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Receiver).serve_forever()
