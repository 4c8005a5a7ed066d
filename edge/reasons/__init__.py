"""What does each reason mean, and what is to be done about it?

The `type` of a problem document is `/problems#REASON`. Every process serves that page (`edge.reasons_page`).
"""

from typing import Final

from edge.errors import Reason
from edge.reasons.outcomes import OUTCOMES
from edge.reasons.reason_text import ReasonText
from edge.reasons.refusals import REFUSALS

__all__ = ["REASONS", "REASONS_PATH", "ReasonText", "problem_type"]

REASONS_PATH: Final = "/problems"

REASONS: Final = OUTCOMES | REFUSALS
"""Every reason, in the order of the page."""


def problem_type(reason: Reason) -> str:
    """The `type` of a problem document: a URL relative to the process that answered (RFC 9457, section 3.1.1)."""
    return f"{REASONS_PATH}#{reason.value}"
