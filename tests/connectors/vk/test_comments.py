"""What is said in public: a conversation for each writer at each spot, answered where it stands."""

from typing import Any

import pytest

from channelhub.domain.inbound import DeletedMessage, DeliveryStatus, EditedMessage, NewMessage, Unknown
from connectors.vk.comments import Said, Spot, is_public, read_name
from tests.connectors.vk import vectors as v
from tests.connectors.vk.test_parse import WHO, read, read_new

HERE = f"wall:-{v.GROUP}_900"


def test_comment_is_a_public_message_of_its_writer() -> None:
    said = read_new(v.COMMENT)

    assert (said.content.text, said.sender.handles) == ("Почему так долго?", (WHO,))
    assert (said.external_id, said.thread.key) == (f"{HERE}_915", f"{HERE}#{v.MARIA}")
    assert said.thread.message_id == said.external_id
    assert said.extra == {"public": "comment", "post": HERE}


def test_answer_to_a_comment_names_it() -> None:
    event = v.comment("wall_reply_new", id=917, post_id=900, owner_id=-v.GROUP, reply_to_comment=915, reply_to_user=5)

    assert read_new(event).thread.in_reply_to == f"{HERE}_915"


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (v.UNDER_PHOTO, f"photo:-{v.GROUP}_3_915"),
        (v.UNDER_VIDEO, f"video:-{v.GROUP}_4_915"),
        (v.UNDER_GOODS, f"market:-{v.GROUP}_11_915"),
        (v.IN_DISCUSSION, f"board:-{v.GROUP}_8_915"),
        (v.VISITOR, f"wall:-{v.GROUP}_901"),
    ],
)
def test_each_kind_of_spot_has_its_name(event: dict[str, Any], name: str) -> None:
    said = read_new(event)

    assert said.external_id == name
    assert str(read_name(name)) == name


@pytest.mark.parametrize("name", ["", "wall:", "wall:1", "wall:1_2_3_4", "wall:a_b", "moon:1_2", f"{v.MARIA}:61"])
def test_nothing_else_is_a_name_of_what_is_said_in_public(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_name(name)


def test_name_says_the_spot_and_the_comment() -> None:
    assert read_name(f"{HERE}_915") == Said(spot=Spot(kind="wall", owner=-v.GROUP, item=900), comment=915)


def test_edits_follow_each_other_as_they_came() -> None:
    edit = read(v.COMMENT_EDITED)

    assert isinstance(edit, EditedMessage)
    assert edit.external_id == f"{HERE}_915"
    assert edit.revision > 1_700_000_000_000
    assert edit.message.content.text == "Почему так долго?!"


def test_deleted_comment_is_named() -> None:
    gone = read(v.COMMENT_DELETED)

    assert isinstance(gone, DeletedMessage)
    assert gone.external_id == f"{HERE}_915"


def test_restored_comment_is_the_same_message() -> None:
    assert read_new(v.COMMENT | {"type": "wall_reply_restore"}) == read_new(v.COMMENT)


def test_our_answer_that_comes_back_was_sent_to_whom_it_answers() -> None:
    told = read(v.OWN_COMMENT)

    assert isinstance(told, DeliveryStatus)
    assert (told.status, told.sent_id, told.sent_to) == ("sent", f"{HERE}_916", WHO)


@pytest.mark.parametrize(
    "event",
    [
        v.comment("wall_reply_new", from_id=-v.GROUP, post_id=900, owner_id=-v.GROUP),
        v.VISITOR | {"object": v.VISITOR["object"] | {"from_id": -v.GROUP}},
        v.comment("wall_reply_new", text="", post_id=900, owner_id=-v.GROUP),
    ],
)
def test_what_the_community_says_itself_and_what_says_nothing_opens_nothing(event: dict[str, Any]) -> None:
    assert isinstance(read(event), Unknown)


@pytest.mark.parametrize("event", [v.COMMENT, v.COMMENT_EDITED, v.COMMENT_DELETED, v.VISITOR, v.UNDER_PHOTO])
def test_where_comments_are_not_wanted_they_are_only_kept(event: dict[str, Any]) -> None:
    assert isinstance(read(event, comments=False), Unknown)


def test_picture_in_a_comment_is_a_file_of_it() -> None:
    shown = {"type": "photo", "photo": v.PHOTO["held"]}
    said = read(v.comment("wall_reply_new", text="", post_id=900, owner_id=-v.GROUP, attachments=[shown]))

    assert isinstance(said, NewMessage)
    assert [file.reference for file in said.content.attachments] == [v.FILE]


def test_only_conversations_at_a_spot_are_public() -> None:
    assert is_public(read_new(v.COMMENT).thread.key)
    assert not is_public(read_new(v.TEXT).thread.key)
    assert not is_public(read_new(v.IN_CHAT, chats=True).thread.key)
