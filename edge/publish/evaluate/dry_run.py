"""What a PoP would do with a question to an island that nobody has signed yet: its triage, then its policy.

The same functions that a PoP runs, on the same record that it would load, so that the dry run decides as the PoP will.
"""

from typing import NamedTuple

from edge.decide import by_verdict, check_text
from edge.errors import Reason, RefusedError
from edge.publish.compile import Prepared, assemble_island, unsigned_snippet
from edge.records import Island, Outcome, Verdict
from edge.triage import Head, Triage, normalise


class DryRunResult(NamedTuple):
    """What triage thinks and policy does."""

    verdict: Verdict
    outcome: Outcome
    """`refuse` also for what a PoP's door turns away: nothing, or thousands of characters."""
    reason: Reason


class DryRun:
    """One unsigned island as a PoP would hold it."""

    def __init__(self, prepared: Prepared, *, triage: Triage) -> None:
        self._triage = triage
        self._island = _unsigned(prepared)
        self._head = Head.load(self._island)

    def ask(self, text: str) -> DryRunResult:
        """Verdict and outcome of `text`; the verdict is there even when the text would be turned away."""
        verdict = self._triage.judge(self._head, normalise(text))
        try:
            check_text(text)
        except RefusedError as error:
            return DryRunResult(verdict, Outcome.IGNORE, error.reason)
        decision = by_verdict(verdict, self._island)
        return DryRunResult(verdict, decision.outcome, decision.reason)


def _unsigned(prepared: Prepared) -> Island:
    """The island that `sign_island` would sign: neither triage nor policy looks at documents and signatures."""
    snippets = tuple(unsigned_snippet(prepared, snippet) for snippet in prepared.source.snippets)
    return assemble_island(prepared, snippets, revision=1)
