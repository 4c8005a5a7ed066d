"""Rules about `[consent]`: each fault has its line, and a good section none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.config import asset_folder
from edge.publish.source import lint_draft, parse_island, read_island
from edge.records.consent import PersonalStep

NOW = datetime(2026, 10, 1, tzinfo=UTC)
GOOD = """
[consent.purposes.help]
version = 1
allows = ["transcript", "callback"]
text = "I agree that people read my earlier questions."

[consent.purposes.help.locales.de]
text = "Ich bin einverstanden."
approved_by = "Jo, Acme"
approved_at = 2026-09-01T00:00:00Z
"""


def changed(old: str, new: str) -> str:
    """The good section with one change."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


RULES = {
    "no purpose": ("\n[consent]\n", "2:1: error[consent]: [consent] has no purpose, expected"),
    "a name that is none": (GOOD.replace("purposes.help", "purposes.Help"), "2:1: error[name]: 'Help' is 'Help'"),
    "a version of nothing": (changed("version = 1", "version = 0"), "3:1: error[consent]: 'version' is 0, expected 1"),
    "no version": (changed("version = 1\n", ""), "2:1: error[field-missing]: missing field 'version'"),
    "an unknown step": (
        changed('"callback"', '"sell"'),
        "error[field-type]",
    ),
    "nothing allowed": (changed('"transcript", "callback"', ""), "4:1: error[consent]: 'allows' is empty"),
    "a step twice": (changed('"callback"', '"transcript"'), "4:1: error[consent]: 'allows' has transcript twice"),
    "no words": (changed("I agree that people read my earlier questions.", " "), "5:1: error[text]: 'text' is empty"),
    "too many words": (
        changed("I agree", "I agree" * 50),
        "5:1: error[text]: 'text' is 389 characters, expected at most",
    ),
    "a change of direction": (
        changed("I agree", "\u202eI agree"),
        "5:1: error[text]: 'text' holds the control character",
    ),
    "a bad duration": (
        changed("version = 1", 'version = 1\nvalid = "long"'),
        "4:1: error[duration]: 'valid' is 'long'",
    ),
    "no language": (changed("locales.de]", "locales.German]"), "7:1: error[locale]: 'German' is not a language tag"),
    "the island's own language": (changed("locales.de]", "locales.EN]"), "error[locale]: 'EN' is"),
    "an approval to come": (changed("2026-09-01", "2027-09-01"), "10:1: error[approval]: 'approved_at' is 2027-09-01"),
    "an unknown field": (
        changed("version = 1", "version = 1\nprice = 2"),
        "4:1: error[field-unknown]: unknown field 'price'",
    ),
}


def check(island: str, section: str) -> list[str]:
    """The findings, with lines counted from the section's first."""
    head, _, tail = island.partition("[[snippets]]")
    draft = parse_island(f"{head.rstrip()}\n{section}\n[[snippets]]{tail}".encode(), path="")
    above = head.rstrip().count("\n") + 1
    return [
        f"{finding.line - above}:{finding.column}: {finding.severity}[{finding.code}]: {finding.text}"
        for finding in lint_draft(draft, now=NOW)
    ]


def test_good_section_has_no_finding(island_text: str) -> None:
    """And neither has an island without one."""
    assert [] == check(island_text, GOOD) == check(island_text, "")


@pytest.mark.parametrize("case", RULES)
def test_rule(case: str, island_text: str) -> None:
    """One finding, at its line."""
    section, expected = RULES[case]
    (finding,) = check(island_text, section)

    assert expected in finding


def test_more_purposes_than_anybody_reads(island_text: str) -> None:
    """The first that is too many is named."""
    purpose = GOOD.partition("\n[consent.purposes.help.locales")[0]
    section = "\n".join(purpose.replace("help", f"help-{number}") for number in range(9))

    (finding,) = check(island_text, section)
    assert "error[consent]: the island has 9 purposes, expected at most 8" in finding


SAMPLES = sorted(asset_folder("islands").glob("*/*.toml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_declare_purposes(path: Path) -> None:
    """For what a question needs, which is to read the earlier ones and to call back, and apart from it for learning."""
    consent = read_island(path).source().consent

    assert 3 == len(SAMPLES)
    assert consent is not None
    allowed = {step for purpose in consent.purposes.values() for step in purpose.allows}
    assert {PersonalStep.TRANSCRIPT, PersonalStep.CALLBACK, PersonalStep.LEARNING} <= allowed
