"""The three servers against their descriptions: schemathesis, all checks, 200 examples of each operation that ends.

`make bench ARGS=contract`, or `python -m benchmarks.fuzz.contract --examples 200 --seed 7`. The tests play a twentieth
of it. `tests/contract/exceptions.toml` says what is excepted, and why.
"""

import argparse
import asyncio
import contextlib
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from benchmarks.figures import Figure, print_figures
from edge.host import configure_logging
from tests.contract.fuzzing import fuzz
from tests.contract.servers import Served, served_desk, served_pop, served_publisher
from tests.pen import Pen

EXAMPLES = 200
TIMEOUT_S = 3_600.0
_CASES = re.compile(r"(\d+) generated")
_FAILURES = re.compile(r"(\d+) unique failure")


async def measure(*, examples: int, seed: int) -> tuple[list[Figure], list[str]]:
    """The figures, and the whole output of each server that broke its contract."""
    figures, outputs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pen = await asyncio.to_thread(Pen, folder / "pen")
        servers: list[Callable[[Path], contextlib.AbstractAsyncContextManager[Served]]] = [
            lambda place: served_pop(place, pen),
            served_desk,
            lambda place: served_publisher(place, pen),
        ]
        for serve in servers:
            async with _in_own_folder(folder) as place, serve(place) as served:
                status, output = await fuzz(served, place, examples=examples, seed=seed, timeout_s=TIMEOUT_S)
            cases, failures = _CASES.search(output), _FAILURES.search(output)
            found = failures[1] if failures else "0" if status == 0 else "it did not run"
            figures.append(Figure(f"{served.name}: failures in {cases[1] if cases else 0} requests", found, "0"))
            if status:
                outputs.append(output)
    return figures, outputs


@contextlib.asynccontextmanager
async def _in_own_folder(parent: Path) -> AsyncIterator[Path]:
    yield Path(await asyncio.to_thread(tempfile.mkdtemp, dir=parent))


def main() -> int:
    """Print what was found. Exit status 1 if a server broke its contract."""
    parser = argparse.ArgumentParser(prog="contract", description=__doc__)
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    configure_logging()
    figures, outputs = asyncio.run(measure(examples=options.examples, seed=options.seed))
    print_figures(f"Contract, {options.examples} examples an operation, seed {options.seed}", figures)
    for output in outputs:
        print(output)
    return 1 if outputs else 0


if __name__ == "__main__":
    sys.exit(main())
