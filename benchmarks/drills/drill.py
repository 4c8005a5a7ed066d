"""`make bench ARGS=drill`: the drill of privacy with twenty seeds, which must be sound, and with each planted fault.

make bench ARGS='drill --seeds 2 --viewers 100'

Keys are made and islands published once: each seed gets a copy of that home, and processes of its own.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from edge.cli.drill import PrivacyFault, PrivacyReport, hold_events, let_thief_read, make_privacy_home


def main() -> int:
    """Hold all drills, and print a line for each. Returns 1 if one did not end as it must."""
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--viewers", type=int, default=300)
    asked = options.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        asyncio.run(make_privacy_home(home))
        for seed in range(1, asked.seeds + 1):
            wrong += bool(_hold(home, seed, asked.viewers, PrivacyFault.NONE).leaks)
        for fault in (PrivacyFault.PSEUDONYM, PrivacyFault.ADDRESS):
            wrong += not _hold(home, 1, asked.viewers, fault).leaks
    print(f"{asked.seeds + 2 - wrong} of {asked.seeds + 2} drills ended as they must")
    return 1 if wrong else 0


def _hold(home: Path, seed: int, viewers: int, fault: PrivacyFault) -> PrivacyReport:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(home, folder / "home")
        report = let_thief_read(asyncio.run(hold_events(folder, seed=seed, viewers=viewers, fault=fault)))
    closest = max(report.findings, key=lambda one: one.right / (one.bound + 1))
    print(
        f"seed {seed}, fault {fault.value}: {len(report.leaks)} of {len(report.findings)} findings above guessing,"
        f" {report.traced} of {report.attended} visits traced; closest: {closest.store}, {closest.way} across"
        f" {closest.across}, {closest.right} right, bound {closest.bound}; {time.perf_counter() - began:.1f} s",
        flush=True,
    )
    return report


if __name__ == "__main__":
    sys.exit(main())
