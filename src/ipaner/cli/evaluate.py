"""``ipaner evaluate``: a model, annotated sentences, and how well the two agree."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from ipaner.cli.output import open_output, output_option
from ipaner.cli.progress import Advance, counting
from ipaner.errors import ConfigError, LanguageNotSupported

if TYPE_CHECKING:
    from ipaner.corpora import Sentence
    from ipaner.evaluation import Comparison, CorpusResult, TagSentences
    from ipaner.runtime import TaggedTokens, Tagger
    from ipaner.runtime.checkpoint import Precision
    from ipaner.training.hf_tagger import HfTagged

Corpus = Mapping[str, Sequence["Sentence"]]
"""Sentences by the code of their language."""
Files = Mapping["str | None", Mapping[str, Path]]
"""Files by corpus (None for languages right in the folder) and by language."""


@dataclass(frozen=True, slots=True)
class _System:
    """Something that is measured: how it tags, once it knows whom to tell of its progress, and its labels."""

    tagging: Callable[[Advance], TagSentences]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was found out on one corpus."""

    corpus: Corpus
    result: CorpusResult
    against: CorpusResult | None = None
    comparison: Comparison | None = None


@click.command()
@click.option("--model", metavar="FOLDER", help="A model made by 'ipaner export', or 'bundled'.")
@click.option(
    "--hf",
    metavar="NAME",
    help="Instead of --model: a Hugging Face token classifier (hub name or folder), which reads original spelling.",
)
@click.option(
    "--data",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of LANGUAGE/SPLIT.jsonl[.gz], or of corpora that are such folders.",
)
@click.option(
    "--languages",
    "wanted",
    default="all",
    show_default=True,
    help="Codes, case1, case2 or case3 (the papers' groups), separated by commas; all: every language there.",
)
@click.option("--corpora", "names", help="Only these corpora of the folder, separated by commas.")
@click.option("--split", default="validation", show_default=True)
@click.option("--against", metavar="FOLDER", help="A second model: paired test of the first against it.")
@click.option("--precision", type=click.Choice(["int8", "fp32"]), default="int8", show_default=True)
@click.option("--no-names", is_flag=True, help="Measure --model without its name memory.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many sentences of a language, drawn at random.")
@click.option("--seed", default=0, show_default=True, help="Seed of the bootstrap, the test and the draw of --limit.")
@click.option("--errors", "n_errors", type=click.IntRange(min=1), help="Also list so many errors of each language.")
@click.option(
    "--threads", type=click.IntRange(min=1), help="Threads of the network; by default one a core, four at most."
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of tables.")
@output_option
def evaluate(
    model: str | None,
    hf: str | None,
    folder: Path,
    wanted: str,
    names: str | None,
    split: str,
    against: str | None,
    precision: Precision,
    no_names: bool,
    limit: int | None,
    seed: int,
    n_errors: int | None,
    threads: int | None,
    as_json: bool,
    output: Path | None,
) -> None:
    """Measure a model on annotated sentences.

    Reports strict entity F1 and the papers' position_macro_f1, in percent, each with a 95 % bootstrap interval. The
    latter counts the phonemes a corpus publishes with its words, else those of our profile 'core'.

    \b
    ipaner evaluate --model bundled --data data/wikiann_zeroshot --languages case1
    ipaner evaluate --model runs/a --against runs/a-blind --data data/target --json -o results.json
    ipaner evaluate --hf runs/mbert/checkpoint --against bundled --data data/target
    """  # noqa: D301 (click reads the backspace: keep these lines)
    if as_json and n_errors:
        raise click.UsageError("--errors lists errors below the tables; leave out --json.")
    if (model is None) == (hf is None):
        raise click.UsageError("Give what to measure: either --model FOLDER or --hf NAME.")
    from ipaner.corpora import find_splits

    files = _chosen(find_splits(folder, split), names, folder)
    corpora = dict(_read(files, _wanted_codes(wanted), limit, seed))
    if not corpora:
        raise ConfigError(f"{folder} holds no {split} sentences of: {wanted}.")
    systems = [] if hf is None else [_hf_system(hf, threads)]
    if model is not None:
        systems.append(_system(model, precision, threads, names=not no_names))
    if against is not None:
        systems.append(_system(against, precision, threads))
    total = len(systems) * sum(len(sentences) for corpus in corpora.values() for sentences in corpus.values())
    with counting("sentences", total=total) as advance:
        measured = {name: _measure(systems, corpus, seed, advance) for name, corpus in corpora.items()}
    with open_output(output) as stream:
        if as_json:
            objects = {name: _as_json(value) for name, value in measured.items()}
            whole = objects[None] if list(objects) == [None] else {"corpora": {k or ".": v for k, v in objects.items()}}
            stream.write(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
        else:
            _write_tables(stream, measured, split, n_errors or 0)


def _wanted_codes(wanted: str) -> frozenset[str] | None:
    """Codes of the languages asked for; None for all there are."""
    from ipaner import languages

    codes: set[str] = set()
    for name in filter(None, (part.strip() for part in wanted.split(","))):
        if name == "all":
            return None
        codes.update(
            languages.case(int(name[4:])) if name in ("case1", "case2", "case3") else [languages.get(name).code]
        )
    return frozenset(codes)


def _chosen(found: Files, names: str | None, folder: Path) -> Files:
    """The corpora that were asked for; all if none was named."""
    if names is None:
        return found
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    absent = [name for name in wanted if name not in found]
    if absent:
        there = ", ".join(sorted(name for name in found if name)) or "none, only languages"
        raise ConfigError(f"{folder} holds no corpus {', '.join(absent)}. Corpora there: {there}.")
    return {name: found[name] for name in wanted}


def _read(
    found: Files, wanted: frozenset[str] | None, limit: int | None, seed: int
) -> Iterator[tuple[str | None, Corpus]]:
    """Corpora with a language that is wanted, each with its sentences."""
    from ipaner.corpora import read_corpus

    missing = set(wanted or ())
    for name, files in found.items():
        chosen = {code: path for code, path in files.items() if wanted is None or _code(code) in wanted}
        missing -= {_code(code) for code in chosen}
        if chosen:
            yield name, {code: _some(read_corpus(path), limit, seed) for code, path in chosen.items()}
    if missing:
        click.echo(f"Note: there are no sentences of: {', '.join(sorted(missing))}.", err=True)


def _code(folder_name: str) -> str:
    """The table's code of a language that a folder may call otherwise (kur: kmr)."""
    from ipaner import languages

    try:
        return languages.get(folder_name).code
    except LanguageNotSupported:
        return folder_name


def _some(sentences: Sequence[Sentence], limit: int | None, seed: int) -> Sequence[Sentence]:
    if limit is None or limit >= len(sentences):
        return sentences
    return [sentences[i] for i in sorted(random.Random(seed).sample(range(len(sentences)), limit))]


def _system(path: str, precision: Precision, threads: int | None, *, names: bool = True) -> _System:
    from ipaner.runtime import load

    tagger = load(path, precision=precision, threads=threads, names=names)
    return _System(lambda advance: _tag_sentences(tagger, advance), tagger.info.labels)


def _hf_system(name: str, threads: int | None) -> _System:
    from ipaner.errors import MissingExtra
    from ipaner.labels import LABELS

    try:
        import torch

        from ipaner.training.hf_tagger import HfTagger
    except ModuleNotFoundError as error:
        raise MissingExtra("A Hugging Face model", "train") from error
    if threads:
        torch.set_num_threads(threads)
    tagger = HfTagger(name)

    def tagging(advance: Advance) -> TagSentences:
        def tag_sentences(sentences: Sequence[Sentence], language: str) -> Sequence[HfTagged]:
            return tagger.tag([sentence.tokens for sentence in sentences], advance)

        return tag_sentences

    return _System(tagging, LABELS)


def _measure(systems: Sequence[_System], corpus: Corpus, seed: int, advance: Advance) -> _Measured:
    from ipaner import evaluation

    result, *others = [
        evaluation.evaluate(s.tagging(advance), corpus, _phone_counts, labels=s.labels, seed=seed) for s in systems
    ]
    if not others:
        return _Measured(corpus, result)
    return _Measured(corpus, result, others[0], evaluation.compare(result, others[0], seed=seed))


def _tag_sentences(tagger: Tagger, advance: Advance) -> Callable[[Sequence[Sentence], str], Sequence[TaggedTokens]]:
    def tag_sentences(sentences: Sequence[Sentence], language: str) -> Sequence[TaggedTokens]:
        published = [sentence.ipa for sentence in sentences] if tagger.info.profile == "published" else None
        tagged = tagger.tag_tokens([sentence.tokens for sentence in sentences], language, published=published)
        advance(len(sentences))
        return tagged

    return tag_sentences


def _phone_counts(sentence: Sentence, language: str) -> list[int]:
    from ipaner.transcription.lengths import phone_counts

    return phone_counts(sentence.tokens, sentence.ipa, language)


def _as_json(measured: _Measured) -> dict[str, Any]:
    from ipaner import evaluation

    value = evaluation.corpus_json(measured.result)
    if measured.against is not None and measured.comparison is not None:
        value["against"] = evaluation.corpus_json(measured.against)
        value["comparison"] = evaluation.comparison_json(measured.comparison)
    return value


def _write_tables(stream: TextIO, measured: Mapping[str | None, _Measured], split: str, n_errors: int) -> None:
    from rich.console import Console

    from ipaner import evaluation

    console = Console(file=stream, width=None if stream.isatty() else 160, highlight=False, markup=False, emoji=False)
    for name, one in measured.items():
        title = f"{name or 'languages'}, {split}"
        console.print(evaluation.to_rich(evaluation.languages_table(one.result, title)))
        if one.comparison is not None:
            table = evaluation.comparison_table(one.comparison, f"{title}: the model minus the one it is set against")
            console.print(evaluation.to_rich(table))
        for code, language in one.result.languages.items() if n_errors else ():
            wrong = [outcome for outcome in language.outcomes if outcome.kind is not evaluation.Kind.CORRECT][:n_errors]
            tokens = [sentence.tokens for sentence in one.corpus[code]]
            console.print(evaluation.to_rich(evaluation.errors_table(wrong, tokens, f"{title}: errors in {code}")))
