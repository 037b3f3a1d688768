"""Internet, mobile and landline, television."""

from typing import Final

#: See `catalogue` for what a line says.
CONCEPTS: Final = (
    (
        "internet",
        "интернет интернета инет инета",
        "інтернет інтернету інет інета",
        "internet broadband",
    ),
    (
        "wifi",
        "вайфай вай-фай wi-fi вифи",
        "вайфай вай-фай wi-fi",
        "wifi wi-fi wlan wi_fi",
    ),
    (
        "router",
        "роутер роутера рутер маршрутизатор модем",
        "роутер роутера рутер маршрутизатор модем",
        "router routers modem",
    ),
    (
        "network",
        "сеть сети сетка",
        "мережа мережі мережу",
        "network networks",
    ),
    (
        "connection",
        "соединение подключение подключиться подключается подключили коннект коннектится соединяется присоединиться",
        "з'єднання підключення підключитися підключається підключили під'єднання під'єднатися конект конектиться "
        "з'єднується",
        "connection connections connect connects connecting connectivity connected reconnect",
    ),
    (
        "disconnect",
        "обрыв обрывается обрывы отваливается отвалился отвалилось разрыв разрывает разрывается дисконнект рвется",
        "обрив обривається обриви відвалюється відвалився відвалилося розрив розриває розривається дисконект рветься",
        "disconnect disconnected disconnects disconnecting disconnection drops dropped dropping dropouts",
    ),
    (
        "signal",
        "связь связи сигнал сигнала",
        "зв'язок зв'язку сигнал сигналу",
        "signal reception",
    ),
    (
        "coverage",
        "покрытие вышка вышки",
        "покриття вежа вишка",
        "coverage tower towers",
    ),
    (
        "speed",
        "скорость скорости медленно медленный медленная тормозит тормоза подтормаживает тупит лагает лаги лаг "
        "тормознутый",
        "швидкість швидкості повільно повільний повільна гальмує гальма пригальмовує тупить лагає лаги лаг тормозить",
        "speed speeds bandwidth slow slower slowness slowly lagging laggy lag lags sluggish latency",
    ),
    (
        "ping",
        "пинг пинга",
        "пінг пінгу",
        "ping pings packet packets jitter",
    ),
    (
        "mobile",
        "мобильный мобильная мобильного",
        "мобільний мобільна мобільного",
        "mobile cellular",
    ),
    (
        "phone",
        "телефон телефона телефоны смартфон мобильник",
        "телефон телефону телефони смартфон мобілка",
        "phone phones telephone smartphone",
    ),
    (
        "number",
        "номер номера номеру",
        "номер номери номера",
        "number numbers",
    ),
    (
        "roaming",
        "роуминг роуминге роуминга",
        "роумінг роумінгу",
        "roaming",
    ),
    (
        "simcard",
        "симка симки сим симкарта сим-карта есим",
        "сімка сімки сім-карта сімкарта єсім",
        "sim sims esim sim-card simcard",
    ),
    (
        "call",
        "звонок звонка звонки звонить звоню дозвониться позвонить перезвонить звонят вызов",
        "дзвінок дзвінка дзвінки дзвонити дзвоню додзвонитися подзвонити передзвонити зателефонувати виклик "
        "=телефонувати =телефоную",
        "call calls calling called caller dial dialing dialling =phoned",
    ),
    (
        "hear",
        "слышно слышу слышит слышат слышать",
        "чутно чути чую чують",
        "hear hearing heard audible",
    ),
    (
        "voicemail",
        "автоответчик автоответчика",
        "автовідповідач автовідповідача",
        "voicemail answerphone",
    ),
    (
        "tv",
        "телевизор тв телек телик телевидение",
        "телевізор тб телик телебачення",
        "tv tvs television telly",
    ),
    (
        "channel",
        "канал каналы каналов",
        "канал канали каналів",
        "channel channels",
    ),
    (
        "settopbox",
        "приставка приставки тюнер ресивер",
        "приставка приставки тюнер ресивер",
        "set-top set_top decoder",
    ),
    (
        "cable",
        "кабель кабеля провод провода оптика оптоволокно",
        "кабель кабелю дріт дроти провід оптика оптоволокно",
        "cable cables fiber fibre",
    ),
    (
        "package",
        "пакет пакета пакеты",
        "пакет пакету пакети",
        "bundle bundles",
    ),
    (
        "traffic",
        "гигабайты гигабайт гиги гигов мегабайты трафик трафика гб",
        "гігабайти гігабайт гіги гігів мегабайти трафік трафіку гб",
        "gigabytes gigabyte gigs gb megabytes mb traffic",
    ),
    (
        "provider",
        "провайдер провайдера",
        "провайдер провайдера",
        "provider providers isp carrier",
    ),
    (
        "technician",
        "монтажник монтажники мастер техник",
        "монтажник монтажники майстер технік",
        "technician technicians =installer",
    ),
    (
        "vpn",
        "впн",
        "впн",
        "vpn",
    ),
    (
        "subscriber",
        "абонент абонента абоненты",
        "абонент абонента абоненти",
        "=subscriber =subscribers",
    ),
    (
        "sms",
        "смс смска смски эсэмэска эсэмэс",
        "смс смска смски есемеска есемес",
        "sms smses text_message text_messages",
    ),
    (
        "message",
        "сообщение сообщения сообщений",
        "повідомлення повідомлень",
        "message messages messaging",
    ),
    (
        "landline",
        "стационарный домашний_телефон",
        "стаціонарний домашній_телефон",
        "landline",
    ),
)
