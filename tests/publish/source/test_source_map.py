"""Line and column of the values of a TOML text."""

import pytest

from edge.publish.source.finding import ValuePath
from edge.publish.source.source_map import Positions

TEXT = """\
format = 1
"quoted key" = "é"   # a comment
a.b.c = [1, [2, 3]]
inline = {x = 1, y = [
    "ü", "second"]}

[context]
flags = [
    # first
    "one",
    "two",
]
[[snippets]]
id = "first"
  [snippets.extra]
  deep = 1
[[snippets]]
id = "second"
text = \"\"\"
id = "not a key"
\"\"\"
after = 1
""".encode()

POSITIONS: dict[str, tuple[ValuePath, tuple[int, int]]] = {
    "a bare key": (("format",), (1, 1)),
    "a quoted key": (("quoted key",), (2, 1)),
    "a dotted key": (("a", "b", "c"), (3, 1)),
    "an element of an array in an array": (("a", "b", "c", 1, 0), (3, 14)),
    "a key of an inline table": (("inline", "y"), (4, 18)),
    "an element after a letter of two bytes": (("inline", "y", 1), (5, 10)),
    "a table": (("context",), (7, 1)),
    "an element after a comment": (("context", "flags", 1), (11, 5)),
    "an array of tables": (("snippets",), (13, 3)),
    "the first table of an array": (("snippets", 0), (13, 1)),
    "a key of the first table": (("snippets", 0, "id"), (14, 1)),
    "a table inside the first": (("snippets", 0, "extra", "deep"), (16, 3)),
    "a key of the second table": (("snippets", 1, "id"), (18, 1)),
    "a key after a text of several lines": (("snippets", 1, "after"), (22, 1)),
    "a value that is missing from a table": (("snippets", 1, "answer"), (17, 1)),
    "a value that is missing at the top": (("tenant",), (1, 1)),
}


@pytest.mark.parametrize("case", POSITIONS)
def test_position_of(case: str) -> None:
    """The value has the line and column at which an editor shows it."""
    at, expected = POSITIONS[case]

    assert expected == Positions(TEXT).position_of(at)


def test_text_that_is_not_toml() -> None:
    """Every path in a text that is no TOML has the position of the text's start."""
    assert (1, 1) == Positions(b"[[[ = \n] =").position_of(("a",))
