"""Copies of the project in which one file at a time is replaced, and the tests run.

A run is a fork of this process, which has loaded the foreign libraries already. To load them takes three seconds, and
a room's tests often take less. Programs that a test starts use the copy as well, by `PYTHONPATH`.
"""

import importlib
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Never

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ("edge", "tests")
PRELOADED = (
    "aiohttp.web",
    "cryptography.hazmat.primitives.serialization",
    "diskcache",
    "msgspec",
    "nacl.signing",
    "numpy",
    "onnxruntime",
    "prometheus_client",
    "sklearn.linear_model",
    "structlog",
    "tokenizers",
    "tuf.ngclient",
)
MAX_MEMORY_BYTES = 8 * 2**30
"""Memory limit of a run. A mutant may let a list grow without end."""

_PYTEST = (
    "-x", "-q", "--no-header", "--tb=line", "--assert=plain", "--hypothesis-seed=0",
    "-p", "no:cacheprovider", "-p", "benchmarks.mutants.unshrunk",
)  # fmt: skip
_ENVIRONMENT = {"SKERRY_FUZZ_SEEDS": "12"}
"""Fuzz tests use only a few seeds."""


class Outcome(NamedTuple):
    """The result of a run. `output` is pytest's own output."""

    passed: bool
    is_timed_out: bool
    took_s: float
    output: str


class Tree:
    """A copy of the project below `folder`. Everything but `COPIED` is a link."""

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self.root = root
        self.folder = folder / "project"
        self._output = folder / "output"
        self._temporary = folder / "temporary"
        self.folder.mkdir(parents=True)
        for entry in root.iterdir():
            if entry.name in COPIED:
                ignored = shutil.ignore_patterns("__pycache__", "node_modules")
                shutil.copytree(entry, self.folder / entry.name, ignore=ignored)
            elif not entry.name.startswith("."):
                (self.folder / entry.name).symlink_to(entry)

    def replace(self, file: str, source: str) -> None:
        """Replace the content of `file` by `source`."""
        (self.folder / file).write_text(source, encoding="utf-8")

    def restore(self, file: str) -> None:
        """Restore `file` with its old modification time, so that its compiled file is valid again."""
        shutil.copy2(self.root / file, self.folder / file)

    def start(self, arguments: Sequence[str], *, keeps_compiled: bool) -> "Running":
        """Start pytest with these arguments in the copy. Pass `keeps_compiled` false for a mutant."""
        shutil.rmtree(self.folder / ".hypothesis", ignore_errors=True)
        with warnings.catch_warnings():
            # Python 3.12 warns about the threads of libraries. The child uses none of them.
            warnings.simplefilter("ignore")
            process = os.fork()
        if process == 0:
            self._become(arguments, keeps_compiled=keeps_compiled)
        return Running(process, self._output)

    def _become(self, arguments: Sequence[str], *, keeps_compiled: bool) -> Never:
        """Run pytest in this process, then end the process."""
        status = 1
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
            output = os.open(self._output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.chdir(self.folder)
            sys.path.insert(0, str(self.folder))
            for name in [name for name in sys.modules if name.partition(".")[0] in COPIED]:
                del sys.modules[name]
            sys.dont_write_bytecode = not keeps_compiled
            os.environ.update(_ENVIRONMENT, PYTHONPATH=str(self.folder))
            os.environ["PYTHONDONTWRITEBYTECODE"] = "" if keeps_compiled else "1"
            status = int(pytest.main([*_PYTEST, f"--basetemp={self._temporary}", *arguments]))
            sys.stdout.flush()
        except BaseException:  # noqa: BLE001 - the child must never go on with its parent's code
            traceback.print_exc()
        finally:
            os._exit(status)


class Running:
    """A run that has been started."""

    def __init__(self, process: int, output: Path) -> None:
        self._process = process
        self._output = output
        self._began = time.monotonic()

    def outcome(self, limit_s: float) -> Outcome | None:
        """The result; None while it runs. After `limit_s` the run is killed with every process that it started."""
        took_s = time.monotonic() - self._began
        is_timed_out = took_s > limit_s
        if is_timed_out:
            self.kill()
        ended, status = os.waitpid(self._process, 0 if is_timed_out else os.WNOHANG)
        if not ended:
            return None
        self.kill()
        output = self._output.read_text(encoding="utf-8", errors="replace") if self._output.exists() else ""
        return Outcome(passed=status == 0, is_timed_out=is_timed_out, took_s=took_s, output=output)

    def kill(self) -> None:
        """Kill the run if it has not ended, and all processes that its tests have left."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process, signal.SIGKILL)


@contextmanager
def trees(count: int, root: Path = ROOT) -> Iterator[list[Tree]]:
    """`count` copies of the project. Loads the libraries that the tests use."""
    for name in PRELOADED:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        yield [Tree(Path(folder) / str(number), root) for number in range(count)]
