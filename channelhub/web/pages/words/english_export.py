"""The archive of a customer's data, in English."""

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
}
