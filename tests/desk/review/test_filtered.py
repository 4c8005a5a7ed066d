"""`edge.desk.review`: what filters found in an event's tickets."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.desk.live import OpenDesk
from edge.desk.review import MAX_EXEMPLARS, review_filters
from edge.desk.store import IncomingTicket, read_only
from edge.records.filters import FilterAction, FilterRule
from tests.desk.desk import body

SCAM = {"rule": "scam", "then": "hold", "revision": 1}
MAIL = {"rule": "mail", "then": "pass", "revision": 1}


def put(desk: OpenDesk, number: int, text: str, *hits: object, **fields: object) -> None:
    """Store a ticket in which filters found this."""
    context = {"filters": hits} if hits else {}
    desk.intake.put(IncomingTicket.parse(body(number, text, context=context, **fields)))


def test_counts_and_exemplars(desk: OpenDesk, home: Path) -> None:
    """Tickets by rule, with different messages in which personal data is masked, also if the island let it pass."""
    put(desk, 1, "bit.ly/a or jo@example.com", SCAM, MAIL)
    put(desk, 2, "bit.ly/a or jo@example.com", SCAM)
    put(desk, 3, "when does it ship?")
    with read_only(home) as connection:
        mail, scam = review_filters(connection, tenant="northwind")

    assert (FilterRule.MAIL, FilterAction.PASS, 1) == (mail.rule, mail.then, mail.tickets)
    assert (FilterRule.SCAM, 2, 0, ["bit.ly/a or [mail]"]) == (scam.rule, scam.tickets, scam.replied, scam.exemplars)


def test_exemplars_are_few_and_tell_of_no_harm(desk: OpenDesk, home: Path) -> None:
    """A message of safety is counted and not shown, and a flood shows five."""
    put(desk, 100, "bit.ly/danger", SCAM, kind="safety", schema="skerry.safety/1")
    for number in range(1, 10):
        put(desk, number, f"bit.ly/{number}", SCAM)
    with read_only(home) as connection:
        (scam,) = review_filters(connection)

    assert (10, MAX_EXEMPLARS) == (scam.tickets, len(scam.exemplars))
    assert "bit.ly/danger" not in scam.exemplars


def test_verdicts_of_another_release(desk: OpenDesk, home: Path) -> None:
    """A rule that this release does not know is left out, and hides no other ticket."""
    put(desk, 1, "x", {"rule": "face", "then": "blur", "revision": 7})
    put(desk, 2, "bit.ly/a", SCAM)
    with read_only(home) as connection:
        found = review_filters(connection, island="northwind/drop")

    assert [1] == [one.tickets for one in found]


def test_command(desk: OpenDesk, home: Path) -> None:
    """One JSON line a rule; another tenant's desk shows nothing."""
    put(desk, 1, "bit.ly/a", SCAM)
    printed = [
        CliRunner().invoke(cli, ["desk", "review", "--home", str(home), *more]).stdout
        for more in ([], ["--island", "northwind/drop"], ["--tenant", "globex"])
    ]

    assert [1, 1, 0] == [len(lines.splitlines()) for lines in printed]
    assert 1 == msgspec.json.decode(printed[0])["tickets"]


SHARE = {"part": 1, "of": 2, "value": 0.5}
MAIL_SIGNALS = dict.fromkeys(
    ("first_contact_resolution", "came_again", "with_people", "helpful", "resolved", "contacted_again", "converted"),
    SHARE,
)
STATS = {
    "since": "2026-11-27T00:00:00Z",
    "islands": [
        {
            "island": "northwind/drop",
            "figures": {
                "filtered": {"scam": {"hold": 4}, "mail": {"mask": 9}, "face": {"blur": 1}},
                "touched": {"mail": MAIL_SIGNALS},
            },
        },
        {"island": "globex/drop", "figures": {"filtered": {"flood": {"ignore": 5}}}},
    ],
}


def test_counts_of_pops_are_added(desk: OpenDesk, home: Path, tmp_path: Path) -> None:
    """Messages and signals by rule, also of rules that made no ticket; of the islands that were asked for."""
    put(desk, 1, "bit.ly/a", SCAM)
    stats = tmp_path / "stats.json"
    stats.write_bytes(msgspec.json.encode(STATS))
    command = ["desk", "review", "--home", str(home), "--stats", str(stats)]
    everything, of_tenant = (
        [msgspec.json.decode(line) for line in CliRunner().invoke(cli, [*command, *more]).stdout.splitlines()]
        for more in ([], ["--tenant", "northwind"])
    )
    flood, mail, scam = everything

    assert (0, 0, 9, SHARE) == (mail["tickets"], mail["revision"], mail["messages"], mail["signals"]["converted"])
    assert (1, 1, 4, None) == (scam["tickets"], scam["revision"], scam["messages"], scam["signals"])
    assert ("globex/drop", "ignore", 5) == (flood["island"], flood["then"], flood["messages"])
    assert [mail, scam] == of_tenant


def test_island_without_counts(desk: OpenDesk, home: Path, tmp_path: Path) -> None:
    """Nothing is said of its messages: it is not that there was none."""
    put(desk, 1, "bit.ly/a", SCAM, island="northwind/tour")
    stats = tmp_path / "stats.json"
    stats.write_bytes(msgspec.json.encode(STATS))
    command = ["desk", "review", "--home", str(home), "--island", "northwind/tour", "--stats", str(stats)]
    found = msgspec.json.decode(CliRunner().invoke(cli, command).stdout)

    assert (1, None) == (found["tickets"], found["messages"])


@pytest.mark.usefixtures("desk")
def test_counts_that_are_none(home: Path, tmp_path: Path) -> None:
    """Another file is refused, with what was expected."""
    (tmp_path / "stats.json").write_text("figure\tvalue\n")
    result = CliRunner().invoke(cli, ["desk", "review", "--home", str(home), "--stats", str(tmp_path / "stats.json")])

    assert "error: the statistics cannot be read, expected what skerry stats --json prints" in result.stderr
