"""Addresses that a server listens on, as people read them; and the forward proxies by which others are reached.

>>> url_of("::1", 8080)
'http://[::1]:8080'
"""

from pathlib import Path
from urllib.parse import quote

from edge.config import goes_directly
from edge.errors import ConfigError
from edge.host.secrets import read_line


def url_of(host: str, port: int, *, scheme: str = "http") -> str:
    """The URL of a server. An IPv6 address is put in brackets, and its zone is escaped (RFC 3986, RFC 6874)."""
    shown = f"[{host.replace('%', '%25')}]" if ":" in host else host
    return f"{scheme}://{shown}:{port}"


def proxy_for(url: str, proxy: str, login_file: Path | None) -> str | None:
    """The forward proxy by which `url` is reached, with its login: a secret. None: directly, as always on loopback.

    Blocking. Raises `ConfigError` that names the file of the login, never its content.
    """
    if not proxy or goes_directly(url):
        return None
    if login_file is None:
        return proxy
    advice = f"write USER:PASSWORD there: $EDITOR {login_file}"
    login = read_line(login_file, what=f"the proxy's login {login_file}", advice=advice, if_empty=advice)
    user, colon, password = login.partition(":")
    if not colon or not login.isascii() or not login.isprintable():
        raise ConfigError(f"{login_file} does not hold a proxy's login in one line; {advice}")
    return proxy.replace("http://", f"http://{quote(user, safe='')}:{quote(password, safe='')}@", 1)
