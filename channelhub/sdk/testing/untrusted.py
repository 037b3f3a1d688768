"""A certificate for 127.0.0.1 that no client trusts, for servers that pretend to be the vendor's."""

import ssl
import tempfile

#: Made for this file and used nowhere else: everybody may know its key.
_PEM = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9i5TV3Ucjwvsna20
QyIo3NQj/wh3M0g8jTBW13/8rq+hRANCAAT71BS/yncwkUtRPnUFGFK+ucP55Ub4
o/9PMe4RHD7hPKGsbDPlcYC5RZnXLu+sZEENWW/HOHdK+mpCpfWsOfm0
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBrDCCAVOgAwIBAgIUTZyi0e3r0v7VPLpUpQ0ja6E+St0wCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSbm9ib2R5IHRydXN0cyB0aGlzMCAXDTI2MTEyMjEwNTMwOFoY
DzIxMjYxMDI5MTA1MzA4WjAdMRswGQYDVQQDDBJub2JvZHkgdHJ1c3RzIHRoaXMw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT71BS/yncwkUtRPnUFGFK+ucP55Ub4
o/9PMe4RHD7hPKGsbDPlcYC5RZnXLu+sZEENWW/HOHdK+mpCpfWsOfm0o28wbTAd
BgNVHQ4EFgQUGM+QMFopwiV5bG3hLhWJEOaY6AcwHwYDVR0jBBgwFoAUGM+QMFop
wiV5bG3hLhWJEOaY6AcwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2Nh
bGhvc3SHBH8AAAEwCgYIKoZIzj0EAwIDRwAwRAIgUdBGeSAX2s8jue+ommIHak3C
YLvXHWZ+vmGhhqPPDasCIFmkJegcUhQZiNK33C7zaaec8QxLePNufw9TfpL+fH4M
-----END CERTIFICATE-----
"""


def untrusted_context() -> ssl.SSLContext:
    """What a server shows itself with: a client that verifies refuses the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(_PEM)
        file.flush()
        context.load_cert_chain(file.name)
    return context
