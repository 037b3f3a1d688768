"""English words of the search page."""

from typing import Final

ENGLISH_SEARCH: Final[dict[str, str]] = {
    "narrow": "Narrow the search down",
    "search_words": "Words, name, address or phone",
    "search_kind": "Look for",
    "search_all": "People and messages",
    "sought_people": "People",
    "sought_messages": "Messages",
    "search_order": "Messages",
    "ordered_newest": "The newest first",
    "ordered_relevance": "The best of the newest 500",
    "search_channel": "Channel",
    "search_since": "From (UTC)",
    "search_until": "To (UTC)",
    "search_customer": "Only this customer",
    "nothing_here": "Nothing among these messages; older ones may have it.",
}
