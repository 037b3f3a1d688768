"""The page of how a request stands, in English."""

from typing import Final

ENGLISH_FOLLOWING: Final[dict[str, str]] = {
    "follow_title": "Your request",
    "follow_thanks": "Thank you",
    "follow_received": "We have received your message.",
    "follow_again": "We already had this message; nothing was sent twice.",
    "follow_number": "Number",
    "follow_waiting": "The number is being given. This page looks again by itself.",
    "follow_kept": "Your message is with us.",
    "follow_yours": "You wrote",
    "follow_ours": "We wrote",
    "follow_elsewhere": "The conversation goes on by email. What was written there is not shown here.",
    "follow_link": "Keep the address of this page: whoever has it can read it. It works until",
    "follow_unknown": "This link is not complete. Copy the whole address once more.",
    "follow_gone": "What was sent is no longer kept.",
    "follow_late": "This link is too old. Write to us again and mention the number of your request.",
}
