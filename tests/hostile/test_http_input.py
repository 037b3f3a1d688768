"""Requests that no honest client sends. None of them is a defect, and each is told what is wrong; a channel that would
repeat it for a day is told "taken", and it is parked."""

import json

import pytest

from tests.hostile.attacker import SECRET, Answer, Attacker, dumps

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
GOOD = {"account": "shop", "external_id": "never", "text": "hello"}
JUST = dumps(GOOD)[:-1]


def is_problem(answer: Answer, status: int) -> bool:
    """RFC 9457: the media type, the members, and the status in both places."""
    if answer.status != status or not answer.headers["content-type"].startswith("application/problem+json"):
        return False
    document = answer.json()
    return document["status"] == status and bool(document["title"]) and bool(document["detail"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\0", 400),
        (b"\xef\xbb\xbf{}", 400),
        (json.dumps(GOOD).encode("utf-16"), 400),
        (JUST + b', "x": "\xff"', 400),
        (JUST + b', "\\ud800": 1}', 400),
        (JUST.replace(b"hello", b"\\udc00"), 400),
        (JUST.replace(b"hello", b"\xed\xa0\x80") + b"}", 400),
        (JUST + b', "x": NaN}', 400),
        (JUST + b', "x": 01}', 400),
        (JUST + b"}}", 400),
        (b"{" * 100_000, 400),
        (b'{"a":' * 9_000, 400),
        (b'{"a":' * 100_000, 413),
        (b"[" * 1_000_000, 422),
        (JUST + b', "x": ' + b"[" * 9_000 + b"]" * 9_000 + b"}", 400),
        (JUST + b', "x": [' + b"1," * 30_000 + b"1]}", 413),
        (JUST + b', "x": "' + b"a" * 3_000_000 + b'"}', 413),
        (dumps({**GOOD, "external_id": 10**1000}), 422),
        (dumps({**GOOD, "external_id": "a\0"}), 422),
        (dumps({**GOOD, "external_id": "a\r\nX-Evil: 1"}), 422),
        (dumps({**GOOD, "external_id": "a" * 201}), 422),
        (dumps({**GOOD, "text": "a" * 100_001}), 422),
        (dumps({**GOOD, "text": "\u2028 \r\n"}), 422),
        (dumps({**GOOD, "sent_at": "0001-01-01T00:00:00+14:00"}), 422),
        (dumps({**GOOD, "sent_at": "9999-12-31T23:59:59-14:00"}), 422),
        (dumps({**GOOD, "sent_at": "yesterday"}), 422),
        (dumps({**GOOD, "sender": {"identities": [{"kind": "EMAIL", "value": "a"}]}}), 422),
        (dumps({**GOOD, "sender": {"identities": [{"kind": "email", "value": ""}]}}), 422),
        (dumps({**GOOD, "sender": {"identities": [{"kind": "email", "value": "a"}] * 21}}), 422),
        (dumps({**GOOD, "attachments": [{"content": "!"}]}), 422),
        (dumps({**GOOD, "attachments": [{"content": ""}] * 21}), 422),
        (dumps({**GOOD, "account": "sh\0op"}), 404),
        (dumps({**GOOD, "account": "../shop"}), 404),
        (dumps({**GOOD, "account": "SHOP"}), 404),
        (dumps({**GOOD, "account": "mail"}), 422),
    ],
)
def test_a_bad_message_is_refused_with_the_reason(attacker: Attacker, body: bytes, status: int) -> None:
    answer = attacker.post(body)

    assert is_problem(answer, status), answer
    assert not [item for item in attacker.items("shop") if item["external_id"].startswith("never")]


@pytest.mark.parametrize(
    ("headers", "content_type", "status"),
    [
        ({}, "text/plain", 415),
        ({}, "", 415),
        ({}, "multipart/form-data; boundary=b", 415),
        ({"Content-Encoding": "gzip"}, "application/json", 415),
        ({"Content-Encoding": "identity, br"}, "application/json", 415),
        ({"Authorization": "Bearer chub_wrong"}, "application/json", 401),
        ({"Authorization": b"Bearer \xff\xfe"}, "application/json", 401),
        ({"Authorization": "Basic YTpi"}, "application/json", 401),
        ({"Authorization": "Bearer " + "a" * 7000}, "application/json", 401),
        ({"Expect": "magic"}, "application/json", 417),
    ],
)
def test_a_bad_envelope_is_refused_before_the_body(
    attacker: Attacker, headers: dict[str, str | bytes], content_type: str, status: int
) -> None:
    answer = attacker.post({**GOOD, "external_id": "never"}, headers=headers, content_type=content_type)

    assert is_problem(answer, status), answer


def test_a_role_that_may_not_is_403(attacker: Attacker) -> None:
    made = attacker.ask("POST", "/api/v1/tokens", dumps({"role": "ingest", "account": "shop", "name": "crm"}))
    ingest = {"Authorization": f"Bearer {made.json()['token']}"}

    assert is_problem(attacker.ask("GET", "/api/v1/customers?q=a", headers=ingest), 403)
    assert is_problem(attacker.ask("POST", "/api/v1/tokens", b"{}", headers=ingest), 403)
    assert is_problem(attacker.post({**GOOD, "account": "mail"}, headers=ingest), 403)


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        (FORM, b"", 422),
        (FORM, b"message=%0d%0a+%E2%80%A8", 422),
        (FORM, b"message=x&" + b"a=1&" * 1000, 413),
        (FORM, b"=" * 3_000_000, 422),
        (FORM, b"message=" + b"%F0%9F%A6%8A" * 20_001, 422),
        (FORM, b"message=" + b"a" * 10_500_000, 413),
        ("application/json", b"[]", 400),
        ("application/json", b'{"message": "\\ud800"}', 400),
        ("application/json", b'{"a":' * 9_000, 400),
        ("application/json", b'{"a":' * 100_000, 413),
        ("application/json", b'{"message":"x", "a":[' + b"1," * 30_000 + b"1]}", 413),
        (PARTS, b"no boundary in here", 400),
        (PARTS, b'--b\r\nContent-Disposition: form-data; name="message"\r\n\r\ncut off', 400),
        (PARTS, b"--b\r\nContent-Disposition: form-data; name=a; " + b"x" * 100_000 + b"\r\n\r\n1\r\n--b--", 400),
        (PARTS, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 2000 + b"--b--", 413),
        ("multipart/form-data", b"x", 400),
        ("multipart/mixed; boundary=b", b"x", 415),
        ("application/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", 415),
        ("\x01\xff", b"message=x", 400),
    ],
)
def test_a_bad_form_is_refused_with_the_reason(attacker: Attacker, content_type: str, body: bytes, status: int) -> None:
    before = len(attacker.items("site-form"))
    answer = attacker.ask("POST", "/forms/site-form", body, content_type=content_type)

    assert is_problem(answer, status), answer
    assert len(attacker.items("site-form")) == before


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [
        ("", b'{"update_id": 1}', 401),
        (SECRET[:-1], b'{"update_id": 1}', 401),
        (SECRET.upper(), b'{"update_id": 1}', 401),
        (b"\xff" * 30, b'{"update_id": 1}', 401),
        (SECRET, b"", 400),
        (SECRET, b'{"update_id": 1, "x": "' + b"a" * 1_100_000 + b'"}', 413),
    ],
)
def test_a_bad_hook_is_refused_with_the_reason(
    attacker: Attacker, secret: str | bytes, body: bytes, status: int
) -> None:
    before = len(attacker.items("bot"))
    answer = attacker.ask("POST", "/hooks/bot", body, headers={"X-Telegram-Bot-Api-Secret-Token": secret})

    assert is_problem(answer, status), answer
    assert len(attacker.items("bot")) == before


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"update_id": 1e400}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 1, "message": ' + b'{"a":' * 100_000,
        b'{"update_id": 1, "message": "\xff"}',
    ],
    ids=["nothing", "endless-number", "long-number", "deep", "no-unicode"],
)
def test_a_damaged_hook_with_the_right_secret_is_stored_once_and_parked(attacker: Attacker, body: bytes) -> None:
    """Refused, Telegram would send it for a day and hold up the chat that it is of."""
    known = {item["external_id"] for item in attacker.items("bot")}
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    answers = [attacker.ask("POST", "/hooks/bot", body, headers=headers).status for _ in range(3)]
    (stored,) = [item for item in attacker.items("bot") if item["external_id"] not in known]

    assert answers == [200, 200, 200]
    assert attacker.settled(stored["id"])["state"] == "parked"


@pytest.mark.parametrize(
    "path",
    [
        *("/api/v1/messages/" + one for one in ("0", "-1", "1e3", "%00", "%ff", "%D9%A1", "9" * 19, "9" * 400)),
        "/api/v1/messages/..",
        "/api/v1/messages/%2e%2e%2f1",
        "/api/v1/messages/9223372036854775807/raw",
        "/api/v1/messages/../../etc/passwd",
        "/api/v1/messages/1/attachments/..%2f..%2f..%2fetc%2fpasswd",
        "/api/v1/messages/1/attachments/9223372036854775807",
        "/api/v1/customers/99999999999999999999",
        "/static/../../pyproject.toml",
        "/static/..%2f..%2fpyproject.toml",
        "/static/%2e%2e/%2e%2e/server.py",
        "/static/..%5c..%5cserver.py",
        "//etc/passwd",
        "/forms/..%2fshop",
        "/forms/shop",
        "/forms/nobody",
        "/forms/site-form/..%2f..%2fetc",
        "/hooks/shop",
        "/hooks/%00",
        "/chat/bot",
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_404(attacker: Attacker, path: str) -> None:
    assert is_problem(attacker.ask("GET", path), 404)


@pytest.mark.parametrize(
    "path",
    [
        *("/messages?limit=" + one for one in ("0", "-1", "1001", "9" * 400, "1.5", "NaN", "%D9%A1", "0x10", "%00")),
        "/messages?after=-1",
        "/messages?account=%00",
        "/messages?account=" + "a" * 65,
        "/messages?__proto__=1",
        "/messages?%0d%0aX-Evil:%201=1",
        "/customers?q=a%00",
        "/customers?q=" + "a" * 201,
        "/customers?q=",
        "/incidents?state=%27%20OR%201=1--",
        "/outages?open=2",
        "/customers/1/timeline?before=%27",
        "/customers/1/timeline?before=" + "9" * 40 + "-1",
    ],
)
def test_a_bad_parameter_is_422(attacker: Attacker, path: str) -> None:
    answer = attacker.ask("GET", "/api/v1" + path)

    assert is_problem(answer, 422), answer
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize(
    "words",
    [
        *("%22", "*", "NEAR(", "a%20OR", "-a", "%22a%20%22b", "()", "^a", "a*b", "%F0%9F%A6%8A", "%E2%80%AE"),
        "%27;DROP%20TABLE%20messages;--",
        "%7Bsubject%7D:a",
    ],
)
def test_search_takes_any_words(attacker: Attacker, words: str) -> None:
    assert attacker.get(f"/customers?q={words}")["next"] is None


REQUEST = b"POST /forms/site-form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (REQUEST + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (REQUEST + b"Content-Length: 9\r\nContent-Length: 10\r\n\r\nmessage=x", 400),
        (REQUEST + b"Content-Length: -9\r\n\r\nmessage=x", 400),
        (REQUEST + b"Content-Length: +9\r\n\r\nmessage=x", 400),
        (REQUEST + b"Content-Length: 9_0\r\n\r\nmessage=x", 400),
        (REQUEST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nmessage=x", 400),
        (REQUEST + b"Content-Length: 99999999\r\n\r\nmessage=x", 413),
        (REQUEST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nmessage=x\r\n0\r\n\r\n", 400),
        (REQUEST + b"Transfer-Encoding: chunked\r\n\r\n" + b"F" * 100 + b"\r\n", 400),
        (REQUEST + b"Transfer-Encoding: chunked\r\n\r\n-9\r\nmessage=x\r\n0\r\n\r\n", 400),
        (REQUEST + b"Transfer-Encoding: xchunked\r\n\r\n9\r\nmessage=x\r\n0\r\n\r\n", 400),
        (REQUEST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nA: " + b"a" * 100_000 + b"\r\n\r\n", 431),
        (REQUEST + b"X: a\0b\r\nContent-Length: 9\r\n\r\nmessage=x", 400),
        (REQUEST + b"X: a\r\n folded\r\nContent-Length: 9\r\n\r\nmessage=x", 400),
        (REQUEST + b"Bad Name: a\r\nContent-Length: 9\r\n\r\nmessage=x", 400),
        (REQUEST + b"Host: y\r\nContent-Length: 9\r\n\r\nmessage=x", 400),
        (REQUEST + b"X: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (REQUEST + b"X: a\r\n" * 200 + b"\r\n", 400),
        (REQUEST.replace(b"\r\n", b"\n") + b"Content-Length: 9\n\nmessage=x", 400),
        (REQUEST.replace(b"HTTP/1.1", b"HTTP/9.9") + b"\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
        (b"GET /livez HTTP/1.1\r\n\r\n", 400),
        (b"BREW /livez HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"TRACE /livez HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300), 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ],
)
def test_broken_framing_is_refused_and_stores_nothing(attacker: Attacker, data: bytes, status: int) -> None:
    before = len(attacker.items("site-form"))
    answer = attacker.raw(data)

    assert is_problem(answer, status), answer
    assert len(attacker.items("site-form")) == before


def test_a_body_that_breaks_off_is_not_stored(attacker: Attacker) -> None:
    before = attacker.stored()
    with attacker.http() as stream:
        stream.sendall(REQUEST + b"Content-Length: 900\r\n\r\nmessage=x")
    attacker.raw(REQUEST + b"Transfer-Encoding: chunked\r\n\r\n9\r\nmessage=x\r\nbroken")

    assert attacker.stored() == before


def test_a_second_request_cannot_be_smuggled_behind_a_refused_one(attacker: Attacker) -> None:
    inner = b"POST /forms/site-form HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n"
    outer = REQUEST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner + b'{"message": "no"}'
    before = attacker.stored()

    assert attacker.raw(outer).status == 400
    assert attacker.stored() == before


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {}],
)
def test_another_site_can_not_act_with_a_signed_in_browser(attacker: Attacker, headers: dict[str, str]) -> None:
    token = attacker.admin["Authorization"].removeprefix("Bearer ")
    entered = _browser(attacker, "/signin", f"token={token}".encode(), {"Sec-Fetch-Site": "same-origin"}, form=True)
    cookie = {"Cookie": entered.headers["set-cookie"].partition(";")[0]}
    body = dumps({"role": "admin", "name": "evil"})
    own = _browser(attacker, "/api/v1/tokens", body, {**cookie, "Sec-Fetch-Site": "same-origin"})
    forged = _browser(attacker, "/api/v1/tokens", body, {**cookie, **headers})
    as_form = _browser(attacker, "/api/v1/tokens", body, {**cookie, "Sec-Fetch-Site": "same-origin"}, form=True)

    assert (entered.status, own.status, as_form.status) == (303, 201, 415)
    assert is_problem(forged, 403), forged


def _browser(attacker: Attacker, path: str, body: bytes, headers: dict[str, str], *, form: bool = False) -> Answer:
    """A POST as a browser sends it: with cookies, without a token."""
    media = FORM if form else "application/json"
    lines = {"Host": "x", "Connection": "close", "Content-Type": media, "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return attacker.raw(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
