"""What strangers wrote, where people and programs see it: API, terminal, log. It stays text."""

import json
import os
import re
import subprocess
import unicodedata

import pytest

from tests.daemon import COMMAND
from tests.hostile.attacker import Attacker, dumps

pytestmark = pytest.mark.slow  # a daemon

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="&#106;avascript&colon;alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=evil></object><embed src=evil>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example>",
    "<style>*{background:url(//evil.example)}</style>",
    "<p style='background:url(//evil.example);position:fixed'>x</p>",
    "<form action=//evil.example><input name=token><button>x</button></form>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<p id=x name=y class=z>clobber</p>",
    "<!--><img src=x onerror=alert(1)>-->",
]
LIVE = re.compile(
    r"<(script|svg|math|style|iframe|object|embed|base|meta|link|form|input|button|noscript|body)\b"
    r"|<[^>]+\s(on[a-z]+|style|srcdoc|id|name|class)\s*=|(javascript|data|vbscript)\s*:",
    re.IGNORECASE,
)
ESCAPES = (
    "\x1b[31mred\x1b[2J \x1b]0;owned\x07 \x9b31m \u202egnol\u202c \u2066x\u2069 \u200b\u2028 a\rb\x08 [bold]x[/bold]"
)
BIDIRECTIONAL = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
CANARY = "canary-7e1f"


def one_mail(attacker: Attacker, name: str, mail: bytes) -> dict[str, object]:
    head = f"Message-ID: <{name}@shown>\r\nMIME-Version: 1.0\r\n".encode()
    assert attacker.mail(head + mail).startswith("250")
    [brought] = [item for item in attacker.items("mail") if item["message_id"] == f"{name}@shown"]
    return attacker.settled(brought["id"])


@pytest.mark.parametrize("markup", MARKUP, ids=range(len(MARKUP)))
def test_a_mails_markup_is_shown_cleaned_and_inert(attacker: Attacker, markup: str) -> None:
    mail = f"From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>before {markup} <b>after</b></p>"
    shown = one_mail(attacker, f"html{MARKUP.index(markup)}", mail.encode())

    assert not LIVE.search(str(shown["html"])), shown["html"]
    assert "before" in str(shown["text"])


def run(attacker: Attacker, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "COLUMNS": "200", "TERM": "xterm-256color", "FORCE_COLOR": "1"}
    return subprocess.run(
        [*COMMAND, "--config", str(attacker.daemon.config_file), *words],
        cwd=attacker.daemon.folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def without_our_colours(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_terminal_is_not_driven_by_what_customers_write(attacker: Attacker) -> None:
    body = {
        "account": "shop",
        "external_id": "ansi",
        "subject": ESCAPES,
        "text": f"zebra {ESCAPES}",
        "sender": {"name": ESCAPES, "identities": [{"kind": "external", "value": "ansi-1"}]},
    }
    answer = attacker.post(body)
    attacker.settled(answer.json()["id"])
    for words in (["card", "external:ansi-1"], ["search", "zebra"], ["card", f"email:{ESCAPES}"], ["outages", "list"]):
        ran = run(attacker, *words)
        seen = without_our_colours(ran.stdout + ran.stderr)
        odd = {char for char in seen if char != "\n" and (unicodedata.category(char) == "Cc" or char in BIDIRECTIONAL)}

        assert not odd, (words, seen)
    assert "red" in without_our_colours(run(attacker, "card", "external:ansi-1").stdout)


def test_a_customers_text_can_not_colour_our_output(attacker: Attacker) -> None:
    answer = attacker.post(
        {
            "account": "shop",
            "external_id": "markup",
            "text": "[red]not red[/red] [link=http://evil.example]x[/link] [/]",
            "sender": {"name": "[bold]", "identities": [{"kind": "external", "value": "markup-1"}]},
        }
    )
    attacker.settled(answer.json()["id"])
    shown = without_our_colours(run(attacker, "card", "external:markup-1").stdout)

    assert "[red]not red[/red]" in shown
    assert "[link=http://evil.example]" in shown


def test_no_answer_gets_a_header_from_a_value(attacker: Attacker) -> None:
    evil = "a\r\nX-Evil: 1\r\n\r\nbody"
    answers = [
        attacker.ask("GET", "/api/v1/messages?account=a%0d%0aX-Evil:%201"),
        attacker.ask("GET", "/api/v1/customers/lookup?identity=email:a%0d%0aX-Evil:%201"),
        attacker.ask("GET", "/language/uk", headers={"Referer": "http://x/a%0d%0aX-Evil: 1"}),
        attacker.ask("GET", "/forms/site-form?lang=a%0d%0aX-Evil:%201"),
        attacker.ask(
            "POST", "/api/v1/conversations/1/replies", dumps({"text": evil}), headers={"Idempotency-Key": "k"}
        ),
        attacker.post({"account": "shop", "external_id": "hdr", "text": evil}, headers={"Idempotency-Key": "a%0d%0aX"}),
    ]

    assert all("x-evil" not in answer.headers for answer in answers)
    assert all(answer.status < 500 for answer in answers)


def test_a_duplicate_with_another_body_is_told_in_the_log_by_name_alone(attacker: Attacker) -> None:
    first = attacker.post({"account": "shop", "external_id": "twice", "text": f"{CANARY} one"})
    again = attacker.post({"account": "shop", "external_id": "twice", "text": f"{CANARY} two"})
    same = attacker.post({"account": "shop", "external_id": "twice", "text": f"{CANARY} one"})
    noted = [line for line in attacker.log() if line["event"] == "message.duplicate_differs"]

    assert [answer.status for answer in (first, again, same)] == [202, 202, 202]
    assert [answer.json()["duplicate"] for answer in (first, again, same)] == [False, True, True]
    assert again.json()["id"] == first.json()["id"]
    assert attacker.settled(first.json()["id"])["text"] == f"{CANARY} one"
    assert len(noted) == 1
    assert CANARY not in json.dumps(noted)


def test_the_log_holds_no_word_and_no_address_of_a_customer(attacker: Attacker) -> None:
    one_mail(
        attacker,
        "canary",
        f"From: {CANARY} <{CANARY}@example.com>\r\nSubject: {CANARY}\r\n\r\n{CANARY}\r\nfake\n"
        f'{{"event": "{CANARY}"}}'.encode().replace(b"\n{", b"\r\n{"),
    )
    attacker.mail(b"", sender=f"{CANARY}@example.com")
    attacker.ask("POST", "/forms/site-form", dumps({"message": CANARY, "email": f"{CANARY}@example.com"}))
    attacker.ask("POST", "/forms/site-form", dumps({"message": "", "email": CANARY}))
    attacker.post(dumps({"account": CANARY, "external_id": CANARY, "text": CANARY}))
    attacker.post(dumps({"account": "shop", "external_id": CANARY, "text": CANARY, "sent_at": CANARY}))
    attacker.ask("GET", f"/api/v1/customers?q={CANARY}")
    attacker.ask("GET", f"/{CANARY}", headers={"Authorization": f"Bearer {CANARY}", "Cookie": CANARY})
    metrics = attacker.ask("GET", "/metrics").body.decode()

    assert attacker.log()
    assert CANARY not in attacker.daemon.log.read_text()
    assert CANARY not in metrics
