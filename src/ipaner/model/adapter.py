"""A low-rank adapter (LoRA, Hu et al., 2022) on a frozen encoder, through the library peft."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from torch import nn

from ipaner.errors import MissingExtra, ModelFileError
from ipaner.files import atomic_write, sha256
from ipaner.model.ner import IpanerForNer

BASE = "base.json"
"""File of an adapter's folder that names the checkpoint it belongs to."""


def adapted_modules(encoder: nn.Module, convolutions: bool = False) -> list[str]:
    """Names of the encoder's linear layers, and of its convolutions if wanted.

    The channel of word shapes is left alone: it carries no sound.
    """
    kinds: tuple[type[nn.Module], ...] = (nn.Linear, nn.Conv1d) if convolutions else (nn.Linear,)
    return [name for name, module in encoder.named_modules() if isinstance(module, kinds) and name != "shape"]


def add_adapter(
    model: IpanerForNer, rank: int = 8, alpha: int = 16, dropout: float = 0.0, convolutions: bool = False
) -> Any:
    """Freeze a model and put a trainable adapter on its encoder, in place.

    At XPhoneBERT's shape (12 layers of 768, inner width 3,072) rank 8 gives 1,327,104 trainable parameters.

    Args:
        model: The tagger; its head is frozen and gets no adapter.
        rank: Rank r of each update.
        alpha: Updates are multiplied by ``alpha / rank``.
        dropout: Dropout before each update.
        convolutions: Adapt convolutions too.

    Returns:
        The encoder as a peft model, which is also ``model.encoder`` now.

    Raises:
        MissingExtra: If peft is not installed.
    """
    peft = _peft()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    config = peft.LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=adapted_modules(model.encoder, convolutions)
    )
    model.encoder = peft.get_peft_model(model.encoder, config)
    return model.encoder


def merge_adapter(model: IpanerForNer) -> IpanerForNer:
    """Add the adapter's updates to the weights and drop it, in place."""
    adapted: Any = model.encoder
    model.encoder = adapted.merge_and_unload()
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    return model


def save_adapter(model: IpanerForNer, base: Path, folder: Path) -> None:
    """Write the adapter and the digest of the checkpoint ``base`` it was made for."""
    folder.mkdir(parents=True, exist_ok=True)
    adapted: Any = model.encoder
    adapted.save_pretrained(folder)
    # peft writes a card of its own that says nothing.
    (folder / "README.md").unlink(missing_ok=True)
    with atomic_write(folder / BASE) as file:
        file.write(json.dumps({"weights": sha256(base / "model.safetensors")}, indent=1) + "\n")


def load_adapter(model: IpanerForNer, base: Path, folder: Path) -> IpanerForNer:
    """Put a saved adapter on the model it was made for, in place.

    Args:
        model: The model read from ``base``.
        base: Its checkpoint folder.
        folder: The adapter's folder.

    Raises:
        ModelFileError: If the folder is no adapter, or one for another checkpoint.
        MissingExtra: If peft is not installed.
    """
    peft = _peft()
    try:
        wanted = json.loads((folder / BASE).read_text(encoding="utf-8"))["weights"]
    except (OSError, ValueError, KeyError) as error:
        raise ModelFileError(f"{folder} is no adapter that 'ipaner align' wrote: {error}") from error
    if wanted != sha256(base / "model.safetensors"):
        raise ModelFileError(
            f"The adapter {folder} was made for another checkpoint than {base}: the weights differ. Give the stage-1 "
            "checkpoint that was aligned, or use the merged checkpoint beside the adapter"
        )
    try:
        model.encoder = peft.PeftModel.from_pretrained(model.encoder, folder)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelFileError(f"{folder}: the adapter cannot be read: {error}") from error
    model.eval()
    return model


def trainable(module: nn.Module) -> int:
    """Number of parameters that learn."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def _peft() -> Any:
    try:
        import peft
    except ModuleNotFoundError as error:
        raise MissingExtra("Contrastive alignment", "train") from error
    return peft
