"""Forward proxies: which text names one, and which addresses are reached without one. The PoP and the commands agree.

>>> goes_directly("http://[::1]:8080"), goes_directly("https://publisher.example.com")
(True, False)
"""

import re
from urllib.parse import urlsplit

from edge.config.callers import is_loopback_host

EXPECTED_PROXY = "expected http://HOST:PORT"

_PROXY = re.compile(r"http://(\[[0-9A-Fa-f:.]+\]|[^\s/\\@?#:\[\]]+):(?P<port>[1-9][0-9]{0,4})/?")
"""In small letters: a login is put behind `http://`."""

_MAX_PORT = 65_535


def is_proxy_url(text: str) -> bool:
    """True for `http://HOST:PORT`, and nothing before or after it: a login is a secret, and stands in a file."""
    match = _PROXY.fullmatch(text)
    return match is not None and int(match["port"]) <= _MAX_PORT


def goes_directly(url: str) -> bool:
    """True for an address on this machine: to a proxy, the same words mean another machine."""
    try:
        return is_loopback_host(urlsplit(url).hostname or "")
    except ValueError:
        return False
