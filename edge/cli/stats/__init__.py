"""How well do machine and people do? Counts of several PoPs, added up and shown."""

__all__: list[str] = []
