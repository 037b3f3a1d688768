"""What goes in and out of the API, as its document describes it. Made by `make client`; not changed by hand.

An answer may hold more than is written here: a newer hub adds fields, and lists of words become longer.
"""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class Accepted(TypedDict):
    """The message is stored and on disk. `duplicate`: it already was."""

    id: str
    duplicate: bool


class ValueCountView(TypedDict):
    """So many affected customers have this value."""

    value: str
    customers: int


class AffectedView(TypedDict):
    """The affected customers by one attribute, which is known of `known` of them: its most frequent values, each of
    two
        customers or more, and how many `others` have another one.
    """

    name: str
    known: int
    values: list[ValueCountView]
    others: int


class AfterQuery(TypedDict):
    """Which part of a list, oldest first."""

    after: NotRequired[int]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.


class Again(TypedDict):
    """A person's word about a message of which nobody knows whether it arrived. May be left out for failed ones."""

    may_arrive_twice: NotRequired[bool]  # Needed for an uncertain message.


class AttachmentView(TypedDict):
    """A file. `url` is null where it isn't here: the channel named it only, and `status` says what became of it."""

    n: int
    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    url: str | None
    status: str
    reason: str
    detail: str


class AlbumPartView(TypedDict):
    """One of several messages that were sent as one and stand on the timeline as one entry."""

    message_id: str
    text: str
    deleted: bool
    attachments: list[AttachmentView]


class AlertView(TypedDict):
    """One time that an alert fired; `ended_at` null: it still does. `severity` is in its system's own word."""

    id: str
    account: str
    name: str
    severity: str
    summary: str
    labels: dict[str, str]
    url: str
    started_at: str
    ended_at: str | None


class AlertPage(TypedDict):
    """`next` is what to pass as `before`; null at the end."""

    items: list[AlertView]
    next: str | None


class AlertQuery(TypedDict):
    """Which alerts, the newest first."""

    before: NotRequired[int]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.


class TargetView(TypedDict):
    """One `[alerts.NAME]`. `state`: never (nothing was told yet), ok, or failing, with the reason in `detail`."""

    name: str
    kind: str
    state: str
    detail: str
    since: str | None


class DeliveryView(TypedDict):
    """One thing to tell one target. `key` is what the receiver knows the outage by; `outage_id` null: a test, or about
    an event: `event_type` is its type then, `summary` where many are summed up, else empty.
    """

    id: str
    target: str
    key: str
    outage_id: str | None
    event_type: str
    action: str
    state: str
    attempts: int
    may_have_arrived: bool
    customers: int
    error: str
    next_at: str | None
    created_at: str
    changed_at: str


class AlertsView(TypedDict):
    """The targets, and deliveries, the newest first. `next` is what to pass as `before`; null at the end."""

    targets: list[TargetView]
    items: list[DeliveryView]
    next: str | None


class Alive(TypedDict):
    """The loop turns."""

    status: NotRequired[str]


class ArrivalItem(TypedDict):
    """One delivery. `state`: received (waits for the pipeline), processed, or parked (could not be read)."""

    id: str
    account: str
    external_id: str
    message_id: str
    state: str
    received_at: str
    size: int


class ArrivalPage(TypedDict):
    """`next` is what to pass as `after`; null when there is no more now."""

    items: list[ArrivalItem]
    next: str | None


class AttachmentIn(TypedDict):
    """A file, its bytes in base64."""

    filename: NotRequired[str]  # The file's name, without folders.
    content_type: NotRequired[str]  # Its media type.
    content: str  # Its bytes in base64 (RFC 4648 §4, padded).


class AudienceShare(TypedDict):
    """`AudienceShare` of the API document."""

    channel: str
    language: str
    customers: int


class UnsentShare(TypedDict):
    """`UnsentShare` of the API document."""

    reason: str
    addresses: int


class AudienceView(TypedDict):
    """Who would be told if the draft were approved now, and who wouldn't. `whole` false: there are more."""

    customers: int
    told: list[AudienceShare]
    unsent: list[UnsentShare]
    whole: bool


class AuditView(TypedDict):
    """Who did what to what. `detail` of a look says how often they saw what of the customer in the ten minutes from
    `at` on.
    """

    id: str
    at: str
    actor: str
    action: str
    target: str
    detail: dict[str, str]


class AuditPage(TypedDict):
    """The newest first. `next` is what to pass as `before`; null at the end."""

    items: list[AuditView]
    next: str | None


class AuditQuery(TypedDict):
    """Which lines of the audit."""

    before: NotRequired[int]  # Older lines: `next` of the page before.
    limit: NotRequired[int]  # At most so many.
    actor: NotRequired[str]  # Only what they did, as `agent:kate`.
    action: NotRequired[str]  # Only this, as `customer.look`.
    customer: NotRequired[int | None]  # Only looks at them, and what was done to their addresses.


class ProblemDocument(TypedDict):
    """A problem (RFC 9457). Its type is one of:

    - `/problems/malformed` (400): The request can't be read
    - `/problems/unauthorized` (401): A valid token is needed
    - `/problems/token-expired` (401): The token's time is over
    - `/problems/forbidden` (403): This token may not do that
    - `/problems/cross-site` (403): The request came from another site
    - `/problems/not-found` (404): There is no such thing here
    - `/problems/unknown-account` (404): There is no such account
    - `/problems/method-not-allowed` (405): This address takes other methods
    - `/problems/request-timeout` (408): The request came too slowly
    - `/problems/conflict` (409): It has changed, or its state does not allow this
    - `/problems/gone` (410): This is used up
    - `/problems/precondition-failed` (412): It is not what the request expects
    - `/problems/too-large` (413): The request is too large
    - `/problems/unsupported-media-type` (415): This media type is not taken here
    - `/problems/invalid` (422): A field is wrong
    - `/problems/too-many-requests` (429): Too many requests
    - `/problems/headers-too-large` (431): The request's headers are too large
    - `/problems/refused` (400): The request is refused
    - `/problems/internal` (500): A defect of this server
    - `/problems/unavailable` (503): Not now; try again
    """

    type: str
    title: str
    status: int
    detail: NotRequired[str]
    errors: NotRequired[dict[str, str]]
    incident: NotRequired[str]


class ItemAnswer(TypedDict):
    """What became of one item. 202: it is on disk, as `id`; `duplicate`: it already was. Otherwise `error` says why it
    was refused.
    """

    status: int
    id: NotRequired[str | None]
    duplicate: NotRequired[bool]
    error: NotRequired[ProblemDocument | None]


class BatchAnswer(TypedDict):
    """An answer for each item, in the order of the request. `accepted`: how many have 202."""

    accepted: int
    items: list[ItemAnswer]


class BeforeNoticed(TypedDict):
    """One of the reports by which the outage was noticed."""

    code: Literal["before_noticed"]


class ReplyFile(TypedDict):
    """A file that goes with the answer."""

    filename: str
    content_type: NotRequired[str]
    content: str  # Base64.


class Beginning(TypedDict):
    """A first message. Mail may be written first; messengers let us answer only who wrote."""

    to: str  # As email:ann@example.com.
    account: NotRequired[str]  # Which sends it; may be left out where only one sends mail.
    subject: str  # One line.
    text: str
    attachments: NotRequired[list[ReplyFile]]


class BestTimeView(TypedDict):
    """When they write most. `days`: any, weekdays or weekend; `since` and `until` are hours of `zone`, as 18:00."""

    days: str
    since: str
    until: str
    zone: str


class IncidentRef(TypedDict):
    """An incident, and the version that was read."""

    id: str
    version: int


#: Where an incident stands. `rules.lifecycle` says which step may follow which.
IncidentState: TypeAlias = Literal[
    "acknowledged", "closed", "in_progress", "new", "reopened", "resolved", "waiting_for_customer"
]


#: How urgent an incident is.
Priority: TypeAlias = Literal["critical", "high", "low", "normal"]


class SnoozeIn(TypedDict):
    """Until when it is out of sight. It wakes earlier when the customer writes."""

    until: NotRequired[str | None]  # null: until the customer writes; at most a year.
    version: NotRequired[int | None]  # That was read; null: whatever it is now.


class BulkChange(TypedDict):
    """The same change of many incidents, in one commit. Those that can't be changed are left alone, and said."""

    incidents: list[IncidentRef]
    state: NotRequired[IncidentState | None]
    priority: NotRequired[Priority | None]
    assignee: NotRequired[str | None]
    add_tags: NotRequired[list[str]]
    remove_tags: NotRequired[list[str]]
    snooze: NotRequired[SnoozeIn | None]  # Put them out of sight.
    wake: NotRequired[bool]  # Bring them back.


class ItemOutcome(TypedDict):
    """What became of one: its version now; or why it was left alone: `not-found`, `conflict` or `refused`."""

    id: str
    version: int | None
    problem: str | None
    detail: str | None


class BulkOutcome(TypedDict):
    """One item for each incident, in their order. `undo`: for POST /undo/{id}, within ten minutes; null where nothing
    was changed.
    """

    items: list[ItemOutcome]
    undo: str | None


class Burst(TypedDict):
    """So many different customers within the window, where so many were to be expected at that time's traffic.

    `background` is the usual share of messages that fit the outage's words.
    """

    code: Literal["burst"]
    customers: int
    window_min: int
    expected: float
    background: NotRequired[float]


class ByPerson(TypedDict):
    """A person decided so. `action` is one of rules.outage.lifecycle or of the people's commands."""

    code: Literal["by_person"]
    action: str


class ByRule(TypedDict):
    """Confirmed by a rule that was switched on: at_once, customers, channels, score (with the figure), or alert."""

    code: Literal["by_rule"]
    rule: str
    value: NotRequired[float]


class CardLinkMade(TypedDict):
    """An address that opens the card without signing in, read-only."""

    url: str
    expires_at: str


class CardLinkRequest(TypedDict):
    """Whose card, and for how long."""

    identity: str  # kind:value, as phone:+380671112233.
    minutes: NotRequired[int]  # Until its end; who has it, reads the card.


class CustomerView(TypedDict):
    """A person. Every id they ever had keeps leading here."""

    id: str
    name: str
    language: str
    segment: NotRequired[str]
    attributes: NotRequired[dict[str, str]]


class UnreachableView(TypedDict):
    """An account that an address' owner blocked. It ends when they unblock it, or write."""

    account: str
    since: str


class IdentityView(TypedDict):
    """One address. `verified`: something better than their own word says that it is theirs. `account` is empty for
    addresses that mean the same everywhere.
    """

    id: str
    kind: str
    value: str
    shown: str
    name: str
    account: str
    verified: bool
    evidence: str
    shared: bool
    blocked: bool
    opted_out: bool
    unreachable: list[UnreachableView]
    since: str


class LinkView(TypedDict):
    """Evidence that two identities are one person. DELETE /links/{id} takes them apart."""

    id: str
    left_id: str
    right_id: str
    evidence: str
    reason: str
    actor: str
    at: str


class IncidentView(TypedDict):
    """A registered contact. Send `version` back to change it; `next_states` are those it can go to."""

    id: str
    number: int
    state: str
    version: int
    priority: str
    priority_reasons: list[str]
    service: str
    subject: str
    language: str
    order_id: str
    assignee: str
    conversation_id: str
    opened_at: str
    changed_at: str
    state_times: dict[str, str]
    next_states: list[str]
    customer_id: NotRequired[str]
    account: str
    channel: str
    tags: list[str]
    snoozed: bool
    snoozed_until: str | None


class OutageView(TypedDict):
    """A mass incident: what it is about, since when, and how many different customers report it."""

    id: str
    state: str
    version: int
    title: str
    terms: list[str]
    reasons: list[str]
    customers: int
    messages: int
    began_at: str
    opened_at: str
    changed_at: str
    closed_at: str | None
    last_report_at: str | None
    merged_into: str | None
    level: str
    split_from: str | None


class ClueView(TypedDict):
    """Why two may be one person. `kind`: of an address (`phone`, `email`, …), or `order`, `device`, `address` (mail
        addresses that begin alike), `name`. `how`: `claimed` by the sender as their own, `proved` of both although
    they
        are kept apart (other customer ids), `shared` by both; of names `same`,
        `similar`, `partial`, `different`, which speaks against it.
    """

    kind: str
    how: str


class SuggestionView(TypedDict):
    """A connection for a person to accept or reject, the most likely first. `other` is the identity outside this card,
    `score` what the `clues` weigh together, below 1; `reason` says them in English.
    """

    id: str
    reason: str
    clues: list[ClueView]
    score: float
    other: IdentityView | None
    other_customer_id: str
    at: str


class SuspicionView(TypedDict):
    """An identity whose name may be another's. `pretence`: `address`, it holds a mail address that isn't theirs;
    `colleague`, it is that of somebody who signs in here; `customer`, it is that of the known `customer_id`.
    """

    identity_id: str
    pretence: str
    customer_id: str | None


class RatingView(TypedDict):
    """What a customer said last about how an outage or incident was handled. `version` counts their answers."""

    id: str
    customer_id: str
    outage_id: str | None
    incident_id: str | None
    score: int
    comment: str
    first_at: str
    changed_at: str
    version: int


class StatsView(TypedDict):
    """Counts over the whole history."""

    entries: int
    first_at: str | None
    last_at: str | None
    channels: list[str]


class EntryView(TypedDict):
    """One line of the timeline. `text` is its beginning when `cut` is true."""

    type: str
    id: str
    at: str
    channel: str
    account: str
    direction: str
    verified: bool
    subject: str
    text: str
    cut: bool
    attachments: int
    attachments_pending: int
    attachments_missing: int
    identity_id: str
    conversation_id: str | None
    incident_id: str | None
    outage_id: str | None
    state: str
    reason: str
    flags: list[str]


class TimelineView(TypedDict):
    """Newest first. `next` is what to pass as `before`, `newer` what to pass as `after`; null at the ends. A filter
    looks at so many entries at once: where it found none, `next` may still lead further.
    """

    items: list[EntryView]
    next: str | None
    newer: str | None


class HabitsView(TypedDict):
    """Learned from their newest messages. null: not known yet. `messages`: how many there are to learn from."""

    messages: int
    channel: str | None
    best_time: BestTimeView | None


class PromiseView(TypedDict):
    """What we promised in a message of ours. `state`: open, overdue, or kept, as we wrote to them afterwards.
    `due_day`: by the end of this day of the hub's zone; `due_at` is the midnight after it.
    """

    message_id: str
    at: str
    text: str
    due_at: str | None
    due_day: str | None
    state: str


class ToldView(TypedDict):
    """What they told us already. `topic`: order, parcel, phone, email, city, address, device; `value` compares, `text`
    is as they wrote it. `verified` is that of the message's sender.
    """

    topic: str
    value: str
    text: str
    message_id: str
    at: str
    verified: bool


class JourneyView(TypedDict):
    """The last event of an order, or one that names none."""

    message_id: str
    at: str
    name: str
    text: str
    order_id: str
    verified: bool


class FileTypeView(TypedDict):
    """Files of one media type (`image/png`, `image/*`, `*/*`)."""

    type: str
    max_bytes: int  # Of one such file.


class FilesView(TypedDict):
    """Which files go with an answer now. The narrowest of `types` that covers a file counts."""

    most: int  # Files with one answer.
    types: list[FileTypeView]  # Empty: no files are taken.
    reason: str  # Why no files are taken, in a sentence; else empty.


class WayView(TypedDict):
    """One conversation, and whether it can be answered now. `reason` is the hindrance in a sentence."""

    conversation_id: str
    identity_id: str
    address: str
    verified: bool
    channel: str
    account: str
    # Empty: it can be answered. cannot-send (the account only brings messages in), no-address (the account can't
    # write to such an address), blocked (they blocked the account), window-closed (they wrote too long ago).
    hindrance: str
    reason: str
    heard_at: str | None  # When the customer last wrote, where the channel has a window.
    until: str | None  # The end of the window for words of any kind; null: there is none.
    window_hours: int  # After the customer last wrote; 0: no window.
    template: str  # Not empty: the window has closed, and words are only taken inside of it.
    max_chars: int  # Of words inside of the template; 0: words are free.
    takes_files: bool
    files: FilesView
    public: bool  # Everybody sees what is said there: comments, reviews.


class CardView(TypedDict):
    """Everything about a customer. `incidents` and `outages` are the open ones. Of more than 50 identities the first
    50 are shown, with their history; `identities_total` says how many there are.
    """

    customer: CustomerView
    identities: list[IdentityView]
    links: list[LinkView]
    incidents: list[IncidentView]
    outages: list[OutageView]
    suggestions: list[SuggestionView]
    suspicions: list[SuspicionView]
    ratings: list[RatingView]
    stats: StatsView
    timeline: TimelineView
    identities_total: int
    habits: HabitsView
    promises: list[PromiseView]
    told: list[ToldView]
    journeys: list[JourneyView]
    replies: NotRequired[list[WayView]]


class ChangeView(TypedDict):
    """Against an earlier time: `customers` a week then; `ratio` of now to then, null where nobody complained of it
        then; `p` the chance of so large a difference, counted and beside those who wrote of anything else, without
    any.
    """

    customers: float
    ratio: float | None
    p: float


class ChangedIncident(TypedDict):
    """It as it is now. `undo`: for POST /undo/{id}, within ten minutes."""

    id: str
    number: int
    state: str
    version: int
    priority: str
    priority_reasons: list[str]
    service: str
    subject: str
    language: str
    order_id: str
    assignee: str
    conversation_id: str
    opened_at: str
    changed_at: str
    state_times: dict[str, str]
    next_states: list[str]
    customer_id: NotRequired[str]
    account: str
    channel: str
    tags: list[str]
    snoozed: bool
    snoozed_until: str | None
    undo: str


class FieldView(TypedDict):
    """One field, its texts shortened."""

    field: str
    before: str
    after: str


class ChangedView(TypedDict):
    """A message that reads differently now. `new`: nothing was made of it before."""

    message_id: str
    account: str
    new: bool
    differences: list[FieldView]


class Channels(TypedDict):
    """How many reports came on which channel."""

    code: Literal["channels"]
    reports: dict[str, int]


class ChartPoint(TypedDict):
    """An interval's reports, and how many unrelated messages such words would usually take in (null: not known)."""

    at: str
    reports: int
    expected: float | None


class ClearedOfSpam(TypedDict):
    """The incident that the message opened or joined; none where a machine wrote it, its sender is blocked, or it is
    history.
    """

    id: str
    incident_id: str | None
    incident_number: int | None


#: Whether a note asks for a person. INFO: a limit of the channel or of the settings, nothing is to be mended.
#: WRONG: messages may be missing until somebody mends it or the channel answers again.
NoteLevel: TypeAlias = Literal["info", "wrong"]


class CompletenessView(TypedDict):
    """What the last comparison found: of the `listed` messages at the channel `gap` are not held. A repaired gap stays
    as `last_gap`. `note` says what couldn't be compared, `note_level` whether that is to be mended.
    """

    listed: int
    gap: int
    at: str
    last_gap: int
    last_gap_at: str | None
    note: str
    note_level: NotRequired[NoteLevel | None]  # info: to be known only; wrong: to be mended. null without a note.


class ConnectorView(TypedDict):
    """An account and how it is doing; `detail` says what is wrong and how to mend it."""

    name: str
    kind: str
    title: str
    state: str
    detail: str
    since: str
    last_received: str | None
    completeness: CompletenessView | None
    last_success: NotRequired[str | None]  # It delivered, or its channel answered well, since the hub started.
    lag_s: NotRequired[float | None]  # Of the newest message: from its channel's time to our commit.
    backlog: NotRequired[int | None]  # What waited at the channel, where it tells.
    probed_at: NotRequired[str | None]
    probe: NotRequired[str]  # What the channel answered then: ok, down, auth-failed.
    probe_detail: NotRequired[str]
    refused_posts: NotRequired[int]  # Without a valid proof, since the last good one: a wrong secret, or a stranger.
    refused_at: NotRequired[str | None]


class ConnectorList(TypedDict):
    """Every configured account. `sending_paused`: nothing goes out until sending is resumed."""

    items: list[ConnectorView]
    sending_paused: bool


class ConversationBegun(TypedDict):
    """`id` is the message on the timeline, whose state there says what became of it."""

    id: str
    conversation_id: str


class ConversationView(TypedDict):
    """One thread on one account. Answers go to the address that wrote; `elsewhere` is only offered, where the
    conversation is hindered or its window has closed.
    """

    id: str
    customer_id: str
    subject: str
    opened_at: str
    last_at: str
    messages_in: int
    reply: WayView
    elsewhere: WayView | None
    elsewhere_rule: str  # How the other way is chosen.


class IdentityIn(TypedDict):
    """One address of the sender."""

    kind: str  # What the address is: email, phone, external (your own customer id) or another channel's kind.
    value: str  # The address, as your system has it.
    # false: the customer only says so. Absent or true: believed if the account is trusted.
    verified: NotRequired[bool | None]


class CustomerIn(TypedDict):
    """What your system knows of a customer. They are found by `external_id` and identities, or made."""

    account: str  # The account of kind api that says so, with trust = "verified".
    external_id: NotRequired[str]  # Your own customer id, an identity of kind external. What you say is kept on it.
    # At most 20 addresses. Without external_id the first that is believed keeps what you say.
    identities: NotRequired[list[IdentityIn]]
    # When your system changed the record: ISO 8601 with a zone. What is older than what is known changes nothing.
    updated_at: str
    name: NotRequired[str]  # As shown. Absent: it stays.
    language: NotRequired[str]  # What they speak (BCP 47, such as uk). Absent: it stays.
    segment: NotRequired[str]  # Their class, such as vip. Absent: none any more.
    # Further facts, such as city or plan: at most 30. They replace what the account said before.
    attributes: NotRequired[dict[str, str]]


class CustomerBatch(TypedDict):
    """Customers, each as for POST /customers."""

    items: list[CustomerIn]  # At most 1000.


class CustomerHit(TypedDict):
    """A customer that a search found, by an address or name (`matched`), or by a message (`message_id`, `text`).

    `text` is the line around what was found, `marks` where in it that stands: [start, end) in characters.
    """

    customer_id: str
    name: str
    matched: str
    message_id: NotRequired[str | None]
    text: NotRequired[str]
    marks: NotRequired[list[list[Any]]]
    at: NotRequired[str | None]
    channel: NotRequired[str]


class CustomerHits(TypedDict):
    """People by name or address first, then messages, the newest or the most relevant first. `next` continues with
    older messages; the most relevant are one page.
    """

    items: list[CustomerHit]
    next: str | None


class SharedTerms(TypedDict):
    """The telling terms, the heaviest first. `similarity` is 0 to 1: 1 has as much of the outage's wording as its
    average report had when it was last judged; None where it says what the outage itself is about.
    """

    code: Literal["shared_terms"]
    terms: list[str]
    similarity: NotRequired[float | None]


class SameBurst(TypedDict):
    """Shares none of the telling words, but belongs to the reports that burst with them."""

    code: Literal["same_burst"]


class NamesNothing(TypedDict):
    """Names no matter, but came while this was reported more densely than anything else."""

    code: Literal["names_nothing"]


class Grew(TypedDict):
    """The distinct customers doubled since the last time."""

    code: Literal["grew"]
    customers: int
    channels: int


class SameMatter(TypedDict):
    """Another outage has the same words or the same reports."""

    code: Literal["same_matter"]
    outage_id: int
    terms: list[str]


class Quiet(TypedDict):
    """Nobody reported it for so long."""

    code: Literal["quiet"]
    hours: float


class WentOn(TypedDict):
    """So many different customers reported it again, so long after a person said that it was mended or over."""

    code: Literal["went_on"]
    customers: int
    minutes: int


class Escalated(TypedDict):
    """So many different customers, weighed by their class, reach a level."""

    code: Literal["escalated"]
    level: str
    customers: int
    weighed: float


class DecisionView(TypedDict):
    """One decision. `reasons` in words, `codes` the same for machines. `actor` is empty for the hub itself; `about` is
    the other outage or the message; `customers` the distinct ones by then, null where nobody counted.
    """

    at: str
    decision: str
    actor: str
    about: str | None
    customers: int | None
    reasons: list[str]
    codes: list[
        str
        | Burst
        | SharedTerms
        | Channels
        | BeforeNoticed
        | SameBurst
        | NamesNothing
        | Grew
        | SameMatter
        | Quiet
        | WentOn
        | ByRule
        | Escalated
        | ByPerson
    ]


class DeliveryQuery(TypedDict):
    """Which deliveries, the newest first."""

    before: NotRequired[int]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.


#: `failed`: for good, a dead letter; only a person has it sent again.
DeliveryState: TypeAlias = Literal["delivered", "failed", "queued"]


class DraftIn(TypedDict):
    """The words so far; blank ones take the draft away."""

    text: str
    key: NotRequired[str]  # The key of the answer: one that was sent by it has no draft.


class DraftView(TypedDict):
    """Own words that were not sent."""

    conversation_id: str
    text: str
    changed_at: str


class EmergingView(TypedDict):
    """A burst that may become an outage: from the score `needed` on, and with enough customers, it is suspected.

    `text` is its newest report.
    """

    customers: int
    score: float
    needed: float
    terms: list[str]
    messages: list[str]
    text: str
    first_at: str
    last_at: str


class EmergingList(TypedDict):
    """The strongest first."""

    items: list[EmergingView]


class ErasureAsked(TypedDict):
    """`id` names the receipt; null for a dry run. What goes: these addresses, and so many entries of the timeline."""

    id: str | None
    identities: list[str]
    entries: int


class ErasureView(TypedDict):
    """A receipt: nothing in it says whose data it was."""

    id: str
    state: str  # What is being done, in order; at last `done`.
    waits: str  # Why it can't go on just now; empty where it does.
    actor: str
    asked_at: str
    done_at: str | None
    compact: bool  # The file was written anew since. If not, it is large: `channelhub erase --compact`.
    counts: dict[str, int]  # What went: messages, deliveries, files, events, …


class ErasureList(TypedDict):
    """A hundred receipts at most."""

    items: list[ErasureView]


class ErasureQuery(TypedDict):
    """Which receipts."""

    # Those that aren't done, or that are done without the file having been written anew since: the oldest first. Else
    # the newest first.
    state: NotRequired[Literal["any", "not-compact", "open"]]


class ErasureRequest(TypedDict):
    """Erase a customer with every identity linked to them. It can't be undone."""

    confirm: NotRequired[str]  # One of their addresses or names, as the card shows it.
    dry_run: NotRequired[bool]  # Only say what would go; needs no confirm.


class EventBody(TypedDict):
    """One event. `type`, `timestamp` and `data` are named as Standard Webhooks recommends."""

    id: str  # The event's id: digits, to be kept as text. It grows.
    type: str  # One of the types of `GET /api/v1/event-types`.
    version: int  # Of the type's schema; it changes by added fields only.
    timestamp: str  # When it happened.
    account: str  # The account it belongs to; empty where it belongs to none.
    replayed: bool  # History was read again; it happened before.
    data: dict[str, Any]  # As the type's schema says.


class EventTypeDescription(TypedDict):
    """One type of event with the JSON Schema (2020-12) of its `data`, and a whole event as an example."""

    type: str
    version: int
    meaning: str
    when: str
    schema: dict[str, Any]
    example: EventBody


class EventTypeView(TypedDict):
    """One type of event. `version` is that of its schema, which changes by optional fields only."""

    type: str
    version: int
    meaning: str
    when: str


class EventTypeList(TypedDict):
    """Every type of event that this hub raises."""

    items: list[EventTypeView]


class ExampleView(TypedDict):
    """How a typical message begins."""

    message_id: str
    customer_id: str
    language: str
    text: str


class ExplanationView(TypedDict):
    """When it was first reported and when it was noticed, and every decision since, the newest 200 in order."""

    first_report_at: str
    suspected_at: str
    decisions: list[DecisionView]


class ExportQuery(TypedDict):
    """What the archive has."""

    raw: NotRequired[bool]  # With the deliveries as they came.
    language: NotRequired[Literal["en", "ru", "uk"] | None]  # Of index.html; else as the browser asks.


#: A heading of the inbox. A snoozed incident stands in `snoozed` only until it wakes, a closed one in `closed`.
Folder: TypeAlias = Literal["closed", "mine", "new", "open", "snoozed", "waiting"]


#: `newest` and `oldest` by when they were opened, `changed` by what happened last, the latest first.
Order: TypeAlias = Literal["changed", "newest", "oldest"]


class Filter(TypedDict):
    """What a saved view shows: a folder and what narrows it. `assignee` may be `me`: whoever looks."""

    folder: NotRequired[Folder]
    assignee: NotRequired[str]
    channel: NotRequired[str]
    account: NotRequired[str]
    tag: NotRequired[str]
    order: NotRequired[Order]


class FilterIn(TypedDict):
    """What a view shows, as GET /incidents takes it."""

    folder: NotRequired[Folder]
    assignee: NotRequired[str]
    channel: NotRequired[str]
    account: NotRequired[str]
    tag: NotRequired[str]
    order: NotRequired[Order]


class FolderCount(TypedDict):
    """How many incidents a folder has; with `more`, more than that."""

    folder: Folder
    incidents: int
    more: bool


class FolderList(TypedDict):
    """The folders of the inbox but the closed ones, which nobody counts."""

    items: list[FolderCount]


class GrowthView(TypedDict):
    """Reports of the last hour and of the hour before it, at `at`: now, or when the last thing was heard."""

    at: str
    last_hour: int
    hour_before: int


class HeldAnswer(TypedDict):
    """Those of them that are stored."""

    held: list[str]


class HeldRequest(TypedDict):
    """Ids of deliveries, as `external_id` in the list of what came in."""

    ids: list[str]


#: How messages are ordered.
HitOrder: TypeAlias = Literal["newest", "relevance"]


class IncidentChange(TypedDict):
    """What to change. `version` is the one that was read: when somebody else was faster, the answer is 409."""

    version: int
    state: NotRequired[IncidentState | None]
    priority: NotRequired[Priority | None]
    assignee: NotRequired[str | None]


class IncidentPage(TypedDict):
    """`next` is what to pass as `before`; null at the end."""

    items: list[IncidentView]
    next: str | None


class IncidentQuery(TypedDict):
    """Which incidents, and in which order. Without a folder: among all, those that are over included."""

    folder: NotRequired[Folder | None]  # Of the inbox.
    state: NotRequired[IncidentState | None]  # Only those in this state.
    assignee: NotRequired[str]  # Whose: a name, `me` or `nobody`.
    channel: NotRequired[str]  # Only those that came in by it.
    account: NotRequired[str]  # Only those that came in through it.
    tag: NotRequired[str]  # Only those that have it.
    order: NotRequired[Order]  # By when they were opened, or changed last.
    before: NotRequired[str]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.


class JourneyEventIn(TypedDict):
    """What happened to a customer elsewhere: in the shop, at the bank, on the way, in the CRM."""

    account: str  # The account of kind api that it belongs to.
    external_id: str  # Your id of the event. The same id and revision again is a duplicate, whatever its body.
    # A correction has the same external_id and a higher revision, and takes its place; one that comes late stays
    # behind. A counter, or a time of change in milliseconds.
    revision: NotRequired[int]
    type: str  # What happened: order.placed, payment.failed, … or a type of your own of that form.
    occurred_at: str  # When it happened: ISO 8601 with a zone. It stands there on the timeline.
    name: NotRequired[str]  # The customer's name, as shown.
    identities: list[IdentityIn]  # Whom it happened to, by at least one address; at most 20.
    text: NotRequired[str]  # A note for people, as plain text.
    # What is known of it, such as order_id, sum, payment_method or city: at most 30. Shown; an outage says what the
    # affected customers have in common.
    attributes: NotRequired[dict[str, str]]


class JourneyEventBatch(TypedDict):
    """Journey events, each as for POST /journey-events."""

    items: list[JourneyEventIn]  # At most 1000.


class KeptView(TypedDict):
    """One kind of record. `days` 0: kept for ever. `forgotten`: rows removed since the hub started."""

    what: str
    days: int
    forgotten: int


class LanguageQuery(TypedDict):
    """In which language reasons are said."""

    # Of reasons. Absent: the first of Accept-Language that there is, else English.
    language: NotRequired[Literal["en", "ru", "uk"] | None]


class LinkMade(TypedDict):
    """The link's id, for DELETE /links/{id}; null when a suggestion was rejected."""

    id: str | None


class LinkRequest(TypedDict):
    """Join this customer with the one of another identity; or accept or reject a suggestion."""

    identity_id: NotRequired[str]  # Of the other customer.
    suggestion_id: NotRequired[str]  # Instead of identity_id.
    accept: NotRequired[bool]  # false: the suggestion is wrong, don't show it again.
    reason: NotRequired[str]  # Why, for the record.


class LinkedView(TypedDict):
    """Another conversation that this one has to do with. `reason`: `thread` (Message-IDs), `token` (somebody answered
        with a token that we gave to another), `subject` (only a suggestion). `answered`: this conversation answers
    it.
    """

    conversation_id: str
    customer_id: str
    address: str
    subject: str
    reason: str
    answered: bool


class LookupQuery(TypedDict):
    """Whose card."""

    identity: str  # kind:value, as email:ann@example.com.


class MeView(TypedDict):
    """Who asks. `login` is null where it is nobody who signs in by name, but a token or a link."""

    actor: str  # As the audit names what is done now.
    name: str
    role: str
    login: str | None
    account: str  # The one account a token is tied to; empty: every one.
    scopes: list[str]
    expires_at: str | None


class MemberView(TypedDict):
    """One report of an outage, with why it belongs there."""

    message_id: str
    customer_id: str
    channel: str
    account: str
    subject: str
    language: str
    weight: float
    reasons: list[str]
    at: str


class MentionView(TypedDict):
    """That one is named in a note. `text` is its beginning."""

    note_id: str
    customer_id: str
    conversation_id: str | None
    author: str
    at: str
    seen: bool
    text: str


class MentionPage(TypedDict):
    """The newest first. `next` is what to pass as `before`; null at the end."""

    items: list[MentionView]
    next: str | None


class MentionQuery(TypedDict):
    """Where whoever asks is named."""

    before: NotRequired[int]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.


class SenderIn(TypedDict):
    """Who wrote. The first identity is the address that wrote, the others are what is known of it."""

    name: NotRequired[str]  # The customer's name, as shown.
    identities: NotRequired[list[IdentityIn]]  # At most 20. None: the message stands alone, on a customer of its own.


class MessageIn(TypedDict):
    """One message of a customer, taken in over HTTP."""

    account: str  # The account of kind api that it belongs to.
    external_id: str  # Your id of the message. The same id again is a duplicate, even if its body differs.
    sender: NotRequired[SenderIn]  # Who wrote it.
    subject: NotRequired[str]  # One line; may be empty.
    text: NotRequired[str]  # The words, as plain text. May be empty only beside an attachment.
    sent_at: NotRequired[str | None]  # When the customer wrote it: ISO 8601 with a zone. Absent: when it came.
    # true: history brought in for the record, oldest first, with sent_at. What was sent more than a day ago opens no
    # incident, is not answered and raises no outage; it teaches what is usual.
    backfill: NotRequired[bool]
    conversation: NotRequired[str]  # Your id of the thread it belongs to, if there is one.
    order_id: NotRequired[str]  # The order it is about, if known.
    language: NotRequired[str]  # The language it is written in (BCP 47, such as uk). Absent: found from the text.
    # What else is known of the customer's case, such as city, app_version or payment_method: at most 30. Shown with
    # the message; an outage says what its reports have in common.
    attributes: NotRequired[dict[str, str]]
    attachments: NotRequired[list[AttachmentIn]]  # At most 20 files.


class MessageBatch(TypedDict):
    """Messages, each as for POST /messages."""

    items: list[MessageIn]  # At most 1000.


class MessageQuery(TypedDict):
    """Which deliveries, oldest first."""

    account: NotRequired[str]  # Only this account's.
    after: NotRequired[int]  # Only later ones than this: `next`, or the id of an item.
    limit: NotRequired[int]  # At most so many.


class MessageRuleView(TypedDict):
    """How long messages of an account or channel are kept; an empty name fits any, and the first rule that fits
    counts.

        `keep_open`: an incident goes as a whole, so many days after the last that happened in it, and not while it
    is open.
    """

    account: str
    channel: str
    days: int
    keep_open: bool


class VersionView(TypedDict):
    """The words of one version; 0 is the original."""

    revision: int
    subject: str
    text: str
    reply_text: str | None
    hidden: NotRequired[list[list[Any]]]
    at: str


class SourceView(TypedDict):
    """A delivery that carried the message."""

    account: str
    received_at: str


class MessagesReportView(TypedDict):
    """What the other side said of a message that we sent: a bounce, a receipt. `detail` is in its words."""

    status: str
    permanent: bool
    recipient: str
    detail: str
    at: str


class MessagesSendingView(TypedDict):
    """What became of a message that we sent, and why."""

    state: str
    reason: str
    attempts: int
    reports: list[MessagesReportView]


class ParkedView(TypedDict):
    """A delivery that could not be read, with what could be salvaged of it."""

    id: str
    account: str
    external_id: str
    message_id: str
    reason: str
    detail: str
    salvage: dict[str, str]
    attempts: int
    parked_at: str
    size: int


class MessageView(TypedDict):
    """A message. While `state` is received or parked, only what is known of the delivery is filled in."""

    id: str
    state: str
    account: str
    external_id: str
    message_id: str
    received_at: str
    channel: NotRequired[str]
    type: NotRequired[str]
    direction: NotRequired[str]
    verified: NotRequired[bool]
    evidence: NotRequired[str]
    customer_id: NotRequired[str | None]
    identity_id: NotRequired[str | None]
    conversation_id: NotRequired[str | None]
    incident_id: NotRequired[str | None]
    at: NotRequired[str | None]
    sent_at: NotRequired[str | None]
    deleted_at: NotRequired[str | None]
    subject: NotRequired[str]
    text: NotRequired[str]
    reply_text: NotRequired[str | None]
    hidden: NotRequired[list[list[Any]]]
    html: NotRequired[str]
    language: NotRequired[str]
    order_id: NotRequired[str]
    automatic: NotRequired[list[str]]
    spam_score: NotRequired[float]
    spam: NotRequired[bool]
    extra: NotRequired[dict[str, str]]
    warnings: NotRequired[list[str]]
    versions: NotRequired[list[VersionView]]
    sources: NotRequired[list[SourceView]]
    attachments: NotRequired[list[AttachmentView]]
    album: NotRequired[list[AlbumPartView]]
    outages: NotRequired[list[str]]
    marks: NotRequired[list[str]]
    sending: NotRequired[MessagesSendingView | None]
    linked: NotRequired[list[LinkedView]]
    parked: NotRequired[ParkedView | None]


class MessagesKeptView(TypedDict):
    """Rules of messages. They act from `acts_at` on, a day after they were first seen. `removed` went when some were
    removed last, which began at `began_at` and is over at `ended_at`.
    """

    rules: list[MessageRuleView]
    acts_at: str
    began_at: str | None
    ended_at: str | None
    removed: int


class NamedFileView(TypedDict):
    """A file that its message only named. `size` is in bytes as the message said, 0 where it didn't."""

    message_id: str
    n: int
    account: str
    filename: str
    content_type: str
    size: int
    status: str
    reason: str
    detail: str
    tries: int


class NamedFilePage(TypedDict):
    """In the order of their messages. `next` is what to pass as `after`; null at the end."""

    items: list[NamedFileView]
    next: str | None


class NamedFileQuery(TypedDict):
    """Which files."""

    status: NotRequired[Literal["failed", "pending", "refused"]]  # How it stands with them.
    account: NotRequired[str]  # Of this account only.
    after: NotRequired[str]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.


#: How deliveries are signed: HMAC-SHA256 with a shared secret, or ed25519 with a key pair.
Signing: TypeAlias = Literal["v1", "v1a"]


class NewWebhook(TypedDict):
    """What an endpoint is to be sent, and how."""

    url: str  # A public host, by https.
    description: NotRequired[str]
    owner_email: NotRequired[str]  # Who is told when it is disabled for its failures.
    event_types: NotRequired[list[str]]  # outage.suspected, outage.*; empty: every type.
    accounts: NotRequired[list[str]]  # Empty: events of every account and of none.
    segments: NotRequired[list[str]]  # Classes of customers; empty: all, and events about nobody.
    replayed: NotRequired[bool]  # Send events of history that is read again, too.
    ordered: NotRequired[bool]  # One event at a time, in their order.
    headers: NotRequired[dict[str, str]]  # Sent along with each post, such as Authorization. Shown masked.
    signing: NotRequired[Signing]  # v1: a shared secret; v1a: an ed25519 key pair.
    secret: NotRequired[str]  # A key the receiver has: whsec_… (v1), whsk_… (v1a). Empty: a new one.


class NoteChange(TypedDict):
    """New words of a note."""

    text: str  # @login names a person.
    revision: int  # The version that was read; another one since is 409.


class NoteIn(TypedDict):
    """A note beside a customer's messages. It is never sent."""

    text: str  # @login names a person.
    conversation_id: NotRequired[str | None]  # What it is about; null: the customer.


class NoteVersionView(TypedDict):
    """The words of one version; 0 is the first."""

    revision: int
    author: str
    at: str
    text: str


class NoteView(TypedDict):
    """A note. `versions` are the newest first."""

    id: str
    customer_id: str
    conversation_id: str | None
    author: str
    at: str
    revision: int
    text: str
    mentions: list[str]
    versions: list[NoteVersionView]


class NoticeTextBody(TypedDict):
    """What is said in one language."""

    subject: str
    text: str
    short: NotRequired[str]  # For channels without a subject; empty: text.


class NoticeChange(TypedDict):
    """Other texts for a draft, or more people on its list."""

    version: int  # As it was read; a stale one is a 409.
    texts: NotRequired[dict[str, NoticeTextBody] | None]  # By language, as uk. Left out: from the templates.
    identities: NotRequired[list[str]]  # Who is told although they have not written: kind:value, or customer:ID.


class NoticeDecision(TypedDict):
    """With the version that was read, texts that somebody changed since aren't approved (409)."""

    version: NotRequired[int | None]


class TextView(TypedDict):
    """What is said in one language; `short` is for channels without a subject."""

    subject: str
    text: str
    short: str


class OutcomeView(TypedDict):
    """How many addresses share what became of it; `reason` says why nothing was sent."""

    state: str
    channel: str
    language: str
    reason: str
    addresses: int


class TroubledView(TypedDict):
    """A send that failed, or of which nobody knows whether it arrived. Neither is repeated by itself."""

    message_id: str
    customer_id: str
    address: str
    channel: str
    state: str
    error: str


class NoticeDetail(TypedDict):
    """A notice with its texts. `audience` is there while it is a draft."""

    id: str
    outage_id: str
    kind: str
    state: str
    version: int
    languages: list[str]
    author: str
    created_at: str
    approver: str
    approved_at: str | None
    closed_by: str
    closed_at: str | None
    finished_at: str | None
    counts: dict[str, int]
    texts: dict[str, TextView]
    listed: int
    outcomes: list[OutcomeView]
    troubled: list[TroubledView]
    audience: AudienceView | None


#: The first word, an update of it, and that it is over.
NoticeKind: TypeAlias = Literal["notice", "resolution", "update"]


class NoticeDraft(TypedDict):
    """A notice that begins. Nobody is told before a person approves it."""

    kind: NotRequired[NoticeKind]
    texts: NotRequired[dict[str, NoticeTextBody] | None]  # By language, as uk. Left out: from the templates.
    identities: NotRequired[list[str]]  # Who is told although they have not written: kind:value, or customer:ID.


class NoticeView(TypedDict):
    """A message to many about an outage. `counts`: addresses in each state; `skipped`: nothing was sent to them."""

    id: str
    outage_id: str
    kind: str
    state: str
    version: int
    languages: list[str]
    author: str
    created_at: str
    approver: str
    approved_at: str | None
    closed_by: str
    closed_at: str | None
    finished_at: str | None
    counts: dict[str, int]


class NoticePage(TypedDict):
    """`next` is what to pass as `before`; null at the end."""

    items: list[NoticeView]
    next: str | None


class NoticeQuery(TypedDict):
    """Which notices, the newest first."""

    before: NotRequired[int]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.


class OutageDecision(TypedDict):
    """With the version that was read, a decision on what somebody else has changed since is refused (409)."""

    version: NotRequired[int | None]


class RepresentativeView(TypedDict):
    """A report that says what the outage is about, in its customer's own words (at most 600 characters)."""

    message_id: str
    customer_id: str
    channel: str
    language: str
    at: str
    subject: str
    text: str


class WordView(TypedDict):
    """A word that tells the reports from usual messages. `customers` of `of` affected ones wrote it; `usual_share` of
    the others; `certainty` is the z-score of its log-odds.
    """

    word: str
    customers: int
    of: int
    usual_share: float
    certainty: float


class TraitView(TypedDict):
    """What stands out among the affected: `customers` of the `of` whose value is known; `usual_share` of the others
    have it. `lift`: how many times as frequent; `p`: how likely by chance, corrected for all that was compared.
    """

    name: str
    value: str
    customers: int
    of: int
    usual_share: float
    lift: float
    p: float
    words: str


class Share(TypedDict):
    """How many of the reports have this channel or language."""

    value: str
    messages: int


class RatingSummary(TypedDict):
    """How many customers answered, their mean score (null without any), and how many gave each score from 1 to 5."""

    count: int
    mean: float | None
    scores: dict[str, int]


class RelatedAlertView(TypedDict):
    """An alert of an outage's minutes. `lead_seconds`: how much later than the first report it began to fire, below 0
        when monitoring was first; `words` says so. `shared_terms`: what both are about; without any, only the time
    fits.
    """

    id: str
    account: str
    name: str
    severity: str
    summary: str
    labels: dict[str, str]
    url: str
    started_at: str
    ended_at: str | None
    lead_seconds: int
    words: str
    shared_terms: list[str]


class OutageDetail(TypedDict):
    """An outage with its newest reports and what explains it. `chart_interval_s` is null without reports."""

    id: str
    state: str
    version: int
    title: str
    terms: list[str]
    reasons: list[str]
    customers: int
    messages: int
    began_at: str
    opened_at: str
    changed_at: str
    closed_at: str | None
    last_report_at: str | None
    merged_into: str | None
    level: str
    split_from: str | None
    explanation: ExplanationView
    growth: GrowthView | None
    chart: list[ChartPoint]
    chart_interval_s: int | None
    representatives: list[RepresentativeView]
    distinguishing: list[WordView]
    common: list[TraitView]
    affected: list[AffectedView]
    members: list[MemberView]
    channels: list[Share]
    languages: list[Share]
    ratings: RatingSummary
    alerts: list[RelatedAlertView]
    told: list[DeliveryView]


class OutageMember(TypedDict):
    """A customer's message that belongs to the outage."""

    message_id: str
    version: NotRequired[int | None]  # As it was read; a stale one is refused (409).


class OutageMerge(TypedDict):
    """`into` is the outage that stays."""

    into: str
    version: NotRequired[int | None]  # As it was read; a stale one is refused (409).


class OutagePage(TypedDict):
    """`next` is what to pass as `before`; null at the end."""

    items: list[OutageView]
    next: str | None


class OutageQuery(TypedDict):
    """Which outages, the newest first."""

    open: NotRequired[bool]  # true: only those that are not over.
    before: NotRequired[int]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.
    # Of reasons. Absent: the first of Accept-Language that there is, else English.
    language: NotRequired[Literal["en", "ru", "uk"] | None]


class OutageSplit(TypedDict):
    """The reports that are another matter."""

    messages: list[str]
    title: NotRequired[str]  # Empty: a report's own words.
    version: NotRequired[int | None]  # As it was read; a stale one is refused (409).


class ParkedPage(TypedDict):
    """`next` is what to pass as `after`; null at the end."""

    items: list[ParkedView]
    next: str | None


class PeriodView(TypedDict):
    """A week (from Monday, UTC) or month; `until` is not part of it."""

    suspected: int
    confirmed: int
    dismissed: int
    undecided: int
    merged: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    customers_to_suspicion: float | None
    minutes_to_suspicion: float | None
    minutes_to_confirmation: float | None
    since: str
    until: str


class Placed(TypedDict):
    """The customer that an identity was taken out of, or is in again, as it is now."""

    customer_id: str


class PostmortemQuery(TypedDict):
    """What the record holds."""

    # Of reasons. Absent: the first of Accept-Language that there is, else English.
    language: NotRequired[Literal["en", "ru", "uk"] | None]
    reports: NotRequired[bool]  # true: with the newest reports and what customers wrote.


class TallyView(TypedDict):
    """How many reports of how many customers have this channel or language."""

    value: str
    messages: int
    customers: int


class SpansView(TypedDict):
    """Seconds: first report → suspected → confirmed → the first customer told; first report → over. Null: not yet."""

    to_detect: int | None
    to_confirm: int | None
    to_notice: int | None
    to_resolve: int | None


class StepView(TypedDict):
    """One line of the course. `moment`: first_report, decision, approved, telling, told, cancelled, last_report,
    alert;
        `word` says which decision, kind of notice or alert.
    """

    at: str
    moment: str
    word: str
    actor: str
    customers: int


class PostmortemReportView(TypedDict):
    """A report with the beginning of its words."""

    message_id: str
    at: str
    channel: str
    language: str
    text: str


class PostmortemView(TypedDict):
    """An outage's record. `markdown` is the same for people. Customers' words are in it only where `reports=true` asks
    for them; the title is one report's own.
    """

    outage_id: str
    title: str
    state: str
    merged_into: str | None
    customers: int
    messages: int
    customers_told: int
    channels: list[TallyView]
    languages: list[TallyView]
    seconds: SpansView
    course: list[StepView]
    notices: list[NoticeView]
    ratings: RatingSummary
    alerts: list[RelatedAlertView]
    reports: list[PostmortemReportView]
    markdown: str


class PrecisionQuery(TypedDict):
    """How far back, and by what."""

    weeks: NotRequired[int]  # Weeks, or months with by=month.
    by: NotRequired[Literal["month", "week"]]


class RecordView(TypedDict):
    """Of the outages suspected in a time: `confirmed` and `dismissed` by people, `undecided` the others; `merged` are
        parts of others and counted nowhere else. `precision`: confirmed of those decided about, with its 95 %
    interval.
        Medians are of those that nobody dismissed. Null where there is nothing to tell.
    """

    suspected: int
    confirmed: int
    dismissed: int
    undecided: int
    merged: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    customers_to_suspicion: float | None
    minutes_to_suspicion: float | None
    minutes_to_confirmation: float | None


class PrecisionView(TypedDict):
    """The newest period first, and all of them together."""

    by: str
    periods: list[PeriodView]
    total: RecordView


class PreviewItem(TypedDict):
    """What would go of one account: messages that came before `before`, in so many incidents, the first of them at
    `oldest_at`. `kept_open` are as old, and stay because somebody works on them.
    """

    account: str
    channel: str
    before: str
    keep_open: bool
    messages: int
    incidents: int
    kept_open: int
    oldest_at: str | None


class PreviewQuery(TypedDict):
    """A rule to try; without `days` those of the configuration are."""

    account: NotRequired[str]  # Of this account.
    channel: NotRequired[str]  # Of this channel, as email.
    days: NotRequired[int | None]  # Days after which messages go.
    keep_open: NotRequired[bool]  # Incidents go as a whole, and not while they are open; else by each message's age.


class RatingVersion(TypedDict):
    """One answer."""

    version: int
    score: int
    comment: str
    at: str


class RatingDetail(TypedDict):
    """A rating with every answer that was given, the oldest first."""

    id: str
    customer_id: str
    outage_id: str | None
    incident_id: str | None
    score: int
    comment: str
    first_at: str
    changed_at: str
    version: int
    versions: list[RatingVersion]


class RatingPage(TypedDict):
    """The newest first. `next` is what to pass as `before`; null at the end."""

    items: list[RatingView]
    next: str | None


class RatingQuery(TypedDict):
    """Which ratings, the newest first. One of the ids, or none for all."""

    outage_id: NotRequired[int | None]  # Only of this outage.
    incident_id: NotRequired[int | None]  # Only of this incident.
    before: NotRequired[str]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.


class Ready(TypedDict):
    """The database takes writes and the pipeline works. A failed account or a backlog doesn't count."""

    database: str
    pipeline: str


class Redelivering(TypedDict):
    """With `failed_only` dead letters (of `since` or later), else every event since then, also those never sent."""

    since: NotRequired[str | None]
    failed_only: NotRequired[bool]


class UnreadableView(TypedDict):
    """A delivery that can't be read any more; what is stored of it stays."""

    id: str
    account: str
    reason: str


class ReplayPage(TypedDict):
    """`next` is what to pass as `after`, null at the end; `newest` is the last delivery there is."""

    deliveries: int
    changed: list[ChangedView]
    unreadable: list[UnreadableView]
    next: int | None
    newest: int


class ReplayRequest(TypedDict):
    """Which deliveries to read again. With `dry_run` nothing is written."""

    dry_run: NotRequired[bool]
    account: NotRequired[str]  # Only its deliveries; empty: all.
    since: NotRequired[str | None]  # Only those received since then.
    after: NotRequired[int]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many deliveries.


class Reply(TypedDict):
    """What to answer. With an Idempotency-Key header the same request again sends nothing twice."""

    text: str
    attachments: NotRequired[list[ReplyFile]]  # At most 18 MiB together, where the channel takes files.


class ReplyQueued(TypedDict):
    """The id of the message on the timeline; its state there says what became of it."""

    id: str


class Resend(TypedDict):
    """Which messages of the notice, by `message_id` of its `troubled`: all are sent again, or none."""

    messages: list[str]


class Resumed(TypedDict):
    """How many messages were waiting."""

    waiting: int


class RetentionPreview(TypedDict):
    """By account; those that no rule fits keep everything and aren't named."""

    items: list[PreviewItem]


class RetentionView(TypedDict):
    """`swept_at`: the end of the last whole sweep since the hub started. `refused`: why the last one stopped before.
    `messages` is null where they are kept for ever.
    """

    items: list[KeptView]
    swept_at: str | None
    refused: str
    messages: MessagesKeptView | None


#: What a person or a token may do: of the first four each may all that the next one may.
Role: TypeAlias = Literal["admin", "agent", "ingest", "lead", "reader"]


class Rotation(TypedDict):
    """For how long the keys of before sign beside the new one."""

    secret: NotRequired[str]  # A key the receiver has: whsec_… (v1), whsk_… (v1a). Empty: a new one.
    overlap_hours: NotRequired[float]


class SampleView(TypedDict):
    """What a target is told of a sample event, in its language: plain text."""

    title: str
    text: str


class SavedView(TypedDict):
    """A filter with a name. `own`: whoever asks may change it."""

    id: str
    name: str
    owner: str
    own: bool
    shared: bool
    version: int
    filter: Filter


#: Names are part of the API: they never change their meaning.
Scope: TypeAlias = Literal[
    "read:customers",
    "read:events",
    "read:hub",
    "read:incidents",
    "read:messages",
    "read:outages",
    "read:webhooks",
    "write:customers",
    "write:hub",
    "write:incidents",
    "write:messages",
    "write:notices",
    "write:outages",
    "write:replies",
    "write:webhooks",
]


#: What is looked for.
Sought: TypeAlias = Literal["messages", "people"]


class SearchQuery(TypedDict):
    """Which customers."""

    q: str  # Words of a message, a name or address.
    before: NotRequired[int]  # Older messages: `next` of the page before.
    limit: NotRequired[int]  # At most so many messages and people.
    order: NotRequired[HitOrder]  # Messages: the newest first, or the most relevant of the newest 500.
    kind: NotRequired[Sought | None]  # Only people, or only messages.
    channel: NotRequired[str]  # Only messages of this channel.
    customer: NotRequired[int | None]  # Only messages of this customer.
    since: NotRequired[str | None]  # Only messages of this time and later.
    until: NotRequired[str | None]  # Only messages before this time.


class Seen(TypedDict):
    """Up to which note whoever asks has seen where they are named."""

    upto: str  # The id of a note.


class SentAgain(TypedDict):
    """The message waits to be sent. What becomes of it shows on its timeline."""

    id: str
    state: str


class SigninLink(TypedDict):
    """A sign-in link for the pages: good for one use within 15 minutes."""

    url: str


class SigninLinkRequest(TypedDict):
    """Who shall sign in with the link."""

    role: NotRequired[Literal["admin", "agent", "lead", "reader"]]


class SimilarView(TypedDict):
    """`score` is 0 to 1; `shared_terms` the most telling first; `outages` the ones this message is in."""

    message_id: str
    customer_id: str
    score: float
    shared_terms: list[str]
    channel: str
    at: str
    text: str
    outages: list[str]


class SimilarList(TypedDict):
    """The most alike first."""

    items: list[SimilarView]


class SimilarQuery(TypedDict):
    """How many."""

    limit: NotRequired[int]


class StreamQuery(TypedDict):
    """Where to begin: after an event or at a time. Without either and without Last-Event-ID: with the next event."""

    after: NotRequired[int | None]  # The last event already seen; 0: from the first.
    since: NotRequired[str | None]  # Instead of after: begin with the first event that is kept of this time or later.


class TagsIn(TypedDict):
    """All tags it has then: small letters, no commas."""

    tags: list[str]
    version: NotRequired[int | None]  # That was read; null: whatever it is now.


class TestQueued(TypedDict):
    """The alert and its end: look at both until they are sent. Of an event there is no end, but its words."""

    trigger: DeliveryView
    resolve: DeliveryView | None
    sample: SampleView | None


class TestWanted(TypedDict):
    """What is tried."""

    target: str  # Its name in the configuration.
    event: NotRequired[str]  # For a target of events: the type that a sample is told of, or `summary`; empty: any.


class TimelineQuery(TypedDict):
    """Which part of the timeline: of `before`, `after` and `around` one at most. A filter looks at 5,000 entries at
    once, and says by `next` how far it came.
    """

    before: NotRequired[str]  # Older entries: `next` of the page before.
    after: NotRequired[str]  # Newer entries: `newer` of a page.
    around: NotRequired[int]  # An entry's id: it, and as many before as after it.
    channel: NotRequired[str]  # Only of this channel, as email.
    kind: NotRequired[str]  # Only of this type, as message or journey.
    q: NotRequired[str]  # Only with all of these words, in any form.
    limit: NotRequired[int]  # At most so many entries.


class TokenMade(TypedDict):
    """The token is shown this once."""

    id: str
    token: str


class TokenView(TypedDict):
    """What is known of a token; the token itself isn't kept. `scopes` is empty where it may do all of its role.
    `used_at` is exact to a minute.
    """

    id: str
    name: str
    role: str
    scopes: list[str]
    account: str
    created_at: str
    expires_at: str | None
    used_at: str | None
    revoked_at: str | None


class TokenPage(TypedDict):
    """`next` is what to pass as `after`; null at the end."""

    items: list[TokenView]
    next: str | None


class TokenRequest(TypedDict):
    """A token to make: with a role, with scopes, or with scopes of a role. Only the role ingest is tied to an account;
    without one it serves every account.
    """

    name: str  # Who will use it.
    role: NotRequired[Role | None]  # May be left out where scopes are given: then the least that has them.
    scopes: NotRequired[list[Scope]]  # What it may do of that; none: all of the role.
    account: NotRequired[str]
    expires_at: NotRequired[str | None]  # When it ends; null: never.


class TopicView(TypedDict):
    """One matter. `history` counts customers by week, the newest first; all other numbers are of the newest week,
        `share` is of all who wrote. `trend`: up, down, steady (no more than chance explains) or unknown (nothing to
    compare
        with), against the mean of up to four weeks.
    """

    id: str
    title: str
    words: list[str]
    customers: int
    messages: int
    share: float
    history: list[int]
    trend: str
    week_before: ChangeView | None
    four_weeks: ChangeView | None
    languages: dict[str, int]
    channels: dict[str, int]
    in_outages: int
    examples: list[ExampleView]


class TopicsQuery(TypedDict):
    """How far back."""

    weeks: NotRequired[int]  # Weeks of history.


class TopicsView(TypedDict):
    """A week is seven days; the newest one ends at `until`. `wrote` and `complained` count customers by week, the
    newest first. `one_in` above 1: each customer looked at stands for so many, and numbers are estimates.
    """

    until: str
    wrote: list[int]
    complained: list[int]
    one_in: int
    topics: list[TopicView]


class Unlinked(TypedDict):
    """`suggestion_id` is open again, where its acceptance was taken back. By `still_joined_by`, from one end to the
    other, the two are one customer still: DELETE /identities/{id}/links takes one of them out.
    """

    suggestion_id: str | None
    still_joined_by: list[LinkView]


class UserChange(TypedDict):
    """What to change of a person; what isn't said stays."""

    name: NotRequired[str]
    role: NotRequired[Literal["admin", "agent", "lead", "reader"]]
    is_disabled: NotRequired[bool]  # true: they may not sign in, and are out at once.
    version: NotRequired[int]  # As it was read: a change since then is a 409.


class UserView(TypedDict):
    """A person who signs in. `version` changes with whatever changes of them."""

    id: str
    login: str  # What they type, and what the audit names them by.
    name: str
    role: str
    is_disabled: bool
    has_password: bool  # false: only a sign-in link lets them in.
    asks_code: bool  # Whether a one-time code is asked for beside the password.
    created_at: str
    version: int


class UserPage(TypedDict):
    """`next` is what to pass as `after`; null at the end."""

    items: list[UserView]
    next: str | None


class UserQuery(TypedDict):
    """Which people, the oldest first."""

    after: NotRequired[int]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.
    login: NotRequired[str]  # Only the one with this login.


class UserRequest(TypedDict):
    """A person to let in. Without a password only a sign-in link lets them in, and they choose one then."""

    # 1 to 40 lower-case Latin letters, digits, dots, hyphens and underscores, a letter or digit first. It never
    # changes.
    login: str
    name: NotRequired[str]  # As colleagues call them; empty: the login.
    role: NotRequired[Literal["admin", "agent", "lead", "reader"]]
    password: NotRequired[str]  # At least 12 characters; empty: none.


class VersionQuery(TypedDict):
    """With the version that was read, a change of what somebody else has changed since is refused (409)."""

    version: NotRequired[int | None]  # As it was read; a stale one is refused (409).


class ViewChange(TypedDict):
    """What to change of a view. `version` is the one that was read."""

    version: int
    name: NotRequired[str | None]
    filter: NotRequired[FilterIn | None]
    shared: NotRequired[bool | None]


class ViewIn(TypedDict):
    """A view to keep. `shared`: everybody sees it."""

    name: str
    filter: NotRequired[FilterIn]
    shared: NotRequired[bool]


class ViewList(TypedDict):
    """One's own views, then those that others share."""

    items: list[SavedView]


class WaitingView(TypedDict):
    """A message that goes out next. `text` is its beginning."""

    id: str
    kind: str
    account: str
    to: str
    subject: str
    text: str
    created_at: str


class WebhookAttemptView(TypedDict):
    """One post: what was sent, the first 1,024 bytes of what was answered, and how long that took.

        `error` is empty where it was taken; else status, redirect, gone, timeout, dns, connect, tls, reset,
    blocked, …
    """

    number: int
    at: str
    took_ms: int
    request_headers: dict[str, str]
    status: int | None
    answer: str
    error: str


class WebhookChange(TypedDict):
    """What is left out stays. `headers` replaces all of them. With `version`, a stale one is a 409."""

    url: NotRequired[str]  # A public host, by https.
    description: NotRequired[str]
    owner_email: NotRequired[str]  # Who is told when it is disabled for its failures.
    event_types: NotRequired[list[str]]  # outage.suspected, outage.*; empty: every type.
    accounts: NotRequired[list[str]]  # Empty: events of every account and of none.
    segments: NotRequired[list[str]]  # Classes of customers; empty: all, and events about nobody.
    replayed: NotRequired[bool]
    ordered: NotRequired[bool]
    headers: NotRequired[dict[str, str]]  # Sent along with each post, such as Authorization. Shown masked.
    version: NotRequired[int]


class WebhookDeliveryView(TypedDict):
    """One event for one endpoint. `webhook_message_id` is the header webhook-id, `next_at` when it is tried next."""

    id: str
    webhook_id: str
    webhook_message_id: str
    event_type: str
    state: str
    attempts: int
    error: str
    next_at: str | None
    created_at: str
    changed_at: str


class WebhookDeliveryDetail(TypedDict):
    """A delivery with its body and its last attempts, the newest first."""

    delivery: WebhookDeliveryView
    body: str
    attempts: list[WebhookAttemptView]


class WebhookDeliveryPage(TypedDict):
    """`next` is what to pass as `before`; null at the end."""

    items: list[WebhookDeliveryView]
    next: str | None


class WebhookDeliveryQuery(TypedDict):
    """Which deliveries, the newest first."""

    state: NotRequired[DeliveryState | None]  # failed: dead letters. Left out: every state.
    before: NotRequired[int]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.


class WebhookView(TypedDict):
    """An endpoint. `health`: never (nothing was sent yet), ok, failing since `failing_since`, or disabled.

    `public_key` is what v1a signatures are verified with. Until `old_key_until`, the key of before signs, too.
    `redelivering`: earlier events are being queued again.
    """

    id: str
    url: str
    description: str
    owner_email: str
    event_types: list[str]
    accounts: list[str]
    segments: list[str]
    replayed: bool
    ordered: bool
    headers: dict[str, str]
    signing: str
    public_key: str
    old_key_until: str | None
    state: str
    disabled_reason: str
    health: str
    failing_since: str | None
    last_delivered_at: str | None
    last_error: str
    redelivering: bool
    version: int
    created_at: str
    changed_at: str


class WebhookMade(TypedDict):
    """A new endpoint and its key. `secret` is shown this once; empty with v1a, whose private key stays here."""

    webhook: WebhookView
    secret: str


class WebhookPage(TypedDict):
    """`next` is what to pass as `after`; null at the end."""

    items: list[WebhookView]
    next: str | None


class WebhookQuery(TypedDict):
    """Endpoints in the order they were made."""

    after: NotRequired[int]  # `next` of the page before.
    limit: NotRequired[int]  # At most so many.


class WriterView(TypedDict):
    """Somebody who has the answer open."""

    name: str
    since: str


class WritersView(TypedDict):
    """Who writes an answer in a conversation now, whoever asks among them."""

    conversation_id: str
    writers: list[WriterView]


class SendingSendingView(TypedDict):
    """`waiting` counts all that would go out, `items` are the first of them."""

    paused: bool
    waiting: int
    items: list[WaitingView]
