"""What of a message is history or signature goes through the pipeline as offsets; its text stays whole."""

from dataclasses import replace

from channelhub.domain.inbound import Content
from tests.pipeline.workshop import Workshop, mail

ANN = "email:ann@example.com"


async def test_what_is_hidden_of_a_message_is_stored_as_offsets_beside_its_whole_text(shop: Workshop) -> None:
    said = mail("<m1>", ANN, "")
    quoting = replace(said, content=Content(text="It works now.\n\n> Please check", hidden=((13, 29),)))
    made = await shop.take("mail", quoting)
    ann = await shop.card_of(ANN)
    (row,) = await shop.rows(f"SELECT text, reply_text, hidden FROM message_texts WHERE message_id = {made}")

    assert dict(row) == {
        "text": "It works now.\n\n> Please check",
        "reply_text": "It works now.",
        "hidden": "[[13,29]]",
    }
    assert (ann.entries[-1].preview, ann.entries[-1].flags) == ("It works now.", ("quoted",))
