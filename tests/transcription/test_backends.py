import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.errors import ConfigError
from ipaner.languages import all_languages
from ipaner.transcription.backends import load
from ipaner.transcription.backends.epitran_maps import EpitranMap, data_folder
from ipaner.transcription.canonical import canonical

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
    "kor-Hang": "대한민국의 서울 값",
    "amh-Ethi": "አዲስ አበባ ኢትዮጵያ",
    "jpn-Hira": "にほんご がっこう",
    "tuk-Latn": "Aşgabat häkimi barada",
    "cmn-Latn": "beijing daxue",
    "fra-Latn": "Les enfants de l'école",
    "rus-Cyrl": "Москва столица России",
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


@pytest.mark.parametrize("code", SAMPLES)
def test_our_engine_equals_epitran(code):
    ours, theirs = EpitranMap(code, as_published=True), epitran(code)
    for word in SAMPLES[code].split():
        expected = unicodedata.normalize("NFC", "".join(theirs.transliterate(word).split()))
        assert unicodedata.normalize("NFC", ours.read(word).ipa) == expected


@settings(max_examples=60, deadline=None)
@given(data=st.data(), code=st.sampled_from(["mri-Latn", "uzb-Latn", "mar-Deva", "uig-Arab"]))
def test_our_engine_equals_epitran_on_anything(texts, data, code):
    word = "".join(data.draw(texts).split())
    word = "".join(c for c in word if not 0xD800 <= ord(c) < 0xE000 and not "가" <= c <= "힣")
    expected = "".join(epitran(code).transliterate(word).split())
    ours = EpitranMap(code, as_published=True).read(word).ipa
    assert unicodedata.normalize("NFC", ours) == unicodedata.normalize("NFC", expected)


def test_every_map_that_a_language_names_can_be_read():
    names = {
        part.rpartition("=")[2]
        for language in all_languages()
        for part in language.backends["core"].split(";")
        if "epitran:" in part
    }
    assert len(names) > 50
    for name in names:
        assert (data_folder() / "map" / f"{name.partition(':')[2]}.csv").is_file(), name
        load(name)


@pytest.mark.parametrize("name", ["epitran:xxx-Latn", "o2i:xx-none", "nonsense", "epitran:"])
def test_unknown_back_ends_are_refused(name):
    with pytest.raises(ConfigError):
        load(name)


@pytest.mark.parametrize(
    ("name", "letters", "ipa", "unmapped"),
    [
        ("epitran:mri-Latn", "xylo", "k s j l o", 3),
        ("epitran:swa-Latn", "ng'ombe", "ŋ o m b e", 0),
        ("epitran:uzb-Latn", "O’zbek", "o z b e k", 0),
        ("epitran:mal-Mlym", "അത്", "a t̪ ə", 0),
        ("o2i:gn", "diferencia", "d i f e ɾ e n k i a", 3),
        ("o2i:dyu", "Môgô", "m o ɡ o", 2),
        ("o2i:mt", "l-Għarbi", None, 0),
        ("pypinyin", "北京", "p e i t͡ɕ i ŋ", 0),
        ("romanised", "ڪراچي", "k ə r aː t͡ʃ iː", 0),
        ("romanised", "Shanghai", "ʃ a ŋ h a i", 0),
        ("romanised", "საქართველო", "s a k a r t v e l o", 0),
        ("romanised", "北京", "p e i t͡ɕ i ŋ", 0),
    ],
)
def test_readings(name, letters, ipa, unmapped):
    reading = load(name).read(letters)
    assert " " not in reading.ipa
    assert reading.unmapped == unmapped
    if ipa is not None:
        assert canonical(reading.ipa) == tuple(ipa.split())


def test_orthography2ipa_is_read_as_it_reads_itself():
    from orthography2ipa import G2P

    for code, words in {"en-US": "Washington reads letters", "sa": "महाभारतम् रामायणम्", "km": "ភ្នំពេញ ប្រទេស"}.items():
        theirs, ours = G2P(code), load(f"o2i:{code}")
        for word in words.split():
            assert ours.read(word).ipa == "".join(theirs.transcribe(word).split())


class TestEspeak:
    @pytest.fixture(autouse=True)
    def extra(self):
        pytest.importorskip("espeakng_loader", reason="needs the extra [espeak]")

    @pytest.mark.parametrize(
        ("voice", "word", "ipa"),
        [
            ("en-us", "Washington", "w ɑː ʃ ɪ ŋ t ə n"),
            ("sd", "پاڪستان", "p aː k ɪ s t aː n"),
            ("ky", "Кыргызстан", None),
            ("uz", "Oʼzbekiston", None),
        ],
    )
    def test_words(self, voice, word, ipa):
        found = load(f"espeak:{voice}").read(word).ipa
        assert found
        assert not set(found) & set('()[]`":.- SZNX0123456789')
        if ipa:
            assert canonical(found) == tuple(ipa.split())

    def test_language_flags_are_not_spoken(self):
        assert "(" not in load("espeak:uz").read("Washington").ipa

    def test_null_characters_do_not_cut_a_word(self):
        assert load("espeak:mi").read("wa\0ka").ipa == load("espeak:mi").read("waka").ipa

    def test_an_unknown_voice_is_refused(self):
        with pytest.raises(ConfigError, match="klingon-x"):
            load("espeak:klingon-x")
