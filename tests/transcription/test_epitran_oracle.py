"""Our engine for Epitran's files against Epitran itself: the same string, character by character."""

import gzip
import json
import random
import unicodedata
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.errors import LanguageNotSupported
from ipaner.languages import get
from ipaner.transcription.backends.epitran_maps import EpitranMap, data_folder

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
MAPS = sorted(path.stem for path in (data_folder() / "map").glob("*.csv"))
FURTHER_WORDS = 2000
TARGETS = DATA / "ner" / "target" / "wikiann_zeroshot"
OTHER_CODES = {"kmr": "kur", "quy": "que"}
"""Folders of the target corpora that go by the code of a macrolanguage."""

SAMPLES = {
    "mri-Latn": "Ko Whangārei te ingoa wikitōria",
    "uzb-Latn": "Oʻzbekiston o'zbek gʻalaba ma’no Toshkent",
    "kin-Latn": "Ngo Rwanda n’abanyarwanda nyinshi cyane",
    "som-Latn": "Soomaaliya waa dhulka ca'ad",
    "yor-Latn": "Ẹ kú àárọ̀ ọmọ Yorùbá gbogbo",
    "csb-Latn": "Kaszëbskô mòwa je nôrtã",
    "tgk-Cyrl": "Тоҷикистон Душанбе эътироз",
    "kir-Cyrl": "Кыргызстандын борбору Бишкек",
    "uig-Arab": "ئۇيغۇر تىلى قەشقەر",
    "aii-Syrc": "ܐܬܘܪܝܐ ܠܫܢܐ",
    "mar-Deva": "महाराष्ट्र राज्याची राजधानी मुंबई",
    "pan-Guru": "ਪੰਜਾਬ ਦੀ ਰਾਜਧਾਨੀ",
    "sin-Sinh": "ශ්‍රී ලංකාව කොළඹ",
    "tel-Telu": "తెలుగు భాష హైదరాబాదు",
    "tam-Taml": "தமிழ்நாடு சென்னை",
    "mal-Mlym": "മലയാളം അത് കത്തി",
    "tha-Thai": "กรุงเทพมหานคร ประเทศไทย",
    "kor-Hang": "대한민국의 서울 값 넘조아ᅲᅲ ᅲᅲ",
    "amh-Ethi": "አዲስ አበባ ኢትዮጵያ",
    "jpn-Hira": "にほんご がっこう",
    "tuk-Latn": "Aşgabat häkimi barada",
    "cmn-Latn": "beijing daxue",
    "fra-Latn": "Les enfants de l'école",
    "rus-Cyrl": "Москва столица России",
    "deu-Latn": "Straßenbahnhaltestelle Übermäßigkeit",
    "gle-Latn": "Baile Átha Cliath príomhchathair na hÉireann",
    "kan-Knda": "ಕನ್ನಡ ಸಿಂಹಕ್ಕೆ ಜ್ಯೇಷ್ಠ",  # its rules ask for the edge of a word: `re` and `regex` draw it elsewhere
    "kbd-Cyrl": "щӏыӏу щӏэ адыгэ",  # a letter that its map has in the other case
    "fra-Latn-p": "rôdâmes programmée mêmes",
    # More than 32 vowels in a word: Epitran's rules change no more
    "lao-Laoo-prereform": "ສຳລັບຊ່ອງພ້ອມ" * 12,
}


@cache
def epitran(code):
    """Epitran itself, with one table of features for all of its objects: that is what makes it slow."""
    simple = pytest.importorskip("epitran.simple")
    table = shared_table()
    original, simple.panphon.FeatureTable = simple.panphon.FeatureTable, lambda *_, **__: table
    try:
        return simple.SimpleEpitran(code)
    finally:
        simple.panphon.FeatureTable = original


@cache
def shared_table():
    import panphon

    return panphon.FeatureTable()


def differences(code, words):
    ours, theirs = EpitranMap(code, as_published=True), epitran(code)
    read = ((word, ours.read(word).ipa, theirs.transliterate(word)) for word in words)
    return [(word, found, expected) for word, found, expected in read if found != expected]


@pytest.mark.parametrize("code", SAMPLES)
def test_our_engine_equals_epitran(code):
    assert differences(code, SAMPLES[code].split()) == []


@settings(max_examples=60, deadline=None)
@given(data=st.data(), code=st.sampled_from(["mri-Latn", "uzb-Latn", "mar-Deva", "uig-Arab", "kor-Hang"]))
def test_our_engine_equals_epitran_on_anything(texts, data, code):
    word = "".join(c for c in data.draw(texts) if not 0xD800 <= ord(c) < 0xE000)
    assert differences(code, [word]) == []


@pytest.mark.slow
@pytest.mark.parametrize("code", MAPS)
def test_our_engine_equals_epitran_on_its_own_letters(code):
    """Random words of a map's graphemes and of the letters that its rules name: these reach every rule."""
    assert differences(code, made_up(code)) == []


@pytest.mark.slow
@pytest.mark.parametrize("code", MAPS)
def test_our_engine_equals_epitran_on_real_words(code):
    words = real_words(code)
    if not words:
        pytest.skip("no words in this language on this machine")
    assert differences(code, words) == []


def test_ten_made_up_words_of_every_tenth_map():
    for code in MAPS[::10]:
        assert differences(code, made_up(code, 10)) == []


def made_up(code, n=1000):
    rng = random.Random(7)
    graphemes = list(epitran(code).g2p)
    files = (data_folder() / kind / f"{code}.txt" for kind in ("pre", "post"))
    rules = "".join(path.read_text("utf-8") for path in files if path.is_file())
    letters = [*graphemes, *sorted({c for c in rules if unicodedata.category(c)[0] in "LM"}), *"'’ʼ-"]
    words = ("".join(rng.choices(graphemes if rng.random() < 0.8 else letters, k=rng.randint(1, 9))) for _ in range(n))
    return [*words, "".join(rng.choices(letters, k=80))]


def real_words(code):
    """All words of the target corpora, and more from text and pronunciations."""
    language = code.split("-")[0]
    names = [OTHER_CODES.get(language, language), language]
    with suppress(LanguageNotSupported):
        names += [get(language).code, *get(language).aliases]
    words, further = set(), set()
    for name in dict.fromkeys(names):
        for path in (TARGETS / name).glob("*.jsonl.gz"):
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                words.update(token for line in lines for token in json.loads(line)["tokens"])
        if (path := DATA / "text" / f"{name}.txt.gz").is_file():
            with gzip.open(path, "rt", encoding="utf-8") as file:
                further.update(file.read(400_000).split())
        for path in (DATA / "pronunciations").glob(f"{name}-*.tsv.gz"):
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                further.update(line.split("\t")[0] for line in lines)
    rest = sorted(further - words)
    return sorted(words) + random.Random(7).sample(rest, min(FURTHER_WORDS, len(rest)))
