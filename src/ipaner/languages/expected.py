"""What strict F1 to expect of the model in a language, measured or predicted, read from ``expected.tsv``.

``python experiments/predict_f1.py`` writes the file; ``docs/languages.md`` tells how the predictions were checked. All
languages that were measured have lists of their names in the memory: of one that has none, less is to be expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from ipaner.languages.table import Language, languages, rows

Kind = Literal["running", "titles"]
Basis = Literal["measured", "predicted", "supervised"]

KINDS: dict[Kind, str] = {"running": "running text", "titles": "titles"}
"""Kinds of text and what they are called: news and the like, or titles and short sentences of an encyclopedia."""

LEVEL = 80
"""Of a hundred languages, how many should have their F1 inside its interval."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The F1 to expect in a language on one kind of text, in percent.

    Attributes:
        kind: ``running`` or ``titles``.
        basis: ``measured`` where there is annotated text to measure on, else ``predicted``; ``supervised`` where the
            model learnt from annotated text of the language, so that nothing is said of zero-shot quality.
        model: Name of the model.
        predicted: The prediction; where there is a measurement, one made without this language.
        low: Lower end of the prediction's interval, which is meant to hold for `LEVEL` languages of a hundred.
        high: Upper end.
        measured: Mean F1 over the validation sets.
        corpora: What they are called.
    """

    kind: Kind
    basis: Basis
    model: str
    predicted: float | None
    low: float | None
    high: float | None
    measured: float | None
    corpora: tuple[str, ...]

    def in_words(self) -> str:
        """The F1 and where it comes from, for people to read.

        Example:
            >>> Expected("running", "predicted", "m", 12.4, 3.0, 28.2, None, ()).in_words()
            '12 (3–28), predicted for a language whose names are listed'
            >>> Expected("titles", "measured", "m", 35.0, 20.1, 50.0, 33.2, ("wikiann_zeroshot",)).in_words()
            '33, measured on wikiann_zeroshot'
        """
        if self.measured is not None:
            return f"{self.measured:.0f}, measured on {' and '.join(self.corpora)}"
        if self.predicted is not None:
            about = f"{self.predicted:.0f} ({self.low:.0f}–{self.high:.0f})"
            return f"{about}, predicted for a language whose names are listed"
        return "not zero-shot: the model learnt from annotated text of this language"


def expected(language: Language, model: str | None = None) -> tuple[Expected, ...]:
    """What to expect in a language of the table, a kind of text each.

    Nothing is known of other languages, and nothing of one whose back ends a user's own folder has replaced.

    Args:
        language: The language.
        model: Name of the model that is asked about; None means the one the table was made for.

    Example:
        >>> from ipaner import languages
        >>> [row.kind for row in expected(languages.get("mri"))]
        ['running', 'titles']
        >>> expected(languages.get("Awadhi")), expected(languages.get("mri"), "another model")
        ((), ())
    """
    if _backends().get(language.code) != language.backends:
        return ()
    return tuple(row for row in _rows().get(language.code, ()) if model in (None, row.model))


def in_words(found: tuple[Expected, ...]) -> str:
    """What `expected` returned, in a line; nothing where it returned nothing.

    Example:
        >>> from ipaner import languages
        >>> in_words(expected(languages.get("Awadhi")))
        ''
    """
    if not found:
        return ""
    told = dict.fromkeys(
        row.in_words() if row.basis == "supervised" else f"{KINDS[row.kind]} {row.in_words()}" for row in found
    )
    return f"{'; '.join(told)} ({found[0].model})"


@cache
def _backends() -> dict[str, dict[str, str]]:
    return {language.code: dict(language.backends) for language in languages()}


@cache
def _rows() -> dict[str, tuple[Expected, ...]]:
    found: dict[str, tuple[Expected, ...]] = {}
    for row in rows("expected.tsv"):
        value = Expected(
            kind=cast(Kind, row["kind"]),
            basis=cast(Basis, row["basis"]),
            model=row["model"],
            predicted=_number(row["predicted"]),
            low=_number(row["low"]),
            high=_number(row["high"]),
            measured=_number(row["measured"]),
            corpora=tuple(row["corpora"].split(";")) if row["corpora"] else (),
        )
        found[row["code"]] = (*found.get(row["code"], ()), value)
    return found


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
