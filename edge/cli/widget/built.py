"""The widget's loader as it is installed here."""

import base64
import hashlib
from pathlib import Path

import edge
from edge.errors import ConfigError

_LOADER = Path(edge.__file__).parent / "faces" / "built" / "widget" / "skerry.js"


def read_loader() -> bytes:
    """Its bytes. Raises `ConfigError` if it cannot be read."""
    try:
        return _LOADER.read_bytes()
    except OSError as error:
        raise ConfigError(f"the widget {_LOADER} cannot be read: {error.strerror}; install Skerry again") from error


def hash_pin(content: bytes) -> str:
    """The value of `integrity` that pins these bytes."""
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"
