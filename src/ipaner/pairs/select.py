"""Which pairs to train with: a part held out by English word, and samples that keep the mix of relations."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ipaner.pairs.pair import Pair

HELD_OUT_SHARE = 10
"""One in so many English words is never trained on."""


def held_out(pair: Pair) -> bool:
    """Whether a pair belongs to the part that is only measured on.

    It depends on the English word alone, so that no English word is on both sides, in whatever language and table.
    """
    digest = hashlib.sha256(pair.english.casefold().encode()).digest()
    return int.from_bytes(digest[:4], "big") % HELD_OUT_SHARE == 0


def select(pairs: Iterable[Pair], size: int | None, seed: int) -> list[Pair]:
    """Draw pairs of one language so that relations keep their shares, and a smaller draw is part of a larger one.

    Args:
        pairs: The pairs to choose from.
        size: How many; None, or more than there are, for all.
        seed: Fixes the order.

    Returns:
        The pairs, in an order of which every beginning has about the shares of the whole.
    """
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.relation].append(pair)
    placed: list[tuple[float, str, Pair]] = []
    for relation, group in sorted(groups.items()):
        order = _shuffled(group, seed)
        rng = random.Random(f"{seed} {relation}")
        offset = rng.random()
        placed += [((i + offset) / len(order), relation, pair) for i, pair in enumerate(order)]
    placed.sort(key=lambda item: item[:2])
    return [pair for _, _, pair in placed[:size]]


def _shuffled(pairs: Sequence[Pair], seed: int) -> list[Pair]:
    """Pairs in an order that depends on the seed and on each pair, not on where it stood."""

    def key(pair: Pair) -> bytes:
        return hashlib.sha256(f"{seed}\t{pair.english}\t{pair.word}".encode()).digest()

    return sorted(pairs, key=key)
