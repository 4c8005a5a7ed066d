"""`skerry status`, `skerry publisher pops` and `skerry island … --wait`, on a home with statuses of PoPs."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest
from click.testing import Result

from edge.cli.publisher.fleet_status import echo_fleet, wait_for_fleet
from edge.publish.fleet import FleetMembers, fleet_of, fleet_status
from edge.publish.fleet.registry import Posted
from edge.records import FleetStatus, IslandState, LastStatus, PopIsland, PopStatus, Wanted
from edge.trust import PopSigner

Skerry = Callable[..., Result]

AMS = PopSigner(b"a" * 32)


@pytest.fixture
def published(skerry: Skerry, island_file: Path) -> Result:
    """The island, published once, and the PoP `ams` in the fleet."""
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("publisher", "pops", "add", "ams", "--key", AMS.public.hex())
    assert (0, "added ams; its next status is accepted, within 30 s by default\n") == (result.exit_code, result.output)
    return skerry("island", "publish", island_file)


def say(home: Path, *, ago_s: float = 0.0, sequence: int = 1, **fields: Any) -> None:
    """Store a status of `ams`."""
    now = datetime.now(UTC)
    defaults: dict[str, Any] = {"revision": 1, "highest_revision": 1, "state": IslandState.FRESH, "since": now}
    island = PopIsland(island="acme/drop", **(defaults | fields))
    status = PopStatus(
        pop="ams", run=1, sequence=sequence, time=now, interval_s=1.0, version="0.1.0", islands=(island,)
    )
    document = msgspec.json.encode(status)
    posted = Posted(pop="ams", key=AMS.public.hex(), signature=AMS.sign(document).hex(), document=document)
    with fleet_of(home) as desk:
        desk.accept(posted, now=now - timedelta(seconds=ago_s))


@pytest.mark.usefixtures("published")
def test_all_pops_have_it(skerry: Skerry, home: Path) -> None:
    """Exit status 0, with the islands, the number of PoPs and each PoP."""
    say(home)
    result = skerry("status")
    lines = result.output.splitlines()

    assert 0 == result.exit_code
    assert ["island\tpublished\thave it", "acme/drop\trevision 1\t1 of 1"] == lines[:2]
    assert ["pop\theard\tversion\tmodel\tnote"] == lines[3:4]
    assert lines[4].startswith("ams\t")
    assert lines[4].endswith("Z\t0.1.0\t-\t-")
    assert lines[7].startswith("ams\t1\tfresh\t")


@pytest.mark.usefixtures("published")
def test_rollout_shows_both_revisions(skerry: Skerry, home: Path, island_file: Path) -> None:
    """A PoP that serves it to some sessions counts: exit status 0, and both revisions with the percentage."""
    skerry("island", "publish", island_file, "--rollout", "25%")
    say(home, revision=2, highest_revision=2, rollout_percent=25, previous_revision=1)
    result = skerry("status")

    assert 0 == result.exit_code, result.output
    assert "acme/drop\trevision 2\t1 of 1, rollout on 1\n" in result.output
    assert "\nams\t2 for 25 %, 1 for the others\tfresh\t" in result.output


@pytest.mark.usefixtures("published")
def test_pop_that_lags(skerry: Skerry, home: Path) -> None:
    """Exit status 3, with the PoP, since when it lags, and why."""
    say(home, state=IslandState.REJECTED, revision=None, last_error="golden question 4 differs")
    result = skerry("status", "--island", "acme/drop")
    lag = next(line for line in result.output.splitlines() if "\trejected\t" in line).split("\t")

    assert 3 == result.exit_code
    assert ["ams", "acme/drop", "rejected"] == lag[:3]
    assert "rejected it: golden question 4 differs" == lag[4]


@pytest.mark.usefixtures("published")
def test_silent_pop_is_named(skerry: Skerry, home: Path) -> None:
    """A silent PoP is named with the time of its silence."""
    say(home, ago_s=100.0)
    result = skerry("status")

    assert 3 == result.exit_code
    assert "\tsilent for 100 s, last on revision 1\n" in result.output


@pytest.mark.usefixtures("published")
def test_status_for_machines(skerry: Skerry, home: Path) -> None:
    """--json prints the same status, field by field."""
    say(home)
    result = skerry("status", "--json", "--island", "acme/drop", "--revision", "2")
    report = json.loads(result.output)

    assert (3, False) == (result.exit_code, report["everyone"])
    assert [{"island": "acme/drop", "revision": 2, "is_withdrawn": False}] == [i["wanted"] for i in report["islands"]]
    assert "behind" == report["islands"][0]["lagging"][0]["reason"]


@pytest.mark.usefixtures("published")
def test_wait_that_ends_in_vain(skerry: Skerry) -> None:
    """Exit status 3 when the time is over."""
    result = skerry("status", "--wait", "--timeout", "10ms")

    assert 3 == result.exit_code
    assert "ams\tacme/drop\tnever_heard\t-\tnever heard from" in result.output


@pytest.mark.usefixtures("published")
def test_publish_that_a_pop_does_not_take(skerry: Skerry, home: Path, island_file: Path) -> None:
    """The revision is in force, and stderr names the PoPs that do not have it."""
    say(home)
    result = skerry("island", "publish", island_file, "--wait", "--timeout", "10ms")

    assert 3 == result.exit_code
    assert result.stdout.startswith("published acme/drop revision 2\n")
    assert "ams: acme/drop revision 2: on revision 1\nafter 0.01 s, 1 of 1 PoPs do not have it\n" == result.stderr


@pytest.mark.usefixtures("published")
def test_withdrawal_that_a_pop_does_not_take(skerry: Skerry, home: Path) -> None:
    """Exit status 3, because a PoP still serves the withdrawn island."""
    say(home)
    result = skerry("island", "withdraw", "acme/drop", "--why", "wrong price", "--wait", "--timeout", "10ms")

    assert 3 == result.exit_code
    assert result.stderr.startswith("ams: acme/drop withdrawn: still has revision 1\n")


@pytest.mark.usefixtures("published")
def test_wait_without_a_fleet(skerry: Skerry, home: Path, island_file: Path) -> None:
    """The error comes before anything is published."""
    assert "removed ams\n" == skerry("publisher", "pops", "remove", "ams").output
    expected = f"error: the fleet has no PoP to wait for; run: skerry publisher pops add NAME --key KEY --home {home}\n"
    for command in (("publish", island_file), ("withdraw", "acme/drop", "--why", "wrong price")):
        result = skerry("island", *command, "--wait")
        assert (1, expected) == (result.exit_code, result.stderr)

    assert '"revision": 1,' in skerry("island", "status", "--json").output
    status = skerry("status")
    expected = f"the fleet has no PoP; add one with: skerry publisher pops add NAME --key KEY --home {home}"
    assert (3, expected) == (status.exit_code, status.output.splitlines()[0])


WRONG = {
    "a revision of nothing": (("--revision", "1"), 2, "--revision needs --island"),
    "a duration that is none": (("--timeout", "soon"), 2, "found 'soon', expected a duration such as 30s, 500ms or 2m"),
    "an island that was never published": (("--island", "acme/x"), 1, "error: island 'acme/x' was never published"),
    "what is no island": (("--island", "x"), 1, "error: this is not an island's name"),
    "what is no address": (("--url", "ftp://x"), 1, "run: skerry status --url http://127.0.0.1:8090"),
    "a publisher that is not there": (("--url", "http://127.0.0.1:1"), 1, "no publisher answers at http://127.0.0.1:1"),
    "a token that is not there": (
        ("--url", "http://127.0.0.1:1", "--token-file", "/none"),
        1,
        "error: cannot read /none: No such file or directory; write a token there, made with: ",
    ),
}


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_asked(skerry: Skerry, case: str) -> None:
    """One line says what is wrong; the exit status is never 3."""
    options, status, text = WRONG[case]
    result = skerry("status", *options)

    assert status == result.exit_code
    assert text in result.stderr


@pytest.mark.usefixtures("published")
def test_members(skerry: Skerry, tmp_path: Path) -> None:
    """A key is given as text or as a copy of the PoP's file; the list shows it."""
    copy = tmp_path / "status.pub"
    copy.write_text("cd" * 32 + "\n")

    assert 0 == skerry("publisher", "pops", "add", "fra", "--key-file", copy).exit_code
    assert f"pop\tkey\nams\t{AMS.public.hex()}\nfra\t{'cd' * 32}\n" == skerry("publisher", "pops", "list").output
    assert 2 == skerry("publisher", "pops", "add", "fra").exit_code
    missing = skerry("publisher", "pops", "add", "fra", "--key-file", tmp_path / "none")
    assert f"error: cannot read {tmp_path}/none: No such file or directory; copy the PoP's status.pub there\n" == (
        missing.stderr
    )


class _Publisher(BaseHTTPRequestHandler):
    """Answers like a publisher on another machine."""

    asked: list[tuple[str, str | None]]
    answer: tuple[int, bytes]

    def do_GET(self) -> None:
        """Give the same answer to each request."""
        self.asked.append((self.path, self.headers["Authorization"]))
        self.send_response(self.answer[0])
        self.end_headers()
        self.wfile.write(self.answer[1])

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, type[_Publisher]]]:
    """A publisher on another machine, and the requests that it got."""
    handler = type("Handler", (_Publisher,), {"asked": [], "answer": (200, b"{}")})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()
        thread.join()


def test_publisher_elsewhere(skerry: Skerry, tmp_path: Path, elsewhere: tuple[str, type[_Publisher]]) -> None:
    """The request has island, revision and token; the status is shown like one from the home."""
    url, handler = elsewhere
    (tmp_path / "token").write_text("secret\n")
    report = FleetStatus(at=datetime.now(UTC), everyone=True, islands=(), pops=())
    handler.answer = (200, msgspec.json.encode(report))
    options = ("--url", url, "--token-file", tmp_path / "token", "--island", "acme/drop", "--revision", "7")
    result = skerry("status", *options, "--json")

    assert (0, True) == (result.exit_code, json.loads(result.output)["everyone"])
    assert [("/v1/fleet?island=acme%2Fdrop&revision=7", "Bearer secret")] == handler.asked


REFUSALS = {
    "in words": (404, b'{"title":"t","status":404,"detail":"never published","reason":"not_found"}', "never published"),
    "without a token": (
        401,
        b"expected the token of a PoP\n",
        "answered with status 401, expected a publisher, and it",
    ),
    "a page": (200, b"<html>", "is not the status of a fleet, expected a publisher at this address"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_publisher_elsewhere_that_refuses(skerry: Skerry, elsewhere: tuple[str, type[_Publisher]], case: str) -> None:
    """Exit status 1: an error is not a PoP that lags."""
    url, handler = elsewhere
    *answer, text = REFUSALS[case]
    handler.answer = (answer[0], answer[1])  # type: ignore[assignment]
    result = skerry("status", "--url", url)

    assert 1 == result.exit_code
    assert text in result.stderr


def test_wait_ends_with_its_time() -> None:
    """The status is read at once, and then until the time is over."""
    clock, looks = [0.0], list[float]()
    report = FleetStatus(at=datetime.now(UTC), everyone=False, islands=(), pops=())

    def look() -> FleetStatus:
        looks.append(clock[0])
        return msgspec.structs.replace(report, everyone=clock[0] >= 5)

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    assert not wait_for_fleet(look, timeout_s=3, poll_s=2, clock=lambda: clock[0], sleep=sleep).everyone
    assert [0, 2, 3] == looks
    assert wait_for_fleet(look, timeout_s=3, poll_s=2, clock=lambda: clock[0], sleep=sleep).everyone
    assert [0, 2, 3, 3, 5] == looks


def test_evicted_island_is_named_with_its_pop(capsys: pytest.CaptureFixture[str]) -> None:
    """It does not lag: somebody wants it so there."""
    now = datetime(2026, 9, 1, 12, tzinfo=UTC)
    island = PopIsland(island="acme/drop", state=IslandState.NEVER_LOADED, since=now, highest_revision=3, evicted=True)
    status = PopStatus(pop="fra-1", run=1, sequence=1, time=now, interval_s=30.0, islands=(island,))
    wanted = Wanted(island="acme/drop", revision=3)
    echo_fleet(fleet_status([wanted], {"fra-1": LastStatus(status=status, at=now)}, now=now), home=None)
    shown = capsys.readouterr().out

    assert "acme/drop\trevision 3\t0 of 1, evicted on fra-1\n" in shown
    assert "lagging" not in shown


def test_name_of_another_pop(skerry: Callable[..., Result], home: Path) -> None:
    """`pops add` gives it to another key only on purpose, and says when the PoP that has it was last heard."""
    skerry("keys", "init", "--tenant", "acme")
    skerry("publisher", "pops", "add", "ams", "--key", AMS.public.hex())
    say(home)
    added = ("publisher", "pops", "add", "ams", "--key", "cd" * 32)
    refused = skerry(*added)
    before = FleetMembers(home).key("ams")
    replaced = skerry(*added, "--replace-key")

    assert 1 == refused.exit_code
    assert refused.output.startswith("error: another PoP has the name 'ams' and was last heard at 20")
    assert refused.output.endswith("If the first is gone for good, add to this command: --replace-key\n")
    assert AMS.public == before
    assert 0 == replaced.exit_code
    assert bytes.fromhex("cd" * 32) == FleetMembers(home).key("ams")
