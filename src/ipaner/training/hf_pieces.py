"""Words of original spelling as the pieces that a Hugging Face model reads, whatever its tokenizer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer, PretrainedConfig

from ipaner.errors import ModelFileError

_MOST = 2048
"""Most pieces read at once, however many more a model could."""
_OVERLAP = 4
"""Two windows share at most one in so many pieces."""
_STEP = 16
"""Lengths are padded to a multiple of this."""


class Pieces:
    """A tokenizer that is asked about one word at a time.

    Word pieces and sentence pieces of a word do not depend on its neighbours, and models of characters (CANINE, ByT5)
    read a blank before each word but the first. So words keep their pieces in every window.

    Args:
        tokenizer: Any tokenizer of transformers, fast or not.
        config: Configuration of the model, which knows how much it can read.

    Attributes:
        budget: Pieces of words that fit into one window.
        spaced: Whether a blank is a piece of its own.
        prefix: Special ids before the words.
        suffix: Special ids after them.
    """

    def __init__(self, tokenizer: Any, config: PretrainedConfig) -> None:
        self.tokenizer = tokenizer
        bare, whole, blank = (
            tokenizer.encode(text, add_special_tokens=special)
            for text, special in (("a", False), ("a", True), (" a", False))
        )
        at = next((i for i in range(len(whole)) if whole[i : i + len(bare)] == bare), None)
        if at is None or not bare:
            raise ModelFileError("The tokenizer gives no piece for the letter 'a', so words cannot be told apart")
        self.prefix: list[int] = whole[:at]
        self.suffix: list[int] = whole[at + len(bare) :]
        self.spaced = len(blank) == len(bare) + 1 and blank[1:] == bare
        self._before = "" if blank == bare else " "
        self._nothing = [tokenizer.unk_token_id if tokenizer.unk_token_id is not None else self.prefix[0]]
        self.pad: int = tokenizer.pad_token_id or 0
        self.limit = _limit(tokenizer, config)
        self.budget = self.limit - len(self.prefix) - len(self.suffix)
        self.word = lru_cache(maxsize=200_000)(self._word)

    def _word(self, text: str) -> tuple[int, ...]:
        """Pieces of a word, the blank before it included if that is a piece; one at least besides it.

        Of a word longer than a window the first pieces are kept: the first decides its label.
        """
        ids = self.tokenizer.encode(self._before + text, add_special_tokens=False)
        if len(ids) <= self.spaced:
            ids = [*ids, *self._nothing]
        return tuple(ids[: self.budget])

    def assemble(self, words: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
        """One sequence of ids with special ones around, and where the first piece of each word stands in it."""
        ids, first = list(self.prefix), []
        for number, word in enumerate(words):
            if self.spaced and number == 0:
                word = word[1:]
            first.append(len(ids) + (self.spaced and number > 0))
            ids += word
        return ids + self.suffix, first

    def padded(self, length: int) -> int:
        """The length that a sequence is filled up to.

        It depends on the sequence alone: CANINE's answers change with the padding, and must not with the company.
        """
        return max(length, min(-(-length // _STEP) * _STEP, self.limit))


def windows(sizes: Sequence[int], budget: int, overlap: bool = True) -> Iterator[tuple[int, int]]:
    """Stretches of words that fit: one if all of them do, else several, each with words of the one before.

    Args:
        sizes: Pieces of each word.
        budget: Most pieces of a stretch; a word alone may have more.
        overlap: Whether stretches share words.

    Yields:
        First word and one past the last.

    Example:
        >>> list(windows([4, 4, 4, 4, 4], 8)), list(windows([1] * 10, 8))
        ([(0, 2), (2, 4), (4, 5)], [(0, 8), (6, 10)])
    """
    start = 0
    while start < len(sizes):
        end, used = start + 1, sizes[start]
        while end < len(sizes) and used + sizes[end] <= budget:
            used += sizes[end]
            end += 1
        yield start, end
        if end == len(sizes):
            return
        back, used = end, 0
        share = min(budget // _OVERLAP, budget - sizes[end]) if overlap else 0  # the next word must fit in, too
        while back - 1 > start and used + sizes[back - 1] <= share:
            back -= 1
            used += sizes[back]
        start = back


def read_tokenizer(name: str) -> Any:
    """The tokenizer of a model on the hub or in a folder.

    Raises:
        ModelFileError: If it cannot be read.
    """
    try:
        return AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise unreadable("tokenizer", name, error) from error


def unreadable(what: str, name: str, error: Exception) -> ModelFileError:
    """The error for something of a model that transformers cannot read."""
    where = "the folder" if Path(name).exists() else "the Hugging Face hub, or a local folder of that name,"
    return ModelFileError(f"Cannot read the {what} of '{name}' from {where}: {error}")


def _limit(tokenizer: Any, config: PretrainedConfig) -> int:
    """Pieces that a model reads at once, special ones included."""
    positions = getattr(config, "max_position_embeddings", None) or _MOST
    if config.model_type in _COUNTS_FROM_PAD:
        positions -= (config.pad_token_id or 0) + 1
    return int(min(positions, tokenizer.model_max_length or _MOST, _MOST))


_COUNTS_FROM_PAD = frozenset(
    ("roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "data2vec-text", "longformer", "xmod", "mpnet", "luke")
)
"""Models whose first position has the number of the padding symbol plus one, so that they read that many fewer."""
