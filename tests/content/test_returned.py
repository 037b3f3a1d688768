"""What bounces and receipts say, in the standard's words and in those of the programs that ignore it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content import automatic, body, mime, returned
from channelhub.content.returned import Fate, Notice, Outcome

OURS = "ch.1.2.abc@shop.example"


def read(raw: str) -> Notice | None:
    mail = mime.read(raw.replace("\n", "\r\n").encode())
    text = body.read(mail).text
    return returned.read(mail, text, is_bounce=automatic.recognise(mail, text).is_bounce)


def outcome(recipient: str, fate: Fate, reason: str, *, is_permanent: bool = False) -> Outcome:
    return Outcome(recipient=recipient, fate=fate, is_permanent=is_permanent, reason=reason)


def dsn(*blocks: str, returned_as: str = "message/rfc822") -> str:
    status = "\n\n".join(("Reporting-MTA: dns; mx.example.net", *blocks))
    return f"""From: MAILER-DAEMON@mx.example.net
To: help@shop.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

I'm sorry.

--b
Content-Type: message/delivery-status

{status}

--b
Content-Type: {returned_as}

From: help@shop.example
Message-ID: <{OURS}>
Subject: Re: lamp

words
--b--
"""


@pytest.mark.parametrize("returned_as", ["message/rfc822", "text/rfc822-headers"])
def test_a_delivery_status_names_the_mail_the_address_the_reason_and_whether_it_is_for_good(returned_as: str) -> None:
    found = read(
        dsn(
            "Final-Recipient: rfc822; ann@example.com\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 <ann@example.com>:\n  no such user",
            returned_as=returned_as,
        )
    )

    assert found is not None
    assert found.message_ids[0] == OURS
    assert found.outcomes == (
        outcome("ann@example.com", Fate.FAILED, "5.1.1 550 5.1.1 <ann@example.com>: no such user", is_permanent=True),
    )


def test_each_recipient_has_a_fate_of_its_own_and_the_address_we_wrote_to_is_told() -> None:
    found = read(
        dsn(
            "Original-Recipient: rfc822;ann@example.com\nFinal-Recipient: rfc822;a.smith@inner.example\n"
            "Action: delayed\nStatus: 4.4.1",
            "Final-Recipient: rfc822;bob@example.com\nAction: relayed\nStatus: 2.0.0",
            "Final-Recipient: rfc822;eve@example.com\nAction: failed\nStatus: 4.4.7\nDiagnostic-Code: smtp; expired",
        )
    )

    assert found is not None
    assert found.outcomes == (
        outcome("ann@example.com", Fate.DELAYED, "4.4.1"),
        outcome("bob@example.com", Fate.DELIVERED, "2.0.0"),
        outcome("eve@example.com", Fate.FAILED, "4.4.7 expired"),
    )


QMAIL = f"""From: MAILER-DAEMON@mx.example.net
To: help@shop.example
Subject: failure notice
Return-Path: <>

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ann@example.com>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <help@shop.example>
Message-ID: <{OURS}>
Subject: Re: lamp

call 550 5.5.5 now
"""
EXIM = f"""From: Mail Delivery System <Mailer-Daemon@mx.example.net>
To: help@shop.example
X-Failed-Recipients: ann@example.com
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ann@example.com
    host mx.example.com [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<ann@example.com>:
    550 mailbox unavailable

------ This is a copy of the message, including all the headers. ------

Message-ID: <{OURS}>
"""
SENDMAIL = f"""From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>
To: help@shop.example
Subject: Warning: could not send message for past 4 hours

    **********************************************
    **      THIS IS A WARNING MESSAGE ONLY      **
    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **
    **********************************************

   ----- The following addresses had transient non-fatal errors -----
<ann@example.com>

   ----- Transcript of session follows -----
<ann@example.com>... Deferred: Connection timed out with mx.example.com.
Warning: message still undelivered after 4 hours

Message-ID: <{OURS}>
"""
EXCHANGE = f"""From: System Administrator <postmaster@corp.example>
To: help@shop.example
Subject: Undeliverable: Re: lamp
In-Reply-To: <{OURS}>

Your message did not reach some or all of the intended recipients.

The following recipient(s) could not be reached:

      ann@example.com on 02.03.2026 10:00
            The e-mail account does not exist at the organization this message was sent to.
            <corp.example #5.1.1>
"""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            QMAIL,
            outcome("ann@example.com", Fate.FAILED, "Sorry, no mailbox here by that name. (#5.1.1)", is_permanent=True),
        ),
        (EXIM, outcome("ann@example.com", Fate.FAILED, "550 mailbox unavailable", is_permanent=True)),
        (SENDMAIL, outcome("ann@example.com", Fate.DELAYED, "")),
        (EXCHANGE, outcome("ann@example.com", Fate.FAILED, "<corp.example #5.1.1>", is_permanent=True)),
    ],
    ids=["qmail", "exim", "sendmail", "exchange"],
)
def test_the_dialects_are_understood(raw: str, expected: Outcome) -> None:
    found = read(raw)

    assert found is not None
    assert found.outcomes == (expected,)
    assert OURS in found.message_ids


def receipt(disposition: str) -> str:
    return f"""From: Ann <ann@example.com>
To: help@shop.example
Subject: Read: Re: lamp
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b
Content-Type: text/plain

Your message was shown.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822;ann@example.com
Original-Message-ID: <{OURS}>
Disposition: {disposition}

--b--
"""


@pytest.mark.parametrize(
    ("disposition", "fate", "reason"),
    [
        ("manual-action/MDN-sent-manually; displayed", Fate.READ, ""),
        ("automatic-action/MDN-sent-automatically; deleted", Fate.DELIVERED, "deleted"),
    ],
)
def test_a_receipt_says_that_it_was_read_or_thrown_away_unread(disposition: str, fate: Fate, reason: str) -> None:
    found = read(receipt(disposition))

    assert found == Notice(message_ids=(OURS,), outcomes=(outcome("ann@example.com", fate, reason),))


def test_a_persons_mail_and_a_complaint_report_nothing() -> None:
    plain = f"From: ann@example.com\nSubject: Re: lamp\n\n550 5.1.1 <ann@example.com> failed\nMessage-ID: <{OURS}>\n"
    complaint = dsn("Final-Recipient: rfc822;a@b.example\nAction: failed").replace(
        "message/delivery-status", "message/feedback-report"
    )

    assert read(plain) is None
    assert read(complaint.replace("report-type=delivery-status", "report-type=feedback-report")) is None


@given(
    st.text(max_size=3000),
    st.sampled_from(["message/delivery-status", "message/disposition-notification", "text/plain"]),
)
def test_nothing_in_a_report_raises_or_grows(words: str, kind: str) -> None:
    head = "From: mailer-daemon@x.example\nSubject: failure notice\nContent-Type: multipart/report; boundary=b"
    raw = f"{head}\n\n--b\nContent-Type: {kind}\n\n{words}\n--b--\n"
    mail = mime.read(raw.encode("utf-8", "surrogatepass"))
    found = returned.read(mail, words, is_bounce=True)

    for one in found.outcomes if found else ():
        assert len(one.reason) <= returned.MAX_REASON_CHARS
        assert one.reason == " ".join(one.reason.split())
        assert len(one.recipient) <= 330
    assert found is None or (len(found.outcomes) <= returned.MAX_FATES and len(found.message_ids) <= returned.MAX_IDS)
