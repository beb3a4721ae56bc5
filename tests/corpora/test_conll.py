from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from corpus_strategies import sentences
from hypothesis import example, given
from hypothesis import strategies as st

from ipaner.corpora import ReadReport, Sentence, read_conll, write_conll
from ipaner.errors import FormatError

WRITABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\t\n\r\0") | st.sampled_from(
    '# "\u2028\u200d\ufeff-O'
)


@given(st.lists(sentences(WRITABLE, ipa=False), max_size=4), st.sampled_from(["a.conll", "a.conll.gz"]))
@example([Sentence(("#",), ("O",)), Sentence(("# text = O", " ", "#"), ("O", "B-PER", "O"))], "a.conll")
@example([Sentence(("\ufeffa",), ("O",)), Sentence(("\ufeff",), ("O",))], "a.conll")
def test_what_is_written_is_read_again(corpus, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        assert write_conll(path, iter(corpus)) == len(corpus)
        assert list(read_conll(path)) == corpus


def test_two_columns_with_blanks_and_no_last_line_end(write):
    path = write("a.txt", "Aroha  B-PER\nsings O \n\n\n  \nin O\nTe B-LOC\nTai I-LOC")
    assert list(read_conll(path)) == [
        Sentence(("Aroha", "sings"), ("B-PER", "O")),
        Sentence(("in", "Te", "Tai"), ("O", "B-LOC", "I-LOC")),
    ]


def test_a_word_may_hold_blanks_where_tabs_separate(write):
    assert list(read_conll(write("a.tsv", "10 000\tO\r\nSão Tomé\tB-LOC\r\n"))) == [
        Sentence(("10 000", "São Tomé"), ("O", "B-LOC"))
    ]


def test_four_columns_of_conll_2003_in_iob1(write):
    text = "-DOCSTART- -X- -X- O\n\nAna NNP I-NP I-PER\nBo NNP I-NP B-PER\nsaw VBD I-VP O\n\n"
    text += "-DOCSTART- -X- O O\n\nX NN O O\n"
    report = ReadReport()
    assert list(read_conll(write("a.conll", text), scheme="iob1", report=report)) == [
        Sentence(("Ana", "Bo", "saw"), ("B-PER", "B-PER", "O")),
        Sentence(("X",), ("O",)),
    ]
    assert report == ReadReport(sentences=2, repairs=0)


def test_comments_are_passed_over_but_a_hash_is_a_word(write):
    text = "# sent_id = 1\n# text\n#\tO\nrust\tB-ORG\n# text = of two\n\n#\n# alone\n\n1\tO\n"
    assert list(read_conll(write("a.iob2", text))) == [
        Sentence(("#", "rust"), ("O", "B-ORG")),
        Sentence(("1",), ("O",)),
    ]
    assert list(read_conll(write("b.conll", "# O\nC B-ORG\n"))) == [Sentence(("#", "C"), ("O", "B-ORG"))]


def test_inside_without_begin_is_repaired_and_counted(write):
    report = ReadReport()
    (sentence,) = read_conll(write("a.conll", "a I-PER\nb I-PER\nc I-LOC\nd O\ne I-LOC\n"), report=report)
    assert sentence.tags == ("B-PER", "I-PER", "B-LOC", "O", "B-LOC")
    assert report == ReadReport(sentences=1, repairs=3)


def test_labels_are_mapped(write):
    path = write("a.conll", "a U-PERSON\nb B-DATE\nc L-DATE\n")
    (sentence,) = read_conll(path, label_map={"PERSON": "PER", "DATE": "O"})
    assert sentence.tags == ("B-PER", "O", "O")


@pytest.mark.parametrize("name", ["bad.conll", "bad.conll.gz"])
@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a O\nb NN O\n", 2, "a line with three columns in a file of two columns"),
        ("a\tO\nb\tNN\tO\n", 2, "a line with three columns in a file of two columns"),
        ("a\tO\n#\tNN\tO\n", 2, "a line with three columns in a file of two columns"),
        ("a O\n\nb\n", 3, "a line with one column in a file of two columns"),
        ("a N P O\nb O\n", 2, "a line with two columns in a file of four columns"),
        ("\n1 a O\n", 2, r"a line with three columns\. CoNLL has two"),
        ("1 2 3 4 5 6 O\n", 1, "a line with 7 columns"),
        ("a O\nb B-PER extra\n", 2, "three columns"),
        ("a O\nb PER\n", 2, "'PER' is no tag"),
        ("a O\n\tO\n", 2, "the token is empty"),
        ("a\tO\n#b\tB-\n", 2, "'B-' is no tag"),
        ("a O\nb\0 O\n", 2, "holds a NUL character"),
        ("a O\n\n\nK\udcf6ln B-LOC\n", 4, "is not UTF-8"),
    ],
)
def test_a_bad_line_is_named(write, name, text, line, message):
    path = write(name, text.encode("utf-8", "surrogateescape"))
    with pytest.raises(FormatError, match=message) as caught:
        list(read_conll(path))
    assert (caught.value.path, caught.value.line) == (path, line)


def test_utf16_without_a_mark_is_told_by_its_nuls(write):
    with pytest.raises(FormatError, match="NUL character: this is no text file, or UTF-16"):
        list(read_conll(write("a.conll", "a O\nb O\n".encode("utf-16-le"))))


def test_a_tag_of_another_scheme_is_named(write):
    with pytest.raises(FormatError, match=r"a.conll:2: 'S-PER' is no tag of the scheme iob2"):
        list(read_conll(write("a.conll", "a O\nb S-PER\n"), scheme="iob2"))


@pytest.mark.parametrize("token", ["a\tb", "a\n", "\r", "\0", "\ud800", "-DOCSTART-"])
def test_a_word_that_conll_cannot_hold_is_refused_and_nothing_is_written(tmp_path, token):
    with pytest.raises(FormatError, match=r"sentence 2 cannot be CoNLL.*Write JSON Lines instead"):
        write_conll(tmp_path / "a.conll", [Sentence(("a",), ("O",)), Sentence((token,), ("O",))])
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_ends_at_once(write):
    assert list(read_conll(write("a.conll", ""))) == []
    assert list(read_conll(write("b.conll", "\n \n-DOCSTART- -X- O O\n\n"))) == []
