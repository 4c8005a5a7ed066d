"""What must survive a power cut: verified islands and metadata, and the tickets that origin has not taken yet.

Blocking, without loop or network. Each store has a folder of its own (mode 0700) below the state directory, is locked
for one process, and is opened, used and closed by one thread. Whatever a method acknowledged by returning is on the
disk; whatever it refused or failed to write is absent as a whole, or (after a `StorageError`) present as a whole.

| store | trusted when read back? | damaged |
|---|---|---|
| `VerifiedStore` | no: trust verifies every byte again | is set aside, the PoP starts empty and fetches again |
| `Outbox` | yes: nobody else has the tickets | the PoP stops, and says which `mv` starts an empty one |
| `TallyStore` | yes: they are only statistics | is set aside, counting begins anew |

>>> with VerifiedStore(Path("pop-state")) as store:
...     store.commit({"timestamp": b"...", "island/acme/hoodie-drop": None})
"""

__all__ = ["files", "outbox", "secrets", "tally", "verified"]
