"""What the pipeline must know of the configuration to decide about messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

from channelhub.domain.raw import RawMessage
from channelhub.pipeline.noticebook import NoticeBook
from channelhub.pipeline.wire import Task
from channelhub.rules.identity import ANONYMOUS
from channelhub.sdk.contract import ANY_KIND, LateReply
from channelhub.sdk.files import FileRules


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """One configured account. `mail_domain` is the right side of the Message-IDs of mail it sends."""

    name: str
    kind: str
    channel: str
    can_send: bool = False
    can_send_files: bool = False
    mail_domain: str = ""
    identity_kind: str = ""  # the kind of address it writes to; empty: any
    reply_window_us: int = 0  # how long after a customer wrote answers are taken; 0: always
    late_reply: LateReply | None = None  # what is taken after that
    file_rules: Callable[[str], FileRules] = lambda _key: FileRules()  # which files a conversation takes, by its key
    is_public: Callable[[str], bool] = lambda _key: False  # whether all see a conversation, by its key
    unread_by: str = ""  # the mail account by which what was not read here goes to its customer, too
    unread_after_us: int = 0  # how long after it was to be sent
    parse_settings: bytes = b""  # goes to the parser with each of its deliveries

    def writes_to(self, kind: str) -> bool:
        """Whether a message can be sent to an address of this kind; to somebody without an address none can."""
        return self.can_send and kind != ANONYMOUS and self.identity_kind in ("", ANY_KIND, kind)

    def task(self, raw: RawMessage, *, number: int, path: str) -> Task:
        """One of its deliveries, to be read as the account is configured now, whenever it came."""
        return Task(id=number, kind=self.kind, raw=replace(raw, settings=self.parse_settings), path=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What we write to a customer, in one language."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """`secret` signs tokens; `acknowledgement(language, number, subject)` words what a customer is told,
    `handover(language, answer)` the mail with an answer that was not read in its chat."""

    accounts: Mapping[str, AccountFacts]
    default_region: str
    secret: bytes
    is_acknowledging: bool
    acknowledgement: Callable[[str, str, str], Wording]
    own_addresses: frozenset[str] = frozenset()
    handover: Callable[[str, str], Wording] = lambda _language, answer: Wording(subject="", text=answer)
    public_url: str = ""  # the start of links that customers get, without a slash at the end
    notices: NoticeBook = field(default_factory=NoticeBook)
    zone: tzinfo = UTC  # in which hours and days are meant that our people promise

    def account(self, name: str) -> AccountFacts:
        """The account; one that is no longer configured keeps its messages, and can't send."""
        return self.accounts.get(name) or AccountFacts(name=name, kind="", channel=name)
