"""Names of files are labels for people. What is stored is named by its digest, whatever the label says."""

import base64
import hashlib
import unicodedata

import pytest

from tests.hostile.attacker import Attacker, dumps

pytestmark = pytest.mark.slow  # a daemon

NAMES = [
    "../../../etc/passwd",
    "..\\..\\..\\windows\\system32\\config\\sam",
    "/etc/cron.d/evil",
    "C:\\boot.ini",
    "\\\\host\\share\\x",
    "file:///etc/passwd",
    ".htaccess",
    "\u200b.htaccess",
    ".user.ini",
    ".",
    "..",
    "...",
    " ",
    "",
    "\0",
    "a\0.png",
    "a\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>",
    "a\nb",
    "a\tb",
    'a";filename="b',
    "a';filename*=UTF-8''b",
    "CON",
    "nul.txt",
    "com1.log",
    "aux",
    "shell.php",
    "shell.php%00.png",
    "shell.phtml ",
    "shell.php.",
    "shell.php::$DATA",
    "invoice\u202egpj.exe",
    "\u2066\u2067x\u2069",
    "\x1b[2J\x1b]0;owned\x07",
    "$(touch owned)",
    "`id`",
    "-rf",
    "<img src=x onerror=alert(1)>.svg",
    "{{7*7}}",
    "%2e%2e%2fetc%2fpasswd",
    "\uff0e\uff0e\uff0fetc",
    "a" * 255,
    "\U0001f98a" * 200,
    "звіт\u0301.pdf",
]
FORBIDDEN = set('/\\:<>"|?*')


def is_a_label(shown: str) -> bool:
    """One line of visible characters that no file system and no terminal takes for anything else."""
    hidden = any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)
    return bool(shown.strip(". ")) and not hidden and not FORBIDDEN & set(shown) and len(shown.encode()) <= 255


def check(attacker: Attacker, message_id: str, content: bytes) -> None:
    [shown] = attacker.settled(message_id)["attachments"]  # type: ignore[misc]
    answer = attacker.ask("GET", shown["url"])
    disposition = answer.headers["content-disposition"]
    digest = hashlib.sha256(content).hexdigest()
    files = [path for path in attacker.daemon.state_dir.rglob("*") if path.is_file() and digest in path.name]

    assert is_a_label(shown["filename"]), shown
    assert shown["sha256"] == digest
    assert len(files) == 1
    assert files[0].name == digest
    assert answer.body == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert disposition.startswith('attachment; filename="')
    assert disposition.isascii()
    assert disposition.count('"') == 2


def content_of(name: str, channel: str) -> bytes:
    """Bytes of one name alone, so long that they become a file of their own."""
    return f"{channel} {name}".encode() * 4 + b"x" * 70_000


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_posted_file(attacker: Attacker, name: str) -> None:
    content = content_of(name, "api")
    file = {"filename": name, "content_type": "text/html\r\nX: y", "content": base64.b64encode(content).decode()}
    answer = attacker.post({"account": "shop", "external_id": name.encode().hex()[:200] or "0", "attachments": [file]})

    assert answer.status == 202, answer
    check(attacker, answer.json()["id"], content)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_uploaded_file(attacker: Attacker, name: str) -> None:
    content = content_of(name, "form")
    file = {"filename": name, "content_type": "image/svg+xml", "content": base64.b64encode(content).decode()}
    answer = attacker.ask("POST", "/forms/site-form", dumps({"message": "see it", "files": [file]}))

    assert answer.status == 202, answer
    check(attacker, answer.json()["id"], content)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_mailed_file(attacker: Attacker, name: str) -> None:
    content = content_of(name, "mail")
    encoded = base64.b64encode(name.encode()).decode()
    number = NAMES.index(name)
    mail = (
        f"From: a@b.example\r\nMessage-ID: <{number}@names>\r\nMIME-Version: 1.0\r\nContent-Type: text/html;\r\n"
        f' name="=?utf-8?b?{encoded}?="\r\nContent-Disposition: attachment\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode()
    answer = attacker.mail(mail + base64.encodebytes(content).replace(b"\n", b"\r\n"))
    [brought] = [item for item in attacker.items("mail") if item["message_id"] == f"{number}@names"]

    assert answer.startswith("250"), answer
    check(attacker, brought["id"], content)
