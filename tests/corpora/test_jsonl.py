from __future__ import annotations

import gzip
import itertools
import json
import re
import tempfile
from pathlib import Path

import pytest
from corpus_strategies import sentences
from hypothesis import given
from hypothesis import strategies as st

from ipaner.corpora import ReadReport, Sentence, read_jsonl, write_jsonl
from ipaner.errors import FormatError

# Every code point, NUL and lone surrogates among them, with the awkward ones drawn often.
ANYTHING = st.characters(codec=None) | st.sampled_from('\0\t\n\r "\\\u2028\u200d\ufeff\ud800\udfff😀')
# A high surrogate right before a low one is, in JSON, the character that the two make.
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def _holds_pair(sentence: Sentence) -> bool:
    return any(PAIR.search(text) for text in (*sentence.tokens, *(sentence.ipa or ())))


@given(
    st.lists(sentences(ANYTHING).filter(lambda sentence: not _holds_pair(sentence)), max_size=4),
    st.sampled_from(["a.jsonl", "a.jsonl.gz"]),
)
def test_what_is_written_is_read_again(corpus, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        assert write_jsonl(path, iter(corpus)) == len(corpus)
        report = ReadReport()
        assert list(read_jsonl(path, report=report)) == corpus
        assert report == ReadReport(len(corpus), 0)
        raw = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    # the standard library as oracle: each line is UTF-8 and JSON by itself
    lines = raw.decode("utf-8").split("\n")
    assert [tuple(json.loads(line)["tokens"]) for line in lines[:-1]] == [sentence.tokens for sentence in corpus]


def test_lone_surrogates_and_nul_survive_escaped(write, tmp_path):
    line = r'{"tokens": ["a\ud800", "\u0000", "\ud83d\ude00"], "tags": ["B-PER", "O", "O"]}'
    (sentence,) = read_jsonl(write("in.jsonl", line))
    assert sentence.tokens == ("a\ud800", "\0", "😀")
    write_jsonl(tmp_path / "out.jsonl", [sentence])
    assert rb'"a\ud800", "\u0000", "' + "😀".encode() in (tmp_path / "out.jsonl").read_bytes()
    assert list(read_jsonl(tmp_path / "out.jsonl")) == [sentence]


def test_blank_lines_byte_order_mark_and_other_keys_are_passed_over(write):
    text = (
        '\ufeff{"id": 7, "tokens": ["Ana"], "tags": ["S-PER"], "ipa": null}\r\n\r\n  \n{"tokens": ["a"], "tags": ["O"]}'
    )
    assert list(read_jsonl(write("a.jsonl", text))) == [Sentence(("Ana",), ("B-PER",)), Sentence(("a",), ("O",))]


def test_it_streams(write):
    """The first sentence is there before the faulty second line is looked at."""
    reader = read_jsonl(write("a.jsonl", '{"tokens": ["a"], "tags": ["O"]}\n{broken'))
    assert next(reader).tokens == ("a",)
    with pytest.raises(FormatError):
        next(reader)


def test_empty_file_ends_at_once(write):
    assert list(read_jsonl(write("a.jsonl", ""))) == []


GOOD = '{"tokens": ["a"], "tags": ["O"]}'
BAD = {
    "{": "is not JSON",
    '{"tokens": ["a\0"], "tags": ["O"]}': "is not JSON \\(column 15: Invalid control character",
    "[" * 100_000: "nested too deeply|is not JSON",
    f"[{GOOD}]": "no JSON object",
    "3": "no JSON object",
    "{}": r"no 'tags'|no 'tokens' \(its keys: none\)",
    '{"text": "a", "tags": ["O"]}': r"no 'tokens' \(its keys: text, tags\)",
    '{"tokens": ["a"]}': "no 'tags'",
    '{"tokens": "a", "tags": ["O"]}': "'tokens' is no list of strings",
    '{"tokens": ["a"], "tags": [0]}': "'tags' is no list of strings",
    '{"tokens": ["a"], "tags": ["O"], "ipa": [["a"]]}': "'ipa' is no list of strings",
    '{"tokens": ["a", "b"], "tags": ["O"]}': "2 tokens but 1 tags",
    '{"tokens": ["a"], "tags": ["O"], "ipa": []}': "1 tokens but 0 items of ipa",
    '{"tokens": [], "tags": []}': "at least one token",
    '{"tokens": ["a", ""], "tags": ["O", "O"]}': "token 2 is empty",
    '{"tokens": ["a"], "tags": ["PER"]}': "'PER' is no tag",
}


@pytest.mark.parametrize(("line", "message"), BAD.items(), ids=itertools.count())
def test_a_bad_line_is_named(write, line, message):
    path = write("bad.jsonl", f"{GOOD}\n\n{line}\n")
    with pytest.raises(FormatError, match=message) as caught:
        list(read_jsonl(path))
    assert (caught.value.path, caught.value.line) == (path, 3)
    assert str(caught.value).startswith(f"{path}:3: ")


def test_an_interrupt_while_writing_leaves_nothing(tmp_path):
    def interrupted():
        yield Sentence(("a",), ("O",))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_jsonl(tmp_path / "out.jsonl.gz", interrupted())
    assert list(tmp_path.iterdir()) == []


def test_a_corpus_may_be_rewritten_while_it_is_read(write):
    path = write("a.jsonl", f"{GOOD}\n" * 3)
    assert write_jsonl(path, (Sentence(s.tokens, ("B-LOC",)) for s in read_jsonl(path))) == 3
    assert [s.tags for s in read_jsonl(path)] == [("B-LOC",)] * 3


@pytest.mark.parametrize(
    ("tokens", "tags", "ipa"), [((), (), None), (("a", ""), ("O", "O"), None), (("a",), (), None), (("a",), ("O",), ())]
)
def test_a_sentence_that_cannot_be_is_refused(tokens, tags, ipa):
    with pytest.raises(ValueError, match="token"):
        Sentence(tokens, tags, ipa)
