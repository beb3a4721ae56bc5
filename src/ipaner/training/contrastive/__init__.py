"""Contrastive alignment of an encoder on pairs of words that sound alike across languages (IPAC)."""

from ipaner.training.contrastive.config import AlignConfig, read_align_config
from ipaner.training.contrastive.data import EncodedPairs, choose_pairs, encode_pairs, relatives
from ipaner.training.contrastive.run import align, contrast
from ipaner.training.contrastive.space import Probe, SpaceReport, embed

__all__ = [
    "AlignConfig",
    "EncodedPairs",
    "Probe",
    "SpaceReport",
    "align",
    "choose_pairs",
    "contrast",
    "embed",
    "encode_pairs",
    "read_align_config",
    "relatives",
]
