"""An agent on the reference implementation: agent.py PORT FLOW URL, which prints one JSON line for each step."""

import json
import sys
from urllib.parse import quote

import httpx
from aauth import AgentRequestSigner, ChallengeHandler, create_agent_token, fetch_metadata
from aauth import generate_agent_metadata, generate_ed25519_keypair, public_key_to_jwk
from aauth.agent.poller import poll_pending_url
from party import KID, Party, port, say


def main():
    party, flow, url = Party(port(), "aauth-agent.json"), sys.argv[2], sys.argv[3]
    party.publish(generate_agent_metadata(agent_id=party.id, jwks_uri=f"{party.id}/jwks.json", clarification_supported=True))
    party.serve(background=True)

    def send(method, url, scheme, token=None, private=None, body=None):
        signer = AgentRequestSigner(private or party.private, party.id, token, KID)
        headers = {"Content-Type": "application/json"} if body else {}
        headers.update(signer.sign_request(method, url, headers, body, scheme))
        return httpx.request(method, url, headers=headers, content=body, timeout=10)

    def finish(response):
        say(status=response.status_code, body=response.text)

    if flow == "pseudonym":
        return finish(send("GET", url, "hwk"))
    if flow == "identity":
        return finish(send("GET", url, "jwks_uri"))
    if flow == "delegate":
        private, public = generate_ed25519_keypair()
        token = create_agent_token(party.id, "delegate-1", public_key_to_jwk(public), party.private, KID)
        return finish(send("GET", url, "jwt", token, private))

    challenged = send("GET", url, "jwks_uri")
    challenge = ChallengeHandler().parse_challenge(challenged.headers.get("aauth", ""))
    body = ('{"resource_token": "%s"}' % challenge["resource_token"]).encode()
    endpoint = fetch_metadata(f"{challenge['auth_server']}/.well-known/aauth-issuer.json")
    asked = send("POST", endpoint["token_endpoint"], "jwks_uri", body=body)
    if asked.status_code == 200:
        return finish(send("GET", url, "jwt", asked.json()["auth_token"]))
    if asked.status_code != 202:
        return finish(asked)
    code = ChallengeHandler().parse_challenge(asked.headers["aauth"])["code"]
    say(interaction=f"{endpoint['interaction_endpoint']}?code={quote(code)}")
    result = poll_pending_url(
        asked.headers["location"],
        lambda url: send("GET", url, "jwks_uri"),
        max_polls=20,
        default_wait=1,
        on_clarification=lambda url, question: "to find a free evening",
        sign_and_send_post=lambda url, body: send("POST", url, "jwks_uri", body=json.dumps(body).encode()),
    )
    if not result.success:
        return say(status=result.status_code, body=result.error)
    finish(send("GET", url, "jwt", result.auth_token))


main()
