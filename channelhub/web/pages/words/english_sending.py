"""Answering, sending again, and how accounts do, in English."""

from typing import Final

ENGLISH_SENDING: Final[dict[str, str]] = {
    "no_address": "{account} can’t write to {address}.",
    "window_open": "Answers are taken for {hours} hours after the customer last wrote: until",
    "window_closed": "{account} takes answers for {hours} hours after {address} last wrote. That ended",
    "window_late": "Free words are no longer taken. Yours go out in the template {template}: up to {count} characters.",
    "reply_public": "Public: everybody sees this answer.",
    "reply_elsewhere": "Answer at {address} by {account} instead",
    "elsewhere_rule": "Verified addresses before claimed ones, then where they spoke with us last.",
    "send_again": "Send again",
    "not_spam": "It is no spam",
    "flag_not-spam": "not spam",
    "may_arrive_twice": "It may have arrived: I accept that it comes twice",
    "probe_unwell": "the channel’s last answer",
    "backlog": "wait at the channel",
    "refused_posts": "posts refused",
    "refused_hint": "Their secret was wrong or missing. If nothing else arrives, enter the same one on both sides.",
    "last_success": "last worked",
    "reason_window-closed": "wrote too long ago for the channel",
}
