from __future__ import annotations

import gzip
import itertools
import logging

import pytest

from ipaner.corpora import (
    Format,
    ReadReport,
    Sentence,
    find_splits,
    format_by_name,
    read_conll,
    read_corpus,
    read_jsonl,
    read_sentences,
    write_conll,
    write_corpus,
)
from ipaner.errors import FormatError
from ipaner.labels import repair

JSONL = '{"tokens": ["Ana", "{"], "tags": ["B-PER", "O"]}\n'
CONLL = "Ana\tB-PER\n{\tO\n"
SENTENCE = Sentence(("Ana", "{"), ("B-PER", "O"))


@pytest.mark.parametrize("gz", ["", ".gz"])
@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        *itertools.product((".jsonl", ".json", ".ndjson", ".txt", "", ".JSONL", ".data"), [JSONL]),
        *itertools.product((".conll", ".bio", ".iob", ".iob2", ".tsv", ".txt", "", ".data"), [CONLL]),
    ],
)
def test_the_form_is_known_by_name_or_content(write, suffix, text, gz):
    path = write(f"corpus{suffix}{gz}", text)
    assert read_corpus(path) == list(read_sentences(path)) == [SENTENCE]


def test_packed_without_a_telling_name(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(gzip.compress(JSONL.encode()))
    assert read_corpus(path) == [SENTENCE]


def test_a_brace_may_be_the_first_word_of_conll(write):
    assert read_corpus(write("a.txt", "\n{ O\n} O\n")) == [Sentence(("{", "}"), ("O", "O"))]


@pytest.mark.parametrize("name", ["a.jsonl", "a.conll", "a.txt", "a", "a.jsonl.gz"])
@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_a_corpus_without_sentences_is_an_error(write, name, text):
    with pytest.raises(FormatError, match=f"{name}: holds no sentence"):
        read_corpus(write(name, text))


def test_repairs_are_counted_and_logged(write, caplog):
    path = write("a.conll", "a I-PER\n\nb O\nc I-LOC\n")
    report = ReadReport()
    with caplog.at_level(logging.WARNING):
        read_corpus(path, report=report)
    assert report == ReadReport(2, 2)
    assert f"{path}: 2 tags" in caplog.text
    caplog.clear()
    assert read_corpus(path, scheme="iob1", label_map={"PER": "PERSON"})[0].tags == ("B-PERSON",)
    assert caplog.text == ""


def test_a_report_over_several_files_does_not_repeat_the_warning(write, caplog):
    report = ReadReport()
    read_corpus(write("a.conll", "a I-PER\n"), report=report)
    caplog.clear()
    read_corpus(write("b.conll", "a B-PER\n"), report=report)
    assert report == ReadReport(2, 1)
    assert caplog.text == ""


@pytest.mark.parametrize("name", ["a.jsonl", "a.conll.gz", "a.tsv", "a.JSON.GZ"])
def test_written_by_name(tmp_path, name):
    path = tmp_path / name
    assert write_corpus(path, [SENTENCE]) == 1
    assert read_corpus(path) == [SENTENCE]
    assert format_by_name(name) is (Format.JSONL if "json" in name.lower() else Format.CONLL)


def test_a_name_that_tells_no_form_cannot_be_written(tmp_path):
    with pytest.raises(FormatError, match=r"Let it end in one of \.jsonl"):
        write_corpus(tmp_path / "a.txt", [SENTENCE])


def test_one_form_becomes_the_other(write, tmp_path):
    write_corpus(tmp_path / "b.conll", read_sentences(write("a.jsonl", JSONL)))
    assert (tmp_path / "b.conll").read_text() == CONLL + "\n"


def test_real_corpora(ner_data, tmp_path):
    """The first sentences of every corpus and language at hand: valid, and the same after a way through CoNLL."""
    count = 0
    for role in ("source", "target"):
        for by_language in find_splits(ner_data / role, "train").values():
            for language, path in by_language.items():
                report = ReadReport()
                sample = list(itertools.islice(read_jsonl(path, report=report), 40))
                assert report.repairs == 0, path
                for sentence in sample:
                    assert list(sentence.tags) == repair(sentence.tags), path
                    assert {tag[2:] for tag in sentence.tags} <= {"", "PER", "LOC", "ORG"}, path
                write_conll(tmp_path / "way.conll", sample)
                bare = [Sentence(s.tokens, s.tags) for s in sample]
                assert list(read_conll(tmp_path / "way.conll")) == bare, (path, language)
                count += len(sample)
    assert count > 3000


def test_the_papers_corpus_has_its_transcription(ner_data):
    (by_language,) = find_splits(ner_data / "target" / "wikiann_zeroshot", "validation").values()
    assert len(by_language) == 28
    for language, path in by_language.items():
        assert all(sentence.ipa is not None for sentence in read_corpus(path)), language
