"""`edge.config.proxies`: which text names a forward proxy."""

import pytest

from edge.config import is_proxy_url

GOOD = {
    "a name": "http://proxy.example.com:3128",
    "a slash at its end": "http://proxy:3128/",
    "an IPv4 address": "http://10.0.0.1:1",
    "an IPv6 address": "http://[2001:db8::1]:65535",
}
BAD = {
    "nothing": "",
    "capitals, behind which no login is put": "HTTP://proxy:3128",
    "a query": "http://proxy:3128?x",
    "a query behind a slash": "http://proxy:3128/?x",
    "a fragment": "http://proxy:3128#f",
    "a path": "http://proxy:3128/path",
    "a space before it": " http://proxy:3128",
    "a line's end": "http://proxy:3128\n",
    "a space in the name": "http://pro xy:3128",
    "a login": "http://u:p@proxy:3128",
    "no port": "http://proxy",
    "port 0": "http://proxy:0",
    "a port that is too large": "http://proxy:65536",
    "a port in another script": "http://proxy:٣١٢٨",
    "another scheme": "https://proxy:3128",
    "no scheme": "proxy:3128",
    "an open bracket": "http://[::1:3128",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_proxy(text: str) -> None:
    """A host, a port, and no more."""
    assert is_proxy_url(text)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_no_proxy(text: str) -> None:
    """What could mean something that nobody obeys is refused, so that nothing is dropped in silence."""
    assert not is_proxy_url(text)
