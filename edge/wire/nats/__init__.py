"""How do pushes, tickets and load reports travel over NATS?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.nats.account import NatsAccount, NatsSecrets
    from edge.wire.nats.jetstream_origin import NatsOrigin
    from edge.wire.nats.link import NatsLink, nats_link
    from edge.wire.nats.load_subscription import NatsLoadSubscription
    from edge.wire.nats.push_subscription import NatsPush
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "account": "NatsAccount NatsSecrets",
            "jetstream_origin": "NatsOrigin",
            "link": "NatsLink nats_link",
            "load_subscription": "NatsLoadSubscription",
            "push_subscription": "NatsPush",
        },
    )

__all__ = [
    "NatsAccount",
    "NatsLink",
    "NatsLoadSubscription",
    "NatsOrigin",
    "NatsPush",
    "NatsSecrets",
    "nats_link",
]
