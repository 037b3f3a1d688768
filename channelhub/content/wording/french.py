"""French."""

from typing import Final

from channelhub.content.wording.model import FieldNames, Wording

FRENCH: Final = Wording(
    openings=("le", "message du", "citation de"),
    wrote=("a écrit", "a ecrit", "écrivait", "écrit", "a envoyé"),
    weekdays=("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
    months=(
        ("jan",), ("fév", "fev"), ("mars",), ("avr",), ("mai",), ("juin",), ("juil",), ("août", "aout"), ("sep",),
        ("oct",), ("nov",), ("déc", "dec"),
    ),
    original=("message d'origine", "message d’origine", "message original", "message initial", "courriel d'origine",
              "mail original", "e-mail d'origine", "e-mail original"),
    forwarded=("message transféré", "message transfere", "message réexpédié", "courriel transféré", "transféré",
               "mail transféré"),
    forwarded_below=("début du message transféré :", "début du message transféré:", "début du message réexpédié :",
                     "début du message réexpédié:", "début du courriel transféré :"),
    fields=FieldNames(
        sender=("de", "expéditeur"), sent=("envoyé", "envoyé le", "message du", "date d'envoi"), dated=("date",),
        to=("à", "a", "pour", "destinataire"), cc=("cc", "cci", "copie", "copie à"), subject=("objet", "sujet"),
    ),
    reply_above=("répondre au-dessus de cette", "répondez au-dessus de cette", "réponse au-dessus de cette",
                 "écrivez au-dessus", "au-dessus de cette ligne"),
    answered=("re", "ré", "rép"),
    handed_on=("tr", "trf", "fwd"),
    automatic=("réponse automatique", "reponse automatique", "réponse auto", "message automatique",
               "absence du bureau", "absent du bureau", "absente du bureau", "message d'absence",
               "message d’absence", "notification d'absence", "hors du bureau"),
    absent=("je suis absent", "je suis absente", "je suis actuellement absent", "je suis en congé jusqu",
            "absent jusqu", "absente jusqu", "absent du bureau jusqu", "absent(e) jusqu", "en congé jusqu"),
    away=(
        "absence", "absent", "en congé", "en vacances", "je suis en congé", "hors du bureau", "accusé de réception",
        "nous avons bien reçu", "nous avons reçu votre", "votre demande", "merci de nous avoir contacté",
        "ceci est une réponse automatique", "ceci est un message automatique", "message généré automatiquement",
    ),
    receipts=("lu", "non lu", "accusé de lecture", "confirmation de lecture"),
    was_read=("a été lu", "a été affiché", "supprimé sans avoir été lu", "accusé de lecture"),
    undelivered=("non remis", "non délivré", "non distribué", "n'a pas pu être remis", "n'a pas pu être livré",
                 "n'a pas pu être délivré", "échec de la remise", "échec de remise", "échec de distribution",
                 "échec d'envoi", "non recapitabile", "retour à l'expéditeur", "retourné à l'expéditeur"),
    closings=(
        "cordialement", "bien cordialement", "très cordialement", "bien à vous", "bien à toi", "sincères salutations",
        "salutations", "meilleures salutations", "salutations distinguées", "respectueusement", "amicalement",
        "bonne journée", "bonne soirée", "bonne réception", "cdt", "cdlt", "bien amicalement", "sincèrement",
        "à bientôt", "avec mes remerciements", "crdt",
    ),
    thanks=("merci", "merci d'avance", "merci d’avance", "merci beaucoup", "merci par avance", "merci bien",
            "avec mes remerciements", "je vous remercie", "merci pour votre aide"),
    footers=(
        "envoyé de mon", "envoyé depuis", "envoyé à partir", "envoyé avec", "envoyé par", "envoyé via",
        "télécharger outlook", "téléchargez outlook", "obtenir outlook", "obtenez outlook", "obtenez l'application",
        "veuillez excuser ma brièveté", "excusez ma brièveté",
    ),
    alerts=("attention", "avertissement", "prudence", "important", "externe", "vigilance"),
    banners=(
        "e-mail externe", "email externe", "mail externe", "courriel externe", "expéditeur externe", "message externe",
        "[externe]", "provient de l'extérieur", "provient de l’extérieur", "vient de l'extérieur",
        "vient de l’extérieur", "extérieur à l'organisation", "extérieur à l’organisation",
        "extérieur de l'organisation", "extérieur de l’organisation", "externe à l'organisation",
        "externe à votre organisation", "vous n'obtenez pas souvent", "vous n’obtenez pas souvent",
    ),
    cautions=("ne cliquez pas", "n'ouvrez pas", "n’ouvrez pas", "les liens", "pièces jointes", "découvrez pourquoi",
              "suspect"),
    legal=("confidentiel", "usage exclusif", "attention exclusive", "exclusivement", "destinataire désigné",
           "destinataires désignés"),
    legal_beside=(
        "destinataire", "par erreur", "avertir", "prévenir", "en informer", "détruire", "supprimer", "interdit",
        "non autorisé", "divulgation", "diffusion", "pièces jointes", "pièce jointe", "ce message", "ce courriel",
        "cet e-mail", "responsabilité", "altéré", "expéditeur",
    ),
    printing=("avant d'imprimer", "avant d’imprimer", "pensez à l'environnement", "pensez à l’environnement"),
)  # fmt: skip
