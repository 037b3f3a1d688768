"""Personal data: the archive of a customer, erasures, in English."""

from typing import Final

ENGLISH_EXPORT: Final[dict[str, str]] = {
    "archive": "Export of personal data",
    "archive_of": "Everything kept about this customer, as of",
    "archive_files": "The same for programs: customer.json, timeline.jsonl,"
    " messages.jsonl, incidents.jsonl, outages.jsonl. "
    "manifest.json lists every file, and what is not in the archive with the reason.",
    "archive_segment": "Segment",
    "archive_ours": "we wrote",
    "archive_theirs": "the customer wrote",
    "archive_earlier": "Earlier version of",
    "personal_data": "Personal data",
    "export": "Export",
    "export_hint": "Everything kept about this customer, as one archive",
    "erase": "Erase",
    "erase_confirm": "Type one of their addresses or names",
    "erase_hint": "Everything of this customer goes for good: messages, files, search, answers that wait.",
    "erase_now": "Erase for good",
    "erasures": "Erasures",
    "erasures_mean": "A receipt says when and how much was erased, nothing of whom.",
    "erasures_none": "Nobody was erased yet.",
    "erasure_done": "done",
    "erasure_going_on": "going on",
    "erasure_not_compact": "The database is large and was not written anew. While the daemon is stopped:",
}
