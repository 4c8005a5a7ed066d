"""`edge.reasons`: every reason is explained once, in the table and on the page."""

import re

from edge.errors import Reason
from edge.reasons import REASONS, problem_type
from edge.reasons_page import reasons_page


def test_every_reason_is_explained() -> None:
    """The table has each reason, in the order of `Reason`, with something to do."""
    assert list(Reason) == list(REASONS)
    assert [] == [reason for reason, text in REASONS.items() if not (text.means.endswith(".") and text.todo)]


def test_type_of_a_problem_is_an_anchor_of_the_page() -> None:
    """The page has one anchor for each reason, and no other."""
    anchors = re.findall(r'<h2 id="([a-z_]+)">', reasons_page())

    assert [problem_type(reason) for reason in Reason] == [f"/problems#{anchor}" for anchor in anchors]


def test_page_loads_nothing() -> None:
    """The page must work on a machine without a network, under a policy that allows no requests."""
    page = reasons_page()

    assert not re.search(r"<script|<link|<img|https?://", page)
    assert "<code>POST /v1/release</code>" in page
