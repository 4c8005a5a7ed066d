"""Changes of an island's TOML text that keep its comments and its layout.

Only the text of the examples' arrays is touched, and whole `[[snippets]]` tables are added at the end.
"""

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from edge.errors import RefusedError
from edge.publish.learn.proposal import Proposal, ProposalKind
from edge.publish.source import IslandSource, parse_island

_PARSER = Parser(Language(tree_sitter_toml.language()))
_DRAFT = '# A draft from people\'s replies. Read it; `automation = "answer"` lets the machine answer with it.'
_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\t"): "\\t"}


def edited(text: bytes, source: IslandSource, proposal: Proposal) -> bytes:
    """The text with a proposal; `source` is what the text says.

    Raises `RefusedError` if the file's layout cannot be kept, or if the result would say anything but the proposal.
    """
    newline = b"\r\n" if b"\r\n" in text else b"\n"
    if proposal.kind is ProposalKind.ADD_SNIPPET:
        result = _with_snippet(text, proposal, newline)
    else:
        index = next(index for index, one in enumerate(source.snippets) if one.id == proposal.snippet)
        array = _examples_of(text, index)
        if proposal.kind is ProposalKind.ADD_EXAMPLE:
            result = _with_elements(text, array, [_quoted(example) for example in proposal.examples], newline)
        else:
            (example,) = proposal.examples
            result = _without_element(text, array, source.snippets[index].examples.index(example))
    # A stranger's words may be written as TOML: the file must say what it said before, and the proposal.
    draft = parse_island(result, path="patch")
    if draft.findings or draft.source() != proposal.applied(source):
        raise RefusedError(
            f"the file cannot be changed for snippet '{proposal.snippet}', expected `[[snippets]]` tables with arrays"
        )
    return result


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _with_snippet(text: bytes, proposal: Proposal, newline: bytes) -> bytes:
    lines = [
        "",
        _DRAFT,
        "[[snippets]]",
        f"id = {_quoted(proposal.snippet)}",
        'automation = "review"',
        f"answer = {_quoted(proposal.answer)}",
        "examples = [",
        *(f"    {_quoted(example)}," for example in proposal.examples),
        "]",
        "",
    ]
    end = b"" if text.endswith(b"\n") or not text else newline
    return text + end + newline.join(line.encode() for line in lines)


def _examples_of(text: bytes, index: int) -> Node:
    """The array `examples` of a snippet."""
    tables = [
        node
        for node in _PARSER.parse(text).root_node.children
        if node.type == "table_array_element" and _key(node) == "snippets"
    ]
    pairs = tables[index].children if index < len(tables) else []
    for pair in pairs:
        if pair.type == "pair" and _key(pair) == "examples":
            # A comment may follow in the same line, and is a child of the pair, too.
            for array in (child for child in pair.children if child.type == "array"):
                return array
    raise RefusedError("snippets are written in another way, expected `[[snippets]]` tables with `examples = [...]`")


def _key(node: Node) -> str:
    keys = [child for child in node.children if child.type in {"bare_key", "quoted_key"}]
    return (keys[0].text or b"").decode().strip("\"'") if keys else ""


def _with_elements(text: bytes, array: Node, elements: list[str], newline: bytes) -> bytes:
    strings, end = [one for one in array.children if one.type == "string"], array.end_byte - 1
    last = strings[-1]
    has_comma = any(one.type == "," and one.start_byte >= last.end_byte for one in array.children)
    line_start = text.rfind(b"\n", 0, end) + 1
    added = [element.encode() for element in elements]
    if last.start_point.row == last.end_point.row < array.end_point.row and not text[line_start:end].strip():
        # The bracket stands on a line of its own: each new element gets a line before it, indented as the last one.
        own_line = text.rfind(b"\n", 0, last.start_byte) + 1
        before = text[own_line : last.start_byte]
        indent = before[: len(before) - len(before.lstrip())]
        comma = b"" if has_comma else b","
        lines = b"".join(indent + element + b"," + newline for element in added)
        return text[: last.end_byte] + comma + text[last.end_byte : line_start] + lines + text[line_start:]
    if has_comma:
        return text[:end] + (b"" if text[end - 1 : end].isspace() else b" ") + b", ".join(added) + b"," + text[end:]
    return text[: last.end_byte] + b"".join(b", " + element for element in added) + text[last.end_byte :]


def _without_element(text: bytes, array: Node, number: int) -> bytes:
    node = [one for one in array.children if one.type == "string"][number]
    start, end = node.start_byte, node.end_byte
    comma = next((one for one in array.children if one.type == "," and one.start_byte >= end), None)
    if comma is not None and b"#" in text[end : comma.start_byte]:
        # Comments before a comma may be about what follows.
        return text[:start] + text[end : comma.start_byte].lstrip(b" \t") + text[comma.end_byte :]
    if comma is not None:
        end = comma.end_byte
    line_start, line_end = text.rfind(b"\n", 0, start) + 1, text.find(b"\n", end)
    rest = text[end:line_end].strip() if line_end >= 0 else b"]"
    is_alone = not text[line_start:start].strip() and (not rest or rest.startswith(b"#"))
    if is_alone:
        # A comment on the line is about this example.
        return text[:line_start] + text[line_end + 1 :]
    while text[end : end + 1] == b" ":
        end += 1
    return text[:start] + text[end:]
