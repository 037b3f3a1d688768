"""Languages our users meet but don't write: enough to find where history begins and which mail is a machine's."""

from typing import Final

from channelhub.content.wording.model import FieldNames, Wording

SPANISH: Final = Wording(
    openings=("el",),
    wrote=("escribió", "escribio", "escribiste"),
    weekdays=("lun", "mar", "mié", "mie", "jue", "vie", "sáb", "sab", "dom"),
    months=(("ene",), (), (), ("abr",), (), (), (), ("ago",), (), (), (), ("dic",)),
    original=("mensaje original", "mensaje de origen"),
    forwarded=("reenviad", "mensaje reenviado"),
    forwarded_below=("inicio del mensaje reenviado:",),
    fields=FieldNames(
        sender=("de", "remitente"),
        sent=("enviado", "enviado el"),
        dated=("fecha",),
        to=("para",),
        cc=("cc",),
        subject=("asunto",),
    ),
    handed_on=("rv", "reenviado"),
    automatic=("respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina"),
    undelivered=("no se puede entregar", "no entregado", "no se ha podido entregar"),
    closings=("saludos", "saludos cordiales", "un saludo", "un cordial saludo", "atentamente"),
    thanks=("gracias", "muchas gracias"),
    footers=("enviado desde", "enviado con", "obtener outlook"),
)
ITALIAN: Final = Wording(
    openings=("il giorno", "il", "in data"),
    wrote=("ha scritto", "scrive"),
    weekdays=("lun", "mar", "mer", "gio", "ven", "sab", "dom"),
    months=(("gen",), (), (), (), ("mag",), ("giu",), ("lug",), ("ago",), ("set",), ("ott",), (), ("dic",)),
    original=("messaggio originale", "messaggio orig"),
    forwarded=("inoltrat", "messaggio inoltrato"),
    forwarded_below=("inizio messaggio inoltrato:",),
    fields=FieldNames(
        sender=("da", "mittente"),
        sent=("inviato",),
        dated=("data",),
        to=("a", "destinatario", "destinatari"),
        cc=("cc",),
        subject=("oggetto",),
    ),
    answered=("r", "re"),
    handed_on=("i", "inoltro"),
    automatic=("risposta automatica", "fuori sede", "fuori ufficio", "assente"),
    undelivered=("non recapitabile", "mancato recapito"),
    closings=("cordiali saluti", "distinti saluti", "saluti", "un saluto"),
    thanks=("grazie", "grazie mille"),
    footers=("inviato da", "inviato dal", "inviato con", "scarica outlook"),
)
PORTUGUESE: Final = Wording(
    openings=("em", "a"),
    wrote=("escreveu",),
    weekdays=("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
    months=((), ("fev",), (), ("abr",), ("mai",), (), (), ("ago",), ("set",), ("out",), (), ("dez",)),
    original=("mensagem original",),
    forwarded=("encaminhad", "mensagem encaminhada"),
    forwarded_below=("início da mensagem reencaminhada:", "início da mensagem encaminhada:"),
    fields=FieldNames(
        sender=("de",), sent=("enviado", "enviada"), dated=("data",), to=("para",), cc=("cc",), subject=("assunto",)
    ),
    answered=("res",),
    handed_on=("enc",),
    automatic=("resposta automática", "resposta automatica", "fora do escritório", "ausência"),
    undelivered=("não foi possível entregar", "não entregue"),
    closings=("atenciosamente", "abraços", "abraço", "cumprimentos"),
    thanks=("obrigado", "obrigada"),
    footers=("enviado do meu", "enviado a partir", "enviado via", "obter o outlook"),
)
DUTCH: Final = Wording(
    openings=("op", "van"),
    wrote=("schreef", "geschreven", "heeft geschreven"),
    weekdays=("ma", "di", "wo", "do", "vr", "za", "zo"),
    months=((), (), ("maa", "mrt"), (), ("mei",), (), (), (), (), ("okt",), (), ()),
    original=("oorspronkelijk bericht", "origineel bericht", "bericht"),
    forwarded=("doorgestuurd",),
    forwarded_below=("begin doorgestuurd bericht:",),
    fields=FieldNames(
        sender=("van",), sent=("verzonden",), dated=("datum",), to=("aan",), cc=("cc",), subject=("onderwerp",)
    ),
    answered=("antw",),
    handed_on=("doorst",),
    automatic=("automatisch antwoord", "afwezig", "niet aanwezig"),
    undelivered=("niet bezorgd", "onbestelbaar"),
    closings=("met vriendelijke groet", "met vriendelijke groeten", "groet", "groeten", "groetjes", "mvg"),
    thanks=("bedankt", "dank je wel"),
    footers=("verzonden vanaf", "verzonden met", "verzonden via", "verstuurd vanaf", "verstuurd via"),
)
SCANDINAVIAN: Final = Wording(
    openings=("den", "på", "kl"),
    wrote=("skrev", "skrev følgende", "skrev följande"),
    weekdays=("man", "mån", "tir", "tis", "ons", "tor", "fre", "lør", "lör", "søn", "sön"),
    months=(("januar",), (), (), (), ("maj", "mai"), (), (), (), (), ("okt",), (), ("des",)),
    original=("oprindelig", "opprinnelig", "ursprung", "original meddelelse", "original melding"),
    forwarded=("videresend", "videresendt", "vidarebefordra", "vidarebefordrat"),
    forwarded_below=("start på videresendt besked:", "videresendt melding:", "vidarebefordrat brev:"),
    fields=FieldNames(sender=("fra", "från"), sent=("sendt", "skickat"), dated=("dato", "datum"), to=("til", "till"),
                      cc=("cc", "kopi"), subject=("emne", "ämne")),
    answered=("sv", "vs"),
    handed_on=("vb",),
    automatic=("autosvar", "automatisk svar", "automatiskt svar", "frånvaro", "fravær"),
    undelivered=("kan ikke leveres", "kunne ikke leveres", "kunde inte levereras"),
    closings=(
        "venlig hilsen", "med venlig hilsen", "vennlig hilsen", "med vennlig hilsen", "bedste hilsner", "hilsen",
        "mange hilsner", "kærlig hilsen", "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar",
        "vänlig hälsning", "hälsning", "hälsningar", "mvh", "vh", "kh",
    ),
    thanks=("tack", "tak", "takk"),
    footers=("sendt fra", "skickat från", "sendt med", "hämta outlook", "hent outlook"),
)  # fmt: skip
FINNISH: Final = Wording(
    wrote=("kirjoitti",),
    original=("alkuperäinen",),
    fields=FieldNames(
        sender=("lähettäjä",), sent=("lähetetty",), dated=("päiväys",), to=("vastaanottaja",), subject=("aihe",)
    ),
    answered=("vs",),
    handed_on=("vl",),
    automatic=("automaattinen vastaus", "poissa"),
    closings=("terveisin", "ystävällisin terveisin"),
    thanks=("kiitos",),
    footers=("lähetetty",),
)
CZECH: Final = Wording(
    openings=("dne",),
    wrote=("napsal", "napsala", "napsal(a)", "napísal", "napísala", "napísal(a)"),
    weekdays=("po", "út", "st", "čt", "pá", "so", "ne"),
    months=(
        ("led",),
        ("úno",),
        ("bře",),
        ("dub",),
        ("kvě",),
        ("čer",),
        ("čec",),
        ("srp",),
        ("zář",),
        ("říj",),
        ("lis",),
        ("pro",),
    ),
    original=("původní", "pôvodn"),
    forwarded=("přeposlan", "preposlan"),
    fields=FieldNames(
        sender=("od",),
        sent=("odesláno", "odoslané"),
        dated=("datum",),
        to=("komu",),
        cc=("kopie", "kópia"),
        subject=("předmět", "predmet"),
    ),
    automatic=("automatická odpověď", "automatická odpoveď", "mimo kancelář"),
    undelivered=("nedoručiteln", "nelze doručit"),
    closings=("s pozdravem", "s pozdravom"),
    thanks=("děkuji", "ďakujem"),
    footers=("odesláno z", "odoslané z"),
)
TURKISH: Final = Wording(
    wrote=("yazdı", "yazdi"),
    original=("orijinal", "özgün"),
    forwarded=("iletilen",),
    fields=FieldNames(
        sender=("gönderen", "kimden"), sent=("gönderme tarihi",), dated=("tarih",), to=("kime",), subject=("konu",)
    ),
    automatic=("otomatik yanıt",),
    closings=("saygılarımla", "iyi çalışmalar"),
    thanks=("teşekkürler",),
    footers=("telefondan", "telefondam", "iphone'umdan", "iphone'dan"),
)
JAPANESE: Final = Wording(
    wrote=("書きました", "書いています", "のメール"),
    original=("元のメッセージ",),
    fields=FieldNames(sender=("差出人",), sent=("送信日時",), dated=("日付",), to=("宛先",), subject=("件名",)),
    automatic=("自動返信", "自動応答"),
    undelivered=("配信", "送信", "エラー"),
    footers=("iphoneから", "ipadから", "androidから", "スマートフォンから"),
)
CHINESE: Final = Wording(
    wrote=("写道", "寫道"),
    original=("原始邮件", "原始郵件", "邮件原件"),
    fields=FieldNames(
        sender=("发件人", "寄件者", "寄件人"),
        sent=("发送时间", "寄件日期"),
        dated=("日期",),
        to=("收件人", "收件者"),
        cc=("抄送",),
        subject=("主题", "主旨"),
    ),
    automatic=("自动回复", "自動回覆", "自动答复"),
    undelivered=("退信", "无法投递", "無法傳遞"),
    openings=("在", "於"),
    footers=("发自我的", "發自我的", "从我的", "從我的"),
)
KOREAN: Final = Wording(
    wrote=("작성", "님이 작성"),
    fields=FieldNames(
        sender=("보낸사람", "보낸 사람"),
        sent=("보낸 날짜",),
        dated=("날짜",),
        to=("받는 사람", "받는사람"),
        subject=("제목",),
    ),
    automatic=("자동",),
    footers=("나의", "내"),
)
MORE: Final = Wording(  # Greek, Hungarian, Romanian, Vietnamese: what introduces a quote
    openings=("vào", "în", "στις"),
    wrote=("έγραψε", "έγραψαν", "írta", "ezt írta", "a scris", "đã viết"),
    original=("eredeti", "mesaj original"),
    fields=FieldNames(sender=("feladó",), sent=("elküldve",), dated=("dátum",), to=("címzett",), subject=("tárgy",)),
    closings=("üdvözlettel", "cu stimă"),
)  # fmt: skip

OTHERS: Final = (
    SPANISH, ITALIAN, PORTUGUESE, DUTCH, SCANDINAVIAN, FINNISH, CZECH, TURKISH, JAPANESE, CHINESE, KOREAN, MORE,
)  # fmt: skip
