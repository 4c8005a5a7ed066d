r"""Small mistakes that can be made in a source file: the position of each, and the source with the mistake.

There are three kinds: a comparison turned (`<` becomes `<=`), a constant changed (a whole number by one, a fraction
doubled, `True` to `False`), a branch negated (`if x` becomes `if not (x)`, `and` becomes `or`).

These are left out because no behaviour depends on them: annotations, the head of a class, texts of errors and log
lines, and `strict=True` of a `zip`, which only asserts. Strings are left out, too: most are words for people, and
formatted strings have no exact positions in Python 3.11.

    [found, *_] = mutations("x = a < b\n")
    found.becomes == "x = a <= b"
"""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

_TURNED = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
    "in": "not in", "not in": "in", "is": "is not", "is not": "is",
}  # fmt: skip
_COMPARISON = re.compile(r"not\s+in\b|is\s+not\b|in\b|is\b|[<>=!]=|[<>]")
_JUNCTION = re.compile(r"\b(?:and|or)\b")
_COMMENT = re.compile(r"#[^\n]*")

_LOG_METHODS = frozenset({"debug", "info", "warning", "error", "exception"})


class Mutation(NamedTuple):
    """One mistake. `line` counts from 1; `was` and `becomes` are that line without indentation."""

    line: int
    was: str
    becomes: str
    source: str
    """The whole file with the mistake in it."""


class _Edit(NamedTuple):
    """The bytes from `start` to `end`, and the text that replaces them."""

    start: int
    end: int
    instead: str


def mutations(source: str) -> list[Mutation]:
    """Every mistake that can be made in `source`, in the order of their positions."""
    text = source.encode()
    tree = ast.parse(source)
    edits = {edit for edit in _Finder(text, tree).edits() if _compiles(_edited(text, edit))}
    return [_mutation(text, edit) for edit in sorted(edits)]


def _edited(text: bytes, edit: _Edit) -> bytes:
    return text[: edit.start] + edit.instead.encode() + text[edit.end :]


def _compiles(text: bytes) -> bool:
    try:
        compile(text, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _mutation(text: bytes, edit: _Edit) -> Mutation:
    changed = _edited(text, edit)
    number = text.count(b"\n", 0, edit.start)
    was, becomes = (source.split(b"\n")[number].decode().strip() for source in (text, changed))
    return Mutation(number + 1, was, becomes, changed.decode())


class _Finder:
    """Finds the edits of one file."""

    def __init__(self, text: bytes, tree: ast.Module) -> None:
        self._text = text
        self._tree = tree
        self._line_starts = [0, *(match.end() for match in re.finditer(rb"\n", text))]
        self._makes_errors = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns).endswith("Error")
        }

    def edits(self) -> Iterator[_Edit]:
        """Every edit, in no order."""
        yield from self._within(self._tree)

    def _within(self, node: ast.AST) -> Iterator[_Edit]:
        yield from self._at(node)
        for child in self._looked_at(node):
            yield from self._within(child)

    def _at(self, node: ast.AST) -> Iterator[_Edit]:
        """The edits of this node, without its children."""
        if isinstance(node, ast.Compare):
            pairs = zip([node.left, *node.comparators], node.comparators, strict=False)
            for before, after in pairs:
                yield self._between(before, after, _COMPARISON)
        elif isinstance(node, ast.BoolOp):
            for before, after in zip(node.values, node.values[1:], strict=False):
                yield self._between(before, after, _JUNCTION)
        elif isinstance(node, ast.Constant):
            yield from self._moved(node)
        for test in _tests(node):
            start, end = self._span(test)
            yield _Edit(start, end, f"not ({self._text[start:end].decode()})")

    def _moved(self, node: ast.Constant) -> Iterator[_Edit]:
        value = node.value
        if isinstance(value, bool):
            instead = str(not value)
        elif isinstance(value, int):
            instead = str(value + 1)
        elif isinstance(value, float):
            instead = str(value * 2 or 1.0)
        else:
            return
        yield _Edit(*self._span(node), instead)

    def _between(self, before: ast.expr, after: ast.expr, operator: re.Pattern[str]) -> _Edit:
        """The turned operator between two expressions. Brackets and comments may stand there, too."""
        start, end = self._span(before)[1], self._span(after)[0]
        gap = _COMMENT.sub(lambda match: " " * len(match[0].encode()), self._text[start:end].decode())
        match = operator.search(gap)
        if match is None:
            raise ValueError(f"no operator in {gap!r}")
        written = " ".join(match[0].split())
        turned = _TURNED.get(written) or {"and": "or", "or": "and"}[written]
        return _Edit(start + match.start(), start + match.end(), turned)

    def _span(self, node: ast.expr) -> tuple[int, int]:
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self._line_starts[node.lineno - 1] + node.col_offset, self._line_starts[end_line - 1] + end_column

    def _looked_at(self, node: ast.AST) -> list[ast.AST]:
        """The children that behaviour depends on."""
        if isinstance(node, ast.JoinedStr) or _is_for_type_checkers(node):
            return []
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return [node.args, *node.body]
        if isinstance(node, ast.ClassDef):
            return [*node.body]
        if isinstance(node, ast.arg):
            return []
        if isinstance(node, ast.AnnAssign):
            return [child for child in children if child is not node.annotation]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "TypeVar":
            return []
        if isinstance(node, ast.Call) and self._makes_text(node.func):
            return [*node.keywords]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "zip":
            return [*node.args]
        return children

    def _makes_text(self, function: ast.expr) -> bool:
        """True if a call's arguments are the text of an error or of a log line."""
        if isinstance(function, ast.Attribute):
            logger = getattr(function.value, "id", "") or getattr(function.value, "attr", "")
            return function.attr in _LOG_METHODS and logger.strip("_") in {"log", "logger"}
        name = getattr(function, "id", "")
        return name.endswith("Error") or name in self._makes_errors


def _tests(node: ast.AST) -> list[ast.expr]:
    """The conditions that this node branches on."""
    if isinstance(node, ast.If | ast.While | ast.IfExp) and not _is_for_type_checkers(node):
        return [node.test]
    return node.ifs if isinstance(node, ast.comprehension) else []


def _is_for_type_checkers(node: ast.AST) -> bool:
    """True if the node runs only for type checkers, or only when the file is started as a program."""
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "__name__ == '__main__'"}
