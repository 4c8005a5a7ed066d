"""Files that the operator puts on a PoP: the root of trust and the NATS account. Blocking."""

import importlib.util

from edge.config import PopConfig, library_missing
from edge.host import NKEY_ADVICE, read_content, read_token, trusted_authorities
from edge.wire.nats import NatsAccount


def read_trusted_root(config: PopConfig) -> bytes:
    """The bytes of `trusted_root`, unverified. Blocking. Raises `ConfigError` when the file cannot be read."""
    path = config.path(config.publisher.trusted_root)
    advice = "copy it from the publisher, which writes it with: skerry keys init"
    return read_content(path, what=f"the trusted root {path}", advice=advice)


def read_nats_account(
    config: PopConfig,
    *,
    section: str,
    servers: tuple[str, ...],
    nkey_file: str,
    ca_file: str,
    subject: str,
    stream: str,
    domain: str = "",
) -> NatsAccount:
    """The NATS account that `section` of the configuration describes; `section` is named in the error.

    Blocking. Raises `ConfigError` when the library `nats` or a file is missing.
    """
    if importlib.util.find_spec("nats") is None:
        raise library_missing("nats", extra="nats", needed_by=section)
    return NatsAccount(
        servers=servers,
        name=config.pop.name,
        subject=subject,
        stream=stream,
        domain=domain,
        tls=trusted_authorities(config.path(ca_file) if ca_file else None),
        seed=read_token(config.path(nkey_file), advice=NKEY_ADVICE) if nkey_file else None,
    )
