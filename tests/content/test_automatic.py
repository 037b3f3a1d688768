"""Machines are told from people by headers, structure and, for bounces, words."""

import pytest

from channelhub.content import automatic, body, mime
from channelhub.domain.inbound import Automatic


def recognise(*rows: str) -> Automatic:
    mail = mime.read("\r\n".join(rows).encode())
    return automatic.recognise(mail, body.read(mail).text)


@pytest.mark.parametrize(
    "rows",
    [
        ("Auto-Submitted: auto-replied", "", "x"),
        ("Auto-Submitted: auto-replied (vacation)", "", "x"),
        ("Auto-Submitted: auto-generated; type=x", "", "x"),
        ("X-Autoreply: yes", "", "x"),
        ("Precedence: auto_reply", "", "x"),
        ("X-Auto-Response-Suppress: All", "", "x"),
        ("Subject: Automatic reply: your order", "", "x"),
        ("Subject: Автоответ: в отпуске", "", "x"),
        ("Subject: Автоматична відповідь: оплата", "", "x"),
        ("Subject: Out of Office", "", "x"),
        ("Subject: Abwesenheitsnotiz", "", "x"),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=b", "",
            "--b", "", "displayed", "--b", "Content-Type: message/disposition-notification", "", "x", "--b--",
        ),
        (
            "Content-Type: multipart/report; report-type=feedback-report; boundary=b", "",
            "--b", "", "abuse", "--b", "Content-Type: message/feedback-report", "", "x", "--b--",
        ),
    ],
)  # fmt: skip
def test_recognises_answers_of_machines(rows: tuple[str, ...]) -> None:
    assert recognise(*rows).is_reply


@pytest.mark.parametrize(
    "rows",
    [
        (
            "From: MAILER-DAEMON@mx.example",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
            "--b", "", "failed", "--b", "Content-Type: message/delivery-status", "", "Action: failed", "--b--",
        ),
        ("X-Failed-Recipients: u@x.example", "", "x"),
        ("Return-Path: <>", "Subject: failure notice", "", "x"),
        ("From: Mail Delivery System <mailer-daemon@mx.example>",
         "Subject: Undelivered Mail Returned to Sender", "", "x"),
        ("From: postmaster@mx.example", "Subject: hello", "", "Your message did not reach the following recipient(s):"),
        ("Return-Path: <>", "Subject: Не удалось доставить сообщение", "", "x"),
    ],
)  # fmt: skip
def test_recognises_bounces(rows: tuple[str, ...]) -> None:
    assert recognise(*rows).is_bounce


@pytest.mark.parametrize(
    "rows",
    [
        ("From: ann@x.example", "Subject: hello", "", "x"),
        ("From: ann@x.example", "Auto-Submitted: no", "", "x"),
        (
            "From: ann@x.example",
            "Subject: Re: Undelivered Mail Returned to Sender",
            "",
            "My mail bounced, user unknown",
        ),
        ("From: ann@x.example", "Subject: Недоставленный заказ", "", "Заказ не доставлен уже неделю, 550 грн"),
        ("From: ann@x.example", "Subject: Fwd: failure notice", "Return-Path: <>", "", "look"),
        ("From: ann@x.example", "Subject: mail delivery failed again", "", "Mailbox is full?"),
        ("From: postmaster@x.example", "Subject: Вопрос по счёту", "", "Добрый день, пришлите счёт."),
        ("From: ann@x.example", "Subject: Re: автоответ вашей системы", "", "x"),
    ],
)
def test_leaves_people_alone(rows: tuple[str, ...]) -> None:
    assert not recognise(*rows).is_any


def test_recognises_lists_and_bulk() -> None:
    assert recognise("List-Id: <l.x.example>", "", "x").is_list
    assert recognise("Precedence: list", "", "x").is_list
    assert recognise("Precedence: bulk", "", "x").is_bulk
    assert recognise("List-Unsubscribe: <mailto:u@x.example>", "", "x").is_bulk
