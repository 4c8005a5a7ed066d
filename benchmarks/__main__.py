"""`python -m benchmarks [pop|encoder|compile|outbox|push|surge|tally|sync|kill_soak]`: the last two by name only.

`python -m benchmarks mutants [--seed 7] [--rooms decide,trust]` says whether the tests notice mistakes.
"""

import asyncio
import subprocess
import sys

from benchmarks import pop
from benchmarks.figures import machine, print_figures


def main() -> None:
    """Run what is named, or all but the slow ones."""
    if sys.argv[1:2] == ["mutants"]:
        sys.exit(subprocess.run([sys.executable, "-m", "benchmarks.mutants", *sys.argv[2:]], check=False).returncode)
    wanted = sys.argv[1:] or ["pop", "encoder", "compile", "outbox", "push", "surge", "tally"]
    print(machine())
    if "pop" in wanted:
        print_figures("One PoP over HTTP (`python -m benchmarks pop`)", asyncio.run(pop.measure()))
    for name in ("encoder", "compile", "outbox", "push", "surge", "tally", "sync", "kill_soak"):
        if name in wanted:
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
