"""What does a ledger prove? Verify a log, prove that a leaf is in it, copy it, compare a chat with it."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.ledger.audit import audit_command
    from edge.cli.ledger.commands import ledger_command
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "audit": "audit_command",
            "commands": "ledger_command",
        },
    )

__all__ = [
    "audit_command",
    "ledger_command",
]
