"""Encoders over words of phonemes, the NER head, checkpoints and their export. Needs the extra ``[train]``."""

from ipaner.errors import MissingExtra

try:
    from ipaner.model.config import IpanerConfig
    from ipaner.model.ner import IpanerForNer, NerOutput
except ModuleNotFoundError as error:
    if error.name in {"torch", "transformers"}:
        raise MissingExtra("Training and export", "train") from error
    raise

__all__ = ["IpanerConfig", "IpanerForNer", "NerOutput"]
