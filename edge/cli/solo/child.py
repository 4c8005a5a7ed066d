"""The program of one child: `skerry`, which ends together with its parent.

    python -P -m edge.cli.solo.child PARENT publisher serve --home skerry-home

If the parent is killed (SIGKILL), the kernel sends the child SIGTERM. Otherwise it would go on unseen, and keep home
and port from the next start.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
"""`man 2 prctl`."""


def main(arguments: list[str]) -> None:
    """Run `skerry` with all arguments but the first, which is the id of the parent."""
    parent, *words = arguments
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):
        # It ended before the line above: there will be no signal.
        sys.exit(1)
    sys.argv = ["skerry", *words]
    from edge.cli import main as skerry

    skerry()


if __name__ == "__main__":
    main(sys.argv[1:])
