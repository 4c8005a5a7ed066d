"""Judges an authored island: every broken rule at once, in the order of the file.

Rules about the island as a whole stand in `rules_island`, about routes and load in `rules_routes`, about decision trees
in `rules_trees`, about snippets in `rules_snippets`; `lookalike` asks the encoder which questions cannot be told apart.
Errors keep an island from being published, warnings do not.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from edge.publish.source.finding import Fault, Finding, Severity
from edge.publish.source.island_file import IslandDraft
from edge.publish.source.near_duplicates import near_duplicate_faults
from edge.publish.source.rules import island_faults, route_faults, snippet_faults, tree_faults
from edge.triage import Encoder


def lint_draft(draft: IslandDraft, *, now: datetime, encoder: Encoder | None = None) -> list[Finding]:
    """All that is wrong with the draft; without an encoder, look-alike questions go unnoticed."""
    faults: list[Fault] = [
        *island_faults(draft, now=now),
        *route_faults(draft),
        *tree_faults(draft),
        *snippet_faults(draft),
    ]
    if encoder is not None:
        faults.extend(near_duplicate_faults(draft, encoder))
    return _in_file_order([*draft.findings, *map(draft.locate, faults)])


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep an island from being published."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _in_file_order(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.line, finding.column, finding.code))
