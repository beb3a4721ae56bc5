from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_model import describe, network, write_manifest

from ipaner.errors import ModelFileError
from ipaner.runtime import load
from ipaner.runtime.checkpoint import parse_info, read_checkpoint


@pytest.fixture
def folder(checkpoint_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkpoint_folder, tmp_path / "model"))


@pytest.mark.parametrize("precision", ["int8", "fp32"])
def test_a_complete_folder_loads(folder: Path, precision: Any) -> None:
    tagger = load(folder, precision=precision)
    assert tagger.info.name == "tiny"
    assert tagger.info.details["encoder"] == "tiny"
    assert len(tagger.tag("Habari za Nairobi.", "swa").words) == 4


def test_only_what_is_read_must_be_there(folder: Path) -> None:
    (folder / "model.onnx").unlink()
    assert read_checkpoint(folder, "int8").precision == "int8"


@pytest.mark.parametrize("name", ["ipaner.json", "model.int8.onnx", "manifest.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelFileError, match=rf"has no {name}.*ipaner export"):
        load(folder)


def test_a_missing_precision_points_at_the_other(folder: Path) -> None:
    (folder / "model.int8.onnx").unlink()
    with pytest.raises(ModelFileError, match="has precision 'fp32'"):
        load(folder)


@pytest.mark.parametrize("name", ["ipaner.json", "model.int8.onnx"])
@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b + b" ", lambda b: bytes([b[0] ^ 1]) + b[1:]])
def test_an_altered_file_is_refused(folder: Path, name: str, damage: Callable[[bytes], bytes]) -> None:
    path = folder / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelFileError, match=rf"{name} was altered"):
        load(folder)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"files": []}', b"\xff\xfe", b'{"files": {}}', b"[" * 99999]
)
def test_a_broken_manifest(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"manifest\.json"):
        load(folder)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="does not exist"):
        load(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(ModelFileError, match="is a file"):
        load(tmp_path / "file")


def test_a_precision_that_is_none(folder: Path) -> None:
    with pytest.raises(ModelFileError, match="int8, fp32"):
        load(folder, precision="fp16")  # type: ignore[arg-type]


def described(folder: Path, changes: dict[str, Any]) -> Path:
    """The folder with another ``ipaner.json``, properly listed; a value of ``...`` removes the key."""
    data = {key: value for key, value in describe(**changes).items() if value is not ...}
    data["input"] = {key: value for key, value in data["input"].items() if value is not ...}
    (folder / "ipaner.json").write_text(json.dumps(data), encoding="utf-8")
    write_manifest(folder)
    return folder


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "format 2.*newer ipaner"),
        ({"format": 0}, "format 0.*Export"),
        ({"format": True}, "'format' must be of type int"),
        ({"format": ...}, "'format' is missing"),
        ({"labels": "O"}, "'labels' must be of type list"),
        ({"labels": ["B-PER"]}, "'labels' must be distinct strings"),
        ({"labels": ["O", "O"]}, "'labels' must be distinct strings"),
        ({"labels": ["O", 1]}, "'labels' must be distinct strings"),
        ({"labels": ["O", "I-PER"]}, "'I-PER' but not 'B-PER'"),
        ({"labels": ["O", "PER"]}, "'PER', which is no IOB2"),
        ({"temperature": 0}, "'temperature' must be a positive"),
        ({"temperature": "1"}, "'temperature' must be a positive"),
        ({"temperature": ...}, "'temperature' is missing"),
        ({"max_words": 4, "overlap": 4}, "'input': 'overlap' must be from 0"),
        ({"overlap": -1}, "'input': 'overlap' must be from 0"),
        ({"max_words": 2.5}, "'input': 'max_words' must be of type int"),
        ({"blind": ...}, "'input': 'blind' is missing"),
        ({"vocabulary": {"version": "1", "sha256": "0" * 64}}, "another phoneme vocabulary 1 "),
        ({"vocabulary": "1"}, "'vocabulary' must be of type dict"),
        ({"shape": True}, "does not match its ipaner.json"),
        ({"labels": ["O", "B-PER", "I-PER"]}, "does not match its ipaner.json"),
    ],
)
def test_a_description_that_does_not_fit(folder: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelFileError, match=message) as caught:
        load(described(folder, changes))
    assert str(folder) in str(caught.value)


def test_a_network_that_is_none(folder: Path) -> None:
    for content in (b"", b"no network", (folder / "model.int8.onnx").read_bytes()[:2000]):
        (folder / "model.int8.onnx").write_bytes(content)
        write_manifest(folder)
        with pytest.raises(ModelFileError, match="no ONNX model"):
            load(folder)


def test_a_network_with_other_inputs(folder: Path) -> None:
    (folder / "model.int8.onnx").write_bytes(network(shape=True).SerializeToString())
    write_manifest(folder)
    with pytest.raises(ModelFileError, match="does not match"):
        load(folder)


def test_an_uncalibrated_model_has_no_temperature() -> None:
    assert parse_info(json.dumps(describe(temperature=None)).encode()).temperature is None
    assert parse_info(json.dumps(describe(temperature=2)).encode()).temperature == 2.0


def test_the_bundled_model_loads_or_says_that_there_is_none() -> None:
    try:
        tagger = load("bundled")
    except ModelFileError as error:
        assert "bundled" in str(error)
    else:
        assert tagger.info.profile == "core"
