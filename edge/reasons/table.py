"""Every reason, in the order of the page."""

from typing import Final

from edge.errors import Reason
from edge.reasons.outcomes import OUTCOMES
from edge.reasons.refusals import REFUSALS

REASONS_PATH: Final = "/problems"

REASONS: Final = OUTCOMES | REFUSALS
"""What each means and what to do."""


def problem_type(reason: Reason) -> str:
    """The `type` of a problem document: a URL relative to the process that answered (RFC 9457, section 3.1.1)."""
    return f"{REASONS_PATH}#{reason.value}"
