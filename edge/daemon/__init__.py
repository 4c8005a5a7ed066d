"""The running PoP: the only room that knows the others.

`run` starts and stops it, `sync` takes islands, `ask` answers questions, `handoff` keeps and delivers tickets,
`http` is the door.
"""
