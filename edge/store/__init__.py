"""What must survive a power cut? Verified islands, tickets that origin has not taken yet, counts, a PoP's own keys.

Blocking, without loop or network. Each store has a folder of its own (mode 0700) below the state directory, is locked
for one process, and is opened, used and closed by one thread. What a method acknowledged by returning is on the disk;
what it refused or failed to write is absent as a whole, or (after a `StorageError`) present as a whole.

| room | trusted when read back? | damaged |
|---|---|---|
| `verified` | no: trust verifies every byte again | is set aside, the PoP starts empty and fetches again |
| `outbox` | yes: nobody else has the tickets | the PoP stops, and says which `mv` starts an empty one |
| `tally` | yes: they are only statistics | is set aside, counting begins again |
| `secrets` | yes | a damaged status key stops nothing but statuses; a damaged token key is replaced |

    with VerifiedStore(Path("pop-state")) as store:
        store.commit({"timestamp": b"...", "island/acme/hoodie-drop": None})
"""

__all__ = ["files", "outbox", "secrets", "tally", "verified"]
