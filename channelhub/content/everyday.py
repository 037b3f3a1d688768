"""Words of every complaint, whatever it is about: broken, working, not, please, and the words between."""

from typing import Final

#: Words that report something broken, by themselves.
PROBLEM_WORDS: Final[tuple[str, str, str]] = (
    (
        "ошибка ошибку сбой авария проблема поломка сломалось сломался упал упало лежит глючит глюк зависло завис "
        "виснет вылетает отваливается отвалилось пропал пропало пропали исчез исчезло исчезли обрыв перебои задержка "
        "отключили отказ отклонен отклоняется отклоняют недоступен недоступно невозможно тормозит крутится бесконечно "
        "дважды потерян повредили нерабочий безуспешно таймаут баг перестал перестало перестала перестали неверный "
        "некорректно заблокировали выбивает выкидывает глюки лагает лаги тупит подвисает подвис залип зависает висит "
        "тормоза тормозят вылетел вылетело вылетела крашится краш слетел слетело слетела слетели накрылся накрылось "
        "накрылась сдох сдохло рухнул рухнула легло лег прилег барахлит косячит косяк отрубили отрубило отрубился "
        "вырубило вырубает вырубился отвалился отвалилась сбоит сбои неполадки неисправен неисправность обрывается "
        "обрывы прерывается рвется протекает течет прорвало затопило обесточили поломался поломано сломан сломана "
        "сломали разбит поврежден бракованный испорчен задвоили задвоился некорректный неправильно неправильный "
        "ошибочно отказано отсутствует баги багует битый отключилось отключился отключается пропала пропадает исчезла "
        "исчезает теряется потеряли потерялся недоступна недоступны ломается зациклился дублируется лагануло "
        "заглючило"
    ),
    (
        "помилка помилку збій аварія проблема поломка зламалося зламався впав впало лежить глючить глюк зависло завис "
        "висне вилітає відвалюється зник зникло зникли пропав пропало обрив перебої затримка вимкнули відмова "
        "відхилено відхиляється недоступний недоступно неможливо гальмує крутиться нескінченно двічі загублено "
        "пошкоджено безуспішно таймаут баг перестав перестало перестала перестали невірний некоректно заблокували "
        "вибиває викидає глюки лагає лаги тупить підвисає підвис залип зависає висить гальма вилетів вилетіла "
        "вилетіло крашиться краш злетіло злетіла накрився накрилося накрилась здох здохло рухнув рухнула лягло ліг "
        "барахлить косяк збоїть збої несправний несправність неполадки обривається обриви переривається рветься тече "
        "протікає прорвало затопило знеструмили поламався поламалося поламано зламаний зламана зламали розбитий "
        "пошкоджений бракований зіпсований задвоїли задвоївся некоректний неправильно неправильний помилково "
        "відмовлено відсутній відсутнє баги багує вимкнувся вимкнулося вимикається пропадає зникла зникає губиться "
        "загубили загубився недоступна недоступні ламається відключили відключилося вирубило вирубає вибило "
        "дублюється відвалився відвалилося"
    ),
    (
        "error failure outage problem issue broken down crash crashes crashing stuck freeze frozen hangs glitch bug "
        "missing disappeared lost vanished timeout fails failed failing unavailable unable unreachable rejected "
        "declined denied offline interrupted delayed twice corrupted disconnected disconnecting wrong incorrect "
        "refuses blank unresponsive lag lags laggy lagging slow sluggish buggy glitchy freezes freezing faulty "
        "defective damaged leaking flooded blackout overcharged invalid interruption malfunction malfunctioning "
        "unusable inaccessible stuttering buffering disconnects ruined spoiled rotten broke breaks hanging hung "
        "erroring errors malfunctions disappearing garbled mangled bounced bouncing"
    ),
)
#: Everyday verbs of working and being able: negated they report something broken.
WORKING_WORDS: Final[tuple[str, str, str]] = (
    (
        "работает могу можем получается открывается открыть грузится загружается заходит войти приходит пришел пришло "
        "проходит прошел прошла видит видно отвечает включается запускается подключается отправляется отображается "
        "показывает поступили доходит принимает дают удается реагирует отправить зайти оплатить смог смогла можно "
        "получилось удалось заработало работал ловит тянет пускает пашет фурычит грузит качает качается скачать "
        "играет сохраняется сохранить обновляется списывается звонит дозвониться найти находит выходит начислили "
        "начисляется зачислили привезли доставили приехал приехала соединяется активируется печатает считывает слышно "
        "идет откликается синхронизируется проигрывается получил получила получили дошло дошли пришли пришла "
        "поступило прогружается стартует коннектится читается определяется распознает реагируют вышло авторизоваться "
        "зарегистрироваться дозвонился открылось загрузилось включить восстановить скачивается ловится"
    ),
    (
        "працює можу можемо виходить відкривається відкрити вантажиться завантажується заходить увійти приходить "
        "прийшов прийшло проходить пройшов пройшла бачить видно відповідає вмикається запускається підключається "
        "надсилається відображається показує надійшли доходить приймає вдається реагує відправити зайти сплатити зміг "
        "змогла можна вийшло вдалося запрацювало працював ловить тягне пускає грузить вантажить качає скачати грає "
        "зберігається зберегти оновлюється списується додзвонитися знайти знаходить нарахували нараховується "
        "зарахували привезли доставили приїхав приїхала з'єднується активується друкує зчитує чути йде відгукується "
        "синхронізується відтворюється отримав отримала отримали дійшло дійшли прийшли прийшла надійшло прогружається "
        "стартує конектиться читається визначається розпізнає авторизуватися зареєструватися додзвонився відкрилося "
        "завантажилося увімкнути відновити скачується пустило приймають доходять"
    ),
    (
        "work working works can able open opens opening load loads loading receive received arrive arrived go going "
        "connect respond responding show showing shows send sending start starts let allow get getting accept "
        "accepted see process processed update sync access complete turn turns turning boot boots charge charging "
        "play plays playing download downloading upload uploading log login find reach finish add save saving print "
        "responds answer answering hear refresh recognize recognise register updating deliver delivered pay stay scan "
        "activate verify connected connects functioning function functions operate loaded arriving arrives came ring "
        "join pick detect"
    ),
)
_NEGATIONS: Final = (
    "не нет нету ни нельзя без немає нема ані без not no can't cant cannot don't dont doesn't doesnt won't wont "
    "isn't isnt didn't didnt couldn't couldnt wouldn't wouldnt aren't arent hasn't hasnt haven't havent never "
    "nothing without"
)
_PLEASANTRIES: Final = (
    "здравствуйте здравствуй привет приветствую добрый доброе доброго день дня утро утра вечер вечера спасибо "
    "пожалуйста благодарю уважением заранее подскажите помогите прошу уважаемые коллеги вітаю привіт добридень "
    "доброго ранку дякую будь ласка повагою підкажіть допоможіть прошу шановні наперед hello hi hey dear sir madam "
    "good morning afternoon evening day thanks thank please regards kind best sincerely cheers help greetings team "
    "sent iphone android"
)
_FUNCTION_WORDS: Final = (
    "и в во на с со к ко у о об от до по из за для при под над через а но или да же ли бы то это этот эта эти тот "
    "та те я мы ты вы он она оно они мне меня мной нам нас вам вас тебе тебя ему его ей ее их им мой моя мое мои "
    "моей наш ваш свой что чтобы как так там тут здесь где когда если уже еще все всё всех весь вся очень только "
    "просто тоже также почему зачем какой какая какие кто был была было были есть быть буду будет раз вот ну ведь "
    "сам после до і й та в у на з із зі до від по за для при під над через а але або чи же би то це цей ця ці той "
    "те я ми ти ви він вона воно вони мені мене нам нас вам вас тобі тебе йому його їй її їх їм мій моя моє мої "
    "моїй наш ваш свій що щоб як так там тут де коли якщо вже ще все всі весь вся дуже тільки лише просто теж "
    "також чому навіщо який яка які хто був була було були є бути буду буде раз ось ну адже сам після a an the and "
    "or but if of to in on at by for from with about as is are was were be been being am do does did have has had "
    "having i me my mine we us our you your he him his she her it its they them their this that these those there "
    "here what which who whom when where why how so too very just also then than will would shall should could may "
    "might must im ive id ill youre theyre whats thats"
)
#: What negates.
NEGATIONS: Final = frozenset(_NEGATIONS.split())
#: Greetings, closings and thanks: they say nothing of the matter.
PLEASANTRIES: Final = frozenset(_PLEASANTRIES.split())
#: Function words: in every text, so they carry no share worth counting.
FUNCTION_WORDS: Final = frozenset(_FUNCTION_WORDS.split())
