"""The form over real HTTP: what is stored, what is answered, and what is refused."""

import asyncio
import base64
import json
import re
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
import pytest

from channelhub.domain.people import Evidence
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import DiskFull, HubBusy
from channelhub.sdk.signed_identity import SignedIdentity, sign
from connectors.webform.config import WebformConfig
from tests.connectors.webform.formsite import NOW, FormSite, solved

SECRET = "an example secret of a site"
MESSAGE = "Не проходить оплата карткою"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "uk,en;q=0.5"}
MULTIPART = (
    '--b0undary\r\nContent-Disposition: form-data; name="message"\r\n\r\n{message}\r\n'
    '--b0undary\r\nContent-Disposition: form-data; name="email"\r\n\r\nann@example.com\r\n'
    '--b0undary\r\nContent-Disposition: form-data; name="files"; filename="чек &quot;1%22.jpg"\r\n'
    "Content-Type: image/jpeg\r\n\r\n\x01\x02\r\n\r\n--b0\r\n--b0undary--\r\n"
)
MULTIPART_TYPE = "multipart/form-data; boundary=b0undary"


async def test_json_is_stored_as_it_came_and_answered_202(site: FormSite) -> None:
    body = {"message": MESSAGE, "name": "Анна", "email": "ann@example.com", "order_id": 20418, "city": "Київ"}

    response = await site.post(json=body)

    assert response.status == 202
    assert await response.json() == {"id": "1024", "duplicate": False}
    assert json.loads(site.raw.body) == body
    message = site.message
    assert (message.content.text, message.sender.name, message.order_id) == (MESSAGE, "Анна", "20418")
    assert message.extra == {"city": "Київ"}
    assert [(h.kind, h.value, h.evidence) for h in message.sender.handles] == [
        ("email", "ann@example.com", Evidence.CLAIMED)
    ]
    assert message.sender.origin == "203.0.113.0/24"


async def test_urlencoded_reads_plus_percent_and_cyrillic(site: FormSite) -> None:
    response = await site.post(data={"message": f"{MESSAGE} + 100%", "phone": "+380 67 111-22-33"})

    assert response.status == 202
    assert site.message.content.text == f"{MESSAGE} + 100%"
    assert [(h.kind, h.value) for h in site.message.sender.handles] == [("phone", "+380 67 111-22-33")]


@pytest.mark.parametrize(
    ("charset", "fields", "header"),
    [
        ("windows-1251", {"message": MESSAGE, "_charset_": "windows-1251"}, ""),
        ("koi8-u", {"message": MESSAGE}, "; charset=koi8-u"),
        ("windows-1251", {"message": MESSAGE}, ""),
        ("utf-8", {"message": MESSAGE}, "; charset=windows-1251"),
    ],
)
async def test_reads_the_charsets_of_old_pages(
    site: FormSite, charset: str, fields: dict[str, str], header: str
) -> None:
    body = urlencode(fields, encoding=charset).encode()

    await site.post(data=body, headers={"Content-Type": f"application/x-www-form-urlencoded{header}"})

    assert site.message.content.text == MESSAGE


async def test_multipart_with_a_file_as_curl_sends_it(site: FormSite) -> None:
    body = MULTIPART.format(message=MESSAGE).encode()

    response = await site.post(data=body, headers={"Content-Type": MULTIPART_TYPE})

    assert response.status == 202
    assert site.raw.body == body
    message = site.message
    assert message.content.text == MESSAGE
    [file] = message.content.attachments
    assert file.filename == "чек &quot;1_.jpg"
    assert file.content == b"\x01\x02\r\n\r\n--b0"
    assert file.content_type == "image/jpeg"


async def test_multipart_of_a_real_client_with_several_files(site: FormSite) -> None:
    form = aiohttp.FormData({"message": MESSAGE}, quote_fields=False)
    form.add_field("files", b"one", filename="../photos/чек.txt", content_type="text/plain")
    form.add_field("files", b"", filename="", content_type="application/octet-stream")
    form.add_field("files", b"\x00" * 400_000, filename="b.bin")

    response = await site.post(data=form)

    assert response.status == 202
    assert [(file.filename, file.size) for file in site.message.content.attachments] == [
        ("чек.txt", 3),
        ("b.bin", 400_000),
    ]


async def test_json_files_are_base64(site: FormSite) -> None:
    file = {"filename": "a.png", "content_type": "image/png", "content": base64.b64encode(b"png").decode()}

    await site.post(json={"message": MESSAGE, "files": [file]})

    assert [item.content for item in site.message.content.attachments] == [b"png"]


async def test_the_same_submission_id_is_a_duplicate_whatever_the_rest(site: FormSite) -> None:
    first = await site.post(json={"message": "one", "submission_id": "7112233:446565"})
    again = await site.post(json={"message": "two", "submission_id": "7112233:446565"})

    assert (await first.json())["duplicate"] is False
    assert (again.status, await again.json()) == (202, {"id": "1024", "duplicate": True})
    assert list(site.stored) == ["7112233:446565"]


async def test_the_same_words_without_an_id_are_one_message_whatever_the_encoding_and_the_day(site: FormSite) -> None:
    fields = {"message": MESSAGE, "email": "ann@example.com"}
    await site.post(json=fields)
    site.now = NOW.replace(year=2031)
    await site.post(data=fields)
    await site.post(data=fields, headers={"Origin": "https://shop.example"})

    assert len(site.stored) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"message": MESSAGE + "!", "email": "ann@example.com"},
        {"message": MESSAGE, "email": "bob@example.com"},
        {"message": MESSAGE, "email": "ann@example.com", "t": "another drawing"},
        {"message": MESSAGE, "email": "ann@example.com", "files": [{"filename": "a", "content": "AA=="}]},
        {"message": MESSAGE, "email": "ann@example.com", "city": "Київ"},
    ],
)
async def test_any_difference_in_what_was_written_is_another_message(site: FormSite, other: dict[str, str]) -> None:
    await site.post(json={"message": MESSAGE, "email": "ann@example.com"})
    await site.post(json=other)

    assert len(site.stored) == 2


async def test_another_file_of_the_same_name_is_another_message(site: FormSite) -> None:
    for content in ("AA==", "AQ==", "AA=="):
        await site.post(json={"message": MESSAGE, "files": [{"filename": "a", "content": content}]})

    assert len(site.stored) == 2


async def test_equal_words_of_nobody_from_two_networks_are_two_messages(site: FormSite) -> None:
    await site.post(json={"message": MESSAGE})
    site.peer = "198.51.100.7"
    await site.post(json={"message": MESSAGE})

    assert len(site.stored) == 2


async def test_a_browser_is_sent_to_the_thanks_page_in_its_language(site: FormSite) -> None:
    response = await site.post(data={"message": MESSAGE}, headers=BROWSER)

    assert (response.status, response.headers["Location"]) == (303, "?sent=1&lang=uk")
    async with site.session.get(site.url + response.headers["Location"]) as page:
        assert "Дякуємо" in await page.text()


@pytest.mark.parametrize("config", [WebformConfig(thanks_url="https://shop.example/thanks")])
async def test_a_browser_is_sent_to_the_sites_own_thanks_page(site: FormSite) -> None:
    response = await site.post(data={"message": MESSAGE}, headers=BROWSER)

    assert (response.status, response.headers["Location"]) == (303, "https://shop.example/thanks")
    async with site.session.get(site.url) as page:
        assert "form-action 'self' https://shop.example;" in page.headers["Content-Security-Policy"]


JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, b"{", JSON),
        (400, b"[]", JSON),
        (400, b"[" * 5000 + b"]" * 5000, JSON),
        (400, b'{"message":"\\ud800"}', JSON),
        (400, b'{"message":NaN}', JSON),
        (400, b"no boundary here", {"Content-Type": MULTIPART_TYPE}),
        (400, MULTIPART[:-20].encode(), {"Content-Type": MULTIPART_TYPE}),
        (400, MULTIPART.encode(), {"Content-Type": "multipart/form-data"}),
        (413, b"&".join(b"a=1" for _ in range(600)), FORM),
        (413, b"message=x&" + b"n" * 300 + b"=1", FORM),
        (415, b"message=x", {"Content-Type": "text/plain"}),
        (415, b"message=x", {"Content-Type": ""}),
        (415, b"message=x", {**FORM, "Content-Encoding": "gzip"}),
        (422, b"", FORM),
        (422, b"message=+%20%0A", FORM),
        (422, b"message=" + b"x" * 20_001, FORM),
        (422, b"message=x&submission_id=" + quote("кіт").encode(), FORM),
        (422, b'{"message":"x","files":[{"filename":"a","content":"?"}]}', JSON),
        (422, b'{"message":null}', JSON),
    ],
    ids=range(19),
)
async def test_bad_input_gets_a_problem_document_and_stores_nothing(
    site: FormSite, status: int, body: bytes, headers: dict[str, str]
) -> None:
    response = await site.post(data=body, headers=headers)

    assert response.status == status
    assert response.content_type == "application/problem+json"
    problem = await response.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert ("errors" in problem) == (status == 422)
    assert not site.stored


@pytest.mark.parametrize("config", [WebformConfig(max_body_bytes=2048, max_files=1)])
async def test_a_post_over_the_limits_is_413_and_stores_nothing(site: FormSite) -> None:
    async def endless() -> object:
        for _ in range(100):
            yield b"message=" + b"x" * 1000

    declared = await site.post(data=b"message=" + b"x" * 3000, headers=FORM)
    streamed = await site.post(data=endless(), headers=FORM)
    files = await site.post(json={"message": "x", "files": [{"content": ""}, {"content": ""}]})

    assert [declared.status, streamed.status, files.status] == [413, 413, 413]
    assert not site.stored


@pytest.mark.parametrize("refusal", [HubBusy("queue full", retry_after_s=7), DiskFull("disk full", retry_after_s=7)])
async def test_what_is_not_committed_is_503_with_retry_after(site: FormSite, refusal: HubBusy | DiskFull) -> None:
    site.refusal = refusal

    script = await site.post(json={"message": MESSAGE})
    browser = await site.post(data={"message": MESSAGE}, headers=BROWSER)

    assert (script.status, script.headers["Retry-After"]) == (503, "7")
    assert (browser.status, browser.headers["Retry-After"]) == (503, "7")
    assert MESSAGE in await browser.text()  # nobody has to write it twice


@pytest.mark.parametrize("config", [WebformConfig(rate_per_minute=2)])
async def test_one_network_is_limited_and_the_others_are_not(site: FormSite) -> None:
    statuses = [(await site.post(json={"message": str(n)})).status for n in range(3)]
    site.peer = "203.0.113.200"
    neighbour = await site.post(json={"message": "neighbour"})
    site.peer = "198.51.100.1"
    stranger = await site.post(json={"message": "stranger"})
    site.peer = "203.0.113.9"
    site.now = NOW.replace(minute=1)
    later = await site.post(json={"message": "later"})

    assert statuses == [202, 202, 429]
    assert (neighbour.status, neighbour.headers["Retry-After"]) == (429, "30")
    assert (stranger.status, later.status) == (202, 202)


@pytest.mark.parametrize("config", [WebformConfig(identity_secret=Secret(SECRET))])
async def test_a_signed_identity_comes_first_and_is_verified(site: FormSite) -> None:
    token = sign(
        SignedIdentity(customer_id="crm-17", email="ann@example.com", name="Ann", exp=int(NOW.timestamp()) + 60), SECRET
    )

    await site.post(
        json={"message": MESSAGE, "identity_token": token, "email": "Ann@example.com", "phone": "0671112233"}
    )

    assert [(h.kind, h.value, h.evidence) for h in site.message.sender.handles] == [
        ("external", "crm-17", Evidence.SITE_SIGNED),
        ("email", "ann@example.com", Evidence.SITE_SIGNED),
        ("phone", "0671112233", Evidence.CLAIMED),
    ]
    assert site.message.sender.name == "Ann"
    assert "identity_token" not in site.message.extra


@pytest.mark.parametrize("config", [WebformConfig(identity_secret=Secret(SECRET)), WebformConfig()])
@pytest.mark.parametrize("secret", ["a wrong secret of a site", SECRET])
async def test_a_token_that_is_not_believed_refuses_nothing_and_is_noted(site: FormSite, secret: str) -> None:
    token = sign(SignedIdentity(customer_id="crm-17", exp=int(NOW.timestamp()) - 1), secret)

    response = await site.post(json={"message": MESSAGE, "identity_token": token})

    assert response.status == 202
    assert [handle.evidence for handle in site.message.sender.handles] == [Evidence.CLAIMED]
    assert site.message.sender.handles[0].kind == "device"
    assert any("token" in warning for warning in site.message.warnings)


async def test_doubts_raise_the_spam_score_and_refuse_nothing(site: FormSite) -> None:
    async with site.session.get(site.url) as page:
        found = re.search(r'name="t" value="([^"]+)"', await page.text())
    assert found is not None
    drawn = {"t": found[1], "proof": solved(found[1]), "message": MESSAGE}
    own = {"Origin": site.site}

    async def score(fields: dict[str, str], headers: dict[str, str]) -> tuple[float, tuple[str, ...]]:
        site.stored.clear()
        assert (await site.post(data=fields, headers=headers)).status == 202
        return site.message.spam_score, site.message.spam_reasons

    fast = await score(drawn, own)
    site.now = NOW.replace(second=20)
    person = await score(drawn, own)
    tool = await score({"message": MESSAGE}, {})
    elsewhere = await score(drawn, {"Origin": "https://evil.example"})
    trapped = await score({**drawn, "website": "https://pills.example"}, own)
    links = await score({**drawn, "message": "https://a.example " * 6}, own)

    assert person == (0.0, ())
    assert tool[1] == ("no-origin", "no-time-token")
    assert fast[1] == ("too-fast",)
    assert elsewhere[1] == ("foreign-origin",)
    assert links[1] == ("many-links",)
    assert 0 < tool[0] < 0.5
    assert trapped[0] >= 0.9


@pytest.mark.parametrize("config", [WebformConfig(allowed_origins=("https://Shop.example/",))])
async def test_cors_is_given_to_allowed_sites_only(site: FormSite) -> None:
    answers = {}
    for origin in (
        "https://shop.example",
        "https://hub.example",
        "https://evil.example",
        "null",
        "https://shop.example.evil",
    ):
        async with site.session.options(site.url, headers={"Origin": origin}) as response:
            assert response.status == 204
            answers[origin] = response.headers.get("Access-Control-Allow-Origin")
    post = await site.post(json={"message": MESSAGE}, headers={"Origin": "https://shop.example"})

    assert [origin for origin, allowed in answers.items() if allowed == origin] == [
        "https://shop.example",
        "https://hub.example",
    ]
    assert sum(allowed is not None for allowed in answers.values()) == 2
    assert post.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert post.headers["Vary"] == "Origin"


async def test_unknown_methods_and_paths_are_told(site: FormSite) -> None:
    async with site.session.put(site.url) as put, site.session.get(f"{site.url}/other") as other:
        assert (put.status, put.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
        assert (other.status, other.content_type) == (404, "application/problem+json")


async def test_a_post_that_declares_too_much_is_refused_before_it_is_sent(site: FormSite) -> None:
    host, port = site.site.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /forms/site-form HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
    writer.write(b"Content-Length: 99999999999\r\n\r\n")
    async with asyncio.timeout(60):
        status = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert status.split()[1] == b"413"


async def test_headers_that_are_no_text_are_stored_as_text(site: FormSite) -> None:
    host, port = site.site.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /forms/site-form HTTP/1.1\r\nHost: x\r\nUser-Agent: \xff\r\nOrigin: https://\xff\r\n")
    writer.write(b"Content-Type: application/json; x=\xff\r\nContent-Length: 15\r\n\r\n" + b'{"message":"x"}')
    async with asyncio.timeout(60):
        status = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert status.split()[1] == b"202"
    assert dict(site.raw.headers)["User-Agent"] == "\ufffd"
    "".join([site.raw.content_type, *(value for _, value in site.raw.headers)]).encode()


async def test_a_post_that_breaks_off_stores_nothing(site: FormSite) -> None:
    host, port = site.site.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /forms/site-form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n")
    writer.write(b"Content-Length: 1000\r\n\r\nmessage=half")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    whole = await site.post(data={"message": "whole"})

    assert whole.status == 202
    assert [raw.body for raw in site.stored.values()] == [b"message=whole"]


async def test_nothing_a_customer_wrote_is_logged(site: FormSite) -> None:
    await site.post(json={"message": "canary-text", "email": "canary@example.com"})
    await site.post(json={"email": "canary@example.com"})

    assert len(site.log.lines) == 2
    assert "canary" not in "".join(site.log.lines)


async def test_while_the_account_is_stopped_posts_are_503(site: FormSite) -> None:
    await site.stop()

    response = await site.post(json={"message": MESSAGE})

    assert (response.status, response.headers["Retry-After"]) == (503, "5")


def test_secrets_that_are_too_short_are_a_configuration_fault() -> None:
    with pytest.raises(ValueError, match="identity_secret must have at least 16"):
        WebformConfig(identity_secret=Secret("short"))
    with pytest.raises(msgspec.ValidationError, match="thanks_url"):
        msgspec.convert({"thanks_url": "javascript:alert(1)"}, WebformConfig)
