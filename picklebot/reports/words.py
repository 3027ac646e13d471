"""Words of headlines: whether they say that all tests passed, or that some failed.

Wikis word them in their own languages. The tables hold stems of the commonest; a text that has none of them says
nothing, and neither does one with stems of both kinds or with a word that may turn its sense around ("not all passed",
"some passed", "without errors").
"""

# ruff: noqa: RUF001 (letters of other scripts)

from __future__ import annotations

import re
from typing import Final

__all__ = ["says_all", "says_passed"]

_MAX_HEADLINE_CHARACTERS: Final = 200
_PASSED: Final = re.compile(
    r"\b(?:pass(?:ed|es|ing|é|ée|és|at)\b|succe|réuss|erfolg|bestand|geslaagd|doorstaan|lyckad|godkän|vellyk|bestått|"
    r"bestået|onnistu|läpäis|superad|pasad|pasaron|pasó|éxito|exitos|aprovad|passaram|passou|sucesso|superat|riusci|"
    r"reuși|trecut|zalicz|powod|sukces|úspěš|úspeš|prošl|prešl|uspj?eš|siker|átment|başar\u0131(?!s\u0131z)|geçti|"
    r"επιτυχ|πέρασ|пройд|прошл|успе[хш]|успіш|успіх|berhasil|lulus|sukses|thành công)"
    r"|成功|通過|通过|合格|통과|성공|نجح|نجاح|اجتاز|עבר|הצליח|موفق|सफल|উত্তীর্ণ|সফল|ผ่าน|สำเร็จ",
    re.IGNORECASE,
)
_FAILED: Final = re.compile(
    r"\b(?:fail|error|broken|wrong|échou|échec|erreur|fehlg|fehler|gescheit|durchgefall|mislukt|gefaald|fout|missly|"
    r"mislykk|fejl|feil|epäonn|virhe|fallo|falló|fallid|fallar|err[oó]r|falh|erro\b|reprov|fallit|eșua|niepow|błęd|błąd|"
    r"selh|chyb|zlyh|neús|sikertel|hib[aá]|başar\u0131s\u0131z|hata|αποτυχ|απέτυχ|σφάλμ|провал|ошиб|помил|грешк|gagal|galat|"
    r"thất bại|lỗi|malsukces)"
    r"|失敗|失败|不合格|エラー|错误|錯誤|실패|오류|فشل|خطأ|נכשל|שגיא|ناموفق|खराब|असफल|विफल|ব্যর্থ|ล้มเหลว",
    re.IGNORECASE,
)
_TURNED: Final = re.compile(
    r"\b(?:no|nope|not|none|false|never|nor|neither|without|only|few|most|partly|partially|almost|nearly|but|except|"
    r"n[ei]|non|pas|sans|aucune?|presque|sauf|seule?ment|nicht|nein|kein\w*|ohne|nur|fast|teilweise|außer|geen|nee|niet|zonder|"
    r"alleen|inte|nej|inga|utan|ikke|nei|ingen|uten|uden|ei|eivät|ilman|ninguna?|ningún|sin|solo|casi|não|nenhum\w*|sem|"
    r"quase|nessun\w*|senza|quasi|nu|fără|nie|bez|żad\w+|tylko|žádn\w+|nem|nincs|değil|yok|δεν|χωρίς|не|нет|ни|без|"
    r"только|почти|немає|лише|tidak|belum|tanpa|không|chưa|neniu|sen|لم|لا|لن|בלי|לא|ללא|না)\b|n['\u2019]t\b"
    r"|未|不|否|没|沒|無|无|なし|ない|いいえ|ませ|안|않|아니|없|بدون|नहीं|ไม่",
    re.IGNORECASE,
)
_SOME: Final = re.compile(
    r"\b(?:some|half|halves|part|parts|several|many|majority|quarter|thirds?|hälfte|halb\w*|teils?|viele|mehrere|moitié|"
    r"partie|plusieurs|mitad|parte|muchas|muchos|metade|metà|molt[ie]|helft|deel|veel|hälften|halva|halvparten|halvdelen|"
    r"puolet|połowa|część|polovina|část|половина|половину|часть|половина|частина|fele|yarısı|jumătate|setengah|separuh|"
    r"einige|manche|certaine?s|quelques|algun[ao]s|alguns|alcun[ie]|sommige|enkele|niektóre|některé|néhány|"
    r"baz\u0131|μερικ\w+|некотор\w+|деякі|beberapa|kelkaj|một số|någ\w+|noen|nogle|jotkut|unele)\b"
    r"|半|一部|部分|有些|절반|일부|بعض|חלק|कुछ|কিছু|บาง",
    re.IGNORECASE,
)
"""Where some failed there are failures; where some passed not all did."""


_ALL: Final = re.compile(
    r"\b(?:all|every|everything|complete(?:ly)?|whole|entire|alles?|allen|sämtliche|jeder|vollständig|tous|toutes?|tout|"
    r"chaque|tod[oa]s?|cada|tutt[ei]|tutto|ogni|elke|ieder|allemaal|alla|samtliga|alt|kaikki|toat[eă]|toți|wszystk\w+|"
    r"všechn\w*|všetk\w*|minden|összes|tüm|hepsi|bütün|όλ\w+|все|всё|всички|усі|всі|сви|sv[ie]|vse|kõik|vis[io]s?|"
    r"semua|seluruh|ĉiuj|tất cả|toàn bộ|guzti\w*|denak)\b"
    r"|すべて|全て|全部|全テスト|全数|全員|所有|皆|모든|모두|전부|جميع|كل|همه|تمام|כל|सभी|সব|সকল|ทั้งหมด|ทุก",
    re.IGNORECASE,
)


def says_all(words: str) -> bool:
    """Whether words speak of all tests, and of no part of them."""
    words = words[:_MAX_HEADLINE_CHARACTERS]
    return _ALL.search(words) is not None and not _SOME.search(words)


def says_passed(words: str) -> bool | None:
    """Whether words say that all passed (True) or that some failed (False); None where they may say either."""
    words = words[:_MAX_HEADLINE_CHARACTERS]
    failed = _FAILED.search(words) is not None
    if failed == (_PASSED.search(words) is not None) or _TURNED.search(words):
        return None
    if failed:
        return False
    return None if _SOME.search(words) else True
