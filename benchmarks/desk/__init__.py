"""Skerry's own desk and three PoPs that hand over to it."""
