"""Answers in further languages: what the author may write, and the line of every fault."""

from datetime import UTC, datetime

import pytest

from edge.publish.source import lint_draft
from edge.publish.source.island_file import parse_island
from edge.publish.source.rules.locales import MAX_LOCALES

NOW = datetime(2026, 10, 1, tzinfo=UTC)

GERMAN = """
[snippets.locales.de]
title = "Rückgabe"
answer = "Du hast **30 Tage** Zeit."
approved_by = "Jana Brandt"
approved_at = 2026-09-20T10:00:00Z
"""


def check(island_text: str, locales: str) -> list[str]:
    """The errors about these tables, which stand after the last snippet; their lines count from the first of them."""
    lines = island_text.count("\n")
    found = lint_draft(parse_island((island_text + locales).encode(), path="drop.toml"), now=NOW)
    return [
        f"{one.line - lines - 1}:{one.column}: {one.severity}[{one.code}]: {one.text}"
        for one in found
        if one.line > lines
    ]


def test_sound_answer_in_another_language(island_text: str) -> None:
    """It has no finding, and is in the source."""
    draft = parse_island((island_text + GERMAN).encode(), path="drop.toml")
    (locale, german), *others = draft.source().snippets[-1].locales.items()

    assert [] == check(island_text, GERMAN)
    assert ("de", "Jana Brandt", datetime(2026, 9, 20, 10, tzinfo=UTC)) == (
        locale,
        german.approved_by,
        german.approved_at,
    )
    assert [] == others


FAULTS = {
    "a name for a tag": (
        GERMAN.replace("locales.de", "locales.german"),
        "1:1: error[locale]: 'german' is not a language tag, expected one as in de or pt-BR",
    ),
    "the island's own language": (
        GERMAN.replace("locales.de", "locales.en"),
        "1:1: error[locale]: 'en' is the island's own language, expected another",
    ),
    "the same language in other letters": (
        GERMAN.replace("locales.de", "locales.de-AT") + GERMAN.replace("locales.de", "locales.de-at"),
        "7:1: error[locale]: 'de-at' is 'de-AT' once more, expected each once",
    ),
    "nobody who approved it": (
        GERMAN.replace('approved_by = "Jana Brandt"\n', ""),
        "1:1: error[field-missing]: missing field 'approved_by'",
    ),
    "an empty approver": (
        GERMAN.replace("Jana Brandt", " "),
        "4:1: error[text]: 'approved_by' is empty",
    ),
    "no date of the approval": (
        GERMAN.replace("approved_at = 2026-09-20T10:00:00Z\n", ""),
        "1:1: error[field-missing]: missing field 'approved_at'",
    ),
    "an approval to come": (
        GERMAN.replace("2026-09-20", "2026-11-20"),
        (
            "5:1: error[approval]: 'approved_at' is 2026-11-20T10:00:00+00:00, expected not after now,"
            " 2026-10-01T00:00:00+00:00"
        ),
    ),
    "no title": (GERMAN.replace('title = "Rückgabe"\n', ""), "1:1: error[field-missing]: missing field 'title'"),
    "a title of two lines": (
        GERMAN.replace("Rückgabe", "Rück\\ngabe"),
        "2:1: error[text]: 'title' holds the control character U+000A",
    ),
    "an empty answer": (
        GERMAN.replace("Du hast **30 Tage** Zeit.", " "),
        "3:1: error[answer-empty]: answer is empty, expected one; without the language, viewers get the island's own",
    ),
    "an answer that is too long": (
        GERMAN.replace("Zeit", "ü" * 1_000),
        "3:1: error[answer-size]: answer is 2,021 bytes of UTF-8, expected at most 2,000",
    ),
    "a change of the writing direction": (
        GERMAN.replace("Zeit", "\\u202eZeit"),
        "3:1: error[text]: 'answer' holds the control character U+202E",
    ),
    "an unknown field": (
        GERMAN + "examples = []\n",
        (
            "6:1: error[field-unknown]: unknown field 'examples', expected one of title, answer, approved_by,"
            " approved_at"
        ),
    ),
    "a text for a table": (
        '\n[snippets.locales]\nde = "Du hast 30 Tage Zeit."\n',
        "2:1: error[field-type]: 'de' is a string, expected a table",
    ),
    "a date without a zone": (
        GERMAN.replace("10:00:00Z", "10:00:00"),
        (
            "5:1: error[time-naive]: 'approved_at' is 2026-09-20T10:00:00 without a zone,"
            " expected as in 2026-09-20T10:00:00Z"
        ),
    ),
}


@pytest.mark.parametrize(("locales", "expected"), FAULTS.values(), ids=FAULTS)
def test_fault_has_its_line(island_text: str, locales: str, expected: str) -> None:
    """The author sees where, what was found and what was expected."""
    assert [expected] == check(island_text, locales)


def test_too_many_languages(island_text: str) -> None:
    """Each PoP would keep and verify all of them."""
    tags = [f"{first}{second}" for first in "abc" for second in "abcdefg"][: MAX_LOCALES + 1]
    found = check(island_text, "".join(GERMAN.replace("locales.de", f"locales.{tag}") for tag in tags))

    first, limit = 1 + GERMAN.count("\n") * MAX_LOCALES, f"expected at most {MAX_LOCALES}"

    assert [f"{first}:1: error[locale]: snippet has {MAX_LOCALES + 1} further languages, {limit}"] == found


def test_tables_that_are_no_table(island_text: str) -> None:
    """The snippet's other fields are read all the same."""
    line = 'locales = "de"\n'

    assert ["1:1: error[field-type]: 'locales' is a string, expected a table"] == check(island_text, "\n" + line)
