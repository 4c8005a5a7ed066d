"""How does an author's island reach every PoP? The author's and the publisher's side; a PoP never imports it.

The rooms, from the bottom up:

    source      reads what the author wrote
    keys        stores private keys
    repository  holds the signed metadata in force, and changes it
    compile     turns a source into signed bytes
    signing     says who may sign, and lets several people sign together
    evaluate    measures how good an island will be
    release     decides which revision viewers get
    fleet       knows the PoPs
    server      serves all of it to the PoPs
"""

__all__ = ["compile", "evaluate", "fleet", "keys", "release", "repository", "server", "signing", "source"]
