"""Which commands does one use with viewers' pseudonyms? Give a tenant its key, find its viewers again."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.sessions.sessions import sessions_command
else:
    __getattr__ = lazy_face(__name__, {"sessions": "sessions_command"})

__all__ = ["sessions_command"]
