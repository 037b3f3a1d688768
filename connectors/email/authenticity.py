"""Who really sent a mail, found out before it is stored: by our own mail server, or by checks of our own.

The outcome goes into the envelope, from where `parse` takes it; so parsing stays a pure function of what is stored.
A sender that isn't proved is *claimed*, never refused. Whatever is missing, slow or broken here costs a proof, not a
mail.
"""

from dataclasses import dataclass, replace

from channelhub.content import headerblock, headers
from channelhub.content.encodedwords import decode_header
from channelhub.content.headerblock import Budget, Headers
from channelhub.domain.raw import Envelope
from channelhub.sdk.contract import Logger
from connectors.email import authres
from connectors.email.alignment import PASSED, Check, aligned
from connectors.email.authres import Found, Statement
from connectors.email.checker import Checker, Question
from connectors.email.trust_config import TrustConfig

_METHODS = ("spf", "dkim", "dmarc")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Author:
    """The domain of the one address in the one From header; empty where there are several or none."""

    domain: str


class Authenticity:
    """For one account. Nothing is started before the first mail that needs it."""

    def __init__(self, config: TrustConfig, *, log: Logger) -> None:
        self._config = config
        self._checker = Checker(config, log=log) if config.check_authenticity else None

    async def assess(self, body: bytes, envelope: Envelope, *, is_from_ours: bool, may_check: bool = True) -> Envelope:
        """The envelope with what is known of the sender: `spf`, `dkim`, `dmarc`, `aligned`, `auth_by`, `auth_forged`.

        `is_from_ours`: our own server handed the mail over, or holds it; else nothing in it is believed.
        `may_check`: it is worth checks of our own, being new and whole. Takes at most `check_timeout_s`; never raises.
        """
        if not self._config.trusted_authserv_ids and self._checker is None:
            return envelope
        window = body[: headerblock.MAX_ALL_HEADERS_BYTES]
        fields, _ = headerblock.split(window, headerblock.skip_preface(window), len(window), Budget())
        author = _author(fields)
        found = self._stated(fields, is_from_ours=is_from_ours)
        facts: dict[str, str] = {}
        if found.statement is not None:
            facts = _facts(found.statement, author)
        elif self._checker is not None and may_check:
            # Who handed it to our own server is not known here, so SPF can't be asked for.
            peer = "" if is_from_ours else envelope.peer
            question = Question(
                body=body, peer=peer, helo=envelope.helo, mail_from=envelope.mail_from, author=author.domain
            )
            facts = await self._checker.ask(question)
        if found.ignored:
            facts["auth_forged"] = str(found.ignored)
        return replace(envelope, extra={**envelope.extra, **facts}) if facts else envelope

    async def close(self) -> None:
        if self._checker is not None:
            await self._checker.close()

    def _stated(self, fields: Headers, *, is_from_ours: bool) -> Found:
        trusted = self._config.trusted_authserv_ids
        listed = [
            (name, decode_header(value) if name == "authentication-results" else "") for name, value in fields.fields
        ]
        hops = self._config.trusted_hops if is_from_ours else -1
        return authres.ours(listed, trusted, hops=hops, most=self._config.trusted_results)


def _author(fields: Headers) -> _Author:
    """RFC 7489 §6.6.1: with several From addresses nobody can say whom an aligned check vouches for."""
    found = headers.addresses(fields.all_raw("from"), fields.charset)
    if len(found) != 1 or sum(1 for _ in fields.all_raw("from")) != 1:
        return _Author(domain="")
    return _Author(domain=found[0].address.rpartition("@")[2].lower())


def _facts(statement: Statement, author: _Author) -> dict[str, str]:
    """What our server says, and whether it proves the author."""
    checks = [_check(one.method, one.result, one.properties) for one in statement.results]
    dmarc = next((one for one in checks if one.method == "dmarc"), None)
    facts = {"auth_by": statement.server[:255]}
    for method in _METHODS:
        of_method = [one.result for one in checks if one.method == method]
        if of_method:
            facts[method] = PASSED if PASSED in of_method and method == "dkim" else of_method[0]
    if not author.domain:
        return facts
    if dmarc is not None and dmarc.result == PASSED and dmarc.domain in ("", author.domain):
        facts["aligned"] = author.domain
    elif dmarc is None or dmarc.result == "none":  # no policy is published; the checks themselves may still prove it
        proof = aligned(author.domain, [one for one in checks if one.method in ("spf", "dkim")])
        if proof is not None:
            facts["aligned"] = author.domain
    return facts


def _check(method: str, result: str, properties: dict[str, str]) -> Check:
    names = {"spf": ("smtp.mailfrom", "smtp.mail"), "dkim": ("header.d", "header.i"), "dmarc": ("header.from",)}
    given = next((properties[name] for name in names.get(method, ()) if name in properties), "")
    return Check(method=method, result=result, domain=given.rpartition("@")[2].lower())
