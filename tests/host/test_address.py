"""Addresses as a server prints them."""

import pytest

from edge.host import url_of

URLS = {
    "a name": ("localhost", "http://localhost:8080"),
    "an IPv4 address": ("127.0.0.1", "http://127.0.0.1:8080"),
    "an IPv6 address": ("::1", "http://[::1]:8080"),
    "an IPv6 address with a zone": ("fe80::1%eth0", "http://[fe80::1%25eth0]:8080"),
}


@pytest.mark.parametrize(("host", "url"), URLS.values(), ids=URLS.keys())
def test_url_of_an_address(host: str, url: str) -> None:
    """Any client can use it as it is printed."""
    assert url == url_of(host, 8080)


def test_url_with_tls() -> None:
    """The scheme says that the server speaks TLS."""
    assert "https://[::1]:1" == url_of("::1", 1, scheme="https")
