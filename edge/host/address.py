"""Addresses that a server listens on, as people read them.

>>> url_of("::1", 8080)
'http://[::1]:8080'
"""


def url_of(host: str, port: int, *, scheme: str = "http") -> str:
    """The URL of a server. An IPv6 address is put in brackets, and its zone is escaped (RFC 3986, RFC 6874)."""
    shown = f"[{host.replace('%', '%25')}]" if ":" in host else host
    return f"{scheme}://{shown}:{port}"
