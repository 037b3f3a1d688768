"""What a relay says decides when, and whether, a mail is tried again."""

import pytest

from channelhub.domain.outbound import Outbound
from channelhub.sdk.errors import Rejected, Unavailable
from tests.connectors.email.relay import Keeper, relay
from tests.connectors.email.test_send import ANSWER, read, sender


@pytest.mark.parametrize(
    ("command", "answer", "wait_s"),
    [
        ("RCPT", "450 4.2.0 Greylisted, come back", 300.0),
        ("RCPT", "451 4.7.1 Try again later", 300.0),
        ("RCPT", "452 4.2.2 Mailbox full", 3600.0),
        ("MAIL", "421 4.3.2 Shutting down", 60.0),
        ("DATA", "451 4.3.0 later", None),
    ],
)
async def test_later_is_as_late_as_the_reason_asks(command: str, answer: str, wait_s: float | None) -> None:
    async with relay(Keeper(answers={command: answer})) as keeper:
        with pytest.raises(Unavailable) as caught:
            await sender(keeper.port).send(ANSWER)

    assert caught.value.retry_after_s == wait_s
    assert answer in str(caught.value)


async def test_the_relays_reason_is_kept_with_its_enhanced_code_on_one_line() -> None:
    async with relay(Keeper(answers={"RCPT": "550 5.1.1 No such user \x1b[31m here"})) as keeper:
        with pytest.raises(Rejected) as caught:
            await sender(keeper.port).send(ANSWER)

    assert str(caught.value) == "the relay refuses the mail: 550 5.1.1 No such user [31m here"


async def test_a_refusal_of_our_settings_rejects_no_mail() -> None:
    async with relay(Keeper(answers={"MAIL": "530 5.7.0 Authentication required"})) as keeper:
        with pytest.raises(Unavailable, match="other relay_ settings: 530"):
            await sender(keeper.port).send(ANSWER)


async def test_a_domain_outside_ascii_needs_no_smtputf8() -> None:
    async with relay(Keeper()) as keeper:
        await sender(keeper.port).send(Outbound(id=1, to="ann@пошта.укр", text="x"))

    ((_, recipients, content),) = keeper.mails
    assert recipients == ["ann@xn--80a1acn3a.xn--j1amh"]
    assert read(content)["To"] == "ann@xn--80a1acn3a.xn--j1amh"


async def test_a_local_part_outside_ascii_is_sent_where_the_relay_takes_it_and_else_refused_clearly() -> None:
    message = Outbound(id=1, to="ганна@example.com", text="x")
    async with relay(Keeper(), enable_SMTPUTF8=True) as keeper:
        await sender(keeper.port).send(message)
    async with relay(Keeper()) as deaf:
        with pytest.raises(Rejected, match="SMTPUTF8"):
            await sender(deaf.port).send(message)

    assert keeper.mails[0][1] == ["ганна@example.com"]
    assert deaf.mails == []
