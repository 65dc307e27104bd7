"""Plays every flow with every mix of parties and writes the table: play.py BINARIES TABLE.

BINARIES is the folder of this workspace's programs, TABLE the file that gets the result. Exits 1 when a pair that should
work does not.
"""

import contextlib
import itertools
import json
import queue
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import person

HERE = Path(__file__).parent
BINARIES = Path(sys.argv[1])
OURS, THEIRS = "ours", "aauth 0.1.1"
# What is called; /data-auth where nothing else stands here.
PATHS = {
    "pseudonym": "/data-hwk",
    "identity": "/data-jwks",
    "delegate": "/data-jwks",
    "components": "/data-jwks",
    "resource interaction": "/orders",
    "call chaining": "/report",
    "interaction chaining": "/report",
}
# Flows in which no auth server has a part, and those in which no resource has.
NO_AUTH_SERVER = {"pseudonym", "identity", "delegate", "components", "resource interaction"}
NO_RESOURCE = {"self access"}
# What a pair cannot do, and why.
CANNOT = {
    ("user consent, asked first", (*who, THEIRS)): "the package has no page on which to ask"
    for who in itertools.product((OURS, THEIRS), repeat=2)
} | {
    ("refresh", (*who, THEIRS)): "the package verifies no token that has expired"
    for who in itertools.product((OURS, THEIRS), repeat=2)
}


class Process:
    """A party, with its lines on a queue, stopped at the end of the block."""

    def __init__(self, *command):
        self.lines = queue.Queue()
        self.process = subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def until(self, wanted, seconds=20):
        """The first line that `wanted` finds something in."""
        seen, end = [], time.monotonic() + seconds
        while True:
            try:
                line = self.lines.get(timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                line = None
            if line is None:
                raise RuntimeError("; ".join(seen[-3:]) or "no output")
            found = wanted(line)
            if found:
                return found
            seen.append(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# How our parties play a flow with the program `party`; the others have programs of their own.
PARTY_AGENT = {"self access": "self-access", "resource token ahead": "ahead", "refresh": "refresh"} | {
    flow: "post" for flow in ("components", "resource interaction")}
PARTY_RESOURCE = {
    "components": "components",
    "resource interaction": "orders",
    "call chaining": "report",
    "interaction chaining": "report",
}
PARTY_POLICY = {"self access", "call chaining", "interaction chaining", "approval", "refresh"}


def resource(whose, port, flow, auth_server, onward):
    if whose == THEIRS:
        return Process(sys.executable, HERE / "resource.py", port, auth_server, *onward)
    if flow in PARTY_RESOURCE:
        return Process(BINARIES / "party", "resource", PARTY_RESOURCE[flow], port, auth_server, *onward)
    return Process(BINARIES / "resource", "--listen", f"127.0.0.1:{port}", "--auth-server", auth_server)


def auth_server(whose, port, flow, policy, folder):
    if whose == THEIRS:
        return Process(sys.executable, HERE / "auth_server.py", port, policy)
    if flow in PARTY_POLICY:
        return Process(BINARIES / "party", "auth-server", policy, port)
    store = Path(folder) / f"{port}.sqlite"
    return Process(BINARIES / "auth-server", "--listen", f"127.0.0.1:{port}", "--policy", policy, "--store", store)


# What our program `agent` is told for a flow, beside where to listen and what to call.
FLAGS = {
    "pseudonym": ["--scheme", "hwk"],
    "delegate": ["--delegate", "delegate-1"],
    "user consent, asked first": ["--answer", person.ANSWER],
}


def agent(whose, port, flow, url):
    if whose == THEIRS:
        return Process(sys.executable, HERE / "agent.py", port, flow, url)
    if flow in PARTY_AGENT:
        return Process(BINARIES / "party", "agent", PARTY_AGENT[flow], port, url)
    return Process(BINARIES / "agent", "--listen", f"127.0.0.1:{port}", "--url", url, "--json", *FLAGS.get(flow, []))


def interaction(line):
    found = re.search(r'https?://[^\s"]+/interact\?code=[^\s"]+', line)
    return found and found.group(0)


def outcome(whose, flow):
    """How the agent's program tells the end: the status of the resource, or the refusal of the auth server."""
    short = whose == THEIRS or flow in PARTY_AGENT
    # A resource that calls on gives its answer at its own pending URL.
    last = "/pending/" if flow == "interaction chaining" else PATHS.get(flow, "/data-auth")

    def read(line):
        try:
            said = json.loads(line)
        except ValueError:
            return None
        if short:
            return (said["status"], said["body"]) if "status" in said else None
        final = said.get("kind") == "response" and (said.get("status") == 200 and said.get("method") == "GET"
                and last in said.get("url", "") or said.get("status") in (403, 408, 410))
        return (said["status"], json.dumps(said.get("body"))) if final else None

    return read


def play(flow, who, policy="direct", choice=None):
    """One flow; the status in which it ends, and what came with it."""
    our_agent, our_resource, our_server = who
    ports = [free_port() for _ in range(4)]
    server_id = f"http://127.0.0.1:{ports[2]}"
    url = f"http://127.0.0.1:{ports[1]}{PATHS.get(flow, '/data-auth')}"
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())

        def start(process):
            stack.enter_context(process).until(lambda line: "ready" in line or line.startswith(("auth server", "resource")))

        start(auth_server(our_server, ports[2], flow, policy, folder))
        onward = []
        if PATHS.get(flow) == "/report":
            start(resource(OURS, ports[3], "", server_id, []))
            onward = [f"http://127.0.0.1:{ports[3]}/data-auth"]
        if flow in NO_RESOURCE:
            url = server_id
        else:
            start(resource(our_resource, ports[1], flow, server_id, onward))
        first = stack.enter_context(agent(our_agent, ports[0], flow, url))
        if choice:
            person.decide(first.until(interaction), choice)
        return first.until(outcome(our_agent, flow))


def flows():
    """Name, parties, how it is played, and the status in which it must end."""
    def pairs(flow, expected=200, **how):
        for who in itertools.product((OURS, THEIRS), repeat=3):
            if not (flow in NO_AUTH_SERVER and who[2] == THEIRS or flow in NO_RESOURCE and who[1] == THEIRS):
                yield flow, who, how, expected

    yield from pairs("pseudonym")
    yield from pairs("identity")
    yield from pairs("delegate")
    yield from pairs("direct grant")
    yield from pairs("resource token ahead")
    yield from pairs("user consent", policy="consent", choice="grant")
    yield from pairs("user consent, asked first", policy="consent", choice="ask")
    yield from pairs("user consent, denied", 403, policy="consent", choice="deny")
    yield from pairs("approval", policy="approval")
    yield from pairs("resource interaction", choice="grant")
    yield from pairs("call chaining")
    yield from pairs("interaction chaining", policy="consent-onward", choice="grant")
    yield from pairs("self access")
    yield from pairs("refresh", policy="refresh")
    yield from pairs("components")


def main():
    rows, failed = [], 0
    for flow, who, how, expected in flows():
        reason = CANNOT.get((flow, who))
        if reason:
            rows.append((flow, who, reason))
            continue
        try:
            status, body = play(flow, who, **how)
        except RuntimeError as error:
            status, body = 0, str(error)
        good = status == expected
        failed += not good
        rows.append((flow, who, "works" if good else f"fails: {status} {body[:200]}"))
        print(("ok  " if good else "FAIL"), flow, *who, "" if good else f"{status} {body}", flush=True)
    write(rows)
    print(f"{len(rows) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


HEAD = """# Interoperability

Each flow, played over loopback with every mix of this workspace's programs and small programs on the public functions of the
reference implementation, the Python package `aauth` 0.1.1. `examples/interop/run` plays them and writes this table.

What the package does not do by itself, its programs here do not either: it compares no binding of a received token, checks no
coverage, and does not check that a poll is signed. This side stays strict; it tolerates on input what its documents name (base64url
signatures, a first `202` whose members are repeated, later ones without them).

In the two chaining flows the resource of the row calls a second one, which is always this workspace's, and which has the same auth
server. "Components" wants `content-type` and `content-digest` covered; the package's verifier verifies them and demands nothing.

| flow | agent | resource | auth server | result |
|---|---|---|---|---|
"""


def write(rows):
    with open(sys.argv[2], "w") as table:
        table.write(HEAD)
        for flow, (first, second, third), result in rows:
            parties = first, "" if flow in NO_RESOURCE else second, "" if flow in NO_AUTH_SERVER else third
            table.write(f"| {' | '.join((flow, *parties, result))} |\n")


main()
