"""A resource on the reference implementation: resource.py PORT AUTH_SERVER [ONWARD]; ONWARD is what /report calls."""

import json
import sys
import threading
from urllib.parse import parse_qs

from aauth import ChallengeBuilder, RequestVerifier, ResourceTokenIssuer, build_identity_challenge
from aauth import build_pseudonym_challenge, generate_agent_metadata, generate_resource_metadata
from aauth import jwk_to_public_key, parse_signature_key
from aauth.http.deferred import build_pending_response_body, build_pending_response_headers
from aauth.http.deferred import generate_interaction_code, generate_pending_id
from agent import Agent
from party import KID, Party, keys_of, port


class Onward(Agent):
    """This resource as an agent: calls another one for its caller, and keeps what comes of it."""

    def __init__(self, party, url, upstream):
        super().__init__(party)
        self.link, self.answer = None, None
        self.known = threading.Event()
        self.calling = threading.Thread(target=self._call, args=(url, upstream), daemon=True)
        self.calling.start()

    def show(self, link):
        self.link = link
        self.known.set()

    def _call(self, url, upstream):
        try:
            auth_server, resource_token = self.challenged(url)
            token = self.token(auth_server, resource_token=resource_token, upstream_token=upstream)
            answer = self.send("GET", url, "jwt", token)
            self.answer = answer.status_code, {}, answer.json()
        except Exception as error:
            self.answer = 502, {}, {"error": str(error)}
        self.known.set()


def main():
    party, auth_server = Party(port(), "aauth-resource.json"), sys.argv[2]
    onward = sys.argv[3] if len(sys.argv) > 3 else None
    party.publish(generate_resource_metadata(
        resource_id=party.id, jwks_uri=f"{party.id}/jwks.json", resource_token_endpoint=f"{party.id}/resource/token",
        interaction_endpoint=f"{party.id}/interact", additional_signature_components=["content-type", "content-digest"]))
    own = generate_agent_metadata(agent_id=party.id, jwks_uri=f"{party.id}/jwks.json")
    verifier = RequestVerifier([party.authority], keys_of, [auth_server])
    challenges = ChallengeBuilder(party.id, party.private, KID, auth_server)
    issuer = ResourceTokenIssuer(party.id, party.private, KID, auth_server)
    pending = {}

    def verify(request):
        try:
            return verifier.verify_request(request.method, request.url, request.headers, request.body)
        except Exception as error:
            return {"valid": False, "error": str(error)}

    def refuse(challenge):
        return 401, {"AAuth": challenge}, {"error": "invalid_signature"}

    def params(request):
        return parse_signature_key(request.headers["signature-key"])["params"]

    def key_of(request):
        key = params(request)
        return jwk_to_public_key(next(k for k in keys_of(key["id"])["keys"] if k["kid"] == key["kid"]))

    def pseudonym(request):
        scheme = parse_signature_key(request.headers["signature-key"])["scheme"]
        return (200, {}, {"scheme": scheme}) if verify(request)["valid"] else refuse(build_pseudonym_challenge())

    def identified(then):
        """`then`, for a caller with an identity."""
        def route(request):
            caller = verify(request)
            if not caller["valid"] or not caller["agent_id"]:
                return refuse(build_identity_challenge())
            return then(request, caller)
        return route

    def authorized(then):
        """`then`, for a caller with an auth token."""
        def route(request, caller):
            if caller["scopes"]:
                return then(request, caller)
            return 401, {"AAuth": challenges.build_challenge(
                require_auth_token=True,
                agent_id=caller["agent_id"],
                agent_public_key=key_of(request),
                scope="data.read data.write",
            )}, {"error": "authorization_required"}
        return identified(route)

    def identity(_, caller):
        return 200, {}, {"agent": caller["agent_id"], "agent_delegate": caller["agent_delegate"]}

    def token(_, caller):
        return 200, {}, {"agent": caller["agent_id"], "scope": " ".join(caller["scopes"])}

    def ahead(request, caller):
        scope = json.loads(request.body)["scope"]
        given = issuer.issue_token(caller["agent_id"], key_of(request), scope)
        return 200, {"Cache-Control": "no-store"}, {
            "resource_token": given, "auth_server": auth_server, "scope": scope}

    def accepted(caller, row):
        id, code = generate_pending_id(), generate_interaction_code()
        pending[id] = {"caller": caller["agent_id"], "code": code, **row}
        location = f"{party.id}/pending/{id}"
        headers = build_pending_response_headers(location, 1, "interaction", code)
        return 202, headers, build_pending_response_body(location, "interaction", code)

    def order(_, caller):
        return accepted(caller, {"answer": None})

    def report(request, caller):
        call = Onward(party, onward, params(request)["jwt"])
        call.known.wait(10)
        return call.answer or accepted(caller, {"call": call})

    def poll(request, caller):
        row = pending.get(request.path.rsplit("/", 1)[1])
        if not row or row["caller"] != caller["agent_id"]:
            return 404, {}, {"error": "not_found"}
        answer = row["call"].answer if "call" in row else row["answer"]
        if answer:
            return answer
        return 202, build_pending_response_headers(request.url, 1), build_pending_response_body(request.url)

    def page(request):
        code = parse_qs(request.query).get("code", [""])[0]
        row = next((row for row in pending.values() if row["code"] == code), {})
        if "call" in row:
            return 303, {"Location": row["call"].link}, b""
        return 200, {}, f'<form method="post"><input type="hidden" name="code" value="{code}"></form>'.encode()

    def decide(request):
        form = parse_qs(request.body.decode())
        for row in pending.values():
            if row["code"] == form["code"][0] and "answer" in row:
                allowed = form["consent"][0] == "grant"
                row["answer"] = (200, {}, {"for": "testuser"}) if allowed else (403, {}, {"error": "denied"})
                return 200, {}, b"<p>done</p>"
        return 400, {}, b"<p>no such code</p>"

    party.routes["GET", "/.well-known/aauth-agent.json"] = lambda request: (200, {}, own)
    party.routes["GET", "/data-hwk"] = pseudonym
    party.routes["GET", "/data-jwks"] = party.routes["POST", "/data-jwks"] = identified(identity)
    party.routes["GET", "/data-auth"] = authorized(token)
    party.routes["GET", "/report"] = authorized(report)
    party.routes["POST", "/orders"] = identified(order)
    party.routes["POST", "/resource/token"] = identified(ahead)
    party.routes["GET", "/pending/*"] = identified(poll)
    party.routes["GET", "/interact"] = page
    party.routes["POST", "/interact"] = decide
    party.serve()


main()
