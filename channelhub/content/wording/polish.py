"""Polish."""

from typing import Final

from channelhub.content.wording.model import FieldNames, Wording

POLISH: Final = Wording(
    openings=("w dniu", "dnia", "wiadomość napisana przez", "użytkownik", "cytowanie", "cytuję"),
    wrote=("napisał", "napisała", "napisał(a)", "napisał/a", "napisali", "pisze", "napisana", "pisał", "pisała"),
    weekdays=("pon", "wt", "śr", "czw", "pt", "pią", "sob", "nd", "niedz", "ndz"),
    months=(
        ("sty",), ("lut",), ("mar",), ("kwi",), ("maj",), ("cze",), ("lip",), ("sie",), ("wrz",), ("paź", "paz"),
        ("lis",), ("gru",),
    ),
    original=("oryginalna", "oryginalny", "wiadomość oryginalna", "pierwotna", "wiadomość pierwotna",
              "treść oryginalnej", "treść wiadomości"),
    forwarded=("przekazana", "przekazywana", "przesłana dalej", "wiadomość przekazana", "wiadomość przesłana",
               "treść przekazanej", "treść przekazywanej"),
    forwarded_below=("początek przekazywanej wiadomości:", "początek przekazanej wiadomości:",
                     "początek przesłanej dalej wiadomości:"),
    fields=FieldNames(
        sender=("od", "nadawca"), sent=("wysłano", "wysłane", "wysłany", "data wysłania"), dated=("data",),
        to=("do", "adresat"), cc=("dw", "udw", "kopia", "do wiadomości"), subject=("temat",),
    ),
    reply_above=("odpowiedź powyżej tej", "odpowiedz powyżej tej", "odpowiadaj powyżej", "pisz powyżej tej",
                 "wpisz odpowiedź powyżej", "powyżej tej linii"),
    answered=("odp", "odpowiedź"),
    handed_on=("pd", "przekaż", "podaj dalej"),
    automatic=("odpowiedź automatyczna", "odpowiedz automatyczna", "automatyczna odpowiedź", "automatyczna odpowiedz",
               "autoodpowiedź", "autoodpowiedz", "nieobecność", "nieobecnosc", "nieobecność w biurze",
               "jestem na urlopie", "przebywam na urlopie", "informacja o nieobecności"),
    absent=("jestem na urlopie do", "jestem na urlopie od", "przebywam na urlopie do", "przebywam na urlopie od",
            "jestem poza biurem do", "nieobecność do", "nieobecna do", "nieobecny do"),
    away=(
        "jestem na urlopie", "na urlopie", "poza biurem", "przebywam na urlopie", "nieobecny", "nieobecna",
        "potwierdzenie otrzymania", "otrzymaliśmy", "dziękujemy za kontakt", "dziękujemy za wiadomość",
        "dziękujemy za zgłoszenie", "to jest automatyczn", "ta wiadomość została wygenerowana automatycznie",
        "wiadomość wygenerowana automatycznie",
    ),
    receipts=("przeczytane", "przeczytano", "nieprzeczytane", "potwierdzenie przeczytania", "potwierdzenie odczytu"),
    was_read=("została przeczytana", "została odczytana", "została wyświetlona", "usunięta bez przeczytania",
              "przeczytano"),
    undelivered=("niedostarczon", "nie dostarczono", "nie została dostarczona", "nie można dostarczyć",
                 "niedoręczon", "błąd dostarczania", "zwrot wiadomości", "nie udało się dostarczyć"),
    closings=(
        "z poważaniem", "z powazaniem", "z wyrazami szacunku", "z wyrazami poważania", "z uszanowaniem",
        "pozdrawiam", "pozdrawiam serdecznie", "serdecznie pozdrawiam", "pozdrawiamy", "pozdrowienia",
        "serdeczne pozdrowienia", "łączę pozdrowienia", "z pozdrowieniami", "z góry dziękuję i pozdrawiam",
        "dziękuję i pozdrawiam", "miłego dnia", "pozdr",
    ),
    thanks=("dziękuję", "dziekuje", "z góry dziękuję", "bardzo dziękuję", "dziękuję bardzo", "dzięki",
            "dziękuję za pomoc"),
    footers=(
        "wysłane z", "wysłano z", "wysłane ze", "wysłano ze", "wysłane przy", "wysłano przy", "wysłane przez",
        "pobierz outlook", "pobierz aplikację outlook", "uzyskaj outlook", "uzyskaj aplikację outlook",
        "przepraszam za zwięzłość", "proszę wybaczyć zwięzłość",
    ),
    alerts=("uwaga", "ostrzeżenie", "ważne", "ostrożnie", "zewnętrzn"),
    banners=(
        "wiadomość zewnętrzna", "zewnętrzny nadawca", "nadawca zewnętrzny", "zewnętrzna wiadomość",
        "zewnętrznego nadawcy",
        "wiadomość z zewnątrz", "pochodzi z zewnątrz", "pochodzi spoza", "spoza organizacji",
        "spoza twojej organizacji", "spoza firmy", "nie otrzymujesz często",
    ),
    cautions=("nie klikaj", "nie otwieraj", "linki", "łącza", "załącznik", "podejrzan", "dowiedz się, dlaczego"),
    legal=("poufn", "przeznaczon", "adresat", "prawnie chronion", "tajemnic"),
    legal_beside=(
        "nieuprawnion", "nieautoryzowan", "ujawni", "zabronion", "otrzymali państwo", "otrzymał", "omyłkowo",
        "pomyłkowo", "przez pomyłkę", "powiadomi", "poinformowani", "usunięcie", "usunąć", "usuń", "zniszcz",
        "załącznik", "rozpowszechnian", "kopiowani", "ta wiadomość", "tej wiadomości", "niniejsza", "niniejszej",
        "tego maila", "informacj", "odbiorc",
    ),
    printing=("przed wydrukowaniem", "zanim wydrukujesz", "pomyśl o środowisku"),
)  # fmt: skip
