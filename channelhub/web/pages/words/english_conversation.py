"""Conversations: what entries unfold, answers, notes, in English. `forms_…` are the forms of counted things."""

from typing import Final

ENGLISH_CONVERSATION: Final[dict[str, str]] = {
    "forms_customers": "customer|customers",
    "forms_messages": "message|messages",
    "forms_attachments": "attachment|attachments",
    "forms_versions": "earlier version|earlier versions",
    "images_left_out": "Pictures that lie elsewhere are not fetched.",
    "picture_of": "{name}, a picture",
    "html_shown": "As its writer laid it out",
    "html_frame": "The message as its writer laid it out. Nothing in it runs or is fetched.",
    "note": "Note",
    "note_private": "only colleagues see it",
    "note_write": "Write a note",
    "note_save": "Save the note",
    "note_change": "Change the note",
    "note_hint": "Only colleagues see it. Name one with @login, and they are told.",
    "mentions": "Mentions",
    "mention_new": "new",
    "mentions_seen": "I have seen them",
    "no_mentions": "Nobody has named you in a note yet.",
    "conversation": "Conversation",
    "conversation_of": "with {name}",
}
