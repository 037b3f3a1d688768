"""What customers sent, shown within the pages: pictures by their bytes, a mail's HTML in an inert frame."""

import base64
import re
from dataclasses import replace
from email.message import EmailMessage

import pytest

from channelhub.pipeline.rulebook import AccountFacts
from tests.connectors.telegram import vectors as v
from tests.rules.test_previews import JPEG, PNG
from tests.web import chats, conftest, flow, mails
from tests.web.chats import page, receive_updates
from tests.web.conftest import BOOK, Hub
from tests.web.flow import receive
from tests.web.mails import receive_mail

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
HTML = """<p>Не працює <b>оплата</b><script>alert(1)</script></p><img src="cid:shot@shop">
<img src="https://tracker.example/open.gif"><a href="/outages/1">here</a>
<blockquote type="cite">Як справи?</blockquote>"""


@pytest.fixture(autouse=True)
def mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = {**BOOK.accounts, "mail": AccountFacts(name="mail", kind="smtp", channel="email", can_send=True)}
    for module in (conftest, chats, flow, mails):
        monkeypatch.setattr(module, "BOOK", replace(BOOK, accounts=accounts))


def letter(html: str = HTML) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann <ann@example.com>", "shop@example.com", "Оплата"
    mail["Message-ID"] = "<one@example.com>"
    mail.set_content("Не працює оплата\n\n> Як справи?\n> Добре.\n")
    mail.add_alternative(html, subtype="html")
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<shot@shop>", filename="shot.png")  # type: ignore[union-attr]
    mail.add_attachment(SVG, "image", "svg+xml", filename="logo.svg")
    return mail.as_bytes()


async def test_a_mails_html_stands_in_a_frame_that_does_nothing(hub: Hub) -> None:
    message_id = await receive_mail(hub, letter())
    shown = await page(hub, f"/messages/{message_id}")
    async with hub.http.get(f"{hub.url}/messages/{message_id}/html", headers=hub.admin()) as answer:
        policy, framed = answer.headers["Content-Security-Policy"], await answer.text()

    assert f'src="/messages/{message_id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown
    assert "<b>оплата</b>" not in shown
    assert "<b>оплата</b>" in framed
    assert base64.b64encode(PNG).decode() in framed
    assert not re.search("script|alert|tracker|/outages", framed)
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "unsafe-inline" not in policy


async def test_a_message_without_html_has_no_frame(hub: Hub) -> None:
    message_id = await receive(hub, "plain words")
    async with hub.http.get(f"{hub.url}/messages/{message_id}/html", headers=hub.admin()) as answer:
        assert answer.status == 404

    assert "<iframe" not in await page(hub, f"/messages/{message_id}")


async def test_pictures_are_drawn_by_their_bytes_and_never_by_their_name(hub: Hub) -> None:
    sent = [("a.png", "image/png", PNG), ("b.png", "image/png", SVG), ("c.jpg", "image/jpeg", PNG),
            ("d.svg", "image/svg+xml", SVG), ("e.png", "text/html", JPEG)]  # fmt: skip
    files = [
        {"filename": name, "content_type": kind, "content": base64.b64encode(content).decode()}
        for name, kind, content in sent
    ]
    message_id = await receive(hub, "see", attachments=files)
    found = []
    for n in range(len(sent) + 1):
        address = f"{hub.url}/messages/{message_id}/attachments/{n}/preview"
        async with hub.http.get(address, headers=hub.admin()) as answer:
            found.append((answer.status, answer.content_type if answer.status == 200 else ""))
            assert "sandbox" in answer.headers["Content-Security-Policy"] or answer.status != 200
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    shown = await page(hub, f"/messages/{message_id}")

    assert found == [(200, "image/png"), (404, ""), (200, "image/png"), (404, ""), (200, "image/jpeg"), (404, "")]
    assert [int(n) for n in re.findall(r'<img src="/messages/\d+/attachments/(\d)/preview"', shown)] == [0, 1, 2]


async def test_an_entry_unfolds_what_it_hides(hub: Hub) -> None:
    message_id = await receive_mail(hub, letter())
    listed = await page(hub, "/")
    found = re.search(r"/customers/\d+", listed)
    assert found is not None
    card = await page(hub, found[0])
    unfolded = re.search(rf'<details id="hidden-{message_id}">.*?</details>', card, re.DOTALL)

    assert unfolded is not None
    assert "Як справи?" in unfolded[0]
    assert "Як справи?" not in card.replace(unfolded[0], "")


async def test_an_entry_unfolds_its_earlier_versions(hub: Hub) -> None:
    message_id, _edit = await receive_updates(hub, v.TEXT, v.EDIT)
    found = re.search(r"/customers/\d+", await page(hub, "/"))
    assert found is not None
    card = await page(hub, found[0])
    unfolded = re.search(rf'<details id="versions-{message_id}">.*?</details>', card, re.DOTALL)

    assert unfolded is not None
    assert "1 earlier version<" in unfolded[0]
    assert "Не приходить код" in unfolded[0]
    assert "з ранку" not in unfolded[0]
    assert "з ранку" in card


async def test_counted_things_take_the_form_of_their_number(hub: Hub) -> None:
    one = [{"filename": "a.txt", "content_type": "text/plain", "content": "YQ=="}]
    await receive(hub, "один", attachments=one)
    await receive(hub, "п'ять", attachments=one * 5)
    found = re.search(r"/customers/\d+", await page(hub, "/"))
    assert found is not None
    async with hub.http.get(hub.url + found[0], headers=hub.admin() | {"Accept-Language": "uk"}) as answer:
        card = await answer.text()

    assert "1 вкладення<" in card
    assert "5 вкладень<" in card
