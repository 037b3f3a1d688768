"""What a failure of the IMAP connection means, in words for the administrator that hold nothing of a mail."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient.exceptions import ProtocolError

from channelhub.sdk.errors import AuthFailed, ConnectorError, Unavailable

#: RFC 5530 §3: the credentials are wrong, or a person has to act.
_SURE = re.compile(
    r"\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED|PRIVACYREQUIRED|CONTACTADMIN)\]", re.IGNORECASE
)
#: RFC 5530 §3 and what servers write without a code: later it may work.
_PASSING = re.compile(
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|OVERQUOTA)\]|temporar|try again|too many|unavailable|timed? ?out|\bbusy\b"
    r"|internal (server )?error|rate limit|throttl",
    re.IGNORECASE,
)
#: A refusal without a reason may be a bad day of the server: so many in a row are believed.
REFUSALS_BELIEVED = 3
_REFUSED_RETRY_S = 60.0
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_MAX_SAID = 200


class LinkLost(Unavailable):
    """The connection is gone or of no more use. A new one may well work."""


class Refused(Unavailable):
    """The server answered NO or BAD; the connection is fine."""


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Whatever the library raises inside becomes LinkLost or Refused. `doing` begins their sentence."""
    try:
        yield
    except imaplib.IMAP4.readonly as exc:
        raise Refused(f"{doing}: the server lets us only read this folder") from exc
    except (imaplib.IMAP4.abort, ProtocolError) as exc:
        raise LinkLost(f"{doing}: {_lost(exc)}") from exc
    except imaplib.IMAP4.error as exc:
        if "got more than" in str(exc):  # the rest of an endless line would be taken for the next answer
            raise LinkLost(f"{doing}: the server sent an endless line") from exc
        raise Refused(f"{doing}: the server refuses: {said(exc)}") from exc
    except ssl.SSLCertVerificationError as exc:
        raise LinkLost(
            f"{doing}: the server's certificate can't be verified ({exc.verify_message}): set ca_file for a private "
            "CA, and host to the name in the certificate"
        ) from exc
    except TimeoutError as exc:
        raise LinkLost(f"{doing}: the server is silent") from exc
    except OSError as exc:
        raise LinkLost(f"{doing}: {exc.strerror or type(exc).__name__}") from exc
    except (ValueError, LookupError, TypeError, AttributeError) as exc:
        # The library trips over an answer that no server should give, or over a socket that we cut.
        raise LinkLost(f"{doing}: the connection was cut or the answer makes no sense ({type(exc).__name__})") from exc


def login_fault(exc: imaplib.IMAP4.error, *, what: str, refusals: int) -> ConnectorError:
    """What a refused login means. `refusals` counts them in a row, this one included.

    The library puts every failure during a login under one type, a lost connection too.
    """
    before = exc.__context__
    if isinstance(before, imaplib.IMAP4.abort):
        return LinkLost(f"signing in: {_lost(before)}")
    answer = said(exc)
    if _SURE.search(answer):
        return AuthFailed(f"the server refuses {what}: {answer}")
    if _PASSING.search(answer) or refusals < REFUSALS_BELIEVED:
        return Unavailable(f"the server doesn't let us in now: {answer}", retry_after_s=_REFUSED_RETRY_S)
    return AuthFailed(f"the server refused {what} {refusals} times in a row: {answer}")


def said(exc: BaseException) -> str:
    """The server's own words in one short line."""
    text = _CONTROLS.sub(" ", str(exc)).strip()
    if text[:2] in ("b'", 'b"'):
        text = text[2:-1]
    return text[:_MAX_SAID]


def _lost(exc: BaseException) -> str:
    """Without the line that came: it may be a piece of a mail."""
    text = str(exc)
    if "BYE" in text or "EOF" in text:
        return "the server closed the connection"
    if text.startswith("socket error") and "unterminated" not in text:
        return "the connection broke"
    return "the connection broke in the middle of an answer, or the answer makes no sense"
