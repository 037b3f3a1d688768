"""Banks, credits, exchange, investments, insurance."""

from typing import Final

#: See `catalogue` for what a line says.
CONCEPTS: Final = (
    (
        "bank",
        "банк банка банкинг",
        "банк банку банкінг",
        "bank banks banking",
    ),
    (
        "credit",
        "кредит займ заем ссуда кредитка кредитный",
        "кредит позика кредитка кредитний",
        "loan loans credit lending",
    ),
    (
        "mortgage",
        "ипотека ипотеку",
        "іпотека іпотеку",
        "mortgage",
    ),
    (
        "deposit",
        "депозит вклад вклады",
        "депозит вклад вклади",
        "deposit deposits =savings",
    ),
    (
        "limit",
        "лимит лимиты ограничение ограничения",
        "ліміт ліміти обмеження",
        "limit limits quota",
    ),
    (
        "exchange",
        "курс валюта валюты обмен обменник обменять",
        "курс валюта валюти обмін обмінник обміняти",
        "exchange currency rate rates",
    ),
    (
        "statement",
        "выписка выписку",
        "виписка виписку",
        "statement statements",
    ),
    (
        "history",
        "история историю",
        "історія історію",
        "history",
    ),
    (
        "iban",
        "реквизиты реквизитам",
        "реквізити реквізитами",
        "iban swift requisites",
    ),
    (
        "crypto",
        "крипта криптовалюта биткоин биткойн",
        "крипта криптовалюта біткоїн біткойн",
        "crypto cryptocurrency bitcoin",
    ),
    (
        "wallet",
        "кошелек кошелька кошель",
        "гаманець гаманця гаманці кошельок",
        "wallet wallets",
    ),
    (
        "trade",
        "торги сделка сделки ордер биржа",
        "торги угода угоди ордер біржа",
        "trade trades trading",
    ),
    (
        "broker",
        "брокер инвестиции инвестировать брокерский",
        "брокер інвестиції інвестувати брокерський",
        "broker brokerage investment invest",
    ),
    (
        "insurance",
        "страховка страхование полис страховая каско",
        "страховка страхування поліс страхова каско автоцивілка",
        "insurance insurer insured",
    ),
    (
        "interest",
        "проценты процентов",
        "відсотки відсотків проценти",
        "percent =interest",
    ),
    (
        "merchant",
        "эквайер мерчант",
        "еквайр мерчант",
        "merchant merchants",
    ),
    (
        "beneficiary",
        "получатель получателю отправитель",
        "отримувач отримувачу відправник",
        "beneficiary payee recipient",
    ),
)
