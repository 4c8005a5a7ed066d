"""What must survive a power cut? Verified islands, undelivered tickets, counts, and the PoP's own keys.

This room blocks, and uses neither the event loop nor the network. Each store has its own folder (mode 0700) in the
state directory. It is locked for one process, and one thread opens, uses and closes it. A change is on the disk when
its method returns. A change that was refused, or failed, is absent as a whole; after a `StorageError` it may also be
present as a whole.

| room | trusted when read back? | if it is damaged |
|---|---|---|
| `verified` | no: `edge.trust` verifies every byte again | it is set aside; the PoP starts empty and fetches again |
| `outbox` | yes: the tickets are nowhere else | the PoP does not start; the error says what to run |
| `tally` | yes: it holds only statistics | it is set aside; counting starts from zero |
| `secrets` | yes: a PoP makes its keys itself | no statuses without `status.key`; a new `token.key` ends all tokens |

    with VerifiedStore(Path("pop-state")) as store:
        store.commit({"timestamp": b"...", "island/acme/hoodie-drop": None})
"""

__all__ = ["files", "outbox", "secrets", "tally", "verified"]
