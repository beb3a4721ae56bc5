"""``ipaner coverage``: how much of a text a language's rules can read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ipaner.cli.inputs import read_batches, resolve
from ipaner.cli.output import open_output, output_option
from ipaner.document import Status
from ipaner.errors import ConfigError
from ipaner.languages.expected import Expected, expected

if TYPE_CHECKING:
    from ipaner.transcription.coverage import Coverage

_MEANINGS = {
    Status.OK: "read in full",
    Status.PARTIAL: "some letters unknown",
    Status.FALLBACK: "not by the language's own rules",
    Status.FOREIGN: "in another script",
    Status.OPAQUE: "digits, punctuation, emoji (of all words)",
}


@click.command()
@click.argument("inputs", nargs=-1, metavar="[TEXT | FILES | FOLDERS | -]")
@click.option("-l", "--language", required=True, help="Language of the text: a code or a name. See 'ipaner languages'.")
@click.option(
    "--profile",
    type=click.Choice(["core", "published", "espeak"]),
    help="Transcription profile.  [default: that of the model]",
)
@click.option("--model", default="bundled", show_default=True, help="Model whose phones are compared: a folder.")
@click.option("--corpus", is_flag=True, help="The files are annotated corpora: CoNLL or JSON Lines with tokens.")
@click.option("-n", "--characters", default=20, show_default=True, help="Unknown characters to show.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@output_option
def coverage(
    inputs: tuple[str, ...],
    language: str,
    profile: str | None,
    model: str,
    corpus: bool,
    characters: int,
    as_json: bool,
    output: Path | None,
) -> None:
    """Tell how much of a text can be read, which characters are unknown, and which sounds the model never met.

    Input is given as to 'ipaner tag'. Another language in the same script may well be read in full: coverage tells
    what the rules know, not which language it is. The strict F1 to expect on running text is measured, or predicted
    with the range that holds for four languages in five; it is told of the bundled model only.
    """
    from ipaner.runtime.checkpoint import read_checkpoint
    from ipaner.transcription import Transcriber
    from ipaner.transcription.coverage import coverage as measure

    info = read_checkpoint(model).info
    transcriber = Transcriber(language, profile or info.profile, broad=info.broad)
    sources = resolve(inputs)
    texts: Iterable[str | Sequence[str]]
    texts = _tokens(sources) if corpus else (r.text for batch in read_batches(sources) for r in batch)
    found = measure(texts, transcriber)
    known = info.details["training"].get("phones")
    unseen = found.unseen(known) if known is not None else None
    same = transcriber.profile == info.profile
    running = next((row for row in expected(transcriber.language, info.name) if same and row.kind == "running"), None)
    with open_output(output) as stream:
        if as_json:
            stream.write(json.dumps(_as_dict(found, unseen, info.name, running), ensure_ascii=False, indent=2) + "\n")
        else:
            stream.write("\n".join(_lines(found, unseen, info.name, characters, running)) + "\n")


def _tokens(sources: Sequence[str | Path]) -> Iterator[Sequence[str]]:
    from ipaner.corpora import read_corpus

    for source in sources:
        if not isinstance(source, Path):
            raise ConfigError(f"--corpus reads files, and '{source}' is none.")
        for sentence in read_corpus(source):
            yield sentence.tokens


def _as_dict(found: Coverage, unseen: dict[str, int] | None, model: str, running: Expected | None) -> dict[str, Any]:
    return {
        "language": found.language,
        "words": found.words,
        "statuses": {status.value: found.statuses.get(status, 0) for status in Status},
        "shares": {status.value: round(found.share(status), 2) for status in Status},
        "scripts": dict(found.scripts),
        "unknown": [
            {"character": u.character, "name": u.name, "count": u.count, "examples": u.examples} for u in found.unknown
        ],
        "model": model,
        "phones_not_in_training": unseen,
        "expected_f1": asdict(running) if running else None,
        "verdict": found.verdict(),
    }


def _lines(
    found: Coverage, unseen: dict[str, int] | None, model: str, characters: int, running: Expected | None
) -> Iterator[str]:
    yield f"{found.words:,} words read as {found.language}"
    yield ""
    for status in Status:
        count = found.statuses.get(status, 0)
        yield f"  {status.value:<9} {count:>9,}  {found.share(status):5.1f} %  {_MEANINGS[status]}"
    if found.unknown:
        yield ""
        yield f"Characters that the rules do not know: {len(found.unknown)}"
        for unknown in found.unknown[:characters]:
            yield f"  {unknown.character}  {unknown.count:>7,}  {unknown.name}"
            for example in unknown.examples:
                yield f"              {example}"
        if len(found.unknown) > characters:
            yield f"  … and {len(found.unknown) - characters} more: -n {len(found.unknown)}"
    if unseen is not None:
        total = sum(found.phones.values())
        share = 100 * sum(unseen.values()) / total if total else 0.0
        yield ""
        yield f"Phones that {model} never met in training: {share:.1f} % of all"
        if unseen:
            yield "  " + ", ".join(f"{phone} {n:,}" for phone, n in list(unseen.items())[:characters])
    yield ""
    if running:
        yield f"Strict F1 to expect of {model} on running text that is read in full: {running.in_words()}."
    yield found.verdict()
