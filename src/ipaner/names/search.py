"""Finding a name by sound in text of any script.

The text is cut into words and each is read twice, in its language and by its letters; so is the query. Stretches of one
to five words are compared with it as wholes (:mod:`ipaner.names.closeness`), with an ending, a prefix or a clitic more
if need be. A bound that ignores order leaves few stretches to align, and equal ones are aligned once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ipaner.document import Word
from ipaner.errors import ConfigError
from ipaner.languages import get
from ipaner.names.closeness import Folded, evidence, learnt, needed_evidence, own_evidence, probability
from ipaner.names.features import LONGEST_SPAN
from ipaner.names.folding import fold
from ipaner.names.readings import by_letters, folded_readings
from ipaner.transcription import Transcriber

FARTHEST, LEAST = 0.5, 0.05
"""Distance up to which, and score from which on, a stretch of text is a hit."""

_JOINERS = frozenset("-‐‑.'’ʼʻ‘·・=＝᠂\u0f0b־")
_BREAK = 2.0
"""What each blank in a stretch costs beyond those of the query."""
_BATCH_WORDS = 200_000
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to search in.

    Attributes:
        text: The text exactly as given.
        language: Language it is in.
        id: What to call it, such as ``file:line``.
    """

    text: str
    language: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of text that sounds like the query.

    Attributes:
        passage: Which of the passages, counted from 0.
        id: What the passage is called.
        language: ISO 639-3 code it was read in.
        start: First code point in the passage's text.
        end: One past the last.
        text: ``passage.text[start:end]``.
        ipa: How it was read, words separated by blanks.
        distance: From 0, the same sounds, to 1.
        score: Probability that it is the name, if one word in a thousand is.
        spelling: The spelling of the query that it is nearest to.
        before: Text before it.
        after: Text behind it.
    """

    passage: int
    id: str | None
    language: str
    start: int
    end: int
    text: str
    ipa: str
    distance: float
    score: float
    spelling: str
    before: str = ""
    after: str = ""


def search(
    query: str | Sequence[str],
    query_language: str,
    passages: Iterable[Passage],
    *,
    limit: int | None = 100,
    farthest: float = FARTHEST,
    least: float = LEAST,
    affixes: bool = True,
    context: int = 40,
    profile: str = "core",
) -> list[Hit]:
    """Find a name by sound.

    Args:
        query: The name, in any script, or several spellings of it.
        query_language: Language the query is said in.
        passages: Texts to search in.
        limit: Most hits to give; None for all.
        farthest: Distance up to which a stretch is a hit.
        least: Score from which on it is.
        affixes: Whether words may have endings, prefixes and clitics that the query has not.
        context: Code points of text to give before and behind a hit.
        profile: Transcription profile.

    Returns:
        Hits that do not overlap, nearest first, then in the order of the text.

    Raises:
        ConfigError: The query has no sound, or a number is out of range.
        LanguageNotSupported: A language is unknown.

    Example:
        >>> hits = search(["Kyiv", "Kiev"], "eng", [Passage("Мэр Кіева выступіў.", "bel")])
        >>> [(hit.text, hit.start, hit.ipa) for hit in hits]
        [('Кіева', 4, 'kʲijeva')]
    """
    if not (0 <= farthest <= 1 and 0 <= least <= 1) or (limit is not None and limit < 1) or context < 0:
        raise ConfigError("A search needs distance and score from 0 to 1, a limit of 1 or more, a context of 0 or more")
    asked = _queries([query] if isinstance(query, str) else list(query), get(query_language).code, profile)
    best: list[tuple[tuple[float, int, int], Hit]] = []
    for batch in _batches(passages, profile):
        hits = batch.hits(asked, (farthest, least), affixes, context)
        ranked = sorted((((h.distance, h.passage, h.start), h) for h in hits), key=lambda entry: entry[0])
        best = list(islice(heapq.merge(best, ranked, key=lambda entry: entry[0]), limit))
    return [hit for _, hit in best]


@dataclass(frozen=True, slots=True, eq=False)
class _Query:
    spelling: str
    folded: Folded
    own: float
    blanks: int


def _queries(spellings: Sequence[str], language: str, profile: str) -> list[_Query]:
    """The different readings of all spellings."""
    found: dict[str, str] = {}
    for spelling in spellings:
        for reading in folded_readings(spelling, language, profile):
            found.setdefault("".join(reading), spelling)
    if not found:
        shown = ", ".join(map(repr, spellings)) or "nothing"
        raise ConfigError(f"There is no sound in the query ({shown}). Give a name, in letters of any script")
    made = [(spelling, Folded.of([reading])) for reading, spelling in found.items()]
    return [_Query(text, folded, float(own_evidence(folded)[0]), len(text.split()) - 1) for text, folded in made]


@lru_cache(maxsize=64)
def _transcriber(language: str, profile: str) -> Transcriber:
    """One a language, so that a word read in one search is known in the next."""
    return Transcriber(language, profile)


def _batches(passages: Iterable[Passage], profile: str) -> Iterator[_Batch]:
    """Passages, so many at a time that memory stays small."""
    batch, words = _Batch(), 0
    for number, passage in enumerate(passages):
        transcriber = _transcriber(passage.language, profile)
        read = transcriber.words(passage.text)
        batch.add(replace(passage, language=transcriber.language.code), number, read)
        words += len(read)
        if words >= _BATCH_WORDS:
            yield batch
            batch, words = _Batch(), 0
    if words:
        yield batch


@dataclass(eq=False)
class _Batch:
    """Words of some passages in a row; an entry without word, of type -1, stands where no stretch may cross."""

    passages: list[tuple[int, Passage]] = field(default_factory=list)
    words: list[Word | None] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    blanks: list[bool] = field(default_factory=list)
    types: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)

    def add(self, passage: Passage, number: int, words: Iterable[Word]) -> None:
        """Take a passage in."""
        end = 0
        for word in words:
            if word.phonemes:
                key = (word.text, word.phonemes)
                self._put(word, self.types.setdefault(key, len(self.types)), blank=word.start > end)
            elif word.text not in _JOINERS:
                self._put(None, -1)
            end = word.end
        self._put(None, -1)
        self.passages.append((number, passage))

    def _put(self, word: Word | None, kind: int, blank: bool = False) -> None:
        self.words.append(word)
        self.blanks.append(blank)
        self.owners.append(len(self.passages))
        self.kinds.append(kind)

    def hits(
        self, queries: Sequence[_Query], limits: tuple[float, float], affixes: bool, context: int
    ) -> Iterator[Hit]:
        """Hits of this batch that do not overlap, passage by passage."""
        if not self.types:
            return
        kinds, blanks = np.array(self.kinds), np.cumsum(self.blanks)
        found = []
        for reading in (
            [fold(phonemes) for _, phonemes in self.types],
            [fold(by_letters(text)) for text, _ in self.types],
        ):
            types = Folded.of(reading)
            for number, query in enumerate(queries):
                for start, width, odds in _near(query, types, (kinds, blanks), limits, affixes):
                    distance = np.clip(1 - odds / query.own, 0, 1)
                    found.append(
                        np.stack([distance, start, np.full(len(start), width), odds, np.full(len(start), number)])
                    )
        if not found:
            return
        rows = np.concatenate(found, axis=1)
        # The nearest first; of equal ones the shorter, then the earlier
        rows = rows[:, np.lexsort((rows[1], rows[2], np.round(rows[0], 6)))]
        taken = np.zeros(len(kinds), dtype=bool)
        for distance, first, width, odds, number in rows.T:
            span = slice(int(first), int(first + width))
            if not taken[span].any():
                taken[span] = True
                yield self._hit(span, float(distance), float(odds), queries[int(number)].spelling, context)

    def _hit(self, span: slice, distance: float, odds: float, spelling: str, context: int) -> Hit:
        words = [word for word in self.words[span] if word is not None]
        number, passage = self.passages[self.owners[span.start]]
        start, end = words[0].start, words[-1].end
        return Hit(
            passage=number,
            id=passage.id,
            language=passage.language,
            start=start,
            end=end,
            text=passage.text[start:end],
            ipa=" ".join("".join(word.phonemes) for word in words),
            distance=round(distance, 4),
            score=round(probability(odds), 4),
            spelling=spelling,
            before=passage.text[max(0, start - context) : start],
            after=passage.text[end : end + context],
        )


def _near(
    query: _Query,
    types: Folded,
    text: tuple[NDArray[np.int64], NDArray[np.int64]],
    limits: tuple[float, float],
    affixes: bool,
) -> Iterator[tuple[NDArray[np.int64], int, NDArray[np.float32]]]:
    """Stretches near enough to a query: where they start, of how many words they are, and their log-odds.

    ``text`` is the type of each word, and how many blanks stand before it.
    """
    (kinds, blanks), (farthest, least) = text, limits
    needed = max((1 - farthest) * query.own, needed_evidence(least))
    # Row -1 is that of no word: a stretch over it has no sound left to align
    reach = np.concatenate([_reach(query.folded, types), np.full((1, query.folded.table.shape[1]), np.inf, np.float32)])
    lengths = np.concatenate([types.lengths, [0]])
    longest = 2 * int(query.folded.lengths[0]) + 8
    each = reach[kinds]
    best, size, sound = each, lengths[kinds], kinds >= 0
    hashes = kinds.astype(np.uint64)
    for width in range(1, LONGEST_SPAN + 1):
        if width > 1:
            ahead = width - 1
            if len(kinds) <= ahead:
                return
            best = np.minimum(best[:-1], each[ahead:])
            size = size[:-1] + lengths[kinds[ahead:]]
            sound = sound[:-1] & (kinds[ahead:] >= 0)
            hashes = hashes[:-1] * _MIX + kinds[ahead:].astype(np.uint64)
        where = np.flatnonzero(sound & (size > 0) & (size <= longest))
        where = where[-best[where].sum(axis=1) >= needed]
        if not len(where):
            continue
        _, first, inverse = np.unique(hashes[where], return_index=True, return_inverse=True)
        odds = evidence(query.folded, _joined(types, kinds, where[first], width), affixes=affixes)[inverse]
        odds -= _BREAK * np.maximum(blanks[where + width - 1] - blanks[where] - query.blanks, 0)
        near = odds >= needed
        yield where[near], width, odds[near]


def _reach(query: Folded, types: Folded) -> NDArray[np.float32]:
    """The least each class of the query can cost against each word, wherever its partner stands: (types, classes)."""
    costs = learnt()
    present = np.zeros((len(types), len(costs.gap)), dtype=bool)
    np.put_along_axis(present, types.table, True, axis=1)
    present[:, 0] = False
    out = np.empty((len(types), query.table.shape[1]), dtype=np.float32)
    for place, symbol in enumerate(query.table[0]):
        out[:, place] = np.where(present, costs.pair[symbol], costs.gap[symbol]).min(axis=1)
        np.minimum(out[:, place], costs.gap[symbol], out=out[:, place])
    return out


def _joined(types: Folded, kinds: NDArray[np.int64], starts: NDArray[np.int64], width: int) -> Folded:
    """Stretches of words as one name each."""
    words = kinds[starts[:, None] + np.arange(width)]
    lengths = types.lengths[words]
    offsets = np.cumsum(lengths, axis=1) - lengths
    total = lengths.sum(axis=1)
    table = np.zeros((len(starts), int(total.max(initial=0))), dtype=np.uint8)
    for place in range(width):
        for column in range(int(lengths[:, place].max(initial=0))):
            rows = np.flatnonzero(lengths[:, place] > column)
            table[rows, offsets[rows, place] + column] = types.table[words[rows, place], column]
    return Folded(table, total)
