"""The model in the package: what it must be, whatever it scores."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from ipaner import load
from ipaner.cli.demo import examples
from ipaner.corpora.registry import is_target, may_ship
from ipaner.runtime import Tagger

FOLDER = files("ipaner.runtime") / "bundled"


@pytest.fixture(scope="module")
def bundled() -> Tagger:
    return load()


def test_it_is_small_free_and_described(bundled: Tagger) -> None:
    names = files("ipaner.names") / "bundled" / "names.bin"
    assert len((FOLDER / "model.int8.onnx").read_bytes()) + len(names.read_bytes()) <= 20_000_000
    assert bundled.info.profile == "core"
    assert bundled.info.temperature is not None
    rows = bundled.info.details["training"]["data"]
    assert rows
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    for row in rows:
        assert may_ship(row["corpus"], row["language"]), row
        assert not is_target(row["language"]), row
        assert f"| {row['corpus']} | {row['language']} | {row['sentences']:,} | {row['licence']} |" in card


def test_it_finds_a_good_part_of_the_demo_and_reads_every_word_of_it(bundled: Tagger) -> None:
    right = wanted = 0
    for example in examples():
        document = bundled.tag(example.text, example.language)
        assert document.coverage > 0.8
        found = {(e.label, e.start, e.end) for e in document.entities}
        assert all(0 < e.score <= 1 for e in document.entities if e.score is not None)
        right += len(found & example.entities)
        wanted += len(example.entities)
    assert right > 0.2 * wanted


def test_the_same_text_gets_the_same_entities_alone_and_in_company(bundled: Tagger) -> None:
    texts = [example.text for example in examples() if example.language == "mri"]
    alone = [bundled.tag(text, "mri") for text in texts]
    assert list(bundled.tag_many(texts[::-1], "mri")) == alone[::-1]


def test_normal_forms_of_the_same_text_get_the_same_entities(bundled: Tagger) -> None:
    import unicodedata

    for example in examples():
        nfc, nfd = (
            [
                unicodedata.normalize("NFC", e.text)
                for e in bundled.tag(unicodedata.normalize(form, example.text), example.language).entities
            ]
            for form in ("NFC", "NFD")
        )
        assert nfc == nfd, example


def test_conll_output_can_be_read_again_whatever_the_text_holds(bundled: Tagger, tmp_path: Path) -> None:
    from ipaner.corpora import read_corpus
    from ipaner.runtime.writers import conll

    path = tmp_path / "out.conll"
    path.write_text(conll(bundled.tag("Ko \0 Hone \ud800 te ingoa.", "mri")), encoding="utf-8")
    assert read_corpus(path)[0].tokens == ("Ko", "\u2400", "Hone", "\ufffd", "te", "ingoa", ".")


@pytest.mark.parametrize("text", [None, b"Ko Hone", ["Ko Hone"]])
def test_what_is_no_text_is_refused_with_a_word_of_advice(bundled: Tagger, text: object) -> None:
    with pytest.raises(TypeError, match="tag takes one text"):
        bundled.tag(text, "mri")  # type: ignore[arg-type]
