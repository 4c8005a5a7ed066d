"""`edge.daemon.people.desk_tokens`: which token is good for which tenant."""

import pytest

from edge.daemon.people import DeskTokens
from edge.errors import Reason, RefusedError

TOKENS = DeskTokens({"a" * 20: "acme", "z" * 20: "*"})


@pytest.mark.parametrize(
    ("header", "tenant", "is_authorised"),
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
def test_authorisation(header: str, tenant: str, is_authorised: bool) -> None:
    """A token of the tenant, or of all tenants, is good; every other header is refused."""
    if is_authorised:
        TOKENS.authorise(header, tenant)
        return
    with pytest.raises(RefusedError) as caught:
        TOKENS.authorise(header, tenant)

    assert Reason.UNAUTHORISED == caught.value.reason
