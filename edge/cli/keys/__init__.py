"""What does a key holder type? Make, keep, replace and recover keys; add tenants."""

__all__: list[str] = []
