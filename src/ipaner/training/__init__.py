"""Training stages. Needs the extra ``[train]``."""

from ipaner.training.config import TrainConfig, read_config
from ipaner.training.ner import train

__all__ = ["TrainConfig", "read_config", "train"]
