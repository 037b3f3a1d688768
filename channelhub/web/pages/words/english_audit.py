"""English words of the audit's page."""

from typing import Final

ENGLISH_AUDIT: Final[dict[str, str]] = {
    "audit": "Audit",
    "audit_narrow": "Narrow the audit down",
    "audit_actor": "Who",
    "audit_action": "What",
    "audit_customer": "Customer’s number",
    "audit_show": "Show",
    "audit_when": "When",
    "audit_target": "To what",
    "audit_detail": "Detail",
    "audit_empty": "Nothing was done.",
}
