"""Makes the bytes in `60a4e34/` with Skerry's commit 60a4e34. Not run by tests: what it made is what they open.

It was run in a checkout of that commit, with this folder copied into its `tests`:

    .venvs/dev/bin/python -m tests.stored.make_stored tests/stored/60a4e34

Everything is written by that commit's own commands and processes, over its own sockets. Only the desk is ours: a small
server that takes tickets, refuses them or is away. So nothing here imports Skerry, and a name that changes later does
not change this file. Private keys stay in a temporary folder.
"""

import argparse
import base64
import contextlib
import functools
import hashlib
import hmac
import http.server
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.stored.shape import names_in

SKERRY = str(Path(sys.executable).with_name("skerry"))
PATIENCE_S = 60.0

DROP = """\
format = 1
tenant = "acme"
island = "drop"
title = "{title}"
locale = "en"
approved_by = "Ada, Acme support"
opens = 2026-09-01T00:00:00Z
closes = 2027-12-01T00:00:00Z
expires = 2028-01-01T00:00:00Z
max_stale = "6h"
wanted_precision = 0.85
default_lane = "fast"

[context]
order_window = "until all are sold"
fulfilment_partner = "Harbourline"
risk_flags = ["resellers"]

[surge]
floor = 0.8
ceiling = 0.95
target_wait_s = 100
max_wait_s = 500
handle_s = 90

[sessions]
human_active_s = 1500
misses_max = 1
repeats_max = 1
cool_down_s = 30

[[routes]]
lane = "safety"
risk_flags = ["safety"]
kind = "safety"

[[routes]]
lane = "fraud"
keywords = ["stolen card"]
review = true
kind = "fraud"

[[routes]]
lane = "patience"
reasons = ["misses", "loop", "human_active"]
channels = ["stream", "app"]

[[routes]]
lane = "payments"
snippets = ["refund"]

[[trees]]
id = "my-order"

[[trees.steps]]
id = "start"
say = "Is it about an order?"
options = [{{ label = "Yes", to = "people" }}, {{ label = "No", to = "ships" }}]

[[trees.steps]]
id = "people"
lane = "orders"

[[trees.steps]]
id = "ships"
snippet = "ship-date"

[[snippets]]
id = "ship-date"
title = "When it ships"
answer = "{answer}"
examples = ["when does it ship", "has my order left yet", "shipping time?", "when will you send it out"]

[[snippets]]
id = "arrival-date"
approved_by = "Bo, Acme logistics"
answer = "Parcels arrive three days after they were sent."
examples = ["when does it arrive", "how long until it gets here", "delivery time?", "what day will i get it"]

[[snippets]]
id = "size-guide"
wanted_precision = 0.7
answer = "It runs large: take one size less."
examples = ["which size fits me", "does it run small", "size chart please", "what size should i take"]

[[snippets]]
id = "refund"
automation = "review"
lane = "returns"
answer = "Refunds take five working days."
examples = ["can i get my money back", "i want a refund", "how do refunds work", "you charged me twice"]

[[snippets]]
id = "allergy"
automation = "never"
risk_flags = ["safety"]
examples = ["the dye gave me a rash", "i am allergic to it", "my skin burns from it", "it made me ill"]
"""
"""`reasons`, `channels`, `misses_max`, `repeats_max`, `wanted_precision`, `[surge]`, a tree: every word that may go."""

SMALL = """\
format = 1
tenant = "{tenant}"
island = "{island}"
title = "{tenant}'s {island}"
locale = "en"
approved_by = "Cy"
opens = 2026-09-01T00:00:00Z
closes = 2027-12-01T00:00:00Z
expires = 2028-01-01T00:00:00Z
max_stale = "1h"
default_lane = "fast"

[[snippets]]
id = "doors"
answer = "Doors open at **seven**."
examples = ["when do doors open", "what time can i get in", "opening time please"]

[[snippets]]
id = "parking"
answer = "There is a car park behind the hall."
examples = ["where can i park", "is there parking", "car park?"]
"""

POP = """\
[pop]
name = "{name}"
state = "{name}"

[http]
port = {port}

[publisher]
url = "http://127.0.0.1:{publisher}"
trusted_root = "home/root.json"
poll_s = 1
first_poll_s = 0.1
push_idle_s = 5

[fleet]
every_s = 20
spread_s = 0.05

[people]
tokens_file = "desk.tokens"

[islands]
serve = ["*/*"]
required = ["acme/drop"]

[origin]
url = "http://127.0.0.1:{desk}/tickets"
refusals_max = 1
retry_base_s = 0.05
retry_cap_s = 0.1
failures_max = 1
callback_secret_files = ["callback.secret"]

[origin.tenants.solo]
url = "http://127.0.0.1:{desk}/solo"
callback_secret_files = ["callback.secret"]

[tally]
{tally}
prices = {{ currency = "EUR", answer = 0.5, ticket = 4.0 }}
"""

OLD = {
    # What each closed set holds that a stored field can have a value of.
    "sets": """
from edge.records import *
from edge.tally import ContactState
found = {kind.__name__: [one.value for one in kind] for kind in (
    Automation, ContactState, FeedbackTopic, IslandState, Outcome, Priority, Reason, Suggestion, TicketKind,
    TicketState)}
""",
    # Every name that a count can have.
    "counts": """
from edge.records import *
from edge.tally import *
from edge.tally.names import because, feedback, suggestion, within_name
names = set(CounterName) | {suggestion(s) for s in Suggestion}
names |= {feedback(t, said=said) for t in FeedbackTopic for said in (True, False)}
names |= {within_name(e, b) for e in (CounterName.TICKET_ACKNOWLEDGED, CounterName.TICKET_REPLIED) for b in BOUNDS_S}
for outcome in Outcome:
    for reason in Reason:
        names |= {key.name for key in count_decided(Decided(0.0, "a/b", "s", outcome, reason))}
found = sorted(names)
""",
    # Tokens that outlive a PoP's process, under a key that is nobody's.
    "tokens": """
from datetime import UTC, datetime
from edge.records import *
from edge.tokens import *
from edge.trust import PopSigner
key = bytes(TOKEN_KEY_BYTES)
contact = contact_of(IslandName("acme", "drop"), "session", key=key)
ticket = Ticket(id="t-1", created=datetime(2026, 11, 26, tzinfo=UTC), pop="ams", island="acme/drop", revision=1,
    text="", reason=Reason.SURGE, lane="fast", promised_wait_s=60.0)
found = {
    "contact": contact.hex(),
    "receipt": make_receipt(Receipt(bytes(NUMBER_BYTES), "acme/drop", "refund", contact, 1_795_000_000.0), key=key),
    "promise": make_promise(ticket, key=key),
    "status_signature": PopSigner(bytes(32)).sign(b"{}").hex(),
}
""",
    # What lies in other programs' stores: a notice in a NATS stream, and what a desk's ticket is known again by.
    "abroad": """
from edge.records import *
from edge.wire.desks.chatwoot import ATTRIBUTE
from edge.wire.desks.note_form import marker
from edge.wire.publisher.events import pack_bundle
found = {"bundle": pack_bundle(Bundle(files={"a": b"b"})).hex(), "marker": marker("t-1"), "attribute": ATTRIBUTE}
""",
    # A private key's file while its passphrase is being changed has all of these.
    "key_file_fields": """
from edge.publish.keys.key_file import KeyFile
found = sorted(KeyFile.__struct_fields__)
""",
}
"""Run by the old commit."""


class Desk:
    """Takes tickets as its `status` says: 202 takes, 422 refuses, 503 is away."""

    def __init__(self) -> None:
        self.status = 202
        self.taken: set[str] = set()
        self.refused: set[str] = set()
        desk = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                name = json.loads(body)["id"]
                (desk.taken if desk.status == 202 else desk.refused).add(name)
                self.send_response(desk.status)
                if desk.status == 503:
                    self.send_header("Retry-After", "600")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                del format, args

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    """A folder's files, and no line for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing."""
        del format, args


class Place:
    """One publisher, its PoPs and their desk, below a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.desk = folder, folder / "home", Desk()
        self.publisher = free_port()
        self.token = secrets.token_hex(16)
        self.secret = secrets.token_bytes(32)
        tokens = folder / "desk.tokens"
        tokens.write_text(f"* {self.token}\n")
        tokens.chmod(0o600)
        secret = folder / "callback.secret"
        secret.write_text(f"whsec_{base64.b64encode(self.secret).decode()}\n")
        secret.chmod(0o600)

    def run(self, *words: str) -> str:
        """A command of Skerry's, in the folder; its output."""
        done = subprocess.run([SKERRY, *words], cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"skerry {' '.join(words)}: {done.stdout}{done.stderr}")
        print("$ skerry", *words)  # noqa: T201 - tells how far it is
        return done.stdout

    @contextlib.contextmanager
    def process(self, *words: str) -> Iterator[None]:
        """A command that runs until the end of the block."""
        with (self.folder / f"{words[-1].replace('/', '_')}.log").open("ab") as log:
            one = subprocess.Popen([SKERRY, *words], cwd=self.folder, stdout=log, stderr=log)
            try:
                yield
            finally:
                one.send_signal(signal.SIGTERM)
                one.wait(PATIENCE_S)

    @contextlib.contextmanager
    def publishing(self) -> Iterator[None]:
        """The publisher's server."""
        with self.process("publisher", "serve", "--home", "home", "--port", str(self.publisher)):
            until(lambda: fetch(f"http://127.0.0.1:{self.publisher}/livez") is not None, "the publisher")
            yield

    @contextlib.contextmanager
    def pop(self, name: str, tally: str = "", *, islands: int = 1) -> Iterator["Pop"]:
        """A PoP that serves so many islands."""
        port = free_port()
        config = POP.format(name=name, port=port, publisher=self.publisher, desk=self.desk.port, tally=tally)
        (self.folder / f"{name}.toml").write_text(config)
        with self.process("serve", "--config", f"{name}.toml"):
            pop = Pop(f"http://127.0.0.1:{port}", self)
            until(lambda: (fetch(f"{pop.url}/v1/islands") or b"").count(b'"fresh"') == islands, f"islands of {name}")
            yield pop


class Pop:
    """One PoP to talk to."""

    def __init__(self, url: str, place: Place) -> None:
        self.url, self.place = url, place

    def ask(self, text: str, session: str = "", *, island: str = "acme/drop", **fields: str) -> dict[str, Any]:
        """The response to a question."""
        document = {"island": island, "text": text, "session": session, **fields}
        found: dict[str, Any] = self.post("/v1/ask", document)
        print(f"  {session:10} {text!r}: {found['decision']} {found['reason']}")  # noqa: T201 - as above
        return found

    def post(self, path: str, document: object, *, method: str = "POST", **headers: str) -> Any:
        """The answer's document."""
        request = urllib.request.Request(  # noqa: S310 - our own port
            self.url + path, data=json.dumps(document).encode(), headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own port
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{path}: {error.read().decode()}") from error

    def load(self, wait_s: float) -> None:
        """The desk says how long its queue is."""
        report = {"tenant": "acme", "queue_depth": 40, "wait_s": wait_s, "agents": 2, "free_agents": 0, "callbacks": 3}
        self.post("/v1/load", report, method="PUT", Authorization=f"Bearer {self.place.token}")

    def reported(self, name: str, state: str, origin: str = "default", **data: str) -> None:
        """The desk's signed report of a ticket, twice: the second is no news."""
        body, now = {"type": f"ticket.{state}", "data": data}, int(time.time())
        said = f"{name}.{now}.{json.dumps(body)}".encode()
        signature = "v1," + base64.b64encode(hmac.digest(self.place.secret, said, hashlib.sha256)).decode()
        headers = {"webhook-id": name, "webhook-timestamp": str(now), "webhook-signature": signature}
        for _ in range(2):
            self.post(f"/v1/callbacks/{origin}", body, **headers)

    def until_taken(self, *documents: dict[str, Any]) -> None:
        """The desk has, or has refused, the tickets of these responses; a moment later the PoP has noted it."""
        wanted = {document["ticket"] for document in documents}
        until(lambda: wanted <= self.place.desk.taken | self.place.desk.refused, "tickets at the desk")
        time.sleep(1)


def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def fetch(url: str) -> bytes | None:
    """What is there; None when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own port
            data: bytes = answer.read()
            return data
    except OSError:
        return None


def until(is_so: Callable[[], object], what: str) -> None:
    """Return once it is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: waited {PATIENCE_S:g} s")
        time.sleep(0.05)


def found_home(place: Place) -> None:
    """A home with three tenants: `acme`, `globex` and `solo`, which keeps its key to itself."""
    place.run("keys", "init", "--home", "home", "--tenant", "acme", "--tenant", "globex")
    place.run("keys", "holder", "solo", "--plain", "--keys", "solo-keys")
    place.run("tenant", "add", "solo", "--public", "solo.public", "--home", "home", "--out", "solo-rite")
    place.run("keys", "ceremony", "sign", "solo-rite/1.solo.json", "--key", "solo-keys/solo.json", "--yes")
    place.run("keys", "ceremony", "assemble", "solo-rite", "--home", "home")
    small = place.folder / "small"
    small.mkdir()
    for tenant, island in (("globex", "meet"), ("globex", "late"), ("solo", "fair")):
        (small / f"{island}.toml").write_text(SMALL.format(tenant=tenant, island=island))
    place.run("island", "publish", "--home", "home", "--no-report", "small/meet.toml", "small/late.toml")
    role = next((place.home / "repository" / "metadata").glob("*.solo.json"))
    place.run(
        "tenant", "publish", "small/fair.toml", "--key", "solo-keys/solo.json", "--role", str(role), "--out", "sub"
    )
    place.run("tenant", "take", "sub", "--home", "home")


def publish_drop(place: Place, title: str, answer: str, *more: str) -> None:
    """The next revision of `acme/drop`."""
    (place.folder / "drop.toml").write_text(DROP.format(title=title, answer=answer))
    place.run("island", "publish", "--home", "home", "--no-report", "drop.toml", *more)


def hold_ceremonies(place: Place) -> None:
    """Drafts and signature files of a change of root that is still waiting, and of a home that has not begun."""
    for holder in ("ada", "bo"):
        place.run("keys", "holder", holder, "--plain", "--keys", "holders")
    names = ["--root", "ada.public", "--root", "bo.public", "--targets", "ada.public"]
    place.run("keys", "ceremony", "prepare", "--home", "home", *names, "--out", "rite")
    place.run("keys", "ceremony", "found", "--home", "begun", *names, "--out", "begun-rite")
    for folder, root in (("rite", "2.root.json"), ("begun-rite", "1.root.json")):
        for holder in ("ada", "bo"):
            place.run("keys", "ceremony", "sign", f"{folder}/{root}", "--key", f"holders/{holder}.json", "--yes")


def count_contacts_that_end(place: Place) -> None:
    """Contacts whose window ends, one of each state, and ones that are forgotten."""
    with place.pop("pop-ams", "window_s = 2", islands=4) as pop:
        pop.ask("when does it ship", "content")
        pop.ask("when does it ship", "again")
        pop.ask("does it run small", "again")
        pop.until_taken(pop.ask("i want a refund", "people"))
        pop.ask("date of it?", "open")
        time.sleep(4)
    with place.pop("pop-ams", "contacts_max = 1", islands=4) as pop:
        for session in ("first", "second"):
            pop.ask("when does it ship", session)
            time.sleep(2)


def talk(pop: Pop) -> None:
    """What leaves every kind of row: contacts that are open, tickets in every state, feedback, counts."""
    answer = pop.ask("when does it ship", "resolved", channel="app", locale="en")
    pop.ask("shipping time?", "again")
    pop.ask("which size fits me", "again")
    pop.ask("date of it?", "open")
    for text in ("date of it?", "date of it?", "when does it ship"):
        missed = pop.ask(text, "missing", channel="app")
    for text in ("when does it ship", "when does it ship"):
        looped = pop.ask(text, "looping", channel="app")
    pop.ask("nothing in particular", author="bot")
    pop.ask("size chart please", "loud", channel="stream:1")
    pop.ask("size chart please", "louder", channel="stream:1")
    pop.ask("what size should i take")
    reviewed = [pop.ask("i want a refund", f"refund-{number}") for number in range(4)]
    harmed = pop.ask("the dye gave me a rash", "rash", consent="yes-1")
    stolen = pop.ask("they used a stolen card", "theft")
    begun = pop.post("/v1/tree/acme/drop/my-order", {})
    ended = pop.post("/v1/tree/acme/drop/my-order", {"token": begun["token"], "choice": 0, "session": "tree"})
    alone = pop.ask("do gulls dream", "fair", island="solo/fair")
    gone = pop.ask("when do doors open", "late", island="globex/late")
    pop.until_taken(missed, looped, *reviewed, harmed, stolen, ended, alone, gone)
    pop.reported("1", "acknowledged", ticket=reviewed[0]["ticket"])
    pop.reported("2", "answered", ticket=reviewed[1]["ticket"], reply="Refunds take five working days.")
    pop.reported("3", "answered", ticket=reviewed[2]["ticket"], reply="Dear viewer, refunds take five working days.")
    pop.reported("4", "resolved", ticket=reviewed[3]["ticket"], reply="No.", suggestion="ignored")
    pop.reported("5", "answered", ticket=alone["ticket"], reply="They do.", origin="solo")
    for said in ({"helpful": True, "resolved": True, "converted": True}, {"helpful": False}):
        pop.post("/v1/feedback", {"receipt": answer["receipt"], **said})
    sized = pop.ask("what size should i take", "sized")
    pop.post(
        "/v1/feedback", {"receipt": sized["receipt"], "helpful": False, "resolved": False, "contacted_again": True}
    )


def leave_tickets(pop: Pop) -> None:
    """One ticket set aside, and ones that wait: with a long transcript, from a surge, and for another origin."""
    desk = pop.place.desk
    desk.status = 422
    pop.until_taken(pop.ask("my skin burns from it", "refused"))
    desk.status = 503
    channel = {"channel": "stream:2"}
    pop.ask("does it run small", "else", **channel)
    pop.ask("when does it arrive", "long", **channel)
    pop.ask("does it run small", "long", **channel)
    pop.ask("date of it?", "long", **channel)
    # One failure opens the breaker for as long as the desk asked: only this ticket is tried.
    pop.until_taken(pop.ask("date of it?", "long", **channel))
    pop.ask("when does it ship", "long", **channel)
    pop.ask("date of it?", "long", **channel)
    for text in ("when does it ship", "when does it ship", "can i get my money back"):
        pop.ask(text, "twice", channel="app")
    pop.load(900)
    texts = ("which colours are there", "who won the match", "is there music tonight", "do you post to norway")
    promised = [pop.ask(text, f"promised-{number}") for number, text in enumerate(texts)]
    if not any(one["reason"] == "surge" for one in promised):
        raise SystemExit("expected a surge")
    pop.ask("do gulls dream of pelargonium", "fair-2", island="solo/fair")
    time.sleep(2)


def lose_sight_of_a_tenant(place: Place) -> None:
    """A renewed role that the PoPs do not get: they note until when they knew that the one before was the newest."""
    metadata = place.home / "repository" / "metadata"
    before = set(metadata.iterdir())
    place.run("keys", "renew", "globex", "--home", "home")
    (role,) = [path for path in metadata.iterdir() if path not in before and path.name.endswith(".globex.json")]
    aside = place.folder / role.name
    shutil.move(role, aside)
    handler = functools.partial(QuietFiles, directory=place.home / "repository")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", place.publisher), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with place.process("serve", "--config", "pop-ams.toml"):
        time.sleep(10)
    server.shutdown()
    shutil.move(aside, role)


def make(place: Place) -> None:
    """Everything, in the order in which it could happen."""
    found_home(place)
    publish_drop(place, "Acme drop", "Orders ship within two weeks.")
    with place.publishing():
        for name in ("pop-ams", "pop-fra"):
            with place.pop(name, islands=4):
                pass
            place.run("publisher", "pops", "add", name, "--key-file", f"{name}/status.pub", "--home", "home")
        count_contacts_that_end(place)
        place.run("island", "withdraw", "globex/late", "--why", "the hall burned down", "--home", "home")
        publish_drop(place, "Acme drop", "Orders ship within **one** week.")
        publish_drop(place, "Acme's summer drop", "Orders ship tomorrow.", "--stage", "25%,pop-fra")
        with place.pop("pop-fra", islands=3), place.pop("pop-ams", islands=3) as pop:
            talk(pop)
            leave_tickets(pop)
    lose_sight_of_a_tenant(place)
    hold_ceremonies(place)


def close_database(file: Path) -> None:
    """One file without a log."""
    connection = sqlite3.connect(file, isolation_level=None)
    for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE", "VACUUM"):
        connection.execute(statement)
    connection.close()


def pack(place: Place, out: Path) -> None:
    """What is public and outlives a process: no private key, no token, no configuration, no lock."""
    secret = shutil.ignore_patterns("*.key", "*.lock", "lock", "pop.toml", "*.run", "*-wal", "*-shm")
    for database in (place.home / "fleet.db", *place.folder.glob("pop-*/*/*.db")):
        close_database(database)
    shutil.rmtree(out, ignore_errors=True)
    for name in ("home", "pop-ams", "rite", "begun-rite", "sub"):
        shutil.copytree(place.folder / name, out / name, ignore=secret)
    shutil.rmtree(out / "home" / "keys")
    for name in ("ada.public", "bo.public", "solo.public"):
        shutil.copy(place.folder / name, out / name)
    closed = {name: old_python(program) for name, program in OLD.items()}
    (out / "closed.json").write_text(json.dumps({**closed, "key_file": key_files(place)}, indent=1) + "\n")
    (out / "names.json").write_text(json.dumps(names_in(out), indent=1) + "\n")
    (out / "made.json").write_text(json.dumps({"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}) + "\n")


def key_files(place: Place) -> dict[str, list[str]]:
    """The names in a private key's file: plain, encrypted, and of the box inside. Nothing of what they hold."""
    key, passphrase = place.home / "keys" / "timestamp.json", place.folder / "passphrase"
    plain = json.loads(key.read_bytes())
    passphrase.write_text(f"{secrets.token_hex(16)}\n")
    passphrase.chmod(0o600)
    place.run("keys", "seal", "--home", "home", "--passphrase-file", str(passphrase))
    encrypted = json.loads(key.read_bytes())
    return {"plain": sorted(plain), "encrypted": sorted(encrypted), "box": sorted(encrypted["sealed"])}


def old_python(program: str) -> Any:
    """What a program that the old commit runs leaves in `found`."""
    words = [sys.executable, "-c", f"import json\nfrom edge.errors import Reason\n{program}\nprint(json.dumps(found))"]
    return json.loads(subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout)


def main() -> None:
    """Make all of it, below the folder that the command names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out.absolute()
    os.environ["PYTHONPATH"] = str(Path.cwd())
    with tempfile.TemporaryDirectory() as name:
        place = Place(Path(name))
        make(place)
        pack(place, out)


if __name__ == "__main__":
    main()
