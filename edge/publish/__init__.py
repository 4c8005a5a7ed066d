"""How does an author's island reach every PoP? The author's and the publisher's side; a PoP never imports it.

Bottom up: `source` reads what the author wrote, `keys` keeps private keys, `repository` changes what is in force,
`compile` makes signed bytes, `signing` says who may sign, `evaluate` says how good an island will be, `release` decides
what viewers get now, `fleet` knows the PoPs, `server` hands it all out.
"""

__all__ = ["compile", "evaluate", "fleet", "keys", "release", "repository", "server", "signing", "source"]
