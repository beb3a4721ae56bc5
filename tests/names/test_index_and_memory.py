"""The index finds what it holds, by sound, in any script; the memory tells words and spans."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.errors import FormatError, ModelFileError
from ipaner.names.features import FEATURES, unpack
from ipaner.names.folding import FINE
from ipaner.names.index import DATA, DESCRIPTION, NameIndex, build_index, name_hashes
from ipaner.names.memory import NameMemory
from ipaner.names.name import PERSON, Kind, Name
from ipaner.names.readings import folded_readings
from ipaner.names.sources import common_words, read_curated
from ipaner.transcription import Transcriber


def told(memory: NameMemory, text: str, language: str) -> list[set[str]]:
    bits = memory.features([Transcriber(language).words(text)], language)[0]
    return [{FEATURES[i] for i in np.flatnonzero(row)} for row in bits]


def test_every_name_is_found_by_each_of_its_readings(index):
    for name in list(read_curated(["mri"]))[::7]:
        for reading in folded_readings(name.text, name.language):
            hashes, lengths = name_hashes([reading[:6]], FINE)
            if lengths[0] >= 2:
                kinds, number = index.find(hashes, FINE)
                assert Kind(int(kinds[0])) & name.kind, (name, reading)
                assert number[0] >= 0


def test_a_saved_index_answers_as_before(index, index_folder):
    again = NameIndex.load(index_folder)
    assert len(again) == len(index) > 3000
    asked = np.random.default_rng(0).integers(0, 2**63, 1000, dtype=np.uint64)
    known = name_hashes([r for n in list(read_curated(["kin"]))[:200] for r in folded_readings(n.text, "kin")], FINE)[0]
    for hashes in (asked, known):
        assert all(
            np.array_equal(a, b) for a, b in zip(index.find(hashes, FINE), again.find(hashes, FINE), strict=True)
        )
    assert (index.find(asked, FINE)[0] != 0).mean() < 0.01
    assert [again.name(i) for i in (0, 300, len(again) - 1)] == [index.name(i) for i in (0, 300, len(index) - 1)]


@pytest.mark.parametrize("harm", ["cut", "gone", "format", "json"])
def test_a_broken_index_is_told(index_folder, tmp_path, harm):
    for file in index_folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    if harm == "cut":
        (tmp_path / DATA).write_bytes((tmp_path / DATA).read_bytes()[:-100])
    elif harm == "gone":
        (tmp_path / DATA).unlink()
    elif harm == "json":
        (tmp_path / DESCRIPTION).write_text("{")
    else:
        about = json.loads((tmp_path / DESCRIPTION).read_text())
        (tmp_path / DESCRIPTION).write_text(json.dumps(about | {"format": 99}))
    with pytest.raises(ModelFileError, match=r"altered|no index|format 99"):
        NameIndex.load(tmp_path)


def test_a_name_is_heard_in_a_script_it_was_never_written_in():
    memory = NameMemory([build_index([Name("Nairobi", Kind.PLACE, "eng", "")])])
    for text, language in [("ናይሮቢ", "amh"), ("Найроби", "kir"), ("नैरोबी", "hin"), ("Nairobi", "kin")]:
        assert any("PLACE" in name or name == "skeleton:LOC" for name in told(memory, text, language)[0]), text


def test_endings_and_prefixes_do_not_hide_a_name():
    memory = NameMemory(
        [build_index([Name("Toshkent", Kind.PLACE, "uzb", ""), Name("Nairobi", Kind.PLACE, "eng", "")])]
    )
    assert "stem:PLACE" in told(memory, "Toshkentdan", "uzb")[0]
    assert "stem:PLACE" in told(memory, "iNairobi", "kin")[0]


def test_spans_are_told_from_their_parts():
    names = [Name("Dar es Salaam", Kind.PLACE, "swa", ""), Name("Paul Kagame", PERSON, "kin", "")]
    memory = NameMemory([build_index(names)])
    words = told(memory, "Paul Kagame yagiye Dar es Salaam .", "kin")
    assert "span:B-PER" in words[0] and "span:I-PER" in words[1]
    assert [sorted(f for f in w if f.startswith("span")) for w in words[2:]] == [
        [],
        ["span:B-LOC"],
        ["span:I-LOC"],
        ["span:I-LOC"],
        [],
    ]


def test_sentences_do_not_touch_each_other(memory):
    transcriber = Transcriber("kin")
    texts = ["Perezida Paul", "Kagame ati Yego", "", "Kigali"]
    sentences = [transcriber.words(text) for text in texts]
    together = memory.features(sentences, "kin")
    fresh = NameMemory(memory.indices)
    for sentence, bits in zip(sentences, together, strict=True):
        assert bits.shape == (len(sentence), len(FEATURES))
        assert np.array_equal(fresh.features([sentence], "kin")[0], bits)


def test_word_types_and_words_tell_the_same(memory):
    transcriber = Transcriber("mri")
    sentences = [transcriber.words("Ko Hone te tangata"), transcriber.words("Kei Pōneke te tangata .")]
    types = {word.text: word for sentence in sentences for word in sentence}
    number = {text: i for i, text in enumerate(types)}
    ids = [np.array([number[word.text] for word in sentence]) for sentence in sentences]
    by_types = memory.packed_types(list(types.values()), ids, "mri")
    assert all(np.array_equal(a, b) for a, b in zip(by_types, memory.packed(sentences, "mri"), strict=True))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=6))
def test_any_text_is_answered(texts):
    memory = NameMemory([build_index([Name("Ana", Kind.GIVEN, "eng", "")])])
    sentences = [Transcriber("eng").words(text) for text in texts]
    assert [len(bits) for bits in memory.packed(sentences, "eng")] == [len(sentence) for sentence in sentences]


def test_likeness_names_the_known_name_and_how_far_it_is(memory):
    words = Transcriber("amh").words("ኪጋሊ")
    best = memory.like(words, "LOC")[0]
    assert best.label == "LOC" and best.distance < 0.15 and best.heard == "ኪጋሊ"
    assert memory.like(Transcriber("kin").words("Xzqwfgk"), "LOC") == ()
    assert unpack(np.array([1, 0], dtype=np.uint64)).tolist()[0][0] == 1.0


def test_names_of_the_texts_own_language_are_told_from_others():
    names = [Name("Rewi", Kind.GIVEN, "mri", ""), Name("Kigali", Kind.PLACE, "kin", "")]
    for own in (True, False):
        words = told(NameMemory([build_index(names, own=own)]), "Rewi Kigali", "mri")
        assert ("own:GIVEN" in words[0]) is own and "spoken:GIVEN" in words[0]
        assert "spoken:PLACE" in words[1] and not any(name.startswith("own") for name in words[1])
    memory = NameMemory([build_index([Name("Toshkent", Kind.PLACE, "uzb", "")])])
    assert "own-stem:LOC" in told(memory, "Toshkentdan", "uzb")[0]
    assert not {"own:PLACE", "own-stem:LOC"} & told(memory, "Toshkentdan", "tuk")[0]


def test_own_names_are_heard_exactly_where_others_are_folded():
    memory = NameMemory([build_index([Name("Pita", Kind.GIVEN, "mri", "")])])
    same, long = told(memory, "Pita Pītā", "mri")
    assert "own:GIVEN" in same and "own:GIVEN" not in long and "spoken:GIVEN" in long


def test_common_words_of_a_language_are_told_unless_they_are_names_without_small_letters():
    names = [Name("गया", Kind.PLACE, "hin", ""), Name("Te", Kind.GIVEN, "mri", "")]
    memory = NameMemory(
        [build_index(names, common={"hin": ["है", "गया"], "mri": ["te", *map(str, range(60)), "haere"]})]
    )
    hindi, maori = told(memory, "है गया", "hin"), told(memory, "te haere", "mri")
    assert {"common:50", "common:200", "common:1000"} <= hindi[0] and "common:1000" not in hindi[1]
    assert "common:50" in maori[0] and "common:50" not in maori[1] and "common:200" in maori[1]
    assert not any(name.startswith("common") for name in told(memory, "te", "som")[0])


def test_a_name_that_is_a_common_word_is_left_out_where_capitals_tell():
    names = [
        Name("Will", Kind.GIVEN, "eng", ""),
        Name("Will", Kind.TITLE, "eng", ""),
        Name("गया", Kind.PLACE, "hin", ""),
    ]
    index = build_index([*names, Name("Ana", Kind.GIVEN, "eng", "")], common={"eng": ["will"], "hin": ["गया"]})
    kept = {(n.text, n.kind) for n in (index.name(i) for i in range(len(index)))}
    assert kept == {("Will", Kind.TITLE), ("Ana", Kind.GIVEN), ("गया", Kind.PLACE)}


def test_common_words_are_counted_in_plain_text(tmp_path):
    (tmp_path / "mri.txt").write_text("Ka haere te tangata ki te wā o Hone . " * 300, encoding="utf-8")
    (tmp_path / "xx.txt").write_text("nobody knows this language " * 1000, encoding="utf-8")
    (tmp_path / "som.txt").write_text("waa yar", encoding="utf-8")
    found = common_words(tmp_path)
    assert list(found) == ["mri"] and found["mri"][0] == "te" and not {"Hone", "hone", "Ka"} & set(found["mri"])
    with pytest.raises(FormatError, match="holds no text"):
        common_words(tmp_path / "nowhere")


def test_of_names_that_sound_alike_the_english_one_is_shown():
    names = [
        Name("Nayrobi", Kind.PLACE, "", ""),
        Name("Найроби", Kind.PLACE, "kir", ""),
        Name("Nairobi", Kind.PLACE, "eng", ""),
    ]
    memory = NameMemory([build_index(names)])
    assert memory.like(Transcriber("kin").words("Nairobi"))[0].name == "Nairobi"


def test_an_empty_index_knows_nothing():
    memory = NameMemory([build_index([])])
    assert not memory.features([Transcriber("kin").words("Kigali")], "kin")[0].any()
