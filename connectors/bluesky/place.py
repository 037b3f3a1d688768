"""What a conversation is called: the post that a thread began with, or a direct conversation."""

_DIRECT = "dm:"
POSTS = "app.bsky.feed.post"


def direct(convo_id: str) -> str:
    return f"{_DIRECT}{convo_id}"


def is_public(key: str) -> bool:
    """Whether everybody sees what is said in a conversation: threads, unlike direct ones."""
    return not key.startswith(_DIRECT)


def convo_of(key: str) -> str:
    """The direct conversation; empty for a thread."""
    return key.removeprefix(_DIRECT) if key.startswith(_DIRECT) else ""


def is_post(key: str) -> bool:
    """Whether it is a post's address."""
    return key.startswith("at://") and f"/{POSTS}/" in key
