"""Which account a recipient belongs to, and mails that several accounts behind one listener take."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.sdk.contract import Health
from channelhub.sdk.testing.hub import MemoryHub
from connectors.email.config import SmtpConfig
from connectors.email.routes import Routes
from connectors.email.smtp_receiver import SmtpReceiver
from tests.connectors.email.dialog import MAIL, Dialog, listening_to

ACCOUNTS = {
    "mail": SmtpConfig(listen="127.0.0.1:0", recipients=("help@example.org", "shop.example")),
    "billing": SmtpConfig(through="mail", recipients=("billing@example.org", "pay@shop.example", "приклад.укр")),
    "elsewhere": SmtpConfig(listen="127.0.0.1:0", recipients=("other@example.org",)),
}


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("help@example.org", "mail"),
        ("HELP@Example.ORG.", "mail"),
        ("help+r.x7@example.org", "mail"),
        ("anybody@shop.example", "mail"),
        ("billing@example.org", "billing"),
        ("pay@shop.example", "billing"),
        ("pay+r.x7@shop.example", "billing"),
        ("x@приклад.укр", "billing"),
        ("x@xn--80aikifvh.xn--j1amh", "billing"),
        ("postmaster", "mail"),
        ("Postmaster@example.org", "mail"),
        ("postmaster@приклад.укр", "billing"),
        ("other@example.org", None),
        ("nobody@example.org", None),
        ("help@example.org.evil.example", None),
        ("x@sub.shop.example", None),
        ("+help@example.org", None),
        ("postmaster@evil.example", None),
    ],
)
def test_each_address_has_one_account_or_none(address: str, account: str | None) -> None:
    assert Routes("mail", ACCOUNTS).account_of(address) == account


@given(address=st.text(max_size=40))
def test_a_listener_without_recipients_takes_what_nobody_behind_it_names(address: str) -> None:
    accounts = {"mail": SmtpConfig(), "billing": SmtpConfig(through="mail", recipients=("billing@example.org",))}
    routes = Routes("mail", accounts)

    assert routes.account_of(address) == "mail"
    assert routes.account_of("Billing@example.org") == "billing"


@pytest.fixture
async def hub() -> AsyncIterator[MemoryHub]:
    async with MemoryHub() as memory:
        yield memory


def _receiver(hub: MemoryHub, accounts: dict[str, Any]) -> SmtpReceiver:
    return SmtpReceiver(accounts["mail"], hub.context("mail", same_kind=lambda: accounts))


async def test_a_mail_to_two_accounts_is_stored_for_both_in_one_commit(hub: MemoryHub) -> None:
    async with listening_to(_receiver(hub, ACCOUNTS), hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO c")
        await dialog.ask("MAIL FROM:<ann@example.com>")
        for to in ("help@example.org", "billing@example.org", "x@shop.example"):
            assert (await dialog.ask(f"RCPT TO:<{to}>")).startswith("250")
        assert (await dialog.ask("RCPT TO:<other@example.org>")).startswith("550 5.1.1")
        await dialog.ask("DATA")
        assert (await dialog.ask(MAIL + b".")).startswith("250")

    (call,) = hub.calls
    assert {raw.account: raw.envelope.rcpt_to for raw in call.raws} == {
        "mail": ("help@example.org", "x@shop.example"),
        "billing": ("billing@example.org",),
    }
    assert len({raw.delivery_id for raw in call.raws}) == 1


async def test_recipients_of_one_mail_are_not_those_of_the_next(hub: MemoryHub) -> None:
    async with listening_to(_receiver(hub, ACCOUNTS), hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO c")
        for last in ("RSET", "DATA", "EHLO c"):
            await dialog.ask("MAIL FROM:<ann@example.com>")
            await dialog.ask(f"RCPT TO:<{'help' if last == 'DATA' else 'billing'}@example.org>")
            await dialog.ask(last)
            if last == "DATA":
                assert (await dialog.ask(MAIL + b".")).startswith("250")

    assert [raw.account for raw in hub.raws] == ["mail"]


async def test_an_account_that_comes_or_goes_needs_no_new_listener(hub: MemoryHub) -> None:
    accounts = {"mail": ACCOUNTS["mail"]}
    receiver = SmtpReceiver(accounts["mail"], hub.context("mail", same_kind=lambda: accounts))
    async with listening_to(receiver, hub):
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO c")
        await dialog.ask("MAIL FROM:<>")
        before = await dialog.ask("RCPT TO:<billing@example.org>")
        accounts = ACCOUNTS
        after = await dialog.ask("RCPT TO:<billing@example.org>")

    assert (before[:3], after[:3]) == ("550", "250")


async def test_an_account_behind_another_listens_nowhere(hub: MemoryHub) -> None:
    behind = SmtpReceiver(ACCOUNTS["billing"], hub.context("billing"))
    report = await behind.check()

    assert ACCOUNTS["billing"].listen == ""
    assert report.health is Health.OK
    assert "account mail" in report.detail
