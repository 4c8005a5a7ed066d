"""Secrets that an operator puts on this machine: files of one line. No message ever shows what is in them."""

from pathlib import Path

from edge.errors import ConfigError

TOKEN_MAX_CHARACTERS = 512
"""Twelve times 256 bits in base64; what is longer is another file."""

NKEY_ADVICE = "write the seed that was made with: nk -gen user"


def read_token(path: Path, *, advice: str) -> str:
    """The token or seed in a file of one line. Blocking; raises `ConfigError`, never with any of the content."""
    advice = f"{advice}, then run: chmod 600 {path}"
    try:
        token = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; {advice}") from error
    except UnicodeDecodeError:
        token = ""
    if not token or len(token) > TOKEN_MAX_CHARACTERS or not token.isprintable() or " " in token:
        raise ConfigError(f"{path} is not one token in one line; {advice}")
    return token
