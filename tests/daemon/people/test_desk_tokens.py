"""`edge.daemon.people.desk_tokens`: whose word on people is taken."""

import pytest

from edge.daemon.people import DeskTokens
from edge.errors import Reason, RefusedError

TOKENS = DeskTokens({"a" * 20: "acme", "z" * 20: "*"})


@pytest.mark.parametrize(
    ("header", "tenant", "is_believed"),
    [
        ("Bearer " + "a" * 20, "acme", True),
        ("Bearer " + "z" * 20, "acme", True),
        ("Bearer " + "z" * 20, "*", True),
        ("Bearer " + "a" * 20, "evil", False),
        ("Bearer " + "a" * 20, "*", False),
        ("Bearer " + "a" * 19, "acme", False),
        ("Bearer ", "acme", False),
        ("", "acme", False),
        ("a" * 20, "acme", False),
        ("bearer " + "a" * 20, "acme", True),
        ("Bearer \udcff", "acme", False),
    ],
)
def test_who_is_believed(header: str, tenant: str, is_believed: bool) -> None:
    """A tenant's own desk, and one that may speak for all; nobody else."""
    if is_believed:
        TOKENS.authorise(header, tenant)
        return
    with pytest.raises(RefusedError) as caught:
        TOKENS.authorise(header, tenant)

    assert Reason.UNAUTHORISED == caught.value.reason
