"""`python -m benchmarks [NAME …] [OPTION …]`: run the named benchmarks with these options.

Without a name the quick ones run. These are slow and run only by name: `contract`, `door`, `mutants`, `fuzz`, `sync`,
`fleet`, `kill_soak`, `lane`, `desk`, `soak`, `evict`, `odd`, `triage`, `promise`, `reading`, `languages`, `path`,
`threads`, `peers`, `growth`, `samples`, `learn`, `lessons`, `widget`, `ledger`, `drill`.
"""

import subprocess
import sys

from benchmarks.figures import machine

QUICK = {
    "pop": "benchmarks.pop",
    "encoder": "benchmarks.encoder",
    "flood": "benchmarks.strangers.flood",
    "compile": "benchmarks.authors.compile",
    "outbox": "benchmarks.stores.outbox",
    "push": "benchmarks.push",
    "surge": "benchmarks.surge",
    "tally": "benchmarks.stores.tally",
    "sessions": "benchmarks.strangers.sessions",
    "streams": "benchmarks.strangers.streams",
    "filters": "benchmarks.strangers.filters",
}
SLOW = {
    "contract": "benchmarks.fuzz.contract",
    "door": "benchmarks.strangers.door",
    "mutants": "benchmarks.mutants.mutants",
    "fuzz": "benchmarks.fuzz.fuzz",
    "sync": "benchmarks.sync",
    "fleet": "benchmarks.fleets.fleet",
    "kill_soak": "benchmarks.kills.kill_soak",
    "lane": "benchmarks.lane.lane",
    "desk": "benchmarks.desk.desk",
    "soak": "benchmarks.soaks.soak",
    "evict": "benchmarks.soaks.evict",
    "odd": "benchmarks.soaks.odd",
    "triage": "benchmarks.triage",
    "promise": "benchmarks.promise.promise",
    "reading": "benchmarks.reading.reading",
    "languages": "benchmarks.languages.languages",
    "path": "benchmarks.path.path",
    "threads": "benchmarks.path.threads",
    "peers": "benchmarks.peers",
    "growth": "benchmarks.authors.growth",
    "samples": "benchmarks.authors.samples",
    "learn": "benchmarks.authors.learn",
    "lessons": "benchmarks.authors.lessons",
    "widget": "benchmarks.widget",
    "ledger": "benchmarks.ledger.ledger",
    "drill": "benchmarks.drills.drill",
}
ALL = QUICK | SLOW


def main() -> int:
    """Run them one after another. Returns the exit status of the first that failed, else 0."""
    names = list(_leading_names(sys.argv[1:]))
    options = sys.argv[1 + len(names) :]
    if options and options[0][:1] != "-":
        print(f"no benchmark is called {options[0]!r}, expected any of {', '.join(ALL)}", file=sys.stderr)
        return 2
    print(machine(), flush=True)
    for name in names or QUICK:
        code = subprocess.run([sys.executable, "-m", ALL[name], *options], check=False).returncode
        if code:
            return code
    return 0


def _leading_names(arguments: list[str]) -> list[str]:
    count = next((index for index, argument in enumerate(arguments) if argument not in ALL), len(arguments))
    return arguments[:count]


if __name__ == "__main__":
    sys.exit(main())
