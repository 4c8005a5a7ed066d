"""What must survive a power cut: verified islands and metadata, and the tickets that origin has not taken yet.

Blocking, without loop or network. Each store has a folder of its own (mode 0700) below the state directory, is locked
for one process, and is opened, used and closed by one thread. Whatever a method acknowledged by returning is on the
disk; whatever it refused or failed to write is absent as a whole, or (after a `StorageError`) present as a whole.

| store | trusted when read back? | damaged |
|---|---|---|
| `VerifiedStore` | no: trust verifies every byte again | is set aside, the PoP starts empty and fetches again |
| `Outbox` | yes: nobody else has the tickets | the PoP stops, and says which `mv` starts an empty one |

>>> with VerifiedStore(Path("pop-state")) as store:
...     store.commit({"timestamp": b"...", "island/acme/hoodie-drop": None})
"""

from edge.store.faults import DamagedError
from edge.store.outbox import Outbox
from edge.store.outbox_bounds import Bounds
from edge.store.parcel import OutboxEntry, Parcel
from edge.store.pop_key import PopIdentity, open_pop_identity
from edge.store.token_key import load_or_make_token_key
from edge.store.verified import VerifiedStore

__all__ = [
    "Bounds",
    "DamagedError",
    "Outbox",
    "OutboxEntry",
    "Parcel",
    "PopIdentity",
    "VerifiedStore",
    "load_or_make_token_key",
    "open_pop_identity",
]
