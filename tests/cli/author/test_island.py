"""`skerry island`: check, publish, withdraw, status."""

import importlib
import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from edge.host.admin.place import socket_in
from edge.host.door import socket_address

Skerry = Callable[..., Result]


@pytest.fixture
def published(skerry: Skerry, island_file: Path) -> Result:
    """The island, published once."""
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("island", "publish", island_file)
    assert 0 == result.exit_code, result.output
    return result


def _spoil(path: Path) -> None:
    text = (
        path.read_text()
        .replace('"refund status"', '"Where is my PARCEL?"')
        .replace('title = "', 'titel = "x"\ntitle = "')
    )
    path.write_text(text)


def test_check_of_a_good_island(skerry: Skerry, island_file: Path) -> None:
    """A good island gives exit status 0, a summary, and what it is about and promises if its author did not say."""
    silent = skerry("island", "check", island_file, island_file)
    (proposed,) = {line for line in silent.output.splitlines() if line.startswith("about = [")}
    promise = 'promise = { of = "mean" }'
    island_file.write_text(
        island_file.read_text().replace('default_lane = "fast"\n', f'default_lane = "fast"\n{proposed}\n{promise}\n')
    )
    result = skerry("island", "check", island_file)

    assert 0 == silent.exit_code
    assert silent.output.startswith(f"2 files, 0 errors, 0 warnings\n\n{island_file} does not say what it is about. N")
    assert (
        f"{island_file} does not say of which answers 0.9 is promised. It is published as if it said:" in silent.output
    )
    no_consent = f"{island_file} has no [consent]: viewers are asked for none, and people get every transcript.\n"
    assert (0, f"1 file, 0 errors, 0 warnings\n\n{no_consent}") == (result.exit_code, result.output)


def test_check_of_an_island_that_promises_each_answer(skerry: Skerry, island_file: Path) -> None:
    """It says what the mean would change, and stays silent about what the author has written."""
    written = island_file.read_text().replace('default_lane = "fast"\n', 'default_lane = "fast"\npromise.of = "each"\n')
    island_file.write_text(written)
    printed = " ".join(skerry("island", "check", island_file).output.split())

    assert f'{island_file} promises 0.9 of each answer. With of = "mean" that would be of all together' in printed
    assert "does not say of which answers" not in printed


def test_check_says_once_that_nothing_is_kept(skerry: Skerry, home: Path, island_file: Path) -> None:
    """A tenant without a sealing key in the home has commitments only. Else nothing is said."""
    without_home = skerry("island", "check", island_file).output
    skerry("keys", "init", "--tenant", "acme")
    with_key = skerry("island", "check", island_file).output
    (home / "keys" / "sealing.acme.json").unlink()
    without_key = skerry("island", "check", island_file, island_file).output

    assert "no payloads" not in without_home + with_key
    assert 1 == without_key.count("PoPs keep no payloads for acme, only commitments to them")
    assert f"run: skerry keys init --home {home}" in without_key


def test_check_proposes_what_stands_out(skerry: Skerry, island_file: Path) -> None:
    """An author copies the line and changes it."""
    island_file.write_text(island_file.read_text().replace("shipping time?", "does the beanie ship to norway"))
    result = skerry("island", "check", island_file)

    assert f"{island_file} does not say what it is about. It is published as if it said:\n\n" in result.output
    assert 'about = ["beanie"]\n' in result.output


def test_check_of_a_faulty_island(skerry: Skerry, island_file: Path) -> None:
    """Each problem is printed with file, line and column; exit status 1."""
    _spoil(island_file)
    result = skerry("island", "check", island_file)
    first, second, summary = result.output.splitlines()

    assert 1 == result.exit_code
    assert first.startswith(f"{island_file}:4:1: error[field-unknown]: unknown field 'titel', expected one of ")
    assert second.startswith(f"{island_file}:26:73: error[question-shared]: same question as line 19")
    assert "1 file, 2 errors, 0 warnings" == summary


def test_check_for_machines(skerry: Skerry, island_file: Path) -> None:
    """--json prints the same findings, field by field."""
    _spoil(island_file)
    result = skerry("island", "check", "--json", island_file)
    findings = json.loads(result.output)

    assert 1 == result.exit_code
    assert [("field-unknown", 4, 1), ("question-shared", 26, 73)] == [
        (finding["code"], finding["line"], finding["column"]) for finding in findings
    ]
    assert {"path", "line", "column", "severity", "code", "text"} == findings[0].keys()


def test_warnings_fail_only_a_strict_check(skerry: Skerry, island_file: Path) -> None:
    """A warning gives exit status 1 only with --strict."""
    island_file.write_text(island_file.read_text().replace('"shipping time?",', ""))
    result = skerry("island", "check", island_file)

    assert 0 == result.exit_code
    assert "warning[examples-few]: snippet has 7 questions" in result.output
    assert 1 == skerry("island", "check", "--strict", island_file).exit_code


def test_check_of_a_missing_file(skerry: Skerry, tmp_path: Path) -> None:
    """A missing file is one line on stderr."""
    result = skerry("island", "check", tmp_path / "no.toml")

    assert 1 == result.exit_code
    assert result.stderr.startswith(f"error: cannot read {tmp_path}/no.toml: No such file or directory")


def test_publish_says_what_is_in_force(published: Result, home: Path) -> None:
    """Name, revision, size, time, and what to run next."""
    lines = published.stdout.splitlines()

    assert ["published acme/drop revision 1", "evaluated acme/drop"] == [lines[0], lines[2]]
    assert re.fullmatch(r" {10}[0-9,]+ bytes, signed and in force after \d+ ms", lines[1])
    assert re.fullmatch(r" {10}solved \S+% of its 16 questions for the machine:", lines[3])
    assert re.fullmatch(r" {10}\S+% at once, \S+% by one tap \(upper bound: if every viewer taps\)", lines[4])
    assert "          nothing to improve was found" in lines
    assert lines[-2].startswith("details   skerry island evaluate /")
    assert f"next      skerry publisher serve --home {home}" == lines[-1]


def test_next_step_where_a_publisher_serves_the_home(skerry: Skerry, island_file: Path, home: Path) -> None:
    """Under `skerry solo`, for example: nobody is told to start a second one."""
    skerry("keys", "init", "--tenant", "acme")
    with socket.socket(socket.AF_UNIX) as served, socket_address(socket_in(home)) as name:
        served.bind(name)
        served.listen()
        result = skerry("island", "publish", island_file, "--no-evaluation")

    assert f"next      skerry status --home {home}" == result.stdout.splitlines()[-1]


def test_time_counts_from_the_beginning(skerry: Skerry, island_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An author waits for the check of the file, too: here it takes an hour."""
    skerry("keys", "init", "--tenant", "acme")
    command = importlib.import_module("edge.cli.author.island")
    ahead_s, read = [0.0], command.read_sources

    def slow(*arguments: Any, **options: Any) -> Any:
        ahead_s[0] += 3_600
        return read(*arguments, **options)

    monkeypatch.setattr(command, "read_sources", slow)
    monkeypatch.setattr(command, "time", SimpleNamespace(monotonic=lambda: ahead_s[0]))
    result = skerry("island", "publish", "--no-evaluation", island_file)

    assert "signed and in force after 3600000 ms" in result.stdout


@pytest.mark.parametrize("option", ["--evaluate-first", "--no-evaluation", None])
def test_when_an_island_is_evaluated(skerry: Skerry, island_file: Path, option: str | None) -> None:
    """Once it is in force; before that if asked for; or never."""
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("island", "publish", *([option] if option else []), island_file)
    stages = [line.split()[0] for line in result.stdout.splitlines() if line[:1] in {"p", "e"}]

    expected = {"--evaluate-first": ["evaluated", "published"], "--no-evaluation": ["published"]}
    assert expected.get(option or "", ["published", "evaluated"]) == stages


def test_evaluation_that_is_interrupted(skerry: Skerry, island_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The island stays in force; the command to evaluate it is printed."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("edge.publish.evaluate.cross_validate._ask", stopped)
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("island", "publish", island_file)

    assert 0 == result.exit_code
    assert "published acme/drop revision 1" == result.stdout.splitlines()[0]
    assert "stopped   the evaluation; what was published stays in force\n" in result.stdout
    assert f"again     skerry island evaluate {island_file}\n" in result.stdout
    assert "acme/drop" in skerry("island", "status").stdout


def test_interrupted_before_publishing(skerry: Skerry, island_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --evaluate-first nothing is published yet."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("edge.publish.evaluate.cross_validate._ask", stopped)
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("island", "publish", "--evaluate-first", island_file)

    assert 0 != result.exit_code
    assert "published" not in result.stdout


@pytest.mark.usefixtures("published")
def test_publish_again_is_the_next_revision(skerry: Skerry, island_file: Path) -> None:
    """Also when nothing was changed."""
    assert "published acme/drop revision 2\n" in skerry("island", "publish", island_file).output


@pytest.mark.usefixtures("published")
def test_publish_stops_at_errors(skerry: Skerry, island_file: Path, tmp_path: Path) -> None:
    """If one island has errors, none is published."""
    good = tmp_path / "good.toml"
    good.write_text(island_file.read_text())
    _spoil(island_file)
    result = skerry("island", "publish", good, island_file)

    assert 1 == result.exit_code
    assert "error[question-shared]" in result.stderr
    assert result.stderr.endswith("error: nothing was published: 2 files, 2 errors, 0 warnings\n")
    assert '"revision": 1,' in skerry("island", "status", "--json").output


def test_publish_without_a_home(skerry: Skerry, home: Path, island_file: Path) -> None:
    """The error ends with the command that creates a home."""
    result = skerry("island", "publish", island_file)

    assert 1 == result.exit_code
    assert f"error: no repository in {home}, run: skerry keys init --home {home}\n" == result.stderr


def test_publish_for_an_unknown_tenant(skerry: Skerry, home: Path, island_file: Path) -> None:
    """The error ends with the command that adds the tenant."""
    skerry("keys", "init")
    result = skerry("island", "publish", island_file)

    assert 1 == result.exit_code
    assert result.stderr.endswith(f", run: skerry keys init --home {home} --tenant acme\n")


@pytest.mark.usefixtures("published")
def test_withdraw(skerry: Skerry) -> None:
    """The withdrawn revision is printed, and the status agrees."""
    result = skerry("island", "withdraw", "acme/drop", "--why", "wrong price")

    assert 0 == result.exit_code, result.output
    assert re.fullmatch(r"withdrawn acme/drop revision 1 since \S+Z: wrong price\n", result.output)
    assert re.search(
        r"^acme/drop\t1\twithdrawn\t-\t-\t-\t-\twrong price$", skerry("island", "status").output, re.MULTILINE
    )


@pytest.mark.usefixtures("published")
def test_withdraw_without_a_name(skerry: Skerry) -> None:
    """A file name is not an island's name."""
    result = skerry("island", "withdraw", "drop.toml", "--why", "wrong price")

    assert 1 == result.exit_code
    assert result.stderr.startswith("error: this is not an island's name, expected tenant/island")


@pytest.mark.usefixtures("published")
def test_status(skerry: Skerry) -> None:
    """The status is two tables."""
    lines = skerry("island", "status").output.splitlines()

    assert "island\trevision\tstate\topens\texpires\tbytes\trollout\twhy" == lines[0]
    assert re.fullmatch(r"acme/drop\t1\topen\t2026-09-01T00:00:00Z\t2098-01-01T00:00:00Z\t\d+\t-\t-", lines[1])
    assert ["root", "targets", "acme", "snapshot", "timestamp"] == [line.split("\t")[0] for line in lines[4:]]


@pytest.mark.usefixtures("published")
def test_status_for_machines(skerry: Skerry) -> None:
    """--json prints the same status, field by field."""
    found = json.loads(skerry("island", "status", "--json").output)

    assert ("acme/drop", 1, "open") == tuple(found["islands"][0][key] for key in ("island", "revision", "state"))
    versions = {role["role"]: role["version"] for role in found["roles"]}
    # Those of the online roles count by the clock.
    assert (True, True) == tuple(versions.pop(role) > 1_700_000_000 for role in ("snapshot", "timestamp"))
    assert {"root": 1, "targets": 2, "acme": 2} == versions


@pytest.mark.usefixtures("published")
def test_rollout_and_rollback(skerry: Skerry, island_file: Path, home: Path) -> None:
    """A rollout widens to everybody; a rollback is a higher revision."""
    in_rollout = skerry("island", "publish", island_file, "--rollout", "10%,pop-ams-1")
    status = skerry("island", "status").output
    wider = skerry("island", "rollout", "acme/drop", "50%")
    everybody = skerry("island", "rollout", "acme/drop", "everybody")
    again = skerry("island", "rollout", "acme/drop", "10%")
    back = skerry("island", "rollback", "acme/drop")

    next_step = (
        "rollout   10%, pop-ams-1 only; for everybody:\n"
        f"          skerry island rollout --home {home} acme/drop everybody\n"
    )
    assert next_step in in_rollout.output
    assert "\t10%, pop-ams-1; others 1\t-\n" in status
    assert "rolled out acme/drop revision 2: 50%\n" == wider.output
    assert "rolled out acme/drop revision 2: everybody\n" == everybody.output
    assert "error: island 'acme/drop' revision 2 is not in rollout, everybody has it; " in again.stderr
    assert "rolled back acme/drop: revision 3 has the content of revision 1\n" == back.output


@pytest.mark.usefixtures("published")
def test_rollout_without_a_target(skerry: Skerry, island_file: Path) -> None:
    """A rollout that is no target is refused before islands are compiled."""
    result = skerry("island", "publish", island_file, "--rollout", "100%")

    expected = (
        "error: '100%' is not a rollout target, "
        "expected 0% to 99%, names of PoPs, or 'everybody', as in: 10%,pop-ams-1\n"
    )
    assert (1, expected) == (result.exit_code, result.stderr)


GERMAN = """
[snippets.locales.de]
title = "Rückgabe"
answer = "Du hast 30 Tage Zeit."
approved_by = "Jana Brandt"
approved_at = 2026-09-20T10:00:00Z
"""


def test_check_says_which_languages_there_are(skerry: Skerry, island_file: Path) -> None:
    """And what viewers get of the snippets that lack one."""
    without = skerry("island", "check", island_file)
    island_file.write_text(island_file.read_text(encoding="utf-8") + GERMAN, encoding="utf-8")
    result = skerry("island", "check", island_file)

    assert "further languages" not in without.output
    assert (
        f"{island_file} answers in en and in further languages:\n  de       1 of 2 snippets\n"
        "Of the others, viewers get the answer in en, with a note.\n"
    ) in result.output
