"""Texts of libraries' errors stay where they are: they may quote a token, a key or a viewer's words."""

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

EDGE = Path(__file__).parents[2] / "edge"

OWN = [
    "SkerryError",
    "ConfigError",
    "RefusedError",
    "StorageError",
    "UnreachableError",
    "DamagedError",
    "OriginGoneError",
]
"""Our own errors: their texts are written here and asserted by tests."""

ALLOWED = {
    "config/read.py read_pop_config": "the operator's own file, whose secrets are in files of their own",
    "config/read.py _check_ingest_keys": "our own words about a public key",
    "daemon/listen.py _open": "the system's words about an address",
    "host/door/unix_socket.py bind_socket": "the system's words about a path",
    "host/admin/call.py _exchange": "the system's words about a connection",
    "desk/relay/settings.py read_relays": "the operator's own file, whose secrets are in files of their own",
    "decide/typed_value.py pattern_fault": "our own words about an author's pattern",
    "host/body.py _decoded": "looked through for a type, and not shown",
    "host/body.py safe_detail": "the function that takes out what msgspec quotes",
    "triage/languages/encoder.py load": "the files of an installed package, which have no secrets",
    "triage/languages/encoder.py read_languages_card": "as in triage/languages/encoder.py load",
    "wire/nats/link.py _error_text": "nats-py's own words or the server's, which never has the seed; cut and escaped",
    "wire/nats/link.py _cause": "looked through for a word, and not shown",
    "publish/server/nats_publisher.py _log_stored": "as in wire/nats/link.py",
    "store/files/faults.py _from_sqlite": "SQLite's words about a file: no values are in them",
    "store/files/disk.py refuse_foreign": "as in store/files/faults.py",
    "publish/server/change_feed.py poll": "the publisher's own repository, which is public",
    "publish/repository/load.py _as_damage": "the publisher's own repository, which is public",
    "publish/repository/repository.py make_folders": "the system's words about a folder",
    "publish/evaluate/labelled_toml.py is_island_file": "the author's own file, on the author's terminal",
    "publish/evaluate/labelled_csv.py parse_labelled": "the author's own file, on the author's terminal",
    "publish/source/question_file.py read_question_file": "the author's own file, on the author's terminal",
    "publish/source/island_file.py parse_island": "the author's own file, on the author's terminal",
    "cli/author/simulate_questions.py read_questions": "the author's own file, on the author's terminal",
    "cli/service.py _kind": "compared with CPython's own text, and not shown",
    "trust/island.py _read": "msgspec on an island that its tenant signed, which is public",
    "trust/tenant.py _lowered": "python-tuf on a role that its tenant signed, which is public",
    "store/verified/verified_store.py _faults": "as in store/files/faults.py",
    "triage/encoder.py _read_card": "the program's own model",
    "triage/model_file.py model_file": "the program's own model",
}
"""By file and function: why this text may be shown."""


def quoted_errors() -> Iterator[str]:
    """The place of every caught error of a library whose text is made: `{error}`, `str(error)`, `.args`."""
    for path in sorted(EDGE.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                place = f"{path.relative_to(EDGE)} {function.name}"
                yield from (place for _ in _texts(function))


def _texts(function: ast.AST) -> Iterator[str]:
    errors = {name for node in ast.walk(function) if (name := _foreign(node))}
    for node in ast.walk(function):
        shown: ast.expr | None = None
        if isinstance(node, ast.FormattedValue):
            shown = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"str", "repr"}:
            shown = next(iter(node.args), None)
        elif isinstance(node, ast.Attribute) and node.attr == "args":
            shown = node.value
        whole = shown.values if isinstance(shown, ast.BoolOp) else [shown]
        named = (part.value if _is_other(part) else part for part in whole)
        yield from {part.id for part in named if isinstance(part, ast.Name)} & errors


def _is_other(part: ast.expr | None) -> TypeGuard[ast.Attribute]:
    """True for the error behind an error."""
    return isinstance(part, ast.Attribute) and part.attr in {"__cause__", "__context__"}


def _foreign(node: ast.AST) -> str | None:
    """The name of an error that is not ours: a caught one, or an argument."""
    if isinstance(node, ast.ExceptHandler) and not _is_ours(node.type):
        return node.name
    if isinstance(node, ast.arg) and node.annotation is not None:
        kind = ast.unparse(node.annotation)
        return node.arg if kind not in OWN and ("Error" in kind or "Exception" in kind) else None
    return None


def _is_ours(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return all(isinstance(one, ast.Name) and one.id in OWN for one in kinds)


def test_no_text_of_a_library_is_shown() -> None:
    """Each place either uses what the system says (`strerror`), or has a reason in the list."""
    found = set(quoted_errors())

    assert sorted(found - ALLOWED.keys()) == []
    assert sorted(ALLOWED.keys() - found) == []


def test_own_errors_are_ours() -> None:
    """The list of our errors has none of Python's."""
    assert not [name for name in OWN if hasattr(builtins, name)]
