"""What the three parties share: a small HTTP server, published documents, keys of others."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx
from aauth import generate_ed25519_keypair, generate_jwks, public_key_to_jwk

KID = "key-1"


class Party:
    """A server at http://127.0.0.1:PORT with a key, its metadata document and its key set."""

    def __init__(self, port, document):
        self.id = f"http://127.0.0.1:{port}"
        self.authority = f"127.0.0.1:{port}"
        self.private, self.public = generate_ed25519_keypair()
        self.document = document
        self.routes = {}
        self._port = port

    def jwk(self):
        return public_key_to_jwk(self.public, kid=KID)

    def publish(self, metadata):
        self.routes["GET", "/jwks.json"] = lambda request: (200, {}, generate_jwks([self.jwk()]))
        self.routes["GET", f"/.well-known/{self.document}"] = lambda request: (200, {}, metadata)

    def serve(self, background=False):
        party = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("content-length") or 0)
                request = Request(self, party, self.rfile.read(length) if length else None)
                status, headers, body = party.handle(request)
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                kind = "text/html" if isinstance(body, bytes) else "application/json"
                for name, value in {"Content-Type": kind, **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_DELETE = answer

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        print("ready", flush=True)
        if not background:
            server.serve_forever()
        import threading

        threading.Thread(target=server.serve_forever, daemon=True).start()

    def handle(self, request):
        exact = self.routes.get((request.method, request.path))
        if exact:
            return exact(request)
        for (method, path), route in self.routes.items():
            if path.endswith("*") and method == request.method and request.path.startswith(path[:-1]):
                return route(request)
        return 404, {}, {"error": "not_found"}


class Request:
    def __init__(self, handler, party, body):
        self.method = handler.command
        self.path = urlsplit(handler.path).path
        self.query = urlsplit(handler.path).query
        self.url = party.id + handler.path
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        self.body = body


def keys_of(issuer, kid=None):
    """The keys of an agent, a resource or an auth server, from whichever documents it has."""
    keys = []
    for document in ("aauth-agent.json", "aauth-resource.json", "aauth-issuer.json"):
        found = httpx.get(f"{issuer}/.well-known/{document}", timeout=5)
        if found.status_code == 200:
            keys += httpx.get(found.json()["jwks_uri"], timeout=5).json()["keys"]
    return {"keys": keys} if keys else None


def say(**words):
    print(json.dumps(words), flush=True)


def port():
    return int(sys.argv[1])
