"""`skerry drill privacy`: with real processes, and with each planted fault."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from edge.cli.drill import (
    EventDay,
    PrivacyFault,
    PrivacyReport,
    hold_events,
    let_thief_read,
    log_addresses,
    make_privacy_home,
)
from edge.cli.drill.visits import EVENTS, TENANTS
from edge.drill import LinkFinding, Way
from tests.waiting import until_true

VIEWERS = 60
"""A fifth of the drill's: what is planted still stands out."""

PROCESSES = 4
"""Publisher, desk and two PoPs."""

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with all events published, from which each drill gets a copy."""
    home = tmp_path_factory.mktemp("drill") / "home"
    asyncio.run(make_privacy_home(home))
    return home


def hold(home: Path, folder: Path, *, seed: int, fault: PrivacyFault = PrivacyFault.NONE) -> EventDay:
    """Hold the events of one drill."""
    shutil.copytree(home, folder / "home")
    return asyncio.run(hold_events(folder, seed=seed, viewers=VIEWERS, fault=fault))


def at_desk(home: Path) -> tuple[int, int, int]:
    """Merges and undoings that the desk of this home has, and of how many islands."""
    with closing(sqlite3.connect(home / "desk" / "desk.db")) as db:
        merged, islands = db.execute("SELECT count(DISTINCT merge), count(DISTINCT island) FROM merges").fetchone()
        (undone,) = db.execute("SELECT count(*) FROM merges_undone").fetchone()
    return merged, undone, islands


def told(report: PrivacyReport, way: Way) -> set[str]:
    """The stores that leak by this way."""
    return {one.store for one in report.leaks if one.way is way}


def test_nothing_tells_who_was_at_two_events(home: Path, tmp_path: Path) -> None:
    """The same files tell it as soon as a PoP's log has addresses."""
    day = hold(home, tmp_path, seed=1)
    report = let_thief_read(day)

    assert () == report.leaks
    assert report.attended == report.traced == 4 * VIEWERS
    assert {"pop/pop.log", "home/desk/desk.db", "pop/state/tally/tally.db", "pop/state/ledger/leaves.db"} <= {
        one.store for one in report.findings
    }
    # Viewers of every event were merged within it, and some of the merges were undone.
    wanted = [one.visit.again for one in day.told if one.visit.again is not None]
    merged, undone, islands = at_desk(tmp_path / "home")
    assert (len(wanted), sum(one.is_undone for one in wanted)) == (merged, undone)
    assert 0 < undone < merged
    assert len(TENANTS) * len(EVENTS) == islands

    log_addresses(day)
    assert {"pop/pop.log", "every store"} == told(let_thief_read(day), Way.ADDRESS)


def test_pseudonym_that_is_not_rotated_is_found(home: Path, tmp_path: Path) -> None:
    """In every store that keeps it, across events and across tenants."""
    report = let_thief_read(hold(home, tmp_path, seed=2, fault=PrivacyFault.PSEUDONYM))

    assert {"home/desk/desk.db", "every store"} <= told(report, Way.PSEUDONYM)
    assert {"events", "tenants"} == {one.across for one in report.leaks}
    assert not told(report, Way.ADDRESS)


def test_another_seed_is_sound_as_well(home: Path, tmp_path: Path) -> None:
    """Other viewers, words and order, and no finding above its bound."""
    assert () == let_thief_read(hold(home, tmp_path, seed=3)).leaks


def run_with(report: PrivacyReport, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    """Run the command as if the drill had found this."""

    async def hold_it(**_asked: object) -> PrivacyReport:
        return report

    monkeypatch.setattr("edge.cli.drill.privacy_command.hold_privacy_drill", hold_it)
    return CliRunner().invoke(cli, ["drill", "privacy", *words])


LEAK = LinkFinding("pop/state/tally/tally.db", Way.PSEUDONYM, "events", 40, 21, 3, ("contacts.contact",))
GUESSED = LinkFinding("home/desk/desk.db", Way.TEXT, "tenants", 40, 2, 3, ("tickets.text",))


def test_command_names_store_and_field_of_a_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 3. Nothing of what the field holds is printed."""
    result = run_with(PrivacyReport(7, 300, 1_190, 1_200, (GUESSED, LEAK)), monkeypatch)

    assert (3, "") == (result.exit_code, result.stderr)
    assert [
        "file\tway\tacross\tnamed\tright\tbound",
        "home/desk/desk.db\ttext\ttenants\t40\t2\t3",
        "pop/state/tally/tally.db\tpseudonym\tevents\t40\t21\t3",
        "seed 7: 300 viewers at 4 events, 1190 of 1200 visits left traces, 2 ways tried",
        "LEAK: pop/state/tally/tally.db, pseudonym across events: 21 right, 3 at most by guessing",
        "      in contacts.contact",
    ] == result.stdout.splitlines()


def test_command_says_that_nothing_leaked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 0, in words and in JSON."""
    report = PrivacyReport(7, 300, 1_200, 1_200, (GUESSED,))
    result, document = run_with(report, monkeypatch), run_with(report, monkeypatch, "--json")

    assert (0, 0) == (result.exit_code, document.exit_code)
    assert "sound: no store and no way tells more than guessing (99.9 %)" == result.stdout.splitlines()[-1]
    found = json.loads(document.stdout)
    assert (True, 7, 300) == (found["is_sound"], found["seed"], found["viewers"])
    assert [{**GUESSED._asdict(), "fields": ["tickets.text"], "is_leak": False}] == found["findings"]


@pytest.mark.parametrize("words", [("--viewers", "39"), ("--fault", "none-such"), ("--seed", "-1")])
def test_wrong_call_is_refused(words: tuple[str, str]) -> None:
    """Before anything starts: with few viewers, guessing is right too often."""
    assert 2 == CliRunner().invoke(cli, ["drill", "privacy", *words]).exit_code


def test_drill_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    """SIGTERM in the middle ends its publisher, desk and PoPs, and deletes its folder."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "edge", "drill", "privacy", "--viewers", "60"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as drill:
        asyncio.run(until_true(lambda: len(serving(tmp_path)) == PROCESSES, "publisher, desk and two PoPs"))
        drill.send_signal(signal.SIGTERM)
        assert drill.stderr is not None
        assert b"stopped" in drill.stderr.read()

    assert 1 == drill.returncode
    assert [] == serving(tmp_path)
    assert [] == list(tmp_path.iterdir())


def serving(folder: Path) -> list[str]:
    """Command lines of the processes that serve from below `folder`."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # one that has ended meanwhile
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in lines if str(folder) in line and " serve " in line]
