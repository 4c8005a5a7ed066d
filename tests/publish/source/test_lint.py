"""Every rule for authored islands, with the line it is reported at."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from edge.config import asset_folder
from edge.errors import ConfigError, RefusedError
from edge.publish.source import Finding, errors_in, lint_draft, read_island
from edge.publish.source.island_file import MAX_FILE_BYTES, IslandDraft, parse_island
from edge.records import Automation
from edge.triage import Triage

NOW = datetime(2026, 10, 1, tzinfo=UTC)

Edit = Callable[[str], str]


def _change(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def _check(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [str(finding) for finding in lint_draft(parse_island(data, path="drop.toml"), now=NOW)]


RULES: dict[str, tuple[Edit, str]] = {
    "another format": (_change("format = 1", "format = 2"), "1:1: error[format]: 'format' is 2, expected 1"),
    "an unknown field": (
        _change('title = "', 'titel = "x"\ntitle = "'),
        (
            "4:1: error[field-unknown]: unknown field 'titel', expected one of format, tenant, island, title, event, "
            "locale, approved_by, opens, closes, expires, max_stale, target_precision, promise, default_lane, about, "
            "not_about, context, routes, harm, offers, ramp, surge, sessions, stream, filters, consent, trees, "
            "snippets"
        ),
    ),
    "an unknown field of a snippet": (
        _change('id = "refund"', 'id = "refund"\nanswers = 1'),
        (
            "36:1: error[field-unknown]: unknown field 'answers', expected one of id, title, automation, lane, "
            "approved_by, target_precision, risk_flags, answer, script, examples, locales"
        ),
    ),
    "a missing field": (
        _change('title = "Acme summer drop"\n', ""),
        "1:1: error[field-missing]: missing field 'title'",
    ),
    "a missing field of a snippet": (
        _change('id = "ship-date"\n', ""),
        "20:1: error[field-missing]: missing field 'id'",
    ),
    "a number for a text": (
        _change('title = "Acme summer drop"', "title = 5"),
        "4:1: error[field-type]: 'title' is a whole number, expected a string",
    ),
    "a text for a number": (
        _change('max_stale = "6h"', 'max_stale = "6h"\ntarget_precision = "high"'),
        "11:1: error[field-type]: 'target_precision' is a string, expected a number",
    ),
    "a number among questions": (
        _change('    "shipping time?"', "    7"),
        "27:5: error[field-type]: element 4 of 'examples' is a whole number, expected a string",
    ),
    "a text for an array": (
        _change('snippets = ["refund"]', 'snippets = "refund"'),
        "18:1: error[field-type]: 'snippets' is a string, expected an array",
    ),
    "a value for a table": (
        _change('[context]\nrisk_flags = ["resellers"]', 'context = "none"'),
        "13:1: error[field-type]: 'context' is a string, expected a table",
    ),
    "an automation that does not exist": (
        _change('automation = "review"', 'automation = "ask"'),
        "36:1: error[field-type]: 'automation' is 'ask', expected one of answer, review, never",
    ),
    "a time without a zone": (
        _change("2026-09-01T00:00:00Z", "2026-09-01T00:00:00"),
        "7:1: error[time-naive]: 'opens' is 2026-09-01T00:00:00 without a zone, expected as in 2026-09-01T00:00:00Z",
    ),
    "a date without a time": (
        _change("2026-09-01T00:00:00Z", "2026-09-01"),
        (
            "7:1: error[field-type]: 'opens' is a date without a time, expected a date and time with a zone, "
            "as in 2026-09-01T18:00:00Z"
        ),
    ),
    "a tenant that is not a label": (
        _change('tenant = "acme"', 'tenant = "Acme Shop"'),
        "2:1: error[name]: 'tenant' is 'Acme Shop', expected 1 to 63 lower-case letters, digits and inner '-'",
    ),
    "a tenant that is a reserved name": (
        _change('tenant = "acme"', 'tenant = "snapshot"'),
        "2:1: error[name]: 'tenant' is 'snapshot', which every repository uses itself, expected another name",
    ),
    "a snippet that is not a label": (
        _change('id = "ship-date"', 'id = "ship_date"'),
        "21:1: error[name]: 'id' is 'ship_date', expected 1 to 63 lower-case letters, digits and inner '-'",
    ),
    "a lane that is not a label": (
        _change('lane = "payments"', 'lane = "-"'),
        "17:1: error[name]: 'lane' is '-', expected 1 to 63 lower-case letters, digits and inner '-'",
    ),
    "an event that is not a label": (
        _change('title = "', 'event = "Summer"\ntitle = "'),
        "4:1: error[name]: 'event' is 'Summer', expected 1 to 63 lower-case letters, digits and inner '-'",
    ),
    "an empty title": (_change("Acme summer drop", " "), "4:1: error[text]: 'title' is empty"),
    "a long title": (
        _change("Acme summer drop", "x" * 201),
        "4:1: error[text]: 'title' is 201 characters, expected at most 200",
    ),
    "a control character": (
        _change("Acme summer", "Acme \\u0007 summer"),
        "4:1: error[text]: 'title' holds the control character U+0007",
    ),
    "a script with a bell": (
        _change('id = "refund"', 'id = "refund"\nscript = "ring \\u0007"'),
        "36:1: error[text]: 'script' holds the control character U+0007",
    ),
    "a long script": (
        _change('id = "refund"', f'id = "refund"\nscript = "{"é" * 1001}"'),
        "36:1: error[answer-size]: script is 2,002 bytes of UTF-8, expected at most 2,000",
    ),
    "an answer with reversed text": (
        _change("**within", "\\u202E**within"),
        "22:1: error[text]: 'answer' holds the control character U+202E",
    ),
    "a line end in a flag": (
        _change('["resellers"]', '["resellers", "a\\nb"]'),
        "14:28: error[text]: 'risk_flags' 2 holds the control character U+000A",
    ),
    "a locale that is not a tag": (
        _change('locale = "en"', 'locale = "English"'),
        "5:1: error[locale]: 'locale' is 'English', expected a language tag, as in en or pt-BR",
    ),
    "a duration without a unit": (
        _change('"6h"', '"360"'),
        "10:1: error[duration]: 'max_stale' is '360', expected a whole number and s, m, h or d, as in 6h",
    ),
    "a precision in percent": (
        _change('max_stale = "6h"', 'max_stale = "6h"\ntarget_precision = 90'),
        "11:1: error[precision]: 'target_precision' is 90.0, expected 0.5 to 0.999",
    ),
    "a precision that is not a number": (
        _change('id = "refund"', 'id = "refund"\ntarget_precision = nan'),
        "36:1: error[precision]: 'target_precision' is nan, expected 0.5 to 0.999",
    ),
    "closing before opening": (
        _change("2027-12-01", "2026-08-01"),
        (
            "8:1: error[window]: 'closes' is 2026-08-01T00:00:00+00:00, "
            "expected after 'opens' at 2026-09-01T00:00:00+00:00"
        ),
    ),
    "expiring before closing": (
        _change("2028-01-01", "2027-11-01"),
        (
            "9:1: error[window]: 'expires' is 2027-11-01T00:00:00+00:00, "
            "expected not before 'closes' at 2027-12-01T00:00:00+00:00"
        ),
    ),
    "a snippet twice": (
        lambda text: text.replace('id = "refund"', 'id = "ship-date"').replace('["refund"]', '["ship-date"]'),
        "35:1: error[id-duplicate]: id 'ship-date' is already used by the snippet at line 21",
    ),
    "an empty answer": (
        _change("Refunds take five working days.", "\\n"),
        '37:1: error[answer-empty]: answer is empty, expected one unless automation = "never"',
    ),
    "no answer at all": (
        _change('answer = "Orders ship **within two weeks**."\n', ""),
        '20:1: error[answer-empty]: answer is empty, expected one unless automation = "never"',
    ),
    "an answer over the cap": (
        _change("Refunds take five", "é" * 1_000),
        "37:1: error[answer-size]: answer is 2,014 bytes of UTF-8, expected at most 2,000",
    ),
    "one question": (
        lambda text: text[: text.index('    "i want a refund"')] + "]\n",
        "38:1: error[examples-few]: snippet has 1 question, expected at least 2",
    ),
    "seven questions": (
        _change('    "refund status",\n', ""),
        "38:1: warning[examples-few]: snippet has 7 questions, with 8 or more triage recognises it more often",
    ),
    "a question without a word": (_change("shipping time?", "?!"), "27:5: error[text]: question 4 is empty"),
    "a long question": (
        _change("shipping time?", "why " * 100),
        "27:5: error[example-long]: question 4 is 400 characters, expected at most 300",
    ),
    "a question with a line end": (
        _change("shipping time?", "shipping\\ntime"),
        "27:5: error[text]: question 4 holds the control character U+000A",
    ),
    "a question twice": (
        _change('"refund status"', '"I want a REFUND!!"'),
        "42:5: warning[example-repeated]: same question as line 40",
    ),
    "a question under two snippets": (
        _change('"refund status"', '"Where is my parcel??"'),
        "42:5: error[question-shared]: same question as line 30, under snippet 'ship-date', expected it under one",
    ),
    "a claim with a name in capitals": (
        _change('snippets = ["refund"]', 'when = { Order = "paid" }'),
        (
            "18:10: error[route]: 'Order' is no claim's name, expected a lower-case letter, then up to 31 of a-z, 0-9"
            " and _"
        ),
    ),
    "a claim that is too long": (
        _change('snippets = ["refund"]', f'when = {{ order = "{"p" * 65}" }}'),
        ("18:10: error[route]: no session has the claim 'order' so, expected one line of at most 64 characters"),
    ),
    "no claims": (
        _change('snippets = ["refund"]', "when = {}"),
        "18:1: error[route]: 'when' has 0 claims, expected 1 to 10",
    ),
    "a claim that is a number": (
        _change('snippets = ["refund"]', "when = { order = 7 }"),
        "18:1: error[field-type]: 'when' is a table, expected a table of strings",
    ),
    "claims that are no table": (
        _change('snippets = ["refund"]', 'when = "paid"'),
        "18:1: error[field-type]: 'when' is a string, expected a table of strings",
    ),
    "a route without a condition": (
        _change('snippets = ["refund"]', ""),
        (
            "16:1: error[route]: route has no condition, so it matches everything, expected any of channels, keywords, "
            "reasons, risk_flags, snippets, when"
        ),
    ),
    "a route of an unknown snippet": (
        _change('snippets = ["refund"]', 'snippets = ["refund", "refunds"]'),
        "18:23: error[route]: no snippet has the id 'refunds'",
    ),
    "a route of an unknown reason": (
        _change('snippets = ["refund"]', 'reasons = ["angry"]'),
        (
            "18:12: error[route]: 'angry' is not a reason to escalate, expected one of asked_for_person, "
            "clarify_streak, filtered, harm, harm_possible, human_active, incident, island_expired, island_not_open, "
            "island_stale, island_withdrawn, low_confidence, model_selftest_failed, model_unavailable, "
            "never_automate, none_of_these, out_of_scope, overloaded, posted, repeated_answer, review_required, tree"
        ),
    ),
    "not TOML": (_change('island = "drop"', "island = drop"), "3:10: error[toml]: invalid value"),
    "TOML that ends in the middle": (
        lambda text: text[: text.index("format") + 9],
        "1:10: error[toml]: invalid value",
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_lint_reports(case: str, island_text: str) -> None:
    """The rule reports position and text, and no other rule reports anything."""
    edit, expected = RULES[case]

    assert [f"drop.toml:{expected}"] == _check(edit(island_text))


def test_lint_finds_nothing_in_a_good_island(island_text: str) -> None:
    """An island without a fault has no finding."""
    assert [] == _check(island_text)


def test_lint_reports_all_problems_at_once(island_text: str) -> None:
    """One run reports all faults of a file, of form and of content."""
    text = (
        island_text.replace('title = "Acme summer drop"', "title = 5")
        .replace("2026-09-01T00:00:00Z", "2026-09-01T00:00:00")
        .replace('"6h"', '"soon"')
        .replace('id = "refund"', 'id = "ship-date"\nurgent = true')
        .replace("where is my parcel", "i want a refund")
    )

    assert [
        ("field-type", 4),
        ("time-naive", 7),
        ("duration", 10),
        ("route", 18),
        ("id-duplicate", 35),
        ("field-unknown", 36),
        ("question-shared", 41),
    ] == [(finding.code, finding.line) for finding in lint_draft(parse_island(text.encode(), path="x"), now=NOW)]


def test_lint_of_an_expired_island(island_text: str) -> None:
    """An island that has expired cannot be published."""
    late = datetime(2028, 1, 1, tzinfo=UTC)
    findings = lint_draft(parse_island(island_text.encode(), path="drop.toml"), now=late)

    expected = "'expires' is 2028-01-01T00:00:00+00:00, expected after now, 2028-01-01T00:00:00+00:00"
    assert [f"drop.toml:9:1: error[expired]: {expected}"] == [str(finding) for finding in findings]


def test_lint_of_an_island_with_one_snippet(island_text: str) -> None:
    """An island needs two snippets, because triage learns their differences."""
    text = island_text[: island_text.rindex("[[snippets]]")].replace('["refund"]', '["ship-date"]')

    assert ["drop.toml:20:3: error[snippets-few]: island has 1 snippet, expected at least 2"] == _check(text)


def test_lint_of_bytes_that_are_not_utf_8(island_text: str) -> None:
    """The finding has the byte and its position."""
    data = island_text.encode().replace(b"summer", b"\xff")

    assert ["drop.toml:4:15: error[file]: byte 0xff is not UTF-8"] == _check(data)


def test_lint_of_a_file_over_the_cap() -> None:
    """A huge file is not read to its end."""
    expected = "drop.toml:1:1: error[file]: file is larger than 1,048,576 bytes"

    assert [expected] == _check(b"#" * (MAX_FILE_BYTES + 1))


def test_snippet_that_is_never_automated_needs_no_answer(island_text: str) -> None:
    """With `automation = "never"` no answer is shown, so none is needed."""
    text = island_text.replace(
        'automation = "review"\nanswer = "Refunds take five working days."', 'automation = "never"'
    )
    draft = parse_island(text.encode(), path="drop.toml")

    assert [] == lint_draft(draft, now=NOW)
    assert Automation.NEVER is draft.source().snippets[1].automation


def test_source_of_a_good_island(island_text: str) -> None:
    """The source has the author's values, and defaults for the others."""
    source = parse_island(island_text.encode(), path="drop.toml").source()

    assert ("acme", "drop", 0.9) == (source.tenant, source.island, source.target_precision)
    assert datetime(2026, 9, 1, tzinfo=UTC) == source.opens
    assert ("resellers",) == source.context.risk_flags
    assert ["ship-date", "refund"] == [snippet.id for snippet in source.snippets]


def test_source_of_a_faulty_island(island_text: str) -> None:
    """The error ends with the command that lists the findings."""
    draft: IslandDraft = parse_island(island_text.replace("title", "titel").encode(), path="drop.toml")

    with pytest.raises(
        RefusedError, match=r"^drop.toml does not follow the island format, run: skerry island check drop.toml$"
    ):
        draft.source()


def test_read_island_of_a_missing_file(tmp_path: Path) -> None:
    """A wrong path is a `ConfigError`."""
    with pytest.raises(ConfigError, match=r"cannot read .*/no\.toml: No such file or directory, give the path"):
        read_island(tmp_path / "no.toml")


def test_finding_as_json() -> None:
    """A finding survives JSON, from which an editor reads its fields by name."""
    finding = lint_draft(parse_island(b"x", path="drop.toml"), now=NOW)[0]

    assert finding == msgspec.json.decode(msgspec.json.encode(finding), type=Finding)


def test_similar_questions_under_two_snippets(island_text: str, triage: Triage) -> None:
    """Two similar questions are one warning, at the later of the two."""
    text = island_text.replace("refund status", "has my order left already")
    findings = lint_draft(parse_island(text.encode(), path="drop.toml"), now=NOW, encoder=triage.encoder)

    assert [("question-similar", 42, "warning")] == [
        (finding.code, finding.line, finding.severity) for finding in findings
    ]
    assert "hardly differs from the question at line 25, under snippet 'ship-date' (cosine 0.9" in findings[0].text
    assert [] == errors_in(findings)


@pytest.mark.parametrize("path", sorted(asset_folder("islands").glob("*/*.toml")), ids=lambda path: path.stem)
def test_sample_islands_have_no_findings(path: Path, triage: Triage) -> None:
    """The sample islands have no findings, not even of similar questions."""
    assert [] == lint_draft(read_island(path), now=NOW, encoder=triage.encoder)
