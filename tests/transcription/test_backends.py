import pytest

from ipaner.errors import ConfigError
from ipaner.languages import all_languages
from ipaner.transcription.backends import load
from ipaner.transcription.backends.epitran_maps import data_folder
from ipaner.transcription.canonical import canonical


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
