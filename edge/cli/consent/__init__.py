"""Which commands does one use with consent records? Export them, verify them, issue them again under a new key."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.consent.consent import consent_command
else:
    __getattr__ = lazy_face(__name__, {"consent": "consent_command"})

__all__ = ["consent_command"]
