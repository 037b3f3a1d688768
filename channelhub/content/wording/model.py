"""What there is to know of one language to tell new words from what surrounds them."""

from dataclasses import dataclass, field

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNames:
    """How the headers of a quoted mail are called."""

    sender: Words
    sent: Words  # says that something was sent
    dated: Words = ()  # a date of whatever
    to: Words = ()
    cc: Words = ()
    subject: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one language, all in lower case. Where it says *beginnings*, any ending may follow."""

    # How a mail client introduces what it quotes: "On Thu, Nov 19, 2026, Ann wrote:".
    openings: Words = ()
    wrote: Words = ()
    weekdays: Words = ()  # beginnings
    months: tuple[Words, ...] = ()  # beginnings, January first; as they are declined too
    day_halves: Words = ()  # after midnight and after noon, where the clock has twelve hours
    # Between dashes above an answered and above a forwarded mail; beginnings.
    original: Words = ()
    forwarded: Words = ()
    forwarded_below: Words = ()  # a line of its own: "Begin forwarded message:"
    fields: FieldNames = field(default_factory=lambda: FieldNames(sender=(), sent=()))
    reply_above: Words = ()  # part of the line under which a help desk keeps the history
    # Subjects.
    answered: Words = ()  # before the colon: "re"
    handed_on: Words = ()  # before the colon: "fwd"
    automatic: Words = ()  # how a machine calls its own answer; all of the subject, or before a colon and the like
    absent: Words = ()  # beginnings that leave no doubt that somebody's machine answers
    away: Words = ()  # beginnings that people write too: they count beside other signs of a machine
    receipts: Words = ()  # before the colon, or all of it, where a mail says that another was read
    was_read: Words = ()  # parts of what a receipt says
    undelivered: Words = ()  # parts
    # Below one's own words.
    closings: Words = ()
    thanks: Words = ()  # close a mail only where a name follows
    footers: Words = ()  # beginnings of the line that a telephone or mail client adds: "sent from"
    # What organisations put around their people's words.
    alerts: Words = ()  # beginnings of a warning
    banners: Words = ()  # parts of a warning that a mail came from outside
    cautions: Words = ()  # parts of what such a warning goes on with
    legal: Words = ()  # parts that a disclaimer has one of at least
    legal_beside: Words = ()  # parts that come with them; three in all make a disclaimer
    printing: Words = ()  # parts of the request not to print
