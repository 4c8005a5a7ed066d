"""Which commands does one use with a PoP? Run it, ask it, verify what it serves, take an island off it."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.pop.ask import COLOURS, ask_command
    from edge.cli.pop.evict import evict_command, restore_command
    from edge.cli.pop.outbox import outbox_command
    from edge.cli.pop.running import config_option, running_pop, state_option
    from edge.cli.pop.serve import pop_command
    from edge.cli.pop.verify import verify_command
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "ask": "COLOURS ask_command",
            "evict": "evict_command restore_command",
            "outbox": "outbox_command",
            "running": "config_option running_pop state_option",
            "serve": "pop_command",
            "verify": "verify_command",
        },
    )

__all__ = [
    "COLOURS",
    "ask_command",
    "config_option",
    "evict_command",
    "outbox_command",
    "pop_command",
    "restore_command",
    "running_pop",
    "state_option",
    "verify_command",
]
