"""`skerry pop serve` that writes the names of its modules into the file SKERRY_TEST_MODULES when it ends."""

import atexit
import os
import sys
from pathlib import Path

from edge.cli import main

NOT_A_POPS = {"__main__", "$coverage", "coverage", "cryptography", "cython_runtime", "google", "greenlet"}
"""This program, what measures it, what Cython makes up, and what libraries load only because tests have it."""


def foreign_or_own(name: str) -> str:
    """A module of ours by its whole name, another's by the package that it belongs to."""
    return name if name.partition(".")[0] == "edge" else name.partition(".")[0]


def write_modules() -> None:
    """Everything that is loaded but Python's own, what is not a PoP's, and binary parts (`_cffi_backend`)."""
    left_out = sys.stdlib_module_names | NOT_A_POPS
    names = {foreign_or_own(name) for name in sys.modules if name.partition(".")[0] not in left_out}
    names = {name for name in names if not name.startswith("_")}
    Path(os.environ["SKERRY_TEST_MODULES"]).write_text("\n".join(sorted(names)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    atexit.register(write_modules)
    main()
