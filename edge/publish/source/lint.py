"""Checks an authored island: every broken rule at once, in the order of the file.

The rules are in `edge.publish.source.rules`. `edge.publish.source.near_duplicates` asks the encoder which questions it
hardly distinguishes. Errors keep an island from being published, warnings do not.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from edge.publish.source.finding import Fault, Finding, Severity
from edge.publish.source.island_file import IslandDraft
from edge.publish.source.near_duplicates import near_duplicate_faults
from edge.publish.source.rules import (
    care_faults,
    consent_faults,
    filter_faults,
    island_faults,
    locale_faults,
    route_faults,
    snippet_faults,
    tree_faults,
)
from edge.triage import Encoder


def lint_draft(draft: IslandDraft, *, now: datetime, encoder: Encoder | None = None) -> list[Finding]:
    """Every finding about the draft, in the order of the file; without `encoder`, none about similar questions."""
    faults: list[Fault] = [
        *island_faults(draft, now=now),
        *route_faults(draft),
        *care_faults(draft),
        *consent_faults(draft, now=now),
        *filter_faults(draft),
        *tree_faults(draft),
        *snippet_faults(draft),
        *locale_faults(draft, now=now),
    ]
    if encoder is not None:
        faults.extend(near_duplicate_faults(draft, encoder))
    return _in_file_order([*draft.findings, *map(draft.locate, faults)])


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that keep an island from being published."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _in_file_order(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.line, finding.column, finding.code))
