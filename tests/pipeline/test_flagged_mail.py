"""What a mail is besides its words shows on the timeline."""

from dataclasses import replace

from tests.pipeline.workshop import Workshop, mail

ANN = "email:ann@example.com"


async def test_encrypted_signed_and_invitations_are_flags(shop: Workshop) -> None:
    facts = {"mail_encrypted": "S/MIME", "mail_invitation": "Invitation: x", "cc": "b@x.example"}
    await shop.take("mail", replace(mail("<m1>", ANN, ""), extra=facts))
    ann = await shop.card_of(ANN)

    assert ann.entries[-1].flags == ("encrypted", "invitation")


async def test_a_field_of_a_form_is_no_flag(shop: Workshop) -> None:
    await shop.take("form", replace(mail("f1", ANN, "words"), extra={"mail_signed": "so they say"}))
    ann = await shop.card_of(ANN)

    assert ann.entries[-1].flags == ()
