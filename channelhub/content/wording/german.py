"""German."""

from typing import Final

from channelhub.content.wording.model import FieldNames, Wording

GERMAN: Final = Wording(
    openings=("am", "zitat von"),
    wrote=("schrieb", "geschrieben", "schreibt", "schrieben"),
    weekdays=("mo", "di", "mi", "do", "fr", "sa", "so", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
              "samstag", "sonnabend", "sonntag"),
    months=(
        ("jan", "jän"), ("feb",), ("mär", "mrz"), ("apr",), ("mai",), ("jun",), ("jul",), ("aug",), ("sep",),
        ("okt",), ("nov",), ("dez",),
    ),
    original=("ursprüngliche", "originalnachricht", "original-nachricht", "original nachricht", "originalmail"),
    forwarded=("weitergeleitet",),
    forwarded_below=("anfang der weitergeleiteten nachricht:", "beginn der weitergeleiteten nachricht:",
                     "anfang der weitergeleiteten e-mail:"),
    fields=FieldNames(
        sender=("von",), sent=("gesendet", "gesendet am"), dated=("datum",), to=("an",), cc=("cc", "kopie", "bcc"),
        subject=("betreff", "thema"),
    ),
    reply_above=("antworten sie oberhalb", "antwort oberhalb dieser", "antwort über dieser", "über dieser zeile",
                 "oberhalb dieser zeile"),
    answered=("aw", "antw", "antwort"),
    handed_on=("wg", "wtr", "weitergeleitet"),
    automatic=("automatische antwort", "automatische e-mail-antwort", "automatische rückantwort", "abwesenheit",
               "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheitsmeldung", "abwesenheitsassistent",
               "autoantwort", "auto-antwort", "abwesend", "nicht im büro", "ich bin im urlaub",
               "urlaubsnotiz"),
    absent=("ich bin derzeit nicht im büro", "ich bin zurzeit nicht im büro", "ich bin bis", "ich bin nicht im büro",
            "ich bin ab", "ich bin vom", "ich befinde mich bis", "abwesend bis", "abwesend vom"),
    away=(
        "nicht im büro", "nicht im hause", "ich bin im urlaub", "im urlaub", "urlaubsbedingt", "außer haus",
        "ausser haus", "eingangsbestätigung", "ihre anfrage", "wir haben ihre", "vielen dank für ihre anfrage",
        "vielen dank für ihre nachricht", "dies ist eine automatisch", "diese e-mail wurde automatisch",
        "diese nachricht wurde automatisch",
    ),
    receipts=("gelesen", "nicht gelesen", "ungelesen", "lesebestätigung", "empfangsbestätigung",
              "empfangsbestätigung (angezeigt)"),
    was_read=("wurde gelesen", "wurde am", "angezeigt", "ungelesen gelöscht", "lesebestätigung", "empfangsbestätigung"),
    undelivered=(
        "unzustellbar", "zustellung", "nicht zugestellt", "nicht zustellbar", "konnte nicht zugestellt",
        "zustellfehler", "zurück an absender", "zustellbericht",
    ),
    closings=(
        "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "mit freundlichem gruss",
        "mit besten grüßen", "mit besten grüssen", "mit herzlichen grüßen", "mit lieben grüßen",
        "mit vielen grüßen", "freundliche grüße", "freundliche grüsse", "viele grüße", "viele grüsse",
        "liebe grüße", "liebe grüsse", "beste grüße", "beste grüsse", "schöne grüße", "herzliche grüße",
        "besten gruß", "freundlichen gruß", "lieben gruß", "schönen gruß", "gruß", "gruss", "grüße", "grüsse", "lg",
        "mfg", "vg", "bg", "mit freundlichen gruessen", "viele gruesse", "hochachtungsvoll", "herzlichst",
        "ihr", "ihre",
    ),
    thanks=("danke", "danke im voraus", "danke schön", "vielen dank", "vielen dank im voraus", "besten dank",
            "herzlichen dank", "danke und gruß", "danke und viele grüße", "vielen dank und viele grüße"),
    footers=(
        "von meinem", "von samsung", "von outlook",
        "gesendet von", "gesendet mit", "gesendet über", "gesendet aus", "gesendet per",
        "diese nachricht wurde von meinem", "diese nachricht wurde mit", "holen sie sich outlook", "outlook für",
        "diese e-mail wurde von meinem", "entschuldigen sie die kürze", "bitte entschuldigen sie die kürze",
    ),
    alerts=("achtung", "vorsicht", "warnung", "hinweis", "wichtig", "extern"),
    banners=(
        "externe e-mail", "externe mail", "externer absender", "externe nachricht", "externem absender",
        "externen absender", "[extern]", "von extern", "von außerhalb", "außerhalb der organisation",
        "außerhalb ihrer organisation", "außerhalb unserer organisation", "außerhalb des unternehmens",
        "sie erhalten nicht häufig e-mails von", "sie erhalten nicht oft",
    ),
    cautions=("klicken sie", "öffnen sie", "keine links", "anhänge", "vertrauenswürdig", "verdächtig",
              "erfahren sie, warum"),
    legal=("vertraulich", "rechtlich geschützt", "richtige adressat", "beabsichtigte", "bestimmungsgemäße",
           "ausschließlich für", "vorgesehene empfänger", "vorgesehenen empfänger"),
    legal_beside=(
        "irrtümlich", "informieren sie", "benachrichtigen sie", "verständigen sie", "vernichten sie", "löschen sie",
        "unerlaubte", "unbefugte", "nicht gestattet", "weitergabe", "verboten", "diese e-mail", "dieser e-mail",
        "dieser mail", "diese mail", "diese nachricht", "anhänge", "empfänger", "kopieren", "absender", "adressat",
    ),
    printing=("bevor sie diese", "vor dem ausdrucken", "vor dem drucken", "denken sie an die umwelt", "an die umwelt"),
)  # fmt: skip
