"""Skerry: signed FAQ islands, served and triaged at the edge."""

__version__ = "0.1.0"
