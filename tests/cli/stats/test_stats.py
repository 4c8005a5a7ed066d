"""`skerry stats`: the counts of PoPs in; figures, notes, JSON and a picture out."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from click.testing import Result

from edge.errors import Reason
from edge.records import PopTally, Prices, Problem, TallyCell, TallyHour, ThresholdWhy
from edge.records.tally import TallyThreshold
from tests.local_server import LocalServer, QuietHandler

SINCE = datetime(2026, 9, 1, 20, tzinfo=UTC)
EUROS = Prices(currency="EUR", answer=0.5, ticket=4.0)

Skerry = Callable[..., Result]


class FakePop(LocalServer):
    """Says what it is told to, and remembers what it was asked; `body` is bytes, or a record."""

    def __init__(self) -> None:
        self.body: Any = b""
        self.status = 200
        self.asked: list[dict[str, list[str]]] = []
        self.tokens: list[str | None] = []
        fake = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:  # noqa: N802 http.server names it
                fake.asked.append(parse_qs(urlsplit(self.path).query))
                fake.tokens.append(self.headers["Authorization"])
                self.send_response(fake.status)
                self.end_headers()
                self.wfile.write(fake.body if isinstance(fake.body, bytes) else msgspec.json.encode(fake.body))

        super().__init__(Handler)


@pytest.fixture
def pops() -> Iterator[list[FakePop]]:
    """Two."""
    found = [FakePop(), FakePop()]
    yield found
    for one in found:
        one.close()


def tally(pop: str, counts: dict[str, int], **fields: Any) -> PopTally:
    """The counts of one snippet of one island in one hour."""
    defaults: dict[str, Any] = {
        "since": SINCE,
        "until": SINCE + timedelta(minutes=30),
        "contact_window_s": 14_400.0,
        "prices": EUROS,
        "cells": (TallyCell(island="acme/drop", snippet="refund", counts=counts),),
        "hours": (TallyHour(hour=SINCE, counts=counts),),
    }
    return PopTally(pop=pop, **(defaults | fields))


BUSY = {
    "answered": 90, "answered.exact": 90, "escalated": 10, "escalated.low_confidence": 10, "contact.resolved": 80,
    "contact.again": 10, "contact.answers": 100, "ticket.acknowledged": 10, "ticket.acknowledged_s": 200,
    "ticket.acknowledged.within.20": 10, "ticket.dealt_with": 10, "ticket.resolved": 10,
}  # fmt: skip
QUIET = {
    "answered": 1, "clarified": 1, "clarified.ambiguous": 1, "contact.resolved": 1, "contact.answers": 1,
    "without_session": 1,
}  # fmt: skip


def test_pops_add_up_before_any_share_is_taken(skerry: Skerry, pops: list[FakePop]) -> None:
    """91 of 102, not the mean of 90 % and 50 %; each PoP's contacts cost what they cost there."""
    pops[0].body = tally("fra", BUSY)
    pops[1].body = tally("ams", QUIET, prices=Prices(currency="EUR", answer=10.5, ticket=9.0))
    found = json.loads(skerry("stats", "--url", pops[0].url, "--url", pops[1].url, "--json").stdout)
    total = found["total"]

    assert (["fra", "ams"], "EUR") == (found["pops"], found["currency"])
    assert {"part": 91, "of": 102, "value": 91 / 102} == total["automation"]
    assert {"part": 81, "of": 91, "value": 81 / 91} == total["first_contact_resolution"]
    assert (100 * 0.5 + 10 * 4.0 + 10.5, 91) == (total["cost"], total["resolved_contacts"])
    assert total == found["islands"][0]["figures"] == found["islands"][0]["snippets"][0]["figures"]
    assert [102] == [hour["figures"]["questions"] for hour in found["hours"]]
    assert [
        "a session that asks two PoPs is a contact of each",
        "1 of 102 questions named no session and are in no contact",
    ] == (found["notes"])


def test_table(skerry: Skerry, pops: list[FakePop]) -> None:
    """Every figure with its parts and its definition, a dash where there is nothing to tell from."""
    pops[0].body = tally("fra", BUSY)
    lines = skerry("stats", "--url", pops[0].url).stdout.splitlines()
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in lines if "\t" in line}

    assert ["2026-09-01 20:00 to 2026-09-01 20:30 UTC, fra", "a contact lasts 4 h"] == lines[:2]
    assert ["90.0%", "90 of 100", "answered by the machine, of questions"] == rows["automation rate"]
    assert ["20 s, 20 s", "10, mean 20 s"] == rows["time to acknowledge"][:2]
    assert ["-", "0 of 0"] == rows["helpful"][:2] == rows["suggestion used"][:2] == rows["converted"][:2]
    assert ["-", "0"] == rows["time to reply"][:2]
    assert ["1.00 EUR", "90"] == rows["cost per resolved contact"][:2]
    assert ["10.0%", "10 of 100"] == rows["low_confidence"]
    assert "acme/drop\trefund\t100\t90.0%\t88.9%\t-\t10\t20 s\t-\t-\t1.00 EUR" in lines


def test_nothing_was_asked(skerry: Skerry, pops: list[FakePop], tmp_path: Path) -> None:
    """Dashes, and a picture that says so."""
    pops[0].body = tally("fra", {}, cells=(), hours=())
    result = skerry("stats", "--url", pops[0].url, "--plot", tmp_path / "report.png")

    assert 0 == result.exit_code, result.output
    assert "automation rate\t-\t0 of 0\t" in result.stdout
    assert (tmp_path / "report.png").read_bytes().startswith(b"\x89PNG")


def test_picture(skerry: Skerry, pops: list[FakePop], tmp_path: Path) -> None:
    """A PNG; one that cannot be written says what to do."""
    pops[0].body = tally("fra", BUSY | {"suggestion.used": 1})
    drawn = skerry("stats", "--url", pops[0].url, "--plot", tmp_path / "report.png")
    refused = skerry("stats", "--url", pops[0].url, "--plot", tmp_path / "no" / "report.png")

    assert 0 == drawn.exit_code, drawn.output
    assert (tmp_path / "report.png").read_bytes().startswith(b"\x89PNG")
    assert f"error: cannot write {tmp_path}/no/report.png: No such file or directory, give another --plot\n" == (
        refused.stderr
    )


NOTES = {
    "no prices": ([{"prices": None}, {}], "no costs: [stats.prices] is not configured on fra"),
    "two currencies": (
        [{}, {"prices": Prices(currency="USD", answer=1, ticket=1)}],
        "no costs: prices are in EUR and USD",
    ),
    "two windows": (
        [{}, {"contact_window_s": 60.0}],
        "PoPs have different stats.contact_window_s, first-contact resolution mixes them",
    ),
    "something lost": ([{}, {"lost": 7}], "ams could not count 7 events since it started; its log says why"),
    "contacts forgotten": (
        [{"cells": (TallyCell(island="a/b", snippet="", counts={"contact.forgotten": 3}),)}, {}],
        "3 contacts were forgotten before they were over; raise stats.max_contacts",
    ),
}


@pytest.mark.parametrize(("fields", "note"), NOTES.values(), ids=NOTES.keys())
def test_what_could_mislead_is_said(
    skerry: Skerry, pops: list[FakePop], fields: list[dict[str, Any]], note: str
) -> None:
    """And where costs cannot be added, there are none."""
    for pop, name, given in zip(pops, ("fra", "ams"), fields, strict=True):
        pop.body = tally(name, BUSY, **given)
    result = skerry("stats", "--url", pops[0].url, "--url", pops[1].url)

    assert f"note: {note}\n" in result.stderr
    if note.startswith("no costs"):
        assert "cost per resolved contact\t-\t" in result.stdout


def test_what_a_pop_is_asked(skerry: Skerry, pops: list[FakePop], tmp_path: Path) -> None:
    """Since when in UTC, which island, with whose token."""
    pops[0].body = tally("fra", BUSY)
    (tmp_path / "token").write_text("t" * 24 + "\n")
    selection = ("--since", "2026-09-01T22:15:00+02:00", "--island", "acme/*", "--token-file", tmp_path / "token")
    assert 0 == skerry("stats", "--url", pops[0].url + "/", *selection).exit_code
    assert 0 == skerry("stats", "--url", pops[0].url, "--since", "90m").exit_code

    assert {"since": ["2026-09-01T20:15:00Z"], "island": ["acme/*"]} == pops[0].asked[0]
    assert {"since"} == pops[0].asked[1].keys()
    assert [f"Bearer {'t' * 24}", None] == pops[0].tokens


def test_one_pop_under_two_addresses(skerry: Skerry, pops: list[FakePop]) -> None:
    """It would count twice."""
    for pop in pops:
        pop.body = tally("fra", BUSY)
    result = skerry("stats", "--url", pops[0].url, "--url", pops[1].url)

    assert f"error: PoP 'fra' answers at {pops[1].url} too and would count twice; name each PoP once\n" == result.stderr


BAD_POPS = {
    "a problem": (
        Problem(
            type="/problems#unauthorised",
            title="x",
            status=401,
            detail="no token of this tenant's desk was given",
            reason=Reason.UNAUTHORISED,
        ),
        401,
        "{url}: no token of this tenant's desk was given (unauthorised)",
    ),
    "an error of somebody else's": (
        b"<html>",
        502,
        "{url} answered with status 502 without a problem document, expected a PoP",
    ),
    "something else": (b"<html>", 200, "{url}/v1/stats holds no counts, expected a PoP there"),
}


@pytest.mark.parametrize(("body", "status", "text"), BAD_POPS.values(), ids=BAD_POPS.keys())
def test_pop_that_gives_no_counts(skerry: Skerry, pops: list[FakePop], body: Any, status: int, text: str) -> None:
    """No report without it: the sum would be another figure."""
    pops[0].body = tally("fra", BUSY)
    pops[1].body, pops[1].status = body, status
    result = skerry("stats", "--url", pops[0].url, "--url", pops[1].url)

    assert (1, "") == (result.exit_code, result.stdout)
    assert f"error: {text.format(url=pops[1].url)}\n" == result.stderr


def test_wrong_calls(skerry: Skerry, tmp_path: Path) -> None:
    """Each says what was expected."""
    nowhere = skerry("stats", "--url", "http://127.0.0.1:9")
    no_url = skerry("stats", "--url", "fra-1")
    no_time = skerry("stats", "--since", "yesterday")
    no_token = skerry("stats", "--token-file", tmp_path / "none")

    assert nowhere.stderr.startswith("error: no PoP answers at http://127.0.0.1:9: ")
    assert "error: found 'fra-1', expected a URL; run: skerry stats --url http://127.0.0.1:8080\n" == no_url.stderr
    assert (2, True) == (
        no_time.exit_code,
        "found 'yesterday', expected 90m, 24h, 7d or 2026-11-21T20:00:00Z" in no_time.stderr,
    )
    assert no_token.stderr.startswith(f"error: cannot read {tmp_path}/none: No such file or directory; write a token ")


def test_thresholds_in_force_are_shown_with_share_and_reason(skerry: Skerry, pops: list[FakePop]) -> None:
    """Of each PoP, for each follows its own traffic; a PoP of an earlier release sends none."""
    in_force = {
        "widget": TallyThreshold(threshold=0.72, threshold_why=ThresholdWhy.TRAFFIC, answerable_share=0.61),
        "stream": TallyThreshold(threshold=0.9, threshold_why=ThresholdWhy.EACH, answerable_share=None),
    }
    pops[0].body = tally("fra", BUSY, thresholds={"acme/drop": in_force})
    pops[1].body = tally("ams", QUIET)
    urls = ("--url", pops[0].url, "--url", pops[1].url)
    printed = [" ".join(line.split()) for line in skerry("stats", *urls).stdout.splitlines()]
    found = json.loads(skerry("stats", *urls, "--json").stdout)["thresholds"]

    assert "acme/drop stream fra 0.900 - each answer must reach the target precision" in printed
    assert "acme/drop widget fra 0.720 61% for what is asked, the lowest that keeps the promise" in printed
    assert ["stream", "widget"] == [one["channel"] for one in found]
    assert {"pop": "fra", "threshold": 0.72, "threshold_why": "traffic", "answerable_share": 0.61}.items() <= (
        found[1].items()
    )


def test_filters_are_shown_next_to_what_came_of_it(skerry: Skerry, pops: list[FakePop]) -> None:
    """By snippet and rule: what was done; then how the conversations went on, in all and in those touched."""
    counts = BUSY | {
        "filtered.mail.mask": 7, "filtered.flood.ignore": 3, "feedback.helpful": 1, "feedback.not_helpful": 3,
        "touched.mail.feedback.helpful": 1, "touched.mail.contact.again": 1, "touched.mail.contact.resolved": 1,
        "touched.mail.feedback.converted": 1,
    }  # fmt: skip
    for pop, name in zip(pops, ("ams", "fra"), strict=True):
        pop.body = tally(name, counts)
    result = skerry("stats", *(option for pop in pops for option in ("--url", pop.url)))
    lines = [line.split("\t") for line in result.stdout.splitlines() if line.startswith("acme/drop\trefund\t")]

    assert ["(all)", "14", "0", "6", "25.0%"] in [line[2:7] for line in lines]
    assert ["mail", "14", "0", "0", "100.0%", "-", "50.0%", "-", "14.3%"] in [line[2:] for line in lines]
    assert ["flood", "0", "0", "6", "-", "-", "-", "-", "-"] in [line[2:] for line in lines]
