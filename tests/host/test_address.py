"""Addresses as a server prints them."""

from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.host import proxy_for, url_of

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


PROXY = "http://proxy.example:3128"
FAR = "https://origin.example/tickets"


def login(tmp_path: Path, text: str) -> Path:
    """A file with a login, which only its owner may read."""
    file = tmp_path / "login"
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_proxy_has_its_login(tmp_path: Path) -> None:
    """Escaped, so that a password may hold any sign; and nothing on loopback, or without a proxy."""
    file = login(tmp_path, "pop:p@ss/word\n")

    assert "http://pop:p%40ss%2Fword@proxy.example:3128" == proxy_for(FAR, PROXY, file)
    assert PROXY == proxy_for(FAR, PROXY, None)
    assert proxy_for(FAR, "", file) is None
    assert proxy_for("http://127.0.0.1:8070", PROXY, file) is None


@pytest.mark.parametrize("text", ["no-colon-here\n", "us\u00e9r:password\n"], ids=["no-colon", "not-ascii"])
def test_login_of_another_form(tmp_path: Path, text: str) -> None:
    """The error names the file, and not what is in it."""
    with pytest.raises(ConfigError, match="does not hold a proxy's login") as caught:
        proxy_for(FAR, PROXY, login(tmp_path, text))

    assert text.strip() not in caught.value.text
