"""A resource on the reference implementation: resource.py PORT AUTH_SERVER."""

import sys

from aauth import ChallengeBuilder, RequestVerifier, build_identity_challenge, build_pseudonym_challenge
from aauth import generate_resource_metadata, jwk_to_public_key, parse_signature_key
from party import KID, Party, keys_of, port


def main():
    party, auth_server = Party(port(), "aauth-resource.json"), sys.argv[2]
    party.publish(generate_resource_metadata(resource_id=party.id, jwks_uri=f"{party.id}/jwks.json"))
    verifier = RequestVerifier([party.authority], keys_of, [auth_server])
    challenges = ChallengeBuilder(party.id, party.private, KID, auth_server)

    def verify(request):
        try:
            return verifier.verify_request(request.method, request.url, request.headers, request.body)
        except Exception as error:
            return {"valid": False, "error": str(error)}

    def refuse(challenge):
        return 401, {"AAuth": challenge}, {"error": "invalid_signature"}

    def pseudonym(request):
        caller = verify(request)
        return (200, {}, {"scheme": scheme_of(request)}) if caller["valid"] else refuse(build_pseudonym_challenge())

    def identity(request):
        caller = verify(request)
        if not caller["valid"] or not caller["agent_id"]:
            return refuse(build_identity_challenge())
        return 200, {}, {"agent": caller["agent_id"], "agent_delegate": caller["agent_delegate"]}

    def token(request):
        caller = verify(request)
        if not caller["valid"] or not caller["agent_id"]:
            return refuse(build_identity_challenge())
        if caller["scopes"]:
            return 200, {}, {"agent": caller["agent_id"], "scope": " ".join(caller["scopes"])}
        key = parse_signature_key(request.headers["signature-key"])["params"]
        jwk = next(k for k in keys_of(key["id"])["keys"] if k["kid"] == key["kid"])
        return 401, {"AAuth": challenges.build_challenge(
            require_auth_token=True,
            agent_id=key["id"],
            agent_public_key=jwk_to_public_key(jwk),
            scope="data.read data.write",
        )}, {"error": "authorization_required"}

    def scheme_of(request):
        return parse_signature_key(request.headers["signature-key"])["scheme"]

    party.routes["GET", "/data-hwk"] = pseudonym
    party.routes["GET", "/data-jwks"] = identity
    party.routes["GET", "/data-auth"] = token
    party.serve()


main()
