"""What does Skerry do? Everything on one machine, with nothing pretended."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.demo.demo import demo_command
    from edge.cli.demo.harness import SKERRY, Harness
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "demo": "demo_command",
            "harness": "SKERRY Harness",
        },
    )

__all__ = [
    "SKERRY",
    "Harness",
    "demo_command",
]
