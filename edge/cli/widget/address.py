"""The address of a PoP, as it is typed."""

from urllib.parse import urlsplit

from edge.errors import ConfigError
from edge.foreign_words import one_line


def address_in(url: str) -> str:
    """The address. Raises `ConfigError` if it is none."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"https", "http"} and bool(parts.hostname) and not parts.query
    except ValueError:
        is_address = False
    if not is_address:
        raise ConfigError(f"--pop is {one_line(url)}, expected an address such as https://pop.example")
    return url
