"""`python -m benchmarks [pop|encoder|push|surge|sync|kill_soak]`: measure, print tables; the last two only by name."""

import asyncio
import subprocess
import sys

from benchmarks import pop
from benchmarks.figures import machine, print_figures


def main() -> None:
    """Run what is named, or all but the slow ones."""
    wanted = sys.argv[1:] or ["pop", "encoder", "push", "surge"]
    print(machine())
    if "pop" in wanted:
        print_figures("One PoP over HTTP (`python -m benchmarks pop`)", asyncio.run(pop.measure()))
    if "encoder" in wanted:
        subprocess.run([sys.executable, "-m", "benchmarks.encoder"], check=True)
    if "push" in wanted:
        subprocess.run([sys.executable, "-m", "benchmarks.push"], check=True)
    if "surge" in wanted:
        subprocess.run([sys.executable, "-m", "benchmarks.surge"], check=True)
    for slow in ("sync", "kill_soak"):
        if slow in wanted:
            subprocess.run([sys.executable, "-m", f"benchmarks.{slow}"], check=True)


if __name__ == "__main__":
    main()
