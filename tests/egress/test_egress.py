"""What leaves a PoP, a publisher and a desk: only declared requests, with declared bytes, to declared machines.

Each runs in a network namespace of its own, and every packet between them is recorded. A PoP sends tickets over TLS, or
to its own machine: here a tunnel takes them on in plain HTTP.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.egress.declared import ARCHIVING, DECLARED, WITH_WORDS, Declared, requests_in
from tests.egress.network import Network, skerry
from tests.egress.record import Connection, Record, read_record
from tests.pen import DROP

pytestmark = [
    pytest.mark.journey,
    pytest.mark.requires("ip"),
    pytest.mark.requires("tcpdump"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make network namespaces"),
]

FOR_PEOPLE, ELSEWHERE = "wollemi-quokka", "zanzibar_axolotl"
"""Words of a question that people get, and of one that is answered here."""
PUBLISHER, DESK, POP = 8090, 8070, 8080

CONFIG = """
[pop]
name = "pop-1"
state_dir = "pop-state"
[http]
host = "{pop}"
port = 8080
[publisher]
url = "http://{publisher}:8090"
trusted_root = "root.json"
poll_s = 2
[ledger]
archive = "desk"
close_after_s = 1
[origin]
kind = "desk"
url = "http://127.0.0.1:8070"
token_file = "pop-1.token"
"""


STRAY = """
import contextlib, json, socket
for call in (
    lambda: socket.getaddrinfo("telemetry.example", 443),
    lambda: socket.create_connection(("192.0.2.7", 443), timeout=0.2),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"beacon", ("192.0.2.8", 9)),
):
    with contextlib.suppress(OSError):
        call()
status = json.dumps({{"viewer_address": "198.51.100.7"}})
for line, rest in (
    ("GET /v1/pops/pop-1/events", "X-Machine: a17\\r\\n\\r\\n"),
    ("GET /v1/pops/pop-1/events?shop=7", "\\r\\n"),
    ("GET /v1/queue", "\\r\\n"),
    ("GET /beacon", "\\r\\n"),
    ("POST /v1/pops/pop-1/status", f"Content-Length: {{len(status)}}\\r\\n\\r\\n{{status}}"),
    ("GET /v1/pops/pop-1/events", "Accept: app"),
    ("\\x16\\x03\\x01", ""),
):
    with socket.create_connection(("{desk}", 8070)) as connection:
        connection.sendall(f"{{line}} HTTP/1.1\\r\\nHost: 10.77.0.5:8070\\r\\n{{rest}}".encode())
"""
"""What a process does that must not: one line for each."""


UNTIL_ARCHIVED = """
import json, time, urllib.request
for _ in range(600):
    with urllib.request.urlopen("{pop}/v1/ledger") as response:
        if {{log["state"] for log in json.load(response)["logs"]}} == {{"archived"}}:
            break
    time.sleep(0.1)
else:
    raise SystemExit("the log of the event did not reach the archive")
"""


class Day:
    """What happened while everything ran."""

    def __init__(self, network: Network, record: Record, folder: Path) -> None:
        self.network, self.record, self.folder = network, record, folder

    def between(self, connection: Connection) -> tuple[str, str]:
        """Who asked whom. An address that no machine has stays as it is."""
        client, server = (self.network.name_of(one) or one for one in (connection.client, connection.server))
        return client, server


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """Publisher, desk and PoP run; a viewer asks, and a person replies. Then the event ends."""
    folder = tmp_path_factory.mktemp("egress")
    home = folder / "home"
    network = Network(("viewer", "pop", "publisher", "desk"), folder)
    at = network.addresses
    with network.up():
        network.run("publisher", *skerry("keys", "init", "--tenant", DROP.tenant, "--home", str(home)))
        network.run("publisher", *skerry("island", "publish", "--home", str(home), f"islands/{DROP}.toml"))
        (home / "pop.toml").write_text(CONFIG.format(**at))
        with (
            network.recorded(),
            network.running(
                "publisher",
                *skerry("publisher", "serve", "--home", str(home), "--host", at["publisher"], "--insecure"),
                log=folder / "publisher.log",
            ),
            network.running(
                "desk",
                *skerry("desk", "serve", "--home", str(home), "--host", at["desk"], "--insecure"),
                *("--publisher", f"http://{at['publisher']}:{PUBLISHER}"),
                log=folder / "desk.log",
            ),
            network.running(
                "pop",
                sys.executable,
                "-m",
                "tests.egress.tunnel",
                str(DESK),
                at["desk"],
                str(DESK),
                log=folder / "tunnel.log",
            ),  # fmt: skip
            network.running("pop", *skerry("pop", "serve", "--config", str(home / "pop.toml")), log=folder / "pop.log"),
        ):
            token = (home / "agent-1.token").read_text().strip()
            servers = (f"http://{at['pop']}:{POP}", f"http://{at['desk']}:{DESK}")
            done = network.run(
                "viewer", sys.executable, "-m", "tests.egress.viewer", *servers, token, FOR_PEOPLE, ELSEWHERE
            )
            assert {"answered": "answer", "taken": "escalate"} == json.loads(done)
            withdraw = ("island", "withdraw", str(DROP), "--why", "it is over", "--home", str(home))
            network.run("publisher", *skerry(*withdraw))
            network.run("viewer", sys.executable, "-c", UNTIL_ARCHIVED.format(pop=servers[0]))
    return Day(network, read_record(network.record), folder)


def test_nothing_but_connections_between_machines(day: Day) -> None:
    """No question to a name server, no packet to a foreign address, none of another protocol."""
    assert not day.record.others, "\n".join(day.record.others)
    strangers = [day.between(one) for one in day.record.connections if not day.network.name_of(one.server)]
    assert [] == strangers


def test_every_request_is_declared(day: Day) -> None:
    """Kind, query, headers and body, to the last field; and every declared kind was seen."""
    declared, problems, seen = Declared(), list[str](), Counter[tuple[str, str, str]]()
    for connection in day.record.connections:
        source, to = day.between(connection)
        if source == "viewer":
            continue
        for request in requests_in(connection.sent.content):
            kind, found = declared.problems(source, to, request)
            seen[source, to, kind] += 1
            problems += found
    assert not problems, "\n".join(sorted(set(problems)))
    expected = {(*pair, kind) for pair, kinds in DECLARED.items() for kind in kinds}
    assert expected - {("pop", "publisher", kind) for kind in ARCHIVING} == seen.keys()


def test_words_leave_in_tickets_only(day: Day) -> None:
    """And in what is shown of those that are open: in no other request, and in no response between the processes."""
    told = Counter[str]()
    for connection in day.record.connections:
        source, to = day.between(connection)
        if source == "viewer":
            continue
        assert FOR_PEOPLE.encode() not in connection.got.content, (source, to)
        assert ELSEWHERE.encode() not in connection.got.content + connection.sent.content, (source, to)
        for request in requests_in(connection.sent.content):
            if FOR_PEOPLE in repr(request):
                told[Declared().problems(source, to, request)[0]] += 1
    assert {"postTicket"} <= told.keys() <= WITH_WORDS


def test_what_nobody_declared_is_found(tmp_path: Path) -> None:
    """A name that is looked up, a foreign address, another protocol, a header, a field, a request, half of one."""
    network = Network(("pop", "desk"), tmp_path)
    desk = network.addresses["desk"]
    with (
        network.up(),
        network.recorded(),
        network.running(
            "desk",
            sys.executable,
            "-m",
            "tests.egress.tunnel",
            str(DESK),
            "127.0.0.1",
            "9",
            desk,
            log=tmp_path / "desk.log",
        ),  # fmt: skip
    ):
        network.run("pop", sys.executable, "-c", STRAY.format(desk=desk))
    record, declared = read_record(network.record), Declared()
    sent = [one.sent.content for one in record.connections if one.server == desk]
    said = "\n".join(record.others)

    assert "example" in said
    assert f"UDP from {network.addresses['pop']} to 192.0.2.8" in said
    assert "192.0.2.7" in {one.server for one in record.connections}
    assert [
        ["header x-machine: 'a17' of /v1/pops/pop-1/events"],
        ["query shop of /v1/pops/pop-1/events"],
        ["pop sends getQueue to desk, which is not declared"],
        ["pop sends GET /beacon to desk, which no operation describes"],
    ] == [declared.problems("pop", "desk", request)[1] for one in sent[:4] for request in requests_in(one)]
    (body,) = requests_in(sent[4])
    assert any("viewer_address" in one for one in declared.problems("pop", "desk", body)[1])
    for rest in sent[5:]:
        with pytest.raises(ValueError, match=r"not whole|no HTTP"):
            requests_in(rest)
    assert 7 == len(sent)
