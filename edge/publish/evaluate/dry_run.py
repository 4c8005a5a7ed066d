"""What would a PoP do with a question to this island? Asked before the island is signed.

The same triage and policy functions run as on a PoP, on the same record that a PoP loads. So the dry run decides as a
PoP will, except for what depends on a session or on load.
"""

from collections.abc import Callable
from typing import NamedTuple

from edge.decide import LiveThreshold, Steering, by_verdict, check_text
from edge.errors import Reason, RefusedError
from edge.publish.compile import Prepared, assemble_island, unsigned_snippet
from edge.records import Island, Outcome, Verdict
from edge.triage import Head, Triage, matter_of, question_of, read_message


class DryRunResult(NamedTuple):
    """The verdict of triage and the outcome that policy gives it."""

    verdict: Verdict
    outcome: Outcome
    """`IGNORE` also for a text that a PoP refuses with status 422, such as an empty one."""
    reason: Reason
    snippet: str = ""
    """For `answer`: id of the snippet whose answer is sent. Of a message with parts it may be another than the first
    candidate for the whole."""
    options: tuple[str, ...] = ()
    """Ids of the snippets that the viewer may pick from: for `clarify`, and for `escalate` while waiting."""
    threshold: LiveThreshold | None = None
    """The island's threshold when it was asked: that of a PoP where nobody has asked yet."""


class DryRun:
    """One unsigned island, loaded as a PoP loads it."""

    def __init__(self, prepared: Prepared, *, triage: Triage, read: Callable[[str], str] = question_of) -> None:
        """`read` gives an example's normal form."""
        self._triage = triage
        self._island = _unsigned(prepared)
        self._head = Head.load(self._island, read=read)
        # As on a PoP where nobody has asked yet.
        self._threshold = Steering(self._island, 0.0).threshold(self._island, None, 0.0)

    def ask(self, text: str) -> DryRunResult:
        """Verdict and outcome of `text`. A text that a PoP would refuse has a verdict too, and is not an error."""
        verdict = self._triage.judge(self._head, matter_of(read_message(text)))
        try:
            check_text(text)
        except RefusedError as error:
            return DryRunResult(verdict, Outcome.IGNORE, error.reason, threshold=self._threshold)
        decision = by_verdict(verdict, self._island, target_precision=self._threshold.confidence)
        options = tuple(option.snippet for option in decision.options)
        return DryRunResult(verdict, decision.outcome, decision.reason, decision.snippet, options, self._threshold)


def _unsigned(prepared: Prepared) -> Island:
    """The island that `sign_island` would sign. Triage and policy read neither documents nor signatures."""
    snippets = tuple(unsigned_snippet(prepared, snippet) for snippet in prepared.source.snippets)
    return assemble_island(prepared, snippets, revision=1)
