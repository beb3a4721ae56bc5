from __future__ import annotations

import gc
import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipaner.document import Document
from ipaner.errors import LanguageNotSupported, ModelFileError
from ipaner.labels import from_spans, repair, span_probabilities, viterbi
from ipaner.runtime import Tagger, load
from ipaner.runtime.checkpoint import read_checkpoint
from ipaner.runtime.encoding import InputEncoder
from ipaner.runtime.network import Network
from ipaner.runtime.writers import jsonl, tags
from ipaner.transcription import Transcriber, Vocabulary

PIECES = ["Nairobi", "ni", "mji", "mkuu", "wa", "Kenya", "ng'ombe", "Rais Samia", "Москва", "กรุงเทพมหานคร", "दिल्ली"]
PIECES += [
    ".",
    ". ",
    "! ",
    "?\n",
    ", ",
    " ",
    "\t",
    "«",
    "12",
    "3.",
    "😀",
    "👩‍👩‍👧",
    "\u200b",
    "\u0301",
    "שלום",
    "\u202e",
    "أهلا",
]
PIECES += ["\x00", "\ud800", "\udc80", "\ufeff", "𐌰", "a" * 130, "\r\n", "\x1c", "e\u0301"]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=60).map("".join)
RELAXED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

LONG = (
    "Bwana Kamau Njoroge wa Nairobi alienda Mombasa na Asha Mohamed kutoka Zanzibar kwa niaba ya Umoja wa Afrika " * 4
)
NEWS = [
    "Nairobi ni mji mkuu wa Kenya. Rais William Ruto alizuru Mombasa jana! Je, ataenda Kisumu?",
    "",
    "Kamau",
    LONG,
    "Umoja wa Mataifa",
    "😀",
    "Asha anaishi Arusha.",
]


def check(document: Document, text: str) -> None:
    assert document.text == text
    covered = 0
    for word in document.words:
        assert text[covered : word.start].strip() == ""
        assert text[word.start : word.end] == word.text != ""
        covered = word.end
    assert text[covered:].strip() == ""
    starts, ends, last = {w.start for w in document.words}, {w.end for w in document.words}, 0
    for entity in document.entities:
        assert text[entity.start : entity.end] == entity.text
        assert entity.start in starts and entity.end in ends and last <= entity.start < entity.end
        assert entity.score is None or 0 <= entity.score <= 1
        last = entity.end
    assert len(tags(document)) == len(document.words)
    json.loads(jsonl(document).encode("utf-8"))


@RELAXED
@given(text=TEXTS)
def test_offsets_slice_back_and_words_tile(int8_tagger: Tagger, text: str) -> None:
    check(int8_tagger.tag(text, "swa"), text)


@RELAXED
@given(texts=st.lists(TEXTS, max_size=6), batch=st.integers(1, 4))
def test_a_text_gets_the_same_alone_in_a_stream_and_in_a_batch(tagger: Tagger, texts: list[str], batch: int) -> None:
    alone = [tagger.tag(text, "swa") for text in texts]
    assert list(tagger.tag_many(iter(texts), "swa", batch=batch)) == alone
    assert list(tagger.tag_many(reversed(texts), "swa")) == alone[::-1]


def test_threads_inside_and_outside_change_nothing(checkpoint_folder: Path) -> None:
    one, many = load(checkpoint_folder, threads=1), load(checkpoint_folder, threads=3)
    expected = [one.tag(text, "swa") for text in NEWS]
    assert sum(len(document.entities) for document in expected) > 5
    assert list(many.tag_many(NEWS, "swa")) == expected
    start = threading.Barrier(8)

    def work(_: int) -> list[Document]:
        start.wait()
        return [many.tag(text, "swa") for text in NEWS]

    with ThreadPoolExecutor(8) as pool:
        assert all(documents == expected for documents in pool.map(work, range(8)))


def test_where_one_window_fits_the_result_is_that_of_one_window(make_checkpoint: Callable[..., Path]) -> None:
    """The tagger against the network, the decoder and the span probabilities called by hand."""
    folder = make_checkpoint(max_words=80, overlap=20, shape=True, temperature=1.7)
    checkpoint = read_checkpoint(folder)
    words = Transcriber("swa").tokens(LONG.split())
    assert len(words) <= 80
    (logits,) = Network(checkpoint, threads=1)([InputEncoder(checkpoint.info)(words)])
    (found,) = load(folder).tag_tokens([LONG.split()], "swa")
    assert found.tags == tuple(viterbi(logits))
    assert from_spans(found.spans, len(words)) == list(found.tags)
    assert found.scores == tuple(span_probabilities(logits, found.spans, temperature=1.7))
    assert found.words == tuple(words)


def test_long_sentences_take_each_word_from_its_own_window(make_checkpoint: Callable[..., Path]) -> None:
    checkpoint = read_checkpoint(make_checkpoint(max_words=10, overlap=4))
    words = Transcriber("swa").tokens(LONG.split()[:16])
    network, encode = Network(checkpoint, threads=1), InputEncoder(checkpoint.info)
    first, last = network([encode(words[:10]), encode(words[6:])])
    logits = Tagger(checkpoint)._logits([words], "swa")[0]
    np.testing.assert_array_equal(logits, np.concatenate([first[:8], last[2:]]))


@RELAXED
@given(st.lists(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40), max_size=5))
def test_every_token_gets_exactly_one_label(int8_tagger: Tagger, sentences: list[list[str]]) -> None:
    together = int8_tagger.tag_tokens(sentences, "swa")
    assert together == [int8_tagger.tag_tokens([tokens], "swa")[0] for tokens in sentences]
    for tokens, found in zip(sentences, together, strict=True):
        assert [word.text for word in found.words] == tokens
        assert len(found.tags) == len(tokens)
        assert repair(found.tags) == list(found.tags)
        assert found.scores is not None and len(found.scores) == len(found.spans)


def test_a_sentence_is_tagged_alike_as_text_and_as_tokens(int8_tagger: Tagger) -> None:
    document = int8_tagger.tag(NEWS[-1], "swa")
    (found,) = int8_tagger.tag_tokens([[word.text for word in document.words]], "swa")
    assert tags(document) == list(found.tags)
    assert tuple(entity.score for entity in document.entities) == found.scores


def test_sentences_of_a_text_do_not_see_each_other(int8_tagger: Tagger) -> None:
    first, second = "Rais Ruto alizuru Mombasa jana.", "Asha anaishi Arusha."
    together = int8_tagger.tag(f"{first} {second}", "swa").entities
    apart = [*int8_tagger.tag(first, "swa").entities, *int8_tagger.tag(second, "swa").entities]
    assert [(e.text, e.label, e.score) for e in together] == [(e.text, e.label, e.score) for e in apart]


def test_an_entity_carries_the_phonemes_of_its_words(int8_tagger: Tagger) -> None:
    document = int8_tagger.tag(LONG + " 12 Kenya-Uganda", "swa")
    phonemes = {(w.start, w.end): w.phonemes for w in document.words}
    assert any("▁" in entity.phonemes for entity in document.entities)
    for entity in document.entities:
        inside = [p for (start, end), p in phonemes.items() if start >= entity.start and end <= entity.end and p]
        assert entity.ipa == " ".join("".join(p) for p in inside)


def test_without_a_temperature_there_are_no_scores(make_checkpoint: Callable[..., Path]) -> None:
    tagger = load(make_checkpoint(temperature=None))
    assert {entity.score for entity in tagger.tag(LONG, "swa").entities} == {None}
    assert tagger.tag_tokens([LONG.split()], "swa")[0].scores is None


def test_a_corpus_own_transcription_is_read_instead_of_ours(checkpoint_folder: Path) -> None:
    tagger = load(checkpoint_folder)
    ours, given = tagger.tag_tokens([["Nairobi"], ["Nairobi"]], "swa", published=[None, ["mombasa"]])
    assert "".join(ours.words[0].phonemes) == "naiɾoɓi"
    assert "".join(given.words[0].phonemes) == "mombasa"


def test_encoding_is_that_of_the_vocabulary(checkpoint_folder: Path) -> None:
    words = Transcriber("swa").tokens(["Kenya", "!", "12", "na"])
    vocabulary = Vocabulary.load()
    encoded = InputEncoder(read_checkpoint(checkpoint_folder).info)(words)
    assert encoded.shape is None
    assert [row[row > 0].tolist() for row in encoded.phonemes] == [vocabulary.encode(word) for word in words]


def test_streams_are_read_no_further_than_a_batch(int8_tagger: Tagger) -> None:
    taken = itertools.count()
    texts = (f"Kenya {next(taken)}" for _ in itertools.repeat(None))
    documents = int8_tagger.tag_many(texts, "swa", batch=3)
    assert [next(documents).text for _ in range(4)] == [f"Kenya {i}" for i in range(4)]
    assert next(taken) == 6


def test_long_texts_are_not_read_ahead(int8_tagger: Tagger) -> None:
    taken = itertools.count()
    texts = (f"{next(taken)} {' ' * 150_000}" for _ in itertools.repeat(None))
    assert next(int8_tagger.tag_many(texts, "swa")).text.startswith("0")
    assert next(taken) == 2


def test_a_stream_keeps_no_document(int8_tagger: Tagger) -> None:
    def alive() -> int:
        return sum(isinstance(thing, Document) for thing in gc.get_objects())

    before = alive()
    documents = int8_tagger.tag_many((f"Asha anaishi Arusha {i}." for i in range(16)), "swa", batch=4)
    assert max(alive() - before for _ in documents) <= 2


def test_tagging_needs_no_torch_and_importing_no_onnxruntime(checkpoint_folder: Path) -> None:
    code = (
        "import sys, ipaner.runtime as runtime\n"
        "assert 'onnxruntime' not in sys.modules\n"
        "assert runtime.load(sys.argv[1]).tag('Kei Whakatū ia.', 'mri').words\n"
        "assert not {'torch', 'transformers', 'pandas', 'epitran', 'onnx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(checkpoint_folder)], check=True)


def test_one_string_is_not_many_texts(int8_tagger: Tagger) -> None:
    with pytest.raises(TypeError, match="there is tag"):
        int8_tagger.tag_many("Kenya", "swa")


def test_one_transcriber_a_language(int8_tagger: Tagger) -> None:
    assert int8_tagger._transcriber("swa") is int8_tagger._transcriber("swa")
    assert int8_tagger.tag("Kenya", "sw").language == "swa"


@pytest.mark.parametrize("language", ["xyz", "", "klingon", "swa\x00"])
def test_an_unknown_language_is_refused_at_once(int8_tagger: Tagger, language: str) -> None:
    with pytest.raises(LanguageNotSupported):
        int8_tagger.tag("Kenya", language)
    with pytest.raises(LanguageNotSupported):
        int8_tagger.tag_many(["Kenya"], language)
    with pytest.raises(LanguageNotSupported):
        int8_tagger.tag_tokens([["Kenya"]], language)


def test_a_model_of_another_transcription_is_refused(make_checkpoint: Callable[..., Path]) -> None:
    mine = Transcriber("swa").fingerprint["backends"]
    assert load(make_checkpoint(transcription={"swa": mine, "eng": "other"})).tag("Kenya", "swa").words
    with pytest.raises(ModelFileError, match="learnt swa as transcribed by 'Latn=epitran 0'"):
        load(make_checkpoint(transcription={"swa": "Latn=epitran 0"})).tag("Kenya", "swa")


def test_a_broad_model_gets_broad_phonemes(make_checkpoint: Callable[..., Path]) -> None:
    text = "Whakatū"
    assert "uː" in load(make_checkpoint()).tag(text, "mri").words[0].phonemes
    assert "uː" not in load(make_checkpoint(broad=True)).tag(text, "mri").words[0].phonemes


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "swa"),
        ("a", "swa"),
        (".", "swa"),
        (" \n\t\u3000", "swa"),
        ("😀👩‍👩‍👧🏳️‍🌈😀", "swa"),
        ("Kenya\x00Uganda \x00 Rwanda", "swa"),
        ("\ud800 Kenya \udfff\udcff Uganda\ud83d", "swa"),
        ("אני גר בתל אביב and he lives in تونس العاصمة \u202eabc\u202c 123", "heb"),
        ("a\u0301\u0301\u0301" * 300, "swa"),
        ("." * 5000, "swa"),
        ("\n" * 5000 + "Kenya", "swa"),
    ],
)
def test_odd_texts(tagger: Tagger, text: str, language: str) -> None:
    check(tagger.tag(text, language), text)


@pytest.mark.parametrize(
    ("unit", "language", "size"),
    [
        ("a", "swa", 1_000_000),
        ("ก", "tha", 200_000),
        ("北", "cmn", 50_000),
        ("😀", "swa", 50_000),
        ("\ud800", "swa", 20_000),
    ],
)
def test_a_megabyte_without_a_space(int8_tagger: Tagger, unit: str, language: str, size: int) -> None:
    """Each in its own way long: one word, dictionary words, a word a character; all but the first are shortened."""
    text = unit * (size // len(unit.encode("utf-8", "surrogatepass")))
    check(int8_tagger.tag(text, language), text)
