"""How does an author's island reach every PoP? The author's and the publisher's side; a PoP never imports it.

`author` and `lint` read and judge, `compile` signs, `repository` makes it the current state of a TUF repository,
`server` hands it out. Private keys are in `custody` and nowhere else.
"""

__all__ = ["compile", "evaluate", "fleet", "keys", "release", "repository", "server", "signing", "source"]
