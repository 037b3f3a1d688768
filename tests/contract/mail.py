"""What the rigs of mail connectors share: why mail has no such cases, and a relay's bad days."""

from dataclasses import dataclass
from typing import Literal

from channelhub.sdk.testing import FILES, HTTP_ONLY, PROOFS, Case, Fault, LineProxy, because
from tests.connectors.email.relay import Keeper

#: No mail that any program writes: bytes outside ASCII in a header's name, a broken encoded word, no boundary.
DAMAGED = b"\xff\xfe: \x00=?utf-8?b?////\r\nContent-Type: multipart/mixed; boundary\r\n\x80\r\n"

#: What befalls the connection to a relay before a mail's data: it surely wasn't taken (RFC 5321 §4.1.1.4).
BEFORE_DATA = frozenset({Fault.RESET_BEFORE, Fault.HANGS, Fault.TRUNCATED, Fault.SERVER_ERROR})

NO_MAIL_KINDS = (
    because("anybody may send mail: who wrote it is judged on arrival, and by its links", *PROOFS)
    | because("mail is one kind of thing: whatever stands in it is a mail", Case.UNKNOWN_EVENT)
    | because("files stand in the mail itself", *FILES)
    | because("a mail that was sent is never changed or taken back", Case.EDIT, Case.DELETION)
    | because("mail servers answer by codes of SMTP and IMAP, without Retry-After and without pages", *HTTP_ONLY)
)


@dataclass(kw_only=True)
class MailLine(LineProxy):
    """A line to a mail server, and how a connector that is built now has to be configured to use it."""

    is_untrusted: bool = False

    def befall(self, fault: Fault | None) -> None:
        self.is_untrusted = fault is Fault.UNTRUSTED
        super().befall(fault)

    @property
    def port_now(self) -> int:
        return self.untrusted_port if self.is_untrusted else self.port

    @property
    def tls_now(self) -> Literal["implicit", "none"]:
        return "implicit" if self.is_untrusted else "none"


def relay_line(keeper: Keeper) -> MailLine:
    """A line to a relay that was started."""
    return MailLine(target_port=keeper.port, refusal=b"421 4.3.2 We are closing for now\r\n", cut_after_bytes=10)
