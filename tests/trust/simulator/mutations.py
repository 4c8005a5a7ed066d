"""Takes out each check of the TUF client, one at a time, and sees whether a test notices.

    python -m tests.trust.simulator.mutations            # all of them, some minutes
    python -m tests.trust.simulator.mutations client:97  # one

A check is a guarded refusal (`if …: raise RefusedError`), whose guard becomes false, or a call of something that
refuses (`check_…`, `verify_…`), which is left out. They are found by reading the source, so a new check is tried
without being listed here. The differential test against `tuf.ngclient` runs last: what only that notices deserves a
test of its own.
"""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
MODULES = ("verify", "client")
TESTS = (
    "test_bad_metadata.py",
    "test_client.py",
    "test_rotation.py",
    "test_delegations.py",
    "test_start.py",
    "test_hostile_tenant.py",
    "test_freshness.py",
    "test_differential.py",
)
RUN_TIMEOUT_S = 120

_ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "SKERRY_FUZZ_SEEDS": "12"}
"""A compiled file could outlive the source that it was compiled from; and a few seeds are enough."""


class Mutation(NamedTuple):
    """One check that is not made: its place, and the source without it."""

    module: str
    line: int
    text: str
    source: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.text}"


def mutations() -> list[Mutation]:
    """Every check of the client, in the order of the source."""
    return [found for module in MODULES for found in _mutations(module)]


def _mutations(module: str) -> Iterator[Mutation]:
    source = _path(ROOT, module).read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.If) and _refuses(node.body):
            span = node.test
            yield Mutation(module, node.lineno, _first_line(span), _without(source, span, "False"))
        elif isinstance(node, ast.Expr) and _is_check(node.value):
            yield Mutation(module, node.lineno, _first_line(node), _without(source, node, "pass"))


def _refuses(body: list[ast.stmt]) -> bool:
    return any(isinstance(one, ast.Raise) for one in body)


def _is_check(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name.lstrip("_").startswith(("check_", "verify_"))


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).splitlines()[0]


def _without(source: str, node: ast.expr | ast.stmt, instead: str) -> str:
    """The source with `instead` in the node's place; line numbers stay as they are."""
    lines = source.splitlines(keepends=True)
    start, end = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before, after = lines[start].encode()[: node.col_offset], lines[end].encode()[node.end_col_offset :]
    middle = b"\n" * (end - start) if instead == "pass" else b""
    lines[start : end + 1] = [(before + instead.encode() + middle + after).decode()]
    return "".join(lines)


class Laboratory:
    """A copy of the project in which checks are taken out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("edge", "tests"):
            ignored = shutil.ignore_patterns("__pycache__", "assets", "node_modules")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", folder)

    def noticed_by(self, mutation: Mutation | None) -> str:
        """The test that fails without this check, empty when none does."""
        if mutation is None:
            return self._failing_test()
        path = _path(self._folder, mutation.module)
        sound = path.read_text()
        path.write_text(mutation.source)
        try:
            return self._failing_test()
        finally:
            path.write_text(sound)

    def _failing_test(self) -> str:
        tests = [f"tests/trust/metadata/{name}" for name in TESTS]
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *tests],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(self._folder), **_ENVIRONMENT},
            capture_output=True,
            text=True,
            timeout=RUN_TIMEOUT_S,
            check=False,
        )
        if ran.returncode == 0:
            return ""
        failed = [line.split(" ")[1] for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        assert failed, ran.stdout + ran.stderr
        return failed[0]


def _path(folder: Path, module: str) -> Path:
    return folder / "edge" / "trust" / f"{module}.py"


def main() -> None:
    """Try all mutations, or those named; exit status 1 when one goes unnoticed."""
    wanted = set(sys.argv[1:])
    tried = [one for one in mutations() if not wanted or f"{one.module}:{one.line}" in wanted]
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(Path(folder))
        for mutation in tried:
            test = laboratory.noticed_by(mutation)
            unnoticed += not test
            sys.stdout.write(f"{mutation}\n    {test or 'NOBODY NOTICED'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(tried)} checks taken out, {unnoticed} unnoticed\n")
    sys.exit(unnoticed > 0)


if __name__ == "__main__":
    main()
