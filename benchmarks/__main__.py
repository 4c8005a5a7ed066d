"""`python -m benchmarks [pop|encoder|compile|outbox|push|surge|tally|sync|kill_soak]`: the last two by name only."""

import asyncio
import subprocess
import sys

from benchmarks import pop
from benchmarks.figures import machine, print_figures


def main() -> None:
    """Run what is named, or all but the slow ones."""
    wanted = sys.argv[1:] or ["pop", "encoder", "compile", "outbox", "push", "surge", "tally"]
    print(machine())
    if "pop" in wanted:
        print_figures("One PoP over HTTP (`python -m benchmarks pop`)", asyncio.run(pop.measure()))
    for name in ("encoder", "compile", "outbox", "push", "surge", "tally", "sync", "kill_soak"):
        if name in wanted:
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
