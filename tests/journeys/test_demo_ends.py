"""However the demo is told to end, nothing of it goes on."""

import contextlib
import os
import signal
import subprocess
import sys

import pytest


@pytest.mark.default_ports
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_demo_takes_its_processes_along(number: signal.Signals) -> None:
    """Told to stop while publisher and PoP run, it leaves neither behind."""
    with subprocess.Popen(
        [sys.executable, "-m", "edge", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as demo:
        assert demo.stdout is not None
        assert any(b"start a PoP" in line for line in demo.stdout)
        demo.send_signal(number)
        demo.stdout.close()
        demo.wait(30)
    left = _is_there(demo.pid)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(demo.pid, signal.SIGKILL)

    assert not left


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
