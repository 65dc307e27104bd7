"""An auth server on the reference implementation: auth_server.py PORT direct|consent|approval|consent-onward."""

import json
import sys
import threading
from urllib.parse import parse_qs

from aauth import create_auth_token, generate_auth_metadata, parse_signature_key, verify_signature, verify_token
from aauth.http.deferred import build_pending_response_body, build_pending_response_headers
from aauth.http.deferred import build_polling_error_body, build_success_response
from aauth.http.deferred import detect_token_request_mode, generate_interaction_code, generate_pending_id
from party import KID, Party, keys_of, port


def main():
    party, policy = Party(port(), "aauth-issuer.json"), sys.argv[2]
    party.publish(generate_auth_metadata(
        party.id, f"{party.id}/jwks.json", f"{party.id}/token", f"{party.id}/interact"))
    pending, lock = {}, threading.Lock()

    def signer(request):
        """The identifier and the key that signed, or None."""
        headers = request.headers
        try:
            valid = verify_signature(
                request.method, request.url, headers, request.body, headers["signature-input"],
                headers["signature"], headers["signature-key"], jwks_fetcher=keys_of)
            key = parse_signature_key(headers["signature-key"])["params"]
            jwk = next(k for k in keys_of(key["id"])["keys"] if k["kid"] == key["kid"])
        except Exception:
            return None
        return (key["id"], {name: jwk[name] for name in ("kty", "crv", "x")}) if valid else None

    def mint(agent, jwk, claims, subject):
        return create_auth_token(
            iss=party.id, aud=claims["iss"], agent=agent, cnf_jwk=jwk, private_key=party.private, kid=KID,
            scope=claims.get("scope"), sub=subject, txn=claims.get("txn"))

    def asked(body, agent):
        """The claims to mint from, and the mode; raises where the package refuses."""
        mode = detect_token_request_mode(body)
        if mode == "self_access":
            return {"iss": agent, "scope": body["scope"]}, mode
        claims = verify_token(body["resource_token"], keys_of, "resource+jwt", expected_aud=party.id)
        if mode == "call_chaining":
            verify_token(body["upstream_token"], keys_of, "auth+jwt", expected_iss=party.id, expected_aud=agent)
        return claims, mode

    def token(request):
        caller = signer(request)
        if not caller:
            return 401, {}, {"error": "invalid_signature"}
        try:
            claims, mode = asked(json.loads(request.body), caller[0])
        except Exception as error:
            return 400, {}, {"error": "invalid_request", "error_description": str(error)}
        if policy == "direct" or policy == "consent-onward" and mode != "call_chaining":
            return 200, {"Cache-Control": "no-store"}, build_success_response(mint(*caller, claims, "testuser"))
        id, code = generate_pending_id(), generate_interaction_code()
        require, code = ("approval", None) if policy == "approval" else ("interaction", code)
        with lock:
            pending[id] = {"caller": caller, "claims": claims, "code": code, "state": "pending"}
        location = f"{party.id}/pending/{id}"
        headers = build_pending_response_headers(location, 1, require, code)
        return 202, headers, build_pending_response_body(location, require, code)

    def poll(request):
        caller = signer(request)
        with lock:
            row = pending.get(request.path.rsplit("/", 1)[1])
            if not caller or not row or row["caller"] != caller:
                return 404, {}, {"error": "not_found"}
            if row["state"] == "granted":
                row["state"] = "gone"
                return 200, {"Cache-Control": "no-store"}, build_success_response(
                    mint(*caller, row["claims"], "testuser"))
            if row["state"] == "denied":
                return 403, {}, build_polling_error_body("denied", "User denied consent")
            if row["state"] == "gone":
                return 404, {}, {"error": "not_found"}
            if policy == "approval":
                # Somebody approves between the first poll and the second.
                row["state"] = "granted"
        return 202, build_pending_response_headers(request.url, 1), build_pending_response_body(request.url)

    def page(request):
        code = parse_qs(request.query).get("code", [""])[0]
        return 200, {}, f'<form method="post"><input type="hidden" name="code" value="{code}"></form>'.encode()

    def decide(request):
        form = parse_qs(request.body.decode())
        with lock:
            for row in pending.values():
                if row["code"] == form["code"][0] and row["state"] == "pending":
                    row["state"] = "granted" if form["consent"][0] == "grant" else "denied"
                    return 200, {}, b"<p>done</p>"
        return 400, {}, b"<p>no such code</p>"

    party.routes["POST", "/token"] = token
    party.routes["GET", "/pending/*"] = poll
    party.routes["GET", "/interact"] = page
    party.routes["POST", "/interact"] = decide
    party.serve()


main()
