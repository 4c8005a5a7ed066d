"""Skerry: answers viewers' frequent questions at the edge, with answers that a team approved and signed."""

__version__ = "0.1.0"
