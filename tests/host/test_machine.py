"""The machine's clock, its authorities, and the hook that does nothing."""

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.host import authorities_when_used, ignore, trusted_authorities, utc_now


def test_clock_is_in_utc() -> None:
    """The time is in UTC and goes forward."""
    before, now, after = datetime.now(UTC), utc_now(), datetime.now(UTC)

    assert before <= now <= after
    assert timedelta(0) == now.utcoffset()


def test_hook_that_does_nothing() -> None:
    """`ignore` takes any arguments and does nothing."""
    for arguments in ((), ("step",), ("harness", 1, 2)):
        ignore(*arguments)


def test_authorities_of_the_system() -> None:
    """The system's authorities are used, and host names are checked."""
    assert trusted_authorities(None).check_hostname


FIRST_USES: dict[str, Callable[[ssl.SSLContext], object]] = {
    "an event loop's": lambda context: context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="a.example"),
    "a socket's": lambda context: context.wrap_socket(socket.socket(), server_hostname="a.example").close(),
}


@pytest.mark.parametrize("connect", FIRST_USES.values(), ids=FIRST_USES.keys())
def test_authorities_that_are_read_later(connect: Callable[[ssl.SSLContext], object]) -> None:
    """A context reads the system's authorities with its first connection; one that is made later, at once."""
    with authorities_when_used():
        late = ssl.create_default_context()
    before, checks = late.cert_store_stats(), (late.check_hostname, late.verify_mode)
    connect(late)

    assert {"x509": 0, "crl": 0, "x509_ca": 0} == before
    assert (True, ssl.CERT_REQUIRED) == checks
    assert ssl.SSLContext is type(late)
    assert trusted_authorities(None).cert_store_stats() == late.cert_store_stats()


FILES = {
    "missing": (None, "No such file or directory"),
    "no PEM": ("hello", "NO_CERTIFICATE_OR_CRL_FOUND"),
}


@pytest.mark.parametrize(("content", "why"), FILES.values(), ids=FILES.keys())
def test_authorities_that_cannot_be_used(tmp_path: Path, content: str | None, why: str) -> None:
    """The error says what is wrong, and how to look at the file."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)

    with pytest.raises(ConfigError) as caught:
        trusted_authorities(path)
    assert (
        f"cannot use the authorities in {path}: {why}; copy the PEM file of the authority that signed the server's "
        f"certificate, and look at it with: openssl x509 -noout -text -in {path}"
    ) == caught.value.text
