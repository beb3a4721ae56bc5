from __future__ import annotations

from pathlib import Path

import pytest

from ipaner.corpora import find_corpus, find_splits
from ipaner.errors import FormatError


def _touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def test_languages_right_in_the_folder(tmp_path):
    sin, kur = _touch(tmp_path / "sin" / "validation.jsonl"), _touch(tmp_path / "kur" / "validation.jsonl.gz")
    _touch(tmp_path / "mri" / "train.jsonl")
    _touch(tmp_path / "README.md")
    _touch(tmp_path / ".cache" / "validation.jsonl")
    assert find_splits(tmp_path, "validation") == {None: {"kur": kur, "sin": sin}}
    assert list(find_splits(str(tmp_path), "validation")[None]) == ["kur", "sin"], "in order"


def test_corpora_in_the_folder(tmp_path):
    a = _touch(tmp_path / "wikiann" / "eng" / "test.jsonl")
    b = _touch(tmp_path / "news" / "eng" / "test.jsonl")
    c = _touch(tmp_path / "swa" / "test.jsonl")
    assert find_splits(tmp_path, "test") == {None: {"swa": c}, "news": {"eng": b}, "wikiann": {"eng": a}}
    assert find_corpus(tmp_path, "news", "eng", "test") == b


def test_nothing_there_says_what_is(tmp_path):
    _touch(tmp_path / "eng" / "train.jsonl.gz")
    with pytest.raises(FormatError, match=r"holds no <language>/validation.jsonl.*Splits there: train"):
        find_splits(tmp_path, "validation")
    with pytest.raises(FormatError, match=r"eng: holds no test.jsonl\[.gz\] \(splits there: none\)"):
        find_corpus(tmp_path, "news", "eng", "test")
    with pytest.raises(FormatError, match=r"eng: holds no test.jsonl\[.gz\] \(splits there: train\)"):
        find_corpus(tmp_path.parent, tmp_path.name, "eng", "test")
    with pytest.raises(FormatError, match="is no folder"):
        find_splits(tmp_path / "none", "validation")


def test_one_level_too_high_points_down(tmp_path):
    _touch(tmp_path / "target" / "wikiann" / "sin" / "validation.jsonl")
    with pytest.raises(FormatError, match=f"Did you mean {tmp_path / 'target'}"):
        find_splits(tmp_path, "validation")


def test_plain_and_packed_at_once_is_refused(tmp_path):
    _touch(tmp_path / "eng" / "test.jsonl")
    _touch(tmp_path / "eng" / "test.jsonl.gz")
    with pytest.raises(FormatError, match=r"stands beside test.jsonl.gz. Keep one"):
        find_splits(tmp_path, "test")
