"""However a server ends, there is a line that says so, and the exit status is not 0."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.test_config import SOUND

ROOT = Path(__file__).parents[2]
ENDS = {
    "a fault of ours": ("raise ValueError('pelargonium')", "ValueError"),
    "no memory": ("raise MemoryError", "out of memory"),
    "no thread": ('raise RuntimeError("can\'t start new thread")', "out of memory"),
    "another fault of the interpreter": ("raise RuntimeError('pelargonium')", "RuntimeError"),
    "faults of two tasks": ("raise ExceptionGroup('pelargonium', [MemoryError(), ValueError()])", "out of memory"),
}


def ended(statement: str) -> subprocess.CompletedProcess[str]:
    """A process whose server runs this statement."""
    program = (
        "from edge.cli.service import run_service\nfrom edge.errors import StorageError\nimport os\n"
        f"async def serve():\n    {statement}\n"
        "try:\n    run_service(serve())\nexcept StorageError as error:\n    print(error.text)\n"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.parametrize(("statement", "error"), ENDS.values(), ids=ENDS.keys())
def test_last_line_of_a_process(statement: str, error: str) -> None:
    """It names the kind of error and its place, and quotes nothing: no traceback."""
    result = ended(statement)
    (line,) = result.stderr.splitlines()

    assert 1 == result.returncode
    assert ("ended by a fault", error, "error") == tuple(json.loads(line)[name] for name in ("event", "error", "level"))
    assert "<string>:5 serve" in json.loads(line)["where"]


@pytest.mark.parametrize("statement", ["raise error", "raise ExceptionGroup('tasks', [error])"])
def test_errors_of_ours_are_raised(statement: str) -> None:
    """The command prints their text, also where a group of tasks raised them."""
    result = ended(f"error = StorageError('the disk is gone'); {statement}")

    assert (0, "the disk is gone\n", "") == (result.returncode, result.stdout, result.stderr)


def test_sighup_before_a_server_listens_to_it() -> None:
    """It asks a running server to read its files again; one that is still starting has just read them."""
    result = ended("os.kill(os.getpid(), 1); print('goes on')")

    assert (0, "goes on\n", "") == (result.returncode, result.stdout, result.stderr)


def test_library_that_ends_the_process() -> None:
    """Without memory, a library in C may abort: faulthandler says where."""
    result = ended("os.abort()")

    assert result.returncode < 0
    assert result.stderr.startswith("Fatal Python error: Aborted\n")


@pytest.mark.journey
@pytest.mark.parametrize("limit_kib", [150_000, 250_000])
def test_pop_with_too_little_memory(tmp_path: Path, limit_kib: int) -> None:
    """It ends in Python, in a library or in OpenBLAS, and always with a line."""
    (tmp_path / "pop.toml").write_text(SOUND)
    (tmp_path / "root.json").write_text("{}")
    command = f'ulimit -v {limit_kib}; exec "{sys.executable}" -m edge pop serve --config {tmp_path}/pop.toml'
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT)

    assert 0 != result.returncode
    assert result.stderr.strip()
