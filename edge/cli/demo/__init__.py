"""What does Skerry do? A demo with real publisher, PoP and tickets on one machine."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.demo.demo import demo_command
    from edge.cli.demo.harness import SKERRY, Harness, free_ports
    from edge.cli.demo.local_site import LocalSite
    from edge.cli.demo.origin import DemoOrigin
    from edge.cli.demo.shop import DemoShop
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "demo": "demo_command",
            "harness": "SKERRY Harness free_ports",
            "local_site": "LocalSite",
            "origin": "DemoOrigin",
            "shop": "DemoShop",
        },
    )

__all__ = [
    "SKERRY",
    "DemoOrigin",
    "DemoShop",
    "Harness",
    "LocalSite",
    "demo_command",
    "free_ports",
]
