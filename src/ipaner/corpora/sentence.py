"""A sentence with named-entity labels: what every reader gives and every writer takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words with their labels.

    Attributes:
        tokens: At least one word, none of them empty.
        tags: One IOB2 label a word: ``O``, ``B-PER``, ``I-PER`` and so on.
        ipa: The corpus's own published transcription, one string a word (empty where it has none), if it has one.

    Raises:
        ValueError: If there is no word, a word is empty, or the lengths differ.

    Example:
        >>> Sentence(("Aroha", "sings"), ("B-PER", "O")).tags
        ('B-PER', 'O')
    """

    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    ipa: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not self.tokens:
            raise ValueError("a sentence needs at least one token")
        if "" in self.tokens:
            raise ValueError(f"token {self.tokens.index('') + 1} is empty")
        if len(self.tags) != len(self.tokens):
            raise ValueError(f"{len(self.tokens)} tokens but {len(self.tags)} tags")
        if self.ipa is not None and len(self.ipa) != len(self.tokens):
            raise ValueError(f"{len(self.tokens)} tokens but {len(self.ipa)} items of ipa")
