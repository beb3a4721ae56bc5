from __future__ import annotations

import json
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ipaner.document import Document, Entity, Status, Word
from ipaner.runtime.writers import OffsetUnit, conll, jsonl, record, tags

ANY_TEXT = st.text(alphabet=st.characters(categories=("L", "M", "N", "P", "S", "Z", "Cc", "Cs", "Co")), max_size=40)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Words between white space, and some runs of them as entities."""
    text = draw(ANY_TEXT)
    words = tuple(Word(m[0], m.start(), m.end(), ("a",), Status.OK) for m in re.finditer(r"\S+", text))
    entities, at = [], 0
    while at < len(words):
        length = draw(st.integers(1, 3))
        run = words[at : at + length]
        if draw(st.booleans()):
            start, end = run[0].start, run[-1].end
            label = draw(st.sampled_from(["PER", "LOC"]))
            entities.append(Entity(label, start, end, text[start:end], draw(st.none() | st.floats(0, 1)), ("a",)))
        at += length
    return Document(text, "mri", words, tuple(entities), draw(st.none() | st.just("d1")))


@given(documents())
def test_a_line_is_valid_utf8_and_reads_back(document: Document) -> None:
    # Two lone surrogates that happen to make a pair are one character to every reader of JSON.
    assume(not re.search("[\ud800-\udbff][\udc00-\udfff]", document.text))
    line = jsonl(document)
    assert line.count("\n") == 1 and line.endswith("\n")
    read = json.loads(line.encode("utf-8"))
    assert read == record(document)
    for entity in read["entities"]:
        assert read["text"][entity["start"] : entity["end"]] == entity["text"]


@pytest.mark.parametrize(("unit", "codec", "width"), [("utf16", "utf-16-le", 2), ("utf8", "utf-8", 1)])
@given(document=documents())
def test_other_units_slice_the_encoded_text(unit: OffsetUnit, codec: str, width: int, document: Document) -> None:
    assume(not re.search("[\ud800-\udbff][\udc00-\udfff]", document.text))
    encoded = document.text.encode(codec, "surrogatepass")
    for entity in record(document, unit)["entities"]:
        piece = encoded[width * entity["start"] : width * entity["end"]]
        assert piece.decode(codec, "surrogatepass") == entity["text"]


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="codepoint, utf16, utf8"):
        record(Document("é", "fra"), "bytes")  # type: ignore[arg-type]


def test_record_has_the_documented_keys() -> None:
    found = Entity("LOC", 3, 6, "Tai", 0.25, ("t", "a", "i", "▁", "a"))
    words = (Word("Te", 0, 2, ("t", "e"), Status.PARTIAL), Word("Tai", 3, 6, ("t", "a", "i"), Status.OK))
    assert record(Document("Te Tai", "mri", words, (found,), "7")) == {
        "id": "7",
        "text": "Te Tai",
        "language": "mri",
        "coverage": 0.75,
        "entities": [{"start": 3, "end": 6, "label": "LOC", "text": "Tai", "score": 0.25, "ipa": "tai a"}],
    }


@given(documents())
def test_conll_keeps_words_and_entities(document: Document) -> None:
    lines = conll(document).encode("utf-8").decode("utf-8").split("\n")
    assert lines[-2:] == ["", ""]
    rows = [line.split("\t") for line in lines[:-2]]
    shown = [re.sub("[\ud800-\udfff]", "\ufffd", word.text).replace("\0", "\u2400") for word in document.words]
    assert [row[0] for row in rows] == shown
    assert [row[1] for row in rows] == tags(document)
    assert sum(row[1].startswith("B-") for row in rows) == len(document.entities)


def test_neighbouring_entities_of_one_kind_stay_apart() -> None:
    words = tuple(Word(c, i, i + 1, (c,), Status.OK) for i, c in enumerate("abc"))
    found = (Entity("PER", 0, 2, "ab"), Entity("PER", 2, 3, "c"))
    assert tags(Document("abc", "mri", words, found)) == ["B-PER", "I-PER", "B-PER"]
