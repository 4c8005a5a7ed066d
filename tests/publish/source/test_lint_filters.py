"""Rules about `[filters]`."""

from datetime import UTC, datetime

import pytest

from edge.publish.source import lint_draft
from edge.publish.source.island_file import parse_island

NOW = datetime(2026, 10, 1, tzinfo=UTC)

FILTERS = {
    "sound": ('after = [{ rule = "mail", then = "pass" }, { rule = "link", then = "hold" }]', []),
    "an unknown rule": (
        'after = [{ rule = "name", then = "mask" }]',
        ["error[field-type]: 'rule' is 'name', expected one of iban, card, mail, phone, address, scam, link, flood"],
    ),
    "an unknown action": (
        'after = [{ rule = "mail", then = "delete" }]',
        ["error[field-type]: 'then' is 'delete', expected one of mask, hold, ignore, pass"],
    ),
    "a rule twice": (
        'before = [{ rule = "mail", then = "mask" }]\nafter = [{ rule = "mail", then = "pass" }]',
        ["error[filters]: the rule 'mail' is named before, expected each rule once in 'before' and 'after'"],
    ),
    "a masked flood": (
        'after = [{ rule = "flood", then = "mask" }]',
        ["error[filters]: 'then' of the rule 'flood' is 'mask', expected ignore or pass"],
    ),
    "a flood before the judgement": (
        'before = [{ rule = "flood", then = "ignore" }]',
        ["error[filters]: the rule 'flood' is before the judgement, expected it in 'after'"],
    ),
    "not judged": (
        'before = [{ rule = "scam", then = "ignore" }]',
        ["warning[filters]: what 'scam' finds is not judged, so nobody looks for harm in it; in 'after' it would be"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FILTERS.values(), ids=FILTERS)
def test_filters(island_text: str, text: str, expected: list[str]) -> None:
    """Each finding says what was found and what was expected."""
    head, tables, rest = island_text.partition("[[snippets]]")
    draft = parse_island(f"{head}[filters]\n{text}\n\n{tables}{rest}".encode(), path="drop.toml")

    assert expected == [str(finding).partition(": ")[2] for finding in lint_draft(draft, now=NOW)]
