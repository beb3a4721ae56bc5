"""A checkpoint is one folder in Hugging Face form, plus what ipaner must know to serve it as it was trained.

Files: ``config.json``, ``model.safetensors``, ``tokenizer.json``, ``ipaner.json``, ``README.md`` (the model card),
``manifest.json`` (SHA-256 of each file) and, once exported, ``model.onnx`` and ``model.int8.onnx``. No pickle.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers

from ipaner.errors import ModelFileError
from ipaner.files import atomic_write, sha256
from ipaner.model.card import model_card
from ipaner.model.config import IpanerConfig
from ipaner.model.ner import IpanerForNer
from ipaner.transcription.representations import symbols

NAMES = "names"
"""Folder of a checkpoint that holds the index of its name memory, where that is not the one in the package."""

FORMAT = 1
"""Version of the layout of ``ipaner.json``."""


@dataclass(frozen=True, slots=True)
class Description:
    """Contents of ``ipaner.json``.

    Attributes:
        name: Name of the model.
        labels: IOB2 labels in the order of the outputs.
        profile: Transcription profile the model was trained with and is always served with.
        broad: Whether phonemes are broad.
        vocabulary: Version and SHA-256 of the phoneme vocabulary.
        transcription: Versions of the back ends.
        input: ``representation`` (``ipa`` where it is missing), ``shape``, ``blind``, ``max_words``, ``overlap``.
        temperature: Divides logits before scores are made; None if it was not fitted.
        encoder: Kind of encoder.
        protocol: ``paper`` or ``open``.
        training: Configuration, data and seed of the run.
        metrics: What was measured on source validation data.
        languages: Languages of supervision.
        format: Version of this layout.
    """

    name: str
    labels: list[str]
    profile: str
    broad: bool
    vocabulary: dict[str, str]
    transcription: dict[str, str]
    input: dict[str, Any]
    temperature: float | None
    encoder: str
    protocol: str
    training: dict[str, Any]
    metrics: dict[str, Any]
    languages: list[str]
    format: int = field(default=FORMAT)

    @property
    def representation(self) -> str:
        """What the network reads of a word: ``ipa``, or as a control ``romanised`` or ``orthographic``."""
        return str(self.input.get("representation", "ipa"))


def write_manifest(folder: Path) -> None:
    """Write ``manifest.json``: the SHA-256 of every other file of the folder."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name != "manifest.json")
    _write_json(folder / "manifest.json", {"files": {p.name: sha256(p) for p in files}})


def save_checkpoint(model: IpanerForNer, description: Description, folder: Path, names: Path | None = None) -> None:
    """Write a checkpoint folder, manifest last, so that an interrupted save is recognised as incomplete.

    Args:
        model: The network.
        description: What to say of it.
        folder: The checkpoint folder.
        names: The index of its name memory, to be kept with it; None for the one in the package, or none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)
    model.save_pretrained(folder)
    vocabulary = {symbol: i for i, symbol in enumerate(symbols(description.representation).symbols)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(folder / "ipaner.json", asdict(description))
    with atomic_write(folder / "README.md") as file:
        file.write(model_card(asdict(description)))
    if names is not None:
        shutil.copytree(names, folder / NAMES, dirs_exist_ok=True)
    write_manifest(folder)


def load_checkpoint(folder: Path) -> tuple[IpanerForNer, Description]:
    """Read a checkpoint folder for training or export.

    Raises:
        ModelFileError: If a file is missing, altered, or of another version.
    """
    try:
        listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
        data = json.loads((folder / "ipaner.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError) as error:
        raise ModelFileError(f"{folder} is no complete checkpoint: {error}. Save or export it again") from error
    for name, digest in listed.items():
        if not (folder / name).is_file():
            raise ModelFileError(f"{folder}: {name} is missing, though the manifest lists it")
        if sha256(folder / name) != digest:
            raise ModelFileError(f"{folder}: {name} was altered since the manifest was written")
    if data.get("format") != FORMAT:
        raise ModelFileError(f"{folder}: layout {data.get('format')} is not the layout {FORMAT} of this version")
    description = Description(**data)
    if description.vocabulary["sha256"] != symbols(description.representation).sha256:
        raise ModelFileError(f"{folder} was made for phoneme vocabulary {description.vocabulary['version']}")
    # Not from_pretrained: it leaves tables that are made from the vocabulary, and not saved, without values
    model = IpanerForNer(IpanerConfig.from_pretrained(folder))
    try:
        model.load_state_dict(load_file(folder / "model.safetensors"))
    except (OSError, RuntimeError, SafetensorError) as error:
        raise ModelFileError(f"{folder}/model.safetensors does not fit config.json: {error}") from error
    return model.eval(), description


def _write_json(path: Path, value: Any) -> None:
    with atomic_write(path) as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
