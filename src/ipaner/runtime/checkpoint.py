"""Checkpoints: what tagging needs of a model folder, read once and verified before anything runs.

A folder holds ``ipaner.json`` (what the model is), ``model.int8.onnx`` or ``model.onnx`` (the network) and
``manifest.json`` (SHA-256 of each file). Nothing in it is executed: no pickle, no code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, TypeVar

from ipaner.errors import ModelFileError

BUNDLED = "bundled"
"""Name of the model that ships inside the package."""

FORMAT = 1
"""The version of ``ipaner.json`` this package reads."""

Precision = Literal["int8", "fp32"]

NAMES = "names"
"""Folder inside a checkpoint that holds a name memory of its own."""

NETWORK_FILES: Mapping[Precision, str] = {"int8": "model.int8.onnx", "fp32": "model.onnx"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What ``ipaner.json`` says about a model.

    Attributes:
        name: The model's name.
        labels: IOB2 labels in the order of the network's outputs.
        profile: Transcription profile it was trained with.
        broad: Whether phonemes are folded to their broad form.
        transcription: What transcribed each language of its training data, with versions.
        vocabulary_version: Version of the phoneme vocabulary.
        vocabulary_sha256: Hash of the phoneme vocabulary.
        shape: Whether the network reads word-shape features.
        memory: Which name memory it was trained with (``version``, ``sha256``, ``index``); None if it asks none.
        blind: Whether the network hides every letter phoneme from itself, as the blind twin of another model does.
        max_words: Most words it reads at once.
        overlap: Fewest words by which two windows of a long sentence overlap.
        temperature: Divides the logits so that scores are calibrated; None if the model was never calibrated.
        details: The whole file, for cards and reports.
    """

    name: str
    labels: tuple[str, ...]
    profile: str
    broad: bool
    transcription: Mapping[str, str]
    vocabulary_version: str
    vocabulary_sha256: str
    shape: bool
    memory: Mapping[str, Any] | None
    blind: bool
    max_words: int
    overlap: int
    temperature: float | None
    details: Mapping[str, Any]

    @property
    def memory_features(self) -> int:
        """How many of the name memory's features the network reads."""
        return int(self.memory["features"]) if self.memory else 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A verified model: its description and its network.

    Attributes:
        info: What the model is.
        names: The folder of its name memory: one of its own, or the one in the package; None if it asks none.
        network: The ONNX file's bytes, exactly those that were hashed.
        precision: Arithmetic of the network.
        path: Where it came from, for messages.
    """

    info: ModelInfo
    network: bytes
    precision: Precision
    path: str
    names: str | Path | None = None


def read_checkpoint(path: str | Path = BUNDLED, precision: Precision = "int8") -> Checkpoint:
    """Read and verify a model folder.

    Args:
        path: The folder, or ``bundled``.
        precision: Which of the exported networks.

    Raises:
        ModelFileError: If a file is missing, unreadable, altered or made for something else.
    """
    if precision not in NETWORK_FILES:
        raise ModelFileError(f"There is no precision {precision!r}; choose one of {', '.join(NETWORK_FILES)}")
    folder = _folder(path)
    hashes = _hashes(_read(folder, "manifest.json"), f"{folder}/manifest.json")
    contents = {}
    for name in ("ipaner.json", NETWORK_FILES[precision]):
        contents[name] = _read(folder, name)
        expected, found = hashes.get(name), hashlib.sha256(contents[name]).hexdigest()
        if expected is None:
            raise ModelFileError(f"{folder}/manifest.json does not list {name}. Export again: ipaner export {path}")
        if found != expected:
            raise ModelFileError(
                f"{folder}/{name} was altered or is incomplete: its SHA-256 is {found}, the manifest says {expected}. "
                "Fetch the model again, or export it again with 'ipaner export'"
            )
    info = parse_info(contents["ipaner.json"], f"{folder}/ipaner.json")
    _check_representation(info, str(folder))
    _check_vocabulary(info, str(folder))
    return Checkpoint(info, contents[NETWORK_FILES[precision]], precision, str(folder), _names(info, folder))


def _folder(path: str | Path) -> Path | Traversable:
    if str(path) == BUNDLED:
        bundled = resources.files("ipaner.runtime") / BUNDLED
        if not (bundled / "manifest.json").is_file():
            raise ModelFileError(
                "This installation holds no bundled model. Install ipaner again, or name a model folder"
            )
        return bundled
    folder = Path(path)
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise ModelFileError(f"Model folder {folder} {what}. Name a folder made by 'ipaner export', or '{BUNDLED}'")
    return folder


def _names(info: ModelInfo, folder: Path | Traversable) -> str | Path | None:
    """Where the name memory of a model lies.

    Raises:
        ModelFileError: If it was trained with another layout of the memory's features.
    """
    if info.memory is None:
        return None
    from ipaner.names.memory import BUNDLED as IN_PACKAGE
    from ipaner.names.memory import NameMemory

    if info.memory.get("version") != NameMemory.version:
        raise ModelFileError(
            f"{folder} was trained with version {info.memory.get('version')} of the name memory's features; this "
            f"ipaner has version {NameMemory.version}. Install the ipaner it was made with, or train it again"
        )
    return IN_PACKAGE if info.memory.get("index") == IN_PACKAGE else Path(str(folder / NAMES))


def _read(folder: Path | Traversable, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        there = [f for f in NETWORK_FILES.values() if (folder / f).is_file()]
        other = next((p for p, f in NETWORK_FILES.items() if name in NETWORK_FILES.values() and f in there), None)
        if other:
            cure = f"It has precision {other!r} only: ask for that, or run 'ipaner export' on the checkpoint it is from"
        elif (folder / "config.json").is_file():
            cure = f"Make it with 'ipaner export {folder}'"
        else:
            cure = "It is no model folder; 'ipaner export' makes one of a checkpoint"
        raise ModelFileError(f"{folder} has no {name}. {cure}") from None
    except OSError as error:
        raise ModelFileError(f"{folder}/{name} cannot be read: {error.strerror or error}") from error


def _object(content: bytes, where: str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{where} is not valid JSON ({error}). Fetch or export the model again") from error
    if not isinstance(data, dict):
        raise ModelFileError(f"{where} must hold a JSON object, not a {type(data).__name__}")
    return data


def _hashes(content: bytes, where: str) -> dict[str, str]:
    return _Fields(_object(content, where), where).get("files", dict)


class _Fields:
    """Typed look-up in a JSON object, with errors that name file and key."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self._data = data
        self._where = where

    def get(self, key: str, kind: type[T]) -> T:
        if key not in self._data:
            raise self.error(key, "is missing")
        value = self._data[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(key, f"must be of type {kind.__name__}, not {type(value).__name__}")
        return value

    def inner(self, key: str) -> _Fields:
        return _Fields(self.get(key, dict), f"{self._where}, {key!r}")

    def error(self, key: str, problem: str) -> ModelFileError:
        return ModelFileError(f"{self._where}: {key!r} {problem}. Export the model again with 'ipaner export'")


def parse_info(content: bytes, where: str = "ipaner.json") -> ModelInfo:
    """Read ``ipaner.json``.

    Args:
        content: The file.
        where: Its name, for messages.

    Raises:
        ModelFileError: If it is not of the form this package reads.
    """
    data = _object(content, where)
    fields = _Fields(data, where)
    version = fields.get("format", int)
    if version != FORMAT:
        raise ModelFileError(
            f"{where} has format {version}; this ipaner reads format {FORMAT}. "
            + ("Install a newer ipaner" if version > FORMAT else "Export the model again with 'ipaner export'")
        )
    vocabulary, reads = fields.inner("vocabulary"), fields.inner("input")
    info = ModelInfo(
        name=fields.get("name", str),
        labels=_labels(fields),
        profile=fields.get("profile", str),
        broad=fields.get("broad", bool),
        transcription=fields.get("transcription", dict),
        vocabulary_version=vocabulary.get("version", str),
        vocabulary_sha256=vocabulary.get("sha256", str),
        shape=reads.get("shape", bool),
        memory=reads.get("memory", dict) if "memory" in data["input"] else None,
        blind=reads.get("blind", bool),
        max_words=reads.get("max_words", int),
        overlap=reads.get("overlap", int),
        temperature=_temperature(fields),
        details=data,
    )
    if not 0 <= info.overlap < info.max_words:
        raise reads.error("overlap", f"must be from 0 to below 'max_words' ({info.max_words}), not {info.overlap}")
    return info


def _labels(fields: _Fields) -> tuple[str, ...]:
    labels = fields.get("labels", list)
    if not all(isinstance(label, str) for label in labels) or "O" not in labels or len(set(labels)) < len(labels):
        raise fields.error("labels", "must be distinct strings, 'O' among them")
    for label in labels:
        if label != "O" and label[:2] not in ("B-", "I-"):
            raise fields.error("labels", f"holds {label!r}, which is no IOB2 label")
        if label.startswith("I-") and f"B-{label[2:]}" not in labels:
            raise fields.error("labels", f"holds {label!r} but not 'B-{label[2:]}'")
    return tuple(labels)


def _temperature(fields: _Fields) -> float | None:
    value = fields.get("temperature", object)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise fields.error("temperature", f"must be a positive number or null, not {value!r}")
    return float(value)


def _check_representation(info: ModelInfo, folder: str) -> None:
    representation = info.details["input"].get("representation", "ipa")
    if representation != "ipa":
        raise ModelFileError(
            f"{folder} reads words as '{representation}', not as sound: it is a control for experiments, which "
            "'ipaner experiment run representation' measures, and no tagger. Take a model with representation 'ipa'"
        )


def _check_vocabulary(info: ModelInfo, folder: str) -> None:
    from ipaner.transcription import Vocabulary

    vocabulary = Vocabulary.load(info.vocabulary_version)
    if vocabulary.sha256 != info.vocabulary_sha256:
        raise ModelFileError(
            f"{folder} was trained with another phoneme vocabulary {info.vocabulary_version} than this ipaner's: its "
            "symbols would be misread. Install the ipaner it was made with, or train it again"
        )
