"""Public services, health, education, requests and papers."""

from typing import Final

#: See `catalogue` for what a line says.
CONCEPTS: Final = (
    (
        "portal",
        "портал портала портале",
        "портал порталу порталі",
        "portal portals",
    ),
    (
        "document",
        "документ документа документы",
        "документ документа документи",
        "document documents paperwork",
    ),
    (
        "request",
        "заявка заявки заявку тикет =обращение =обращения =обращений =обращению",
        "заявка заявки заявку звернення тікет",
        "request requests enquiry inquiry",
    ),
    (
        "form",
        "анкета анкету бланк форма форму",
        "анкета анкету бланк форма форму",
        "form forms questionnaire",
    ),
    (
        "queue",
        "очередь очереди",
        "черга черги чергу",
        "queue queues queued",
    ),
    (
        "appointment",
        "талон талончик =записаться =записалась =записался =записывался",
        "талон талончик =записатися =записалася =записався",
        "appointment appointments",
    ),
    (
        "doctor",
        "врач врача врачи доктор терапевт",
        "лікар лікаря лікарі доктор терапевт",
        "doctor doctors physician",
    ),
    (
        "clinic",
        "поликлиника поликлиники больница больницы клиника клиники",
        "поліклініка поліклініки лікарня лікарні клініка клініки",
        "clinic clinics hospital",
    ),
    (
        "pharmacy",
        "аптека аптеки аптеке",
        "аптека аптеки аптеці",
        "pharmacy pharmacies drugstore",
    ),
    (
        "medicine",
        "лекарство лекарства таблетки препарат",
        "ліки ліків таблетки препарат",
        "medicine medicines medication medications pills",
    ),
    (
        "prescription",
        "рецепт рецепта рецепты",
        "рецепт рецепта рецепти",
        "prescription prescriptions referral",
    ),
    (
        "labtest",
        "анализ анализы анализов лаборатория",
        "аналіз аналізи аналізів лабораторія",
        "lab labs laboratory blood_test",
    ),
    (
        "result",
        "результат результаты результатов",
        "результат результати результатів",
        "result results",
    ),
    (
        "pension",
        "пенсия пенсии пособие субсидия",
        "пенсія пенсії субсидія",
        "pension pensions subsidy",
    ),
    (
        "vote",
        "голосование голосования проголосовать",
        "голосування проголосувати",
        "vote votes voting poll",
    ),
    (
        "school",
        "школа школы школьный",
        "школа школи шкільний",
        "school schools",
    ),
    (
        "diary",
        "дневник дневника",
        "щоденник щоденника",
        "gradebook",
    ),
    (
        "lesson",
        "урок урока уроки занятие занятия вебинар лекция",
        "урок уроку уроки заняття вебінар лекція",
        "lesson lessons webinar lecture lectures",
    ),
    (
        "homework",
        "задание задания домашка",
        "завдання домашка",
        "homework assignment assignments",
    ),
    (
        "exam",
        "экзамен экзамена экзамены",
        "іспит іспиту іспити екзамен",
        "exam exams quiz",
    ),
    (
        "teacher",
        "учитель учителя преподаватель репетитор",
        "вчитель вчителя учитель викладач репетитор",
        "teacher teachers tutor",
    ),
    (
        "student",
        "студент студента студенты ученик ученики",
        "студент студента студенти учень учні",
        "student students pupil",
    ),
    (
        "kindergarten",
        "садик садика детсад",
        "садочок садочка дитсадок",
        "kindergarten nursery",
    ),
    (
        "vacancy",
        "вакансия вакансии резюме",
        "вакансія вакансії резюме",
        "vacancy vacancies",
    ),
    (
        "contract",
        "договор договора контракт",
        "договір договору контракт",
        "contract contracts",
    ),
    (
        "course",
        "обучение обучения =курсы =курсов",
        "навчання =курси =курсів",
        "course courses =training",
    ),
    (
        "hotline",
        "горячая_линия колл-центр",
        "гаряча_лінія кол-центр",
        "hotline call_center call_centre",
    ),
    (
        "publicoffice",
        "мфц цнап загс",
        "цнап рацс",
        "notary",
    ),
)
