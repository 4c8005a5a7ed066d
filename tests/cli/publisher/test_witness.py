"""`skerry publisher witness`."""

from collections.abc import Callable

from click.testing import Result

from edge.ledger import SignatureType, read_key


def test_key_is_printed(skerry: Callable[..., Result]) -> None:
    """The same one each time, in the form that other programs read."""
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("publisher", "witness")

    key = read_key(result.output)
    assert ("skerry-witness", SignatureType.COSIGNATURE, 0) == (key.name, key.type, result.exit_code)
    assert result.output == skerry("publisher", "witness").output


def test_without_a_home(skerry: Callable[..., Result]) -> None:
    """No key is made where no publisher is."""
    assert "error: " in skerry("publisher", "witness").output
