"""What refusals of the API mean, in Russian: for each type its title, what it means and what to do."""

from typing import Final

RUSSIAN_PROBLEMS: Final[dict[str, str]] = {
    "problem": "Проблема",
    "problems": "Проблемы API",
    "problems_intro": "Отказы API — это документы о проблеме (RFC 9457). Их `type` — адрес страницы здесь.",
    "problem_do": "Что делать",
    "problems_all": "Все проблемы",
    "problem_malformed_title": "Запрос не удалось прочитать",
    "problem_malformed_means": "Тело не является JSON в UTF-8, слишком глубоко вложено или передано с ошибкой.",
    "problem_malformed_do": (
        "Отправляйте то, что пишет библиотека JSON. В `detail` сказано, где остановилось чтение. Те же байты "
        "будут отклонены снова."
    ),
    "problem_unauthorized_title": "Нужен действующий токен",
    "problem_unauthorized_means": "Токен не показан, либо он неизвестен, отозван или написан с ошибкой.",
    "problem_unauthorized_do": (
        "Отправляйте `Authorization: Bearer chub_…`. Администратор создаёт токен командой `channelhub token create`."
    ),
    "problem_token-expired_title": "Срок действия токена истёк",
    "problem_token-expired_means": "Токен действовал и закончился в срок, заданный при создании.",
    "problem_token-expired_do": "Попросите у администратора новый. С остальным в запросе всё в порядке.",
    "problem_forbidden_title": "Этот токен такого не разрешает",
    "problem_forbidden_means": "Токен действует, но его роли, областей или канала для этого мало.",
    "problem_forbidden_do": (
        "В `detail` названа нужная роль или область. Возьмите другой токен или попросите создать с такой областью."
    ),
    "problem_cross-site_title": "Запрос пришёл с другого сайта",
    "problem_cross-site_means": "Браузер отправил его с куки этого сервера, но не с его собственной страницы.",
    "problem_cross-site_do": (
        "Программы и страницы других сайтов пользуются токеном в `Authorization`, а источник такой страницы "
        "указывают в `cors_origins`."
    ),
    "problem_not-found_title": "Здесь такого нет",
    "problem_not-found_means": (
        "Такого адреса нет, или нет ничего с таким идентификатором: не было или уже не хранится."
    ),
    "problem_not-found_do": (
        "Проверьте адрес и идентификатор. Идентификаторы берут из ответов этого сервера, а не составляют сами."
    ),
    "problem_unknown-account_title": "Такого канала нет",
    "problem_unknown-account_means": "В запросе имя канала, которого нет в конфигурации, или он другого вида.",
    "problem_unknown-account_do": (
        "`GET /api/v1/connectors` перечисляет каналы. Новому нужны раздел `[accounts.…]` и перечитывание конфигурации."
    ),
    "problem_method-not-allowed_title": "Этот адрес принимает другие методы",
    "problem_method-not-allowed_means": "Адрес есть, но не с этим методом.",
    "problem_method-not-allowed_do": "Заголовок `Allow` перечисляет методы; что делает каждый, сказано в описании API.",
    "problem_request-timeout_title": "Запрос приходил слишком медленно",
    "problem_request-timeout_means": "Заголовки или тело не пришли вовремя. Ничего не сделано.",
    "problem_request-timeout_do": (
        "Отправьте ещё раз. Если так бывает часто, путь до сервера медленный или тело для него велико."
    ),
    "problem_conflict_title": "Оно изменилось, или состояние этого не позволяет",
    "problem_conflict_means": (
        "Кто-то изменил его после того, как вы его прочли, состояние этого не позволяет, или запрос с тем же "
        "ключом ещё выполняется."
    ),
    "problem_conflict_do": "Прочтите снова, посмотрите на нынешнее состояние и решайте заново с нынешним `version`.",
    "problem_gone_title": "Это уже использовано",
    "problem_gone_means": "Ссылка действовала один раз или какое-то время, и оно прошло.",
    "problem_gone_do": "Попросите новую ссылку.",
    "problem_precondition-failed_title": "Оно не такое, как ждёт запрос",
    "problem_precondition-failed_means": "`If-Match` называет состояние, которое уже не нынешнее. Ничего не изменено.",
    "problem_precondition-failed_do": "Прочтите снова, возьмите новый `ETag` и решайте заново.",
    "problem_too-large_title": "Запрос слишком велик",
    "problem_too-large_means": "Тело больше, чем здесь принимают; в `detail` сказано, сколько можно.",
    "problem_too-large_do": "Отправляйте частями: меньше элементов за раз, меньше файлов или поменьше.",
    "problem_unsupported-media-type_title": "Этот тип данных здесь не принимают",
    "problem_unsupported-media-type_means": "`Content-Type` тела не тот, что читает этот адрес, или тело сжато.",
    "problem_unsupported-media-type_do": (
        "Отправляйте `Content-Type: application/json` там, где читают JSON, и без `Content-Encoding`."
    ),
    "problem_invalid_title": "Поле неверно",
    "problem_invalid_means": "Запрос прочитан, но поле или параметр имеет значение, которое не принимают.",
    "problem_invalid_do": (
        "`errors` называет каждое поле и что с ним не так. Исправьте: тот же запрос будет отклонён снова."
    ),
    "problem_too-many-requests_title": "Слишком много запросов",
    "problem_too-many-requests_means": (
        "Этот токен, или этот адрес после неудачных попыток, спрашивает чаще, чем можно. Ничего не сделано."
    ),
    "problem_too-many-requests_do": (
        "Подождите столько секунд, сколько говорит `Retry-After`. `RateLimit` в каждом ответе говорит, "
        "сколько осталось."
    ),
    "problem_headers-too-large_title": "Заголовки запроса слишком велики",
    "problem_headers-too-large_means": "Первая строка или заголовок длиннее 8 КиБ, или заголовков больше 100.",
    "problem_headers-too-large_do": (
        "Перенесите длинные значения из адреса в тело; проверьте, не добавляет ли куки прокси."
    ),
    "problem_refused_title": "Запрос отклонён",
    "problem_refused_means": "Библиотека HTTP отклонила его ещё до обработки; код состояния говорит почему.",
    "problem_refused_do": "`status` и `detail` говорят, что не так с запросом как HTTP.",
    "problem_internal_title": "Дефект этого сервера",
    "problem_internal_means": "Произошло то, чего сервер не предусмотрел. Это записано в журнал.",
    "problem_internal_do": (
        "Передайте администратору идентификатор из `incident`: под ним дефект записан в журнале. Сделано ли "
        "что-то, неизвестно: проверьте, прежде чем повторять, или повторяйте с тем же `Idempotency-Key`."
    ),
    "problem_unavailable_title": "Не сейчас; попробуйте ещё",
    "problem_unavailable_means": (
        "Сервер сейчас не может этого принять: полный диск, полная очередь, или он запускается либо "
        "останавливается. Ничего не сохранено."
    ),
    "problem_unavailable_do": "Отправьте то же через `Retry-After` секунд и храните, пока не придёт 2xx.",
}
