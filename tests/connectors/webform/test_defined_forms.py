"""A form of the account's own over HTTP: drawn, posted, refused with what was typed, posted twice."""

import json
import re
from html import unescape

import aiohttp
import msgspec
import pytest

from channelhub.domain.inbound import NewMessage
from channelhub.sdk.errors import HubBusy
from connectors.webform.config import WebformConfig
from connectors.webform.parse import parse
from tests.connectors.webform.formsite import NOW, FormSite, solved

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "uk"}
RETURN = {
    "title": {"uk": "Повернення", "ru": "Возврат", "en": "Return"},
    "intro": "До 14 днів.",
    "thanks": {"uk": "Гроші повернемо за три дні."},
    "fields": {
        "email": {"required": True},
        "reason": {
            "type": "select",
            "label": {"uk": "Причина", "en": "Reason"},
            "options": {"size": {"uk": "Розмір", "en": "Size"}, "broken": "Брак"},
            "required": True,
        },
        "wishes": {"type": "checkboxes", "label": "Що зробити", "options": ["гроші", "обмін"]},
        "story": {"type": "textarea", "label": "Що сталося"},
        "photo": {"type": "file", "label": "Фото", "accept": ["image/*"]},
        "shop": {"type": "hidden", "value": "kyiv-1"},
        "consent": {"label": {"uk": "Згода на обробку даних", "en": "I consent"}, "required": True},
    },
}
CALLBACK = {"title": "Передзвоніть мені", "fields": {"phone": {"required": True}}}
GOOD = {"email": "ann@example.com", "reason": "size", "consent": "yes", "shop": "kyiv-1"}


@pytest.fixture
def config() -> WebformConfig:
    return msgspec.convert(
        {"forms": {"return": RETURN, "callback": CALLBACK}, "max_body_bytes": 64 * 1024}, WebformConfig
    )


@pytest.fixture
def form(site: FormSite) -> FormSite:
    site.url += "/return"
    return site


async def look(site: FormSite, address: str = "", **headers: str) -> str:
    async with site.session.get(address or site.url, headers={**BROWSER, **headers}) as response:
        assert response.status == 200
        return unescape(await response.text())


async def test_a_form_is_drawn_with_its_own_words_and_fields(form: FormSite) -> None:
    page = await look(form)
    english = await look(form, **{"Accept-Language": "en"})

    assert "<h1>Повернення</h1>" in page
    assert "До 14 днів." in page
    assert '<option value="size">Розмір</option>' in page
    assert '<option value="size">Size</option>' in english
    assert '<option value="broken">Брак</option>' in english
    assert 'name="shop" value="kyiv-1"' in page
    assert 'type="file" multiple accept="image/*"' in page
    assert page.count(" required") == 3
    assert 'name="message"' not in page


@pytest.mark.parametrize("tail", ["nothing", "return/x", "return/embed.js/x", "embed.js/return", "RETURN"])
async def test_what_is_no_form_is_not_found(site: FormSite, tail: str) -> None:
    async with site.session.get(f"{site.url}/{tail}") as response:
        assert response.status == 404


async def test_a_post_becomes_a_message_with_its_fields_and_the_words_of_the_consent(form: FormSite) -> None:
    fields = [*GOOD.items(), ("wishes", "гроші"), ("wishes", "обмін"), ("story", "Малі\r\nчеревики"), ("locale", "en")]
    data = aiohttp.FormData(fields)
    data.add_field("photo", b"\xff\xd8", filename="foto.jpg", content_type="image/jpeg")

    response = await form.post(data=data)

    assert response.status == 202
    message = form.message
    assert message.content.text == "Малі\nчеревики"
    assert message.extra == {
        "form": "return",
        "reason": "size",
        "wishes": "гроші, обмін",
        "shop": "kyiv-1",
        "consent": "I consent",
        "locale": "en",
    }
    assert [(handle.kind, handle.value) for handle in message.sender.handles] == [("email", "ann@example.com")]
    assert [file.filename for file in message.content.attachments] == ["foto.jpg"]


async def test_a_form_without_words_is_told_by_its_title(site: FormSite) -> None:
    site.url += "/callback"
    await site.post(json={"phone": "+380 67 111 22 33"})

    assert (site.message.content.subject, site.message.content.text) == ("Передзвоніть мені", "")


async def test_a_stored_post_reads_the_same_whatever_the_configuration_becomes(form: FormSite) -> None:
    await form.post(json={**GOOD, "story": "Малі"})
    first = form.message
    [again] = parse(form.raw)

    assert isinstance(again, NewMessage)
    assert again == first


async def test_a_refused_post_names_each_field_in_the_language_and_keeps_what_was_typed(form: FormSite) -> None:
    typed = {**GOOD, "email": "ann", "reason": "", "wishes": "обмін", "story": 'Малі "черевики" <b>'}
    del typed["consent"]
    response = await form.post(data=typed, headers=BROWSER)
    page = await response.text()
    text = unescape(page)

    assert response.status == 422
    assert not form.stored
    assert 'href="#f-email">Електронна пошта</a>: це не адреса електронної пошти' in text
    assert 'href="#f-reason">Причина</a>: обов’язкове поле' in text
    assert 'href="#f-consent"' in text
    assert "Малі &#34;черевики&#34; &lt;b&gt;</textarea>" in page
    assert 'value="обмін" checked' in text
    assert 'value="ann" required aria-describedby="f-email-fault" aria-invalid="true"' in text
    assert "Файли виберіть ще раз" not in text  # there were none


async def test_a_program_hears_the_faults_in_english_and_a_page_in_its_language(form: FormSite) -> None:
    program = await form.post(json={**GOOD, "email": "ann", "reason": "x"})
    async with form.session.post(f"{form.url}?lang=uk", json={**GOOD, "reason": "x"}) as response:
        script = await response.json()

    assert (await program.json())["errors"] == {"email": "not an email address", "reason": "there is no such choice"}
    assert script["errors"] == {"reason": "такого варіанта немає"}


async def test_what_was_typed_is_kept_when_the_files_are_too_large(form: FormSite) -> None:
    data = aiohttp.FormData([("email", "ann@example.com"), ("story", "Малі черевики"), ("reason", "broken")])
    data.add_field("photo", b"\xff" * 200_000, filename="foto.jpg", content_type="image/jpeg")
    response = await form.post(data=data, headers=BROWSER)
    page = unescape(await response.text())

    assert response.status == 413
    assert "Файли або текст завеликі" in page
    assert "Файли виберіть ще раз" in page
    assert "Малі черевики</textarea>" in page
    assert '<option value="broken" selected>' in page
    assert not form.stored


async def test_what_was_typed_is_kept_when_the_hub_is_busy_down_or_asks_to_wait(form: FormSite) -> None:
    form.refusal = HubBusy("queue full", retry_after_s=7)
    busy = await form.post(data={**GOOD, "story": "Малі"}, headers=BROWSER)
    form.refusal = None
    await form.stop()
    stopped = await form.post(data={**GOOD, "story": "Малі"}, headers=BROWSER)
    for _ in range(60):
        limited = await form.post(data={**GOOD, "story": "Малі"}, headers=BROWSER)

    assert [busy.status, stopped.status, limited.status] == [503, 503, 429]
    for response in (busy, stopped, limited):
        assert "Малі</textarea>" in await response.text()
        assert "Retry-After" in response.headers


async def test_what_stands_whole_in_a_broken_post_is_kept(form: FormSite) -> None:
    body = (
        '--b\r\nContent-Disposition: form-data; name="story"\r\n\r\nМалі черевики\r\n'
        '--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n\xff\xd8'
    ).encode()
    response = await form.post(data=body, headers={**BROWSER, "Content-Type": "multipart/form-data; boundary=b"})

    assert response.status == 400
    assert "Малі черевики</textarea>" in await response.text()


async def test_a_second_press_is_told_that_the_message_is_here_already(form: FormSite) -> None:
    first = await form.post(data=GOOD, headers=BROWSER)
    again = await form.post(data=GOOD, headers=BROWSER)

    assert (first.headers["Location"], again.headers["Location"]) == ("?sent=1&lang=uk", "?sent=again&lang=uk")
    assert len(form.stored) == 1
    assert "Гроші повернемо за три дні." in await look(form, form.url + first.headers["Location"])
    assert "Це повідомлення ми вже отримали" in await look(form, form.url + again.headers["Location"])


async def test_the_same_words_in_two_forms_are_two_messages(form: FormSite) -> None:
    await form.post(data={**GOOD, "message": "x", "phone": "+380671112233"})
    form.url = form.url.replace("/return", "/callback")
    await form.post(data={**GOOD, "message": "x", "phone": "+380671112233"})

    assert len(form.stored) == 2


async def test_the_sender_is_led_to_how_the_request_stands(form: FormSite) -> None:
    form.has_status = True
    browser = await form.post(data=GOOD, headers=BROWSER)
    script = await form.post(json={**GOOD, "story": "інше"})

    assert browser.headers["Location"] == "../../status/1-20261221?sent=1&lang=uk"
    assert (await script.json())["status_url"] == "https://hub.example/status/2-20261221"


async def test_who_only_guesses_a_submission_id_or_the_words_is_not_led_there(form: FormSite) -> None:
    form.has_status = True
    token = re.search(r'name="t" value="([^"]+)"', await look(form))
    assert token is not None
    mine = {**GOOD, "submission_id": "order-17", "t": token[1]}
    first = await (await form.post(json=mine)).json()
    mine_again = await (await form.post(json=mine)).json()
    guessed = await (await form.post(json={**GOOD, "submission_id": "order-17"})).json()
    forged = await (await form.post(json={**mine, "t": "1.a.b"})).json()
    made_up = [await (await form.post(json={**GOOD, "story": "x", "t": "1.a.b"})).json() for _ in range(2)]
    bare = [await (await form.post(json=GOOD)).json() for _ in range(2)]

    assert first["status_url"] == mine_again["status_url"]
    assert mine_again["duplicate"] is guessed["duplicate"] is True
    assert "status_url" not in guessed
    assert "status_url" not in forged
    assert ["status_url" in answer for answer in bare] == [True, False]
    assert ["status_url" in answer for answer in made_up] == [True, False]


async def test_one_drawing_that_is_sent_many_times_is_doubted(form: FormSite) -> None:
    token = re.search(r'name="t" value="([^"]+)"', await look(form))
    assert token is not None
    form.now = NOW.replace(second=30)
    hints = []
    for number in range(7):
        drawn = {**GOOD, "story": str(number), "t": token[1], "proof": solved(token[1])}
        await form.post(data=drawn, headers={"Origin": form.site})
        hints.append(list(form.stored.values())[-1].envelope.extra["hints"])

    assert hints == [""] * 5 + ["reused-page,no-proof"] * 2


async def test_the_script_draws_the_fields_of_its_form(form: FormSite) -> None:
    async with form.session.get(f"{form.url}/embed.js", headers={"Accept-Language": "en"}) as response:
        script = await response.text()
    settings = json.loads(re.search(r"var settings = (\{.*?\});\n", script)[1])  # type: ignore[index]

    assert settings["action"] == "https://hub.example/forms/site-form/return"
    assert [(field["name"], field["kind"]) for field in settings["fields"]][:2] == [
        ("email", "email"),
        ("reason", "select"),
    ]
    assert settings["fields"][1]["options"] == [["size", "Size"], ["broken", "Брак"]]
    assert settings["words"]["thanks"] == "Гроші повернемо за три дні."
