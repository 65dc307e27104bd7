"""An agent on the reference implementation: agent.py PORT FLOW URL, which prints one JSON line for each step."""

import json
import sys
import time
from urllib.parse import quote

import httpx
from aauth import AgentRequestSigner, ChallengeHandler, create_agent_token, fetch_metadata, parse_token_claims
from aauth import generate_agent_metadata, generate_ed25519_keypair, public_key_to_jwk, sign_request
from aauth.agent.poller import poll_pending_url
from party import KID, Party, port, say


class Refused(Exception):
    """What a server said instead of going on."""


class Agent:
    def __init__(self, party):
        self.party = party

    def send(self, method, url, scheme="jwks_uri", token=None, private=None, body=None):
        signer = AgentRequestSigner(private or self.party.private, self.party.id, token, KID)
        headers = {"Content-Type": "application/json"} if body else {}
        headers.update(signer.sign_request(method, url, headers, body, scheme))
        return httpx.request(method, url, headers=headers, content=body, timeout=10)

    def post(self, url, **members):
        return self.send("POST", url, body=json.dumps(members).encode())

    def show(self, link):
        """Tells the person where to go."""
        say(interaction=link)

    def settle(self, accepted, page):
        """Polls what a 202 has opened, to its end; `page`: where the person must go."""
        challenge = ChallengeHandler().parse_challenge(accepted.headers["aauth"])
        if challenge["require"] == "interaction":
            self.show(f"{page}?code={quote(challenge['code'])}")
        result = poll_pending_url(
            accepted.headers["location"],
            lambda url: self.send("GET", url),
            max_polls=20,
            default_wait=1,
            on_clarification=lambda url, question: "to find a free evening",
            sign_and_send_post=lambda url, body: self.post(url, **body),
        )
        if not result.success:
            raise Refused(result.status_code, result.error)
        return result

    def token(self, auth_server, **members):
        """The auth token that an auth server gives for these members of a request."""
        metadata = fetch_metadata(f"{auth_server}/.well-known/aauth-issuer.json")
        asked = self.post(metadata["token_endpoint"], **members)
        if asked.status_code == 202:
            return self.settle(asked, metadata["interaction_endpoint"]).auth_token
        if asked.status_code != 200:
            raise Refused(asked.status_code, asked.text)
        return asked.json()["auth_token"]

    def challenged(self, url):
        """The auth server and the resource token that a call without an auth token is answered with."""
        answer = self.send("GET", url)
        challenge = ChallengeHandler().parse_challenge(answer.headers.get("aauth", ""))
        return challenge["auth_server"], challenge["resource_token"]


def delegate(agent, url):
    private, public = generate_ed25519_keypair()
    party = agent.party
    token = create_agent_token(party.id, "delegate-1", public_key_to_jwk(public), party.private, KID)
    return agent.send("GET", url, "jwt", token, private)


def self_access(agent, url):
    token = agent.token(url, scope="profile email")
    claims = parse_token_claims(token)["payload"]
    if claims["aud"] != agent.party.id:
        raise Refused(0, "not for this agent")
    return httpx.Response(200, text=claims["scope"])


def ahead(agent, url):
    resource = url.removesuffix("/data-auth")
    metadata = fetch_metadata(f"{resource}/.well-known/aauth-resource.json")
    given = agent.post(metadata["resource_token_endpoint"], scope="data.read data.write").json()["resource_token"]
    return agent.send("GET", url, "jwt", agent.token(parse_token_claims(given)["payload"]["aud"], resource_token=given))


def refresh(agent, url):
    auth_server, resource_token = agent.challenged(url)
    old = agent.token(auth_server, resource_token=resource_token)
    time.sleep(3)
    return agent.send("GET", url, "jwt", agent.token(auth_server, auth_token=old))


def components(agent, url):
    resource, body = url.removesuffix("/data-jwks"), b'{"parts":12}'
    metadata = fetch_metadata(f"{resource}/.well-known/aauth-resource.json")
    headers = {"Content-Type": "application/json"}
    headers.update(sign_request(
        "POST", url, headers, body, agent.party.private, "jwks_uri", metadata["additional_signature_components"],
        id=agent.party.id, kid=KID))
    return httpx.post(url, headers=headers, content=body, timeout=10)


def orders(agent, url):
    resource = url.removesuffix("/orders")
    page = fetch_metadata(f"{resource}/.well-known/aauth-resource.json")["interaction_endpoint"]
    result = agent.settle(agent.post(url, parts=12), page)
    return httpx.Response(200, json=result.response_body)


def granted(agent, url):
    auth_server, resource_token = agent.challenged(url)
    token = agent.token(auth_server, resource_token=resource_token)
    return agent.send("GET", url, "jwt", token)


def report(agent, url):
    answer = granted(agent, url)
    if answer.status_code != 202:
        return answer
    resource = url.removesuffix("/report")
    page = fetch_metadata(f"{resource}/.well-known/aauth-resource.json")["interaction_endpoint"]
    return httpx.Response(200, json=agent.settle(answer, page).response_body)


FLOWS = {
    "pseudonym": lambda agent, url: agent.send("GET", url, "hwk"),
    "identity": lambda agent, url: agent.send("GET", url),
    "delegate": delegate,
    "self access": self_access,
    "resource token ahead": ahead,
    "refresh": refresh,
    "components": components,
    "resource interaction": orders,
    "call chaining": report,
    "interaction chaining": report,
}


def main():
    party, flow, url = Party(port(), "aauth-agent.json"), sys.argv[2], sys.argv[3]
    party.publish(generate_agent_metadata(agent_id=party.id, jwks_uri=f"{party.id}/jwks.json", clarification_supported=True))
    party.serve(background=True)
    try:
        answer = FLOWS.get(flow, granted)(Agent(party), url)
        say(status=answer.status_code, body=answer.text)
    except Refused as refused:
        say(status=refused.args[0], body=refused.args[1])


if __name__ == "__main__":
    main()
