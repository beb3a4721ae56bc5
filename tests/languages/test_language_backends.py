"""Every back end of the table, run by the library it names, on real words of the language."""

from __future__ import annotations

import ctypes
import gzip
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from ipaner.languages import PROFILES, all_languages, get
from ipaner.transcription.backends import load

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"

# Languages and scripts that the corpora at hand have no text in.
WORDS = {
    "aka-Latn": "Nkran ɔhene adwuma abofra",
    "ava-Cyrl": "росу мацӏ вас магӏарул",
    "aze-Cyrl": "Бакы китаб дил шәһәр",
    "bam-Latn": "Bamakɔ jamana kalan muso",
    "bis-Latn": "Vanuatu gavman pikinini ples",
    "bos-Cyrl": "Сарајево језик град ријека",
    "ewe-Latn": "dukɔ amewo Eʋegbe ŋkɔ",
    "fon-Latn": "gbɛtɔ Danxomɛ xwé nyɔnu",
    "gaa-Latn": "maŋtsɛ blɔfo shia gbɛ",
    "heb-Hebr": "שלום ירושלים ספר ילד",
    "kaz-Latn": "Qazaqstan kitap qala bala",
    "kmr-Arab": "کوردستان زمان شار مناڵ",
    "lez-Cyrl": "лезги хуьр аял кӏвал",
    "mhr-Cyrl": "марий йылме ола йоча",
    "mos-Latn": "naaba Moogo biiga tẽnga",
    "mya-Mymr": "မြန်မာ ရန်ကုန် စာ ကလေး",
    "nan-Latn": "Tâi-oân lâng chheh siâⁿ",
    "nep-Deva": "नेपाल भाषा शहर बालक",
    "sat-Latn": "disom hoṛ atu gidrạ",
    "tah-Latn": "Tahiti fenua parau tamari'i",
    "tuk-Cyrl": "Ашгабат китап дил шәхер",
    "udm-Cyrl": "удмурт кар нылпи гурт",
    "uzb-Cyrl": "Тошкент китоб шаҳар бола",
    "zza-Latn": "zazaki ziwan bajar dewe",
}  # fmt: skip

# A linguist's transcriptions, in the notation of the back end.
SPOKEN = {
    ("mri", "Latn", "whenua"): "fenua",
    ("kan", "Knda", "ಕನ್ನಡ"): "kɐnnɐɖɐ",
    ("rus", "Cyrl", "кот"): "kot",
    ("ell", "Grek", "θάλασσα"): "θalasa",
    ("luo", "Latn", "dhok"): "ðok",
}

# Letters a map lacks and hands on as they are. The papers' transcriptions have these gaps, so `published` keeps them.
KNOWN_GAPS = {"epitran:tgk-Cyrl": "эюя", "epitran:urd-Arab": "یکھںےہۓؤئ\u0654"}

SCRIPTS = {"Latn": "LATIN", "Cyrl": "CYRILLIC", "Arab": "ARABIC", "Hira": "HIRAGANA", "Kana": "KATAKANA"}


def native_cells() -> list[tuple[str, str, str]]:
    """Each language, script and back end that is a library's, once."""
    cells = set()
    for language in all_languages():
        for profile in PROFILES:
            for script in language.scripts:
                backend = language.backend(profile, script)
                if ":" in backend:
                    cells.add((language.code, script, backend))
    return sorted(cells)


@cache
def transcriber(backend: str) -> Callable[[str], str]:
    library, _, name = backend.partition(":")
    if library == "epitran":
        from epitran import Epitran

        return Epitran(name).transliterate  # type: ignore[no-any-return]
    if library == "o2i":
        from orthography2ipa import G2P

        return G2P(name).transcribe_word  # type: ignore[no-any-return]
    if library == "espeak":
        return espeak(name)
    return lambda word: load(backend).read(word).ipa  # ours: folders and letters


@cache
def espeak_library() -> ctypes.PyDLL:
    loader = pytest.importorskip("espeakng_loader", reason="needs the extra [espeak]")
    library = ctypes.PyDLL(loader.get_library_path())
    library.espeak_Initialize(2, 0, loader.get_data_path().encode(), 0x8000)
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    return library


def espeak(voice: str) -> Callable[[str], str]:
    library = espeak_library()

    def transcribe(word: str) -> str:
        assert library.espeak_SetVoiceByName(voice.encode()) == 0
        text = ctypes.c_char_p(word.encode())
        return str(library.espeak_TextToPhonemes(ctypes.byref(text), 1, 2).decode())

    return transcribe


def real_words(code: str, script: str, limit: int = 40) -> list[str]:
    """Words in the script asked for: written here, of the corpora, or of the pronunciations, whichever there is."""
    if hand_written := WORDS.get(f"{code}-{script}"):
        return hand_written.split()
    text = ""
    for name in (code, *get(code).aliases):
        if (path := DATA / "text" / f"{name}.txt.gz").is_file():
            with gzip.open(path, "rt", encoding="utf-8") as file:
                text = file.read(400_000)
    if not text and (path := DATA / "pronunciations" / f"{code}-{script.lower()}.tsv.gz").is_file():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            text = " ".join(line.split("\t")[0] for line in file)
    runs = (
        word.strip("'’") for word in re.findall(r"(?:[^\W\d_]|[\u0300-\u0dff\u0e30-\u109f\u1780-\u17ff'’ʼʻ])+", text)
    )
    words = sorted({word for word in runs if 1 < len(word) < 15 and all(is_of(script, c) for c in word)})
    return words[:: max(1, len(words) // limit)][:limit]


def is_of(script: str, character: str) -> bool:
    if not character.isalpha() or unicodedata.category(character) == "Lm":
        return True
    of_latin = unicodedata.name(character, "").startswith("LATIN")
    return unicodedata.name(character, "").startswith(SCRIPTS[script]) if script in SCRIPTS else not of_latin


@pytest.mark.parametrize(("code", "script", "word"), SPOKEN)
def test_core_backend_says_what_is_written(code: str, script: str, word: str) -> None:
    spoken = transcriber(get(code).backend("core", script))(word)
    assert "".join(c for c in spoken if c not in "ˈˌ.") == SPOKEN[code, script, word]


@pytest.mark.slow
@pytest.mark.parametrize(("code", "script", "backend"), native_cells())
def test_backend_reads_real_words(code: str, script: str, backend: str) -> None:
    words = real_words(code, script)
    if not words:
        pytest.skip("the corpora are not on this machine")
    gaps = KNOWN_GAPS.get(backend, "")
    spoken = [transcriber(backend)(word) for word in words]
    unread = [
        (word, ipa)
        for word, ipa in zip(words, spoken, strict=True)
        if not ipa.strip() or (script != "Latn" and any(c.isalpha() and not is_ipa(c) and c not in gaps for c in ipa))
    ]
    assert len(unread) <= len(words) // 10, unread
    assert len(set(spoken)) > len(words) // 2  # a back end that knows few letters says the same all the time


def is_ipa(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN", "GREEK SMALL LETTER", "MODIFIER LETTER"))
