r"""Line and column of each key, table and array element of a TOML text, by tree-sitter: `tomllib` gives no positions.

>>> Positions(b'[[snippets]]\nid = "a"\n').position_of(("snippets", 0, "id"))
Position(line=2, column=1)
"""

import tomllib
from typing import NamedTuple

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from edge.publish.source.finding import ValuePath

_PARSER = Parser(Language(tree_sitter_toml.language()))
_KEYS = ("bare_key", "quoted_key", "dotted_key")
_PUNCTUATION = ("[", "]", ",", "comment")


class Position(NamedTuple):
    """A line and a column, both counted from 1 in characters."""

    line: int
    column: int


class Positions:
    """The positions of one text's values. The text must be UTF-8; a part that is not TOML has no position."""

    def __init__(self, text: bytes) -> None:
        self._lines = text.split(b"\n")
        self._positions: dict[ValuePath, Position] = {(): Position(1, 1)}
        self._array_sizes: dict[ValuePath, int] = {}
        self._read_document(_PARSER.parse(text).root_node)

    def position_of(self, at: ValuePath) -> Position:
        """The value's position, or else that of the innermost table or array around it that has one."""
        while at not in self._positions:
            at = at[:-1]
        return self._positions[at]

    def _read_document(self, document: Node) -> None:
        for node in document.children:
            if node.type == "pair":
                self._read_pair(node, ())
            elif node.type in ("table", "table_array_element"):
                self._read_table(node)

    def _read_table(self, table: Node) -> None:
        key = _child_key(table)
        if key is None:
            return
        *parents, last = _key_parts(key)
        at: ValuePath = ()
        for part in parents:
            at = self._inside((*at, part))
        at = (*at, last)
        if table.type == "table_array_element":
            self._record(at, key)
            self._array_sizes[at] = self._array_sizes.get(at, 0) + 1
        at = self._inside(at)
        self._record(at, table)
        for node in table.children:
            if node.type == "pair":
                self._read_pair(node, at)

    def _inside(self, at: ValuePath) -> ValuePath:
        """`at`, or its last table if it is an array of tables, as in a header (TOML 1.0, "Array of Tables")."""
        size = self._array_sizes.get(at)
        return at if size is None else (*at, size - 1)

    def _read_pair(self, pair: Node, parent: ValuePath) -> None:
        key = _child_key(pair)
        if key is None:
            return
        at = parent
        for part in _key_parts(key):
            at = (*at, part)
            self._record(at, key)
        self._read_value(pair.children[-1], at)

    def _read_value(self, value: Node, at: ValuePath) -> None:
        if value.type == "inline_table":
            for node in value.children:
                if node.type == "pair":
                    self._read_pair(node, at)
        elif value.type == "array":
            elements = [node for node in value.children if node.type not in _PUNCTUATION]
            for index, element in enumerate(elements):
                self._record((*at, index), element)
                self._read_value(element, (*at, index))

    def _record(self, at: ValuePath, node: Node) -> None:
        row, offset = node.start_point
        column = len(self._lines[row][:offset].decode(errors="replace")) + 1
        # The first position counts: a dotted key or a header may name the same table again.
        self._positions.setdefault(at, Position(row + 1, column))


def _child_key(node: Node) -> Node | None:
    return next((child for child in node.children if child.type in _KEYS), None)


def _key_parts(key: Node) -> list[str]:
    """The parts of a bare, quoted or dotted key, read by the parser that also reads the values."""
    try:
        rest = tomllib.loads(f"{(key.text or b'').decode()} = 0")
    except tomllib.TOMLDecodeError:
        return [""]
    parts = []
    while isinstance(rest, dict):
        ((part, rest),) = rest.items()
        parts.append(part)
    return parts
