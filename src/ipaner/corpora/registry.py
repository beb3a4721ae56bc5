"""What may be used for what: target languages, protocols, and licences of corpora.

A model is *zero-shot* if no annotated sentence of a target language shaped it. Two protocols promise that, and `check`
keeps the promise; ``few-shot`` does not make it. The table ``corpora.tsv`` says which corpora may go into weights
that are given away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from ipaner import languages
from ipaner.errors import ConfigError, LanguageNotSupported


class Protocol(StrEnum):
    """What a model may learn from."""

    PAPER = "paper"
    """As the papers: annotated English only, names in English only, nothing at all of a Case 1 language."""
    OPEN = "open"
    """Annotated sentences of every source language; unlabelled text, pairs and names of every language."""
    FEW_SHOT = "few-shot"
    """Annotated sentences of target languages, too; never called zero-shot."""

    @property
    def zero_shot(self) -> bool:
        """Whether a model made so may be called zero-shot."""
        return self is not Protocol.FEW_SHOT


class Stage(StrEnum):
    """What material is used for."""

    PRETRAIN = "pretrain"
    """Masked phonemes of plain text."""
    CONTRASTIVE = "contrastive"
    """Pairs of words."""
    NAMES = "names"
    """Name lists, in a memory or in training."""
    NER = "ner"
    """Supervision by annotated sentences."""
    TUNING = "tuning"
    """Fitting anything else to annotated sentences, such as the temperature of scores."""
    SELECTION = "selection"
    """Choosing a checkpoint or a setting by its score."""
    EVALUATION = "evaluation"
    """Measuring only; allowed for everything."""


_SUPERVISED = (Stage.NER, Stage.TUNING)
_ANNOTATED = (*_SUPERVISED, Stage.SELECTION)

_TARGETS_OF_NO_CASE = ("csb",)

# Codes that mean a target language, or part of one, and that the table of languages does not give to it: the
# Wikipedia of Assyrian is written under arc, and Quechua is a macrolanguage (ISO 639-3).
_QUECHUA = (
    "cqu qub qud quf qug quh quk qul qup qur qus quw qux quy quz qva qvc qve qvh qvi qvj qvl qvm qvn qvo qvp qvs "
    "qvw qvz qwa qwc qwh qws qxa qxc qxh qxl qxn qxo qxp qxr qxt qxu qxw"
)
_ALSO_TARGETS = {"arc": "aii", "syr": "aii", **dict.fromkeys(_QUECHUA.split(), "que")}


@dataclass(frozen=True, slots=True)
class Use:
    """One use that `check` allowed, to be recorded with the model.

    Attributes:
        stage: What the material is used for.
        corpus: Name of the corpus or list.
        language: ISO 639-3 code.
        target: Whether it is a target language.
    """

    stage: Stage
    corpus: str
    language: str
    target: bool


@dataclass(frozen=True, slots=True)
class Licence:
    """Terms of a corpus.

    Attributes:
        name: The licence as stated by its authors.
        ships: Whether weights trained on it may be given away with the package.
        note: What else to know.
    """

    name: str
    ships: bool
    note: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """A known annotated corpus.

    Attributes:
        name: Name of its folder.
        languages: Languages it is known in; `is_target` tells which are targets.
        licence: Its terms.
        withheld: Languages whose part has stricter terms and does not ship.
    """

    name: str
    languages: tuple[str, ...]
    licence: Licence
    withheld: tuple[str, ...]


@cache
def corpora() -> dict[str, Corpus]:
    """Every known annotated corpus by name."""
    table = files("ipaner.corpora").joinpath("corpora.tsv").read_text(encoding="utf-8").splitlines()
    found = {}
    for line in table[1:]:
        name, codes, licence_name, ships_, withheld, note = line.split("\t")
        terms = Licence(licence_name, ships_ == "yes", note)
        found[name] = Corpus(name, tuple(codes.split()), terms, tuple(withheld.split()))
    return found


def canonical(language: str) -> str:
    """One code for all names of a language: what ``kur``, ``kmr``, ``ku`` and ``ku-Latn`` have in common.

    A code that is not in the table of languages is returned in lower case, without script and region.
    """
    code = language.strip().lower().replace("_", "-")
    primary = code.split("-")[0]
    for query in (code, primary):
        try:
            found = languages.get(query).code
        except LanguageNotSupported:
            continue
        return _ALSO_TARGETS.get(found, found)
    return _ALSO_TARGETS.get(primary, primary)


def is_target(language: str) -> bool:
    """Whether a language, by any of its names, is one that models are measured on.

    Example:
        >>> is_target("kur"), is_target("mi-NZ"), is_target("swa")
        (True, True, False)
    """
    return _case(canonical(language)) is not None


def is_case_1(language: str) -> bool:
    """Whether a language, by any of its names, is one of the papers' Case 1: in no model's pre-training."""
    return _case(canonical(language)) == 1


def _case(code: str) -> int | None:
    """Evaluation case of a canonical code, 0 for targets outside the papers' cases, None for source languages."""
    if code in _TARGETS_OF_NO_CASE:
        return 0
    try:
        return languages.get(code).case
    except LanguageNotSupported:
        return None


def check(protocol: Protocol | str, stage: Stage | str, corpus: str, language: str, *, annotated: bool = False) -> Use:
    """Allow or refuse a use of material under a protocol.

    Args:
        protocol: The protocol of the model.
        stage: What the material is used for.
        corpus: Name of the corpus, text or list.
        language: Its language, by code or name.
        annotated: The material is sentences of an annotated corpus, even if their labels are not used. Known corpora
            and the stages ner, tuning and selection count as annotated anyway.

    Returns:
        What to record.

    Raises:
        ConfigError: If the protocol forbids it, with the reason.

    Example:
        >>> check("open", "names", "geonames", "mri").target
        True
    """
    protocol, stage, code = _protocol(protocol), _stage(stage), canonical(language)
    use = Use(stage, corpus, code, is_target(code))
    if stage is Stage.EVALUATION or not protocol.zero_shot:
        return use
    where = f"{corpus} in '{language}' for {stage}: protocol '{protocol}' forbids it"
    if use.target and (annotated or stage in _ANNOTATED or corpus in corpora()):
        raise ConfigError(
            f"{where}. '{code}' is a target language: its annotated sentences are for measuring only: a model "
            "shaped by them is not zero-shot. Take a source language, or protocol 'few-shot'"
        )
    if protocol is Protocol.PAPER:
        if is_case_1(code):
            raise ConfigError(
                f"{where}. '{code}' is a Case 1 language, of which nothing may be seen at any stage: no text, pair or "
                "name. Leave it out, or take protocol 'open'"
            )
        if code != "eng" and stage in (*_SUPERVISED, Stage.NAMES):
            what = "names" if stage is Stage.NAMES else "annotated sentences"
            raise ConfigError(f"{where}: it learns from English {what} only. Leave it out, or take protocol 'open'")
    return use


def _protocol(name: str) -> Protocol:
    try:
        return Protocol(name)
    except ValueError as error:
        raise ConfigError(f"Unknown protocol '{name}'. There are: {', '.join(Protocol)}") from error


def _stage(name: str) -> Stage:
    try:
        return Stage(name)
    except ValueError as error:
        raise ConfigError(f"Unknown stage '{name}'. There are: {', '.join(Stage)}") from error


def check_training(protocol: Protocol | str, corpus: str, language: str, *, ships: bool = False) -> Use:
    """Allow or refuse annotated sentences for supervision, and for weights that ship.

    Args:
        protocol: The protocol of the model.
        corpus: Name of the annotated corpus.
        language: Its language, by code or name.
        ships: The weights will be given away with the package.

    Raises:
        ConfigError: If the protocol or the licence forbids it, with the reason.
    """
    use = check(protocol, Stage.NER, corpus, language)
    if ships and not may_ship(corpus, language):
        terms = licence(corpus)
        raise ConfigError(
            f"{corpus} in '{language}' may not go into weights that ship: {terms.name}"
            f"{f' ({terms.note})' if terms.note else ''}. Leave it out, or train a research variant (ships: false)"
        )
    return use


def licence(corpus: str) -> Licence:
    """Terms of a corpus; one that is not in the registry does not ship."""
    known = corpora().get(corpus)
    return known.licence if known else Licence("unknown", False, "not in the registry of corpora")


def may_ship(corpus: str, language: str) -> bool:
    """Whether the bundled model may be trained on annotated sentences of this corpus and language.

    That needs a licence that lets the weights be given away, and a source language: the bundled model is zero-shot.

    Example:
        >>> may_ship("uner", "srp"), may_ship("uner", "tgl"), may_ship("il_ner", "tel")
        (True, False, False)
    """
    known = corpora().get(corpus)
    if known is None or not known.licence.ships or is_target(language):
        return False
    return canonical(language) not in {canonical(code) for code in known.withheld}
