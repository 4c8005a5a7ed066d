"""`edge.reasons`: every reason is explained, once, and the page says so."""

import re

from edge.errors import Reason
from edge.reasons import REASONS, problem_type, reasons_page


def test_every_reason_is_explained() -> None:
    """In the order of the closed set, with something to do."""
    assert list(Reason) == list(REASONS)
    assert [] == [reason for reason, text in REASONS.items() if not (text.means.endswith(".") and text.todo)]


def test_type_of_a_problem_is_a_place_on_the_page() -> None:
    """One anchor a reason, and no other."""
    anchors = re.findall(r'<h2 id="([a-z_]+)">', reasons_page())

    assert [problem_type(reason) for reason in Reason] == [f"/problems#{anchor}" for anchor in anchors]


def test_page_needs_nothing_from_elsewhere() -> None:
    """It is read on a machine that is cut off, under a policy that allows nothing."""
    page = reasons_page()

    assert not re.search(r"<script|<link|<img|https?://", page)
    assert "<code>POST /v1/release</code>" in page
