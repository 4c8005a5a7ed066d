"""Authorities whose certificates this machine trusts."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge.errors import ConfigError


def trusted_authorities(ca_file: Path | None) -> ssl.SSLContext:
    """TLS context that trusts the authorities in `ca_file`, or the system's if it is None.

    Blocks. Raises `ConfigError` if the file cannot be read or is no PEM file.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        why = getattr(error, "reason", None) or error.strerror or "unreadable"
        raise ConfigError(
            f"cannot use the authorities in {ca_file}: {why}; copy the PEM file of the authority that signed the "
            f"server's certificate, and look at it with: openssl x509 -noout -text -in {ca_file}"
        ) from error


@contextmanager
def authorities_when_used() -> Iterator[None]:
    """TLS contexts that are made within this read the system's authorities with their first connection.

    aiohttp makes two when it is imported, and one of them verifies nothing. To read the authorities takes 25 ms of
    processor time each, and a PoP that trusts its own needs neither. Nothing else may make contexts meanwhile.
    """
    # The one method by which `ssl.create_default_context` reads them, too.
    ssl.SSLContext.set_default_verify_paths = _Late.begin  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        # What is inherited is in force again.
        del ssl.SSLContext.set_default_verify_paths


class _Late(ssl.SSLContext):
    """A context that has not read the system's authorities yet."""

    @staticmethod
    def begin(context: ssl.SSLContext) -> None:
        """Make a context one that reads them later."""
        context.__class__ = _Late

    def wrap_bio(self, *arguments: Any, **options: Any) -> ssl.SSLObject:
        """As `ssl.SSLContext.wrap_bio`: event loops make each connection by it."""
        return self._read().wrap_bio(*arguments, **options)

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        """As `ssl.SSLContext.wrap_socket`."""
        return self._read().wrap_socket(*arguments, **options)

    def _read(self) -> ssl.SSLContext:
        self.__class__ = ssl.SSLContext  # type: ignore[assignment]
        self.set_default_verify_paths()
        return self
