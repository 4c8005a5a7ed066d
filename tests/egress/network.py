"""Machines of their own for a test: network namespaces on one bridge, on which every packet is recorded.

A machine has one address, a gateway, and a name server at which nobody listens. So what a process sends elsewhere, or
asks a name server, crosses the bridge and is in the record.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.waiting import PATIENCE_S

ROOT = Path(__file__).parents[2]
GATEWAY, NAME_SERVER = "10.77.0.1", "10.77.0.53"
_FIRST = 2


class Network:
    """Machines by name, numbered in the order that was given."""

    def __init__(self, names: Sequence[str], folder: Path) -> None:
        self.addresses = {name: f"10.77.0.{number}" for number, name in enumerate(names, _FIRST)}
        self.record = folder / "packets.pcap"
        self._run = f"skerry{os.getpid()}"

    def name_of(self, address: str) -> str | None:
        """The machine that has this address."""
        return next((name for name, one in self.addresses.items() if one == address), None)

    @contextlib.contextmanager
    def up(self) -> Iterator[None]:
        """The network exists, without a packet recorded yet."""
        wire = self._space("wire")
        try:
            _ip("netns", "add", wire)
            _ip("-n", wire, "link", "add", "lan", "type", "bridge", "mcast_snooping", "0")
            for address in (GATEWAY, NAME_SERVER):
                _ip("-n", wire, "address", "add", f"{address}/24", "dev", "lan")
            _ip("-n", wire, "link", "set", "lan", "multicast", "off", "up")
            for number, (name, address) in enumerate(self.addresses.items()):
                self._connect(name, address, wire, number)
            yield
        finally:
            for name in (*self.addresses, "wire"):
                _ip("netns", "delete", self._space(name), check=False)
                shutil.rmtree(_settings(self._space(name)), ignore_errors=True)

    @contextlib.contextmanager
    def recorded(self) -> Iterator[None]:
        """Every packet on the bridge is written to `record` until the end."""
        command = [
            "tcpdump",
            "-i",
            "lan",
            "-n",
            "-U",
            "--immediate-mode",
            "-s",
            "0",
            "-B",
            "16384",
            "-Z",
            "root",
            "-w",
            str(self.record),
        ]
        said = self.record.with_suffix(".txt")
        with said.open("wb") as errors:
            recorder = subprocess.Popen(self._in("wire", command), stderr=errors)
        try:
            wait_until(lambda: "listening on" in said.read_text(), "the recorder")
            yield
        finally:
            recorder.terminate()
            assert 0 == recorder.wait(timeout=30)
        assert "0 packets dropped by kernel" in said.read_text(), said.read_text()

    def run(self, machine: str, *command: str, text: str | None = None) -> str:
        """What a command prints that ends on this machine, and ends well."""
        done = subprocess.run(
            self._in(machine, command), cwd=ROOT, env=_environment(), input=text, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert 0 == done.returncode, (command, done.stdout, done.stderr)
        return done.stdout

    @contextlib.contextmanager
    def running(self, machine: str, *command: str, log: Path) -> Iterator[None]:
        """A server on this machine, until the end. Its output is in `log`."""
        with log.open("wb") as output:
            process = subprocess.Popen(
                self._in(machine, command), cwd=ROOT, env=_environment(), stdout=output, stderr=subprocess.STDOUT
            )
        try:
            wait_until(lambda: "ready on" in log.read_text(), f"{machine}: {log}")
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)

    def _connect(self, name: str, address: str, wire: str, number: int) -> None:
        space, here, there = self._space(name), f"w{number}", f"m{number}"
        _ip("netns", "add", space)
        settings = _settings(space)
        settings.mkdir(parents=True)
        (settings / "resolv.conf").write_text(f"nameserver {NAME_SERVER}\noptions timeout:1 attempts:1\n")
        _ip("-n", wire, "link", "add", here, "type", "veth", "peer", "name", there, "netns", space)
        _ip("-n", wire, "link", "set", here, "master", "lan", "up")
        _ip("-n", space, "link", "set", "lo", "up")
        _ip("-n", space, "address", "add", f"{address}/24", "dev", there)
        _ip("-n", space, "link", "set", there, "up")
        _ip("-n", space, "route", "add", "default", "via", GATEWAY)

    def _space(self, name: str) -> str:
        return f"{self._run}-{name}"

    def _in(self, name: str, command: Sequence[str]) -> list[str]:
        return ["ip", "netns", "exec", self._space(name), *command]


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Return as soon as it is so; fail in words if it never is."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, f"{what}: did not happen within {PATIENCE_S:g} s"
        time.sleep(0.02)


def skerry(*words: str) -> tuple[str, ...]:
    """The command line of `skerry` with these words."""
    return (sys.executable, "-m", "edge", *words)


def _settings(space: str) -> Path:
    """`ip netns exec` puts the files of this folder over those of /etc."""
    return Path("/etc/netns") / space


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def _ip(*words: str, check: bool = True) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, (words, done.stderr)
