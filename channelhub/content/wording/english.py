"""English."""

from typing import Final

from channelhub.content.wording.model import FieldNames, Wording

ENGLISH: Final = Wording(
    openings=("on", "quoting"),
    wrote=("wrote", "writes", "sent", "said"),
    weekdays=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    months=(
        ("jan",), ("feb",), ("mar",), ("apr",), ("may",), ("jun",), ("jul",), ("aug",), ("sep",), ("oct",), ("nov",),
        ("dec",),
    ),
    day_halves=("am", "pm"),
    original=("original message", "original email", "original mail", "original appointment", "reply message"),
    forwarded=("forwarded", "fwd", "original message forwarded"),
    forwarded_below=("begin forwarded message:",),
    fields=FieldNames(
        sender=("from",), sent=("date", "sent", "sent at", "sent on"), to=("to",), cc=("cc", "bcc"),
        subject=("subject", "re"),
    ),
    reply_above=(
        "reply above this line", "type your reply above", "type your response above", "write a reply above",
        "write above this line", "reply above the dotted line", "replies above this line",
    ),
    answered=("re",),
    handed_on=("fwd", "fw"),
    away=(
        "automatic reply", "automatic response", "automated reply", "automated response", "auto reply", "auto-reply",
        "autoreply", "auto response", "auto-response", "autoresponse", "autoresponder", "auto responder",
        "auto-responder", "auto:", "auto :", "automatically generated reply", "auto-generated reply", "out of office",
        "out of the office", "out-of-office", "ooo:", "away from the office", "away from my", "away from office",
        "on vacation", "vacation reply", "vacation response", "vacation notice", "vacation:", "i am away",
        "i am out of", "i'm away", "i'm out of", "i am on vacation", "i'm on vacation", "i am on leave",
        "on annual leave", "on leave:", "annual leave", "currently out of", "not in the office",
        "absence from the office", "office closed", "we have received your", "we received your",
        "thank you for contacting", "thanks for contacting", "ticket received", "request received:",
    ),
    undelivered=(
        "undeliver", "delivery status notification", "delivery failure", "delivery failed", "delivery has failed",
        "delivery error", "delivery problem", "delivery notification", "delivery report", "delivery delayed",
        "mail delivery", "mail failure", "mail error", "mail system error", "message status", "failure notice",
        "failure notification", "failed mail", "message delivery", "message undeliverable", "message delayed",
        "returned mail", "returned to sender", "return to sender", "mail returned", "returned email",
        "returning message", "could not be delivered", "couldn't be delivered", "could not send message",
        "cannot be delivered", "can't be delivered", "not delivered", "not be delivered", "unable to deliver",
        "nondeliverable", "non-deliverable", "nondelivery", "non-delivery", "non delivery", "user unknown",
        "unknown user", "unknown address", "unknown recipient", "mailbox unavailable", "mailbox full",
        "mailbox is full", "warning: could not", "warning: message", "message rejected", "mail rejected",
        "rejected mail", "rejected message", "delivery impossible", "permanent delivery", "transient delivery",
        "bounce", "no longer valid", "address rejected", "problem delivering", "error sending", "blocked message",
        "message blocked",
    ),
    closings=(
        "regards", "best regards", "kind regards", "kindest regards", "warm regards", "warmest regards",
        "with best regards", "with kind regards", "with warm regards", "with regards", "many regards",
        "thanks and regards", "thank you and regards", "thanks and best regards", "thanks & regards",
        "thanks &amp; regards",
        "wishes",
        "best wishes", "kind wishes", "warm wishes", "with best wishes", "warmest wishes", "best", "all the best",
        "sincerely", "sincerely yours", "yours", "yours truly", "yours sincerely", "yours faithfully",
        "respectfully", "respectfully yours", "take care", "talk soon", "cordially", "rgds", "brgds", "br", "kr",
    ),
    thanks=(
        "thanks", "thanks again", "thanks a lot", "thanks so much", "thanks in advance", "thanks very much",
        "thanks for your help", "thanks for the help", "thanks for your time", "thank you", "thank you very much",
        "thank you in advance", "thank you again", "thank you so much", "thank you for your help",
        "thank you for your time", "many thanks", "thx", "cheers",
    ),
    footers=(
        "sent from", "sent via", "sent using", "sent with", "sent by", "sent on the go", "get outlook for",
        "get bluemail for", "get the", "download outlook", "via mobile", "please excuse my brevity",
        "sent mobile", "typed on",
    ),
    alerts=("caution", "warning", "attention", "notice", "external", "important", "be careful"),
    banners=(
        "external email", "external e-mail", "external sender", "external message", "external mail", "[external]",
        "[ext]", "outside the organi", "outside of the organi", "outside your organi", "outside of your organi",
        "outside our organi", "outside of our organi", "outside the company", "outside of the company",
        "outside our company", "originated from outside", "originated outside", "came from outside",
        "sent from outside", "you don't often get email from", "you don’t often get email from",
        "some people who received this message don",
    ),
    cautions=("do not click", "don't click", "links or open", "links or attachments", "unless you recogni", "learn why",
              "is safe", "suspicious", "phishing", "verify the sender"),
    legal=(
        "confidential", "privileged", "intended recipient", "intended solely", "intended only", "sole use of",
        "solely for the", "addressee",
    ),
    legal_beside=(
        "intended for", "unauthori", "disclos", "disseminat", "distribution", "notify the sender", "notify us",
        "in error", "delete it", "delete this", "delete the", "destroy", "legally binding", "virus",
        "strictly prohibited", "attachment", "liability", "copying", "this email", "this e-mail", "this message",
        "this communication",
    ),
    printing=("before printing", "before you print", "think before you print", "consider the environment"),
)  # fmt: skip
