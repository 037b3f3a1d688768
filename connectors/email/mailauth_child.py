"""The child that checks mails: `python -m connectors.email.mailauth_child`, started by `checker.py`.

It reads questions from standard input and writes answers to standard output, both as length-prefixed MessagePack, and
ends when its parent does. The libraries of the extra `mailauth` are imported nowhere else.
"""

import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import dkim
import dns.exception
import dns.nameserver
import dns.resolver
import msgspec

from connectors.email import dmarc, spf
from connectors.email.alignment import PASSED, Check
from connectors.email.checker import HEADER_BYTES, UNKNOWN, Answer, Question
from connectors.email.spf import LookupFailed
from connectors.email.trust_config import read_server

MEMORY_BYTES: Final = 512 * 1024 * 1024
AT_ONCE: Final = 8
MOST_SIGNATURES: Final = 4
MOST_TXT_CHARS: Final = 8192
_question = msgspec.msgpack.Decoder(Question)
_encode = msgspec.msgpack.Encoder().encode


class Dns:
    """DNS with a deadline over all of a mail's lookups."""

    def __init__(self, servers: tuple[str, ...], *, until_s: float) -> None:
        self._until_s = until_s
        self._resolver = dns.resolver.Resolver(configure=not servers)
        found = [server for server in map(read_server, servers) if server is not None]
        if found:
            self._resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in found]

    def txt(self, name: str) -> list[str]:
        texts = [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")]
        return [text[:MOST_TXT_CHARS] for text in texts]

    def addresses(self, name: str, *, is_ipv6: bool) -> list[str]:
        return [record.address for record in self._ask(name, "AAAA" if is_ipv6 else "A")]

    def mail_hosts(self, name: str) -> list[str]:
        return [record.exchange.to_text(omit_final_dot=True) for record in self._ask(name, "MX")]

    def _ask(self, name: str, kind: str) -> list[Any]:
        left_s = self._until_s - time.monotonic()
        if left_s <= 0:
            raise LookupFailed("out of time")
        try:
            return list(self._resolver.resolve(name, kind, lifetime=left_s, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return []
        except (dns.exception.DNSException, ValueError, OSError) as exc:
            raise LookupFailed(str(exc)) from exc


def check(question: Question) -> dict[str, str]:
    """The facts for the envelope. Raises nothing that a mail can cause."""
    lookup = Dns(question.dns_servers, until_s=time.monotonic() + question.timeout_s * 0.9)
    checks: list[Check] = []
    domain = (question.mail_from.rpartition("@")[2] or question.helo).lower().rstrip(".")
    if question.peer:
        sender = question.mail_from or f"postmaster@{question.helo}"
        result = spf.check(lookup, ip=question.peer, domain=domain, sender=sender, helo=question.helo)
        checks.append(Check(method="spf", result=result, domain=domain))
    checks += signatures(question.body, lookup)
    result, is_proved = dmarc.judge(lookup, question.author, checks)
    facts = {"dmarc": result, "auth_by": "here"}
    for method in ("spf", "dkim"):
        found = [one.result for one in checks if one.method == method]
        if found:
            facts[method] = PASSED if PASSED in found else found[0]
    if is_proved:
        facts["aligned"] = question.author
    return facts


def signatures(body: bytes, lookup: Dns) -> list[Check]:
    """Each DKIM signature (RFC 6376), the first `MOST_SIGNATURES`."""
    try:
        mail = dkim.DKIM(body)
        count = sum(1 for name, _ in mail.headers if name.lower() == b"dkim-signature")
    except Exception:  # noqa: BLE001 - as below
        return []
    return [_signature(body, number, lookup) for number in range(min(count, MOST_SIGNATURES))]


def _signature(body: bytes, number: int, lookup: Dns) -> Check:
    failed: list[LookupFailed] = []

    def key(name: bytes, timeout: float = 0) -> bytes:  # noqa: ARG001 - as dkimpy calls it
        try:
            return next(iter(lookup.txt(name.decode("ascii", "replace"))), "").encode()
        except LookupFailed as exc:
            failed.append(exc)
            return b""

    mail = dkim.DKIM(body)
    try:
        is_valid = bool(mail.verify(idx=number, dnsfunc=key))
        # What was added behind a signed length is nobody's word, and From must be signed.
        is_whole = is_valid and b"l" not in mail.signature_fields and b"from" in mail.include_headers
    except Exception:  # noqa: BLE001 - what a stranger's signature does to the library proves nothing, and costs no more
        is_whole = False
    domain = (mail.domain or b"").decode("ascii", "replace").lower()
    result = "temperror" if failed else PASSED if is_whole else "fail"
    return Check(method="dkim", result=result, domain=domain)


def serve(take: Callable[[int], bytes], give: Callable[[bytes], object]) -> None:
    """Answer questions until there are no more."""
    lock = threading.Lock()

    def answer(question: Question) -> None:
        try:
            facts = check(question)
        except Exception:  # noqa: BLE001 - the parent must not wait for an answer that doesn't come
            facts = dict(UNKNOWN)
        payload = _encode(Answer(id=question.id, facts=facts))
        with lock:
            give(len(payload).to_bytes(HEADER_BYTES) + payload)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        while size := int.from_bytes(take(HEADER_BYTES)):
            pool.submit(answer, _question.decode(take(size)))
    os._exit(0)  # a lookup that still waits must not keep us


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    serve(sys.stdin.buffer.read, output.write)


if __name__ == "__main__":
    main()
