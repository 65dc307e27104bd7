"""Plays every flow with every mix of parties and writes the table: play.py BINARIES TABLE.

BINARIES is the folder of this workspace's programs, TABLE the file that gets the result. Exits 1 when a pair that should
work does not.
"""

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
PATHS = {"pseudonym": "/data-hwk", "identity": "/data-jwks", "delegate": "/data-jwks"}
# What a pair cannot do, and why.
CANNOT = {
    ("user consent, asked first", (*who, THEIRS)): "the package has no page on which to ask"
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


def resource(whose, port, auth_server):
    if whose == OURS:
        return Process(BINARIES / "resource", "--listen", f"127.0.0.1:{port}", "--auth-server", auth_server)
    return Process(sys.executable, HERE / "resource.py", port, auth_server)


def auth_server(whose, port, policy, folder):
    if whose == OURS:
        store = Path(folder) / f"{port}.sqlite"
        return Process(
            BINARIES / "auth-server", "--listen", f"127.0.0.1:{port}", "--policy", policy, "--store", store)
    return Process(sys.executable, HERE / "auth_server.py", port, policy)


# What our agent is told for a flow, beside where to listen and what to call.
FLAGS = {
    "pseudonym": ["--scheme", "hwk"],
    "delegate": ["--delegate", "delegate-1"],
    "user consent, asked first": ["--answer", person.ANSWER],
}


def agent(whose, port, flow, url):
    if whose == OURS:
        return Process(
            BINARIES / "agent", "--listen", f"127.0.0.1:{port}", "--url", url, "--json", *FLAGS.get(flow, []))
    return Process(sys.executable, HERE / "agent.py", port, flow, url)


def interaction(line):
    found = re.search(r'https?://[^\s"]+/interact\?code=[^\s"]+', line)
    return found and found.group(0)


def outcome(whose):
    """How the agent's program tells the end: the status of the resource, or the refusal of the auth server."""

    def read(line):
        try:
            said = json.loads(line)
        except ValueError:
            return None
        if whose == THEIRS:
            return (said["status"], said["body"]) if "status" in said else None
        final = said.get("kind") == "response" and (said.get("status") == 200 and said.get("method") == "GET"
                and "/pending/" not in said.get("url", "") or said.get("status") in (403, 408, 410))
        return (said["status"], json.dumps(said.get("body"))) if final else None

    return read


def play(flow, who, policy=None, choice=None):
    """One flow; the status in which it ends, and what came with it."""
    our_agent, our_resource, our_server = who
    ports = [free_port() for _ in range(3)]
    server_id = f"http://127.0.0.1:{ports[2]}"
    url = f"http://127.0.0.1:{ports[1]}{PATHS.get(flow, '/data-auth')}"
    with tempfile.TemporaryDirectory() as folder:
        with auth_server(our_server, ports[2], policy or "direct", folder) as third:
            third.until(lambda line: "ready" in line or "auth server" in line)
            with resource(our_resource, ports[1], server_id) as second:
                second.until(lambda line: "ready" in line or line.startswith("resource"))
                with agent(our_agent, ports[0], flow, url) as first:
                    if choice:
                        person.decide(first.until(interaction), choice)
                    return first.until(outcome(our_agent))


def flows():
    """Name, parties, and the status in which the flow must end."""
    for flow in ("pseudonym", "identity", "delegate"):
        for who in itertools.product((OURS, THEIRS), repeat=2):
            yield flow, (*who, OURS), {}, 200
    for who in itertools.product((OURS, THEIRS), repeat=3):
        yield "direct grant", who, {"policy": "direct"}, 200
    for who in itertools.product((OURS, THEIRS), repeat=3):
        yield "user consent", who, {"policy": "consent", "choice": "grant"}, 200
    for who in itertools.product((OURS, THEIRS), repeat=3):
        yield "user consent, asked first", who, {"policy": "consent", "choice": "ask"}, 200
    for who in itertools.product((OURS, THEIRS), repeat=3):
        yield "user consent, denied", who, {"policy": "consent", "choice": "deny"}, 403


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

| flow | agent | resource | auth server | result |
|---|---|---|---|---|
"""


def write(rows):
    lines = [f"| {flow} | {a} | {r} | {'' if flow in PATHS else s} | {result} |\n" for flow, (a, r, s), result in rows]
    Path(sys.argv[2]).write_text(HEAD + "".join(lines))


main()
