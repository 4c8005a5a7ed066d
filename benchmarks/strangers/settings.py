"""What a PoP is told before it is measured: its client is an ingest, and no limit counts the load as one viewer's."""

RAISED = """
[limits]
session_per_s = 0
tickets_per_min = 0
address_per_s = 0
address_tickets_per_min = 0
new_sessions_per_s = 0
refused_per_s = 0

[outbox]
tenant_share = 1.0
"""
"""Sections of `pop.toml`. The demo's own `[http]` trusts this machine as an ingest."""
