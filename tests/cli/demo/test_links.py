"""How the demo's pages are reached from the computer that has the browser."""

import getpass
from types import SimpleNamespace
from typing import Any, cast

import pytest

from edge.cli.demo.desk import _exchange, over_ssh

CASES = {
    "at home": ({}, None),
    "by ssh": (
        {"SSH_CONNECTION": "192.0.2.7 50000 198.51.100.9 22"},
        "ssh -L 8088:127.0.0.1:8088 -L 8070:127.0.0.1:8070 {user}@198.51.100.9",
    ),
    "by ssh at another port": (
        {"SSH_CONNECTION": "192.0.2.7 50000 198.51.100.9 2222"},
        "ssh -L 8088:127.0.0.1:8088 -L 8070:127.0.0.1:8070 -p 2222 {user}@198.51.100.9",
    ),
    "by ssh over IPv6": (
        {"SSH_CONNECTION": "2001:db8::1 50000 2001:db8::2 22"},
        "ssh -L 8088:127.0.0.1:8088 -L 8070:127.0.0.1:8070 {user}@2001:db8::2",
    ),
    "with something else in it": ({"SSH_CONNECTION": "$(reboot)"}, None),
    "with a command in it": (
        {"SSH_CONNECTION": "a b ;reboot 22"},
        "ssh -L 8088:127.0.0.1:8088 -L 8070:127.0.0.1:8070 '{user}@;reboot'",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_line_for_ssh(case: str) -> None:
    """The line to type first; none on a terminal of this machine."""
    environment, expected = CASES[case]
    lines = over_ssh((8088, 8070), environment)

    if expected is None:
        assert () == lines
    else:
        assert [expected.format(user=getpass.getuser())] == [line.split("  #")[0].strip() for line in lines]


async def test_exchange_that_takes_too_long() -> None:
    """As while a laptop sleeps: the replayed drop goes on with the next question."""

    def request(*_arguments: object, **_more: object) -> Any:
        raise TimeoutError

    harness = SimpleNamespace(http=SimpleNamespace(request=request))

    assert {} == await _exchange(cast("Any", harness), "GET", "http://127.0.0.1:1/", "")
