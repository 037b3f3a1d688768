"""Who wrote: VK's own numbers of people. They are the same for every community; names don't come with messages."""

from channelhub.domain.people import Evidence, Handle, Sender

KIND = "vk"
MAX_NAME_CHARS = 256
LANGUAGES = {0: "ru", 1: "uk", 2: "be", 3: "en"}  # dev.vk.com, lang_id


def handle(number: int) -> Handle:
    return Handle(kind=KIND, value=str(number), evidence=Evidence.CHANNEL_ID)


def person(number: int, name: str = "") -> Sender:
    """A person; a negative number is a community that writes in its own name, a large one a group chat."""
    return Sender(name=name[:MAX_NAME_CHARS], handles=(handle(number),), origin=f"{KIND}:{number}")
