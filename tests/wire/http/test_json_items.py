"""A JSON array that arrives in pieces."""

import json

import pytest

from edge.errors import RefusedError
from edge.wire.http import JsonItems

ITEMS = [{"a": '"]}\\', "b": [1, {"c": "ü\n"}]}, {}, {"long": "x" * 50}]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize("text", [json.dumps(ITEMS), json.dumps(ITEMS, indent=2), f" \n{json.dumps(ITEMS)}\n "])
def test_array_in_pieces(text: str, size: int) -> None:
    """The same items, wherever it is cut."""
    body, items, found = text.encode(), JsonItems(max_item_bytes=200), []
    for start in range(0, len(body), size):
        assert not items.is_complete or not body[start:].strip()
        found += items.receive(body[start : start + size])

    assert items.is_complete
    assert ITEMS == [json.loads(one) for one in found]


@pytest.mark.parametrize("text", ["[]", " [ ] "])
def test_empty_array(text: str) -> None:
    """It has no items, and an end."""
    items = JsonItems(max_item_bytes=10)

    assert [] == items.receive(text.encode())
    assert items.is_complete


@pytest.mark.parametrize("text", ["{}", "null", "x", "[1]", '["a"]', "[[]]", "[]]", "[] []", "[{}] x", "]"])
@pytest.mark.parametrize("size", [1, 1_000])
def test_what_is_no_array_of_objects(text: str, size: int) -> None:
    """It is refused, and not quoted."""
    body, items = text.encode(), JsonItems(max_item_bytes=10)
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    with pytest.raises(RefusedError, match="JSON of another form, expected a list of objects"):
        _ = [items.receive(piece) for piece in pieces]


def test_item_that_is_too_long() -> None:
    """It is refused before it is complete."""
    items = JsonItems(max_item_bytes=10)
    with pytest.raises(RefusedError, match="an item of the list has more than 10 bytes"):
        items.receive(b'[{"a": "0123456789')
