"""The certificate that STARTTLS shows, read again when its files change: renewals need no restart."""

import ssl
from pathlib import Path

from channelhub.sdk.errors import Unavailable
from connectors.email.config import SmtpConfig
from connectors.email.filestamp import Stamp, stamp_of


class ServerTls:
    """A context for STARTTLS that follows its files. TLS 1.2 at least, as `ssl.create_default_context` sets it."""

    def __init__(self, certificate: Path, key: Path | None) -> None:
        """Read the files. Raises `Unavailable` when they can't be used."""
        self._certificate = certificate
        self._key = key
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._stamp = self._current_stamp()
        try:
            self._context.load_cert_chain(certificate, key)
        except OSError as error:  # ssl.SSLError is one
            raise Unavailable(f"can't read the certificate {certificate} and its key: {error}") from error

    def context(self) -> ssl.SSLContext:
        """The context for the next handshake. A renewal that can't be read yet leaves the former certificate."""
        stamp = self._current_stamp()
        if stamp != self._stamp:
            renewed = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            try:
                renewed.load_cert_chain(self._certificate, self._key)
            except OSError:
                return self._context  # half written: tried again at the next handshake
            self._context, self._stamp = renewed, stamp
        return self._context

    def _current_stamp(self) -> Stamp:
        return stamp_of(self._certificate) if self._key is None else stamp_of(self._certificate, self._key)


def server_tls(config: SmtpConfig) -> ServerTls | None:
    """What STARTTLS is offered with, or None when no certificate is configured."""
    if not config.tls_certificate_file:
        return None
    return ServerTls(Path(config.tls_certificate_file), Path(config.tls_key_file) if config.tls_key_file else None)
