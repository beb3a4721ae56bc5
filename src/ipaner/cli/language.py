"""``ipaner language``: make the folder of a language, look for mistakes in it, try its test words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ipaner.errors import ConfigError
from ipaner.files import read_lines

if TYPE_CHECKING:
    from ipaner.transcription.authoring import Outcome

_DATA_ERROR = 3


@click.group()
def language() -> None:
    """Make, check and test a language of your own: a folder of plain files, no code.

    \b
    ipaner language new pis --sample pijin.txt
    ipaner language check pis --sample pijin.txt
    ipaner language test pis
    ipaner --language-dir . transcribe -l pis "Tanggio tumas"
    """  # noqa: D301 (click reads the backspace: keep these lines)


@language.command()
@click.argument("code")
@click.option(
    "--sample",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A text in the language.",
)
@click.option("--name", help="English name; only needed if ipaner does not know the code.")
@click.option("--script", help="ISO 15924 code of the script to map; by default, the one of most letters.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Make the folder in this directory."
)
def new(code: str, sample: Path, name: str | None, script: str | None, out: Path) -> None:
    """Draft a folder from a text: its letters with their number, and what related languages make of each.

    CODE is an ISO 639-3 code, or any label of a known language. A folder that exists is never touched.
    """
    from ipaner.transcription.authoring import draft, write

    made = draft(code, _text(sample), name=name, script=script)
    folder = write(made, out)
    guessed = [guess for guess in made.guesses if guess.source == "romanised"]
    click.echo(
        f"{folder}: {len(made.guesses)} graphemes of {made.language.name} in the script {made.language.scripts[0]}"
    )
    if guessed:
        click.echo("unknown to all relatives, only romanised: " + " ".join(guess.grapheme for guess in guessed))
    click.echo(f"Put map.csv right, complete language.yaml, write tests.psv. Then: ipaner language check {folder}")


@language.command()
@click.argument("folder", metavar="FOLDER|CODE")
@click.option(
    "--sample",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A text in the language: tells letters that the map lacks.",
)
def check(folder: str, sample: Path | None) -> None:
    """Look for mistakes: letters without sound, rules that never apply, phones that no model knows, missing tests.

    Exits with 3 if anything must be mended; warnings may be meant so.
    """
    from ipaner.transcription import authoring

    findings = authoring.check(_path(folder), _text(sample) if sample else "")
    for finding in findings:
        click.echo(f"{'error' if finding.serious else 'warning'}: {finding.problem}")
    errors = sum(finding.serious for finding in findings)
    click.echo(f"errors: {errors}, warnings: {len(findings) - errors}")
    if errors:
        raise click.exceptions.Exit(_DATA_ERROR)


@language.command()
@click.argument("folder", metavar="FOLDER|CODE")
def test(folder: str) -> None:
    """Read the words of tests.psv and show what differs, phone by phone.

    Exits with 3 if anything differs.
    """
    from ipaner.languages.folder import read_folder
    from ipaner.transcription.authoring import try_words

    outcomes = try_words(read_folder(_path(folder)))
    wrong = [outcome for outcome in outcomes if outcome.errors]
    for outcome in wrong:
        click.echo("\n".join(_side_by_side(outcome)) + "\n")
    rate = sum(outcome.errors for outcome in wrong) / sum(outcome.phones for outcome in outcomes)
    click.echo(f"words: {len(outcomes)}, different: {len(wrong)}, phone error rate: {100 * rate:.1f} %")
    if wrong:
        raise click.exceptions.Exit(_DATA_ERROR)


def _path(folder: str) -> Path:
    """The folder itself, or that of the language of this code."""
    if Path(folder).is_dir():
        return Path(folder)
    from ipaner import languages
    from ipaner.languages.discovery import find_folder

    known = languages.get(folder)
    for script in known.scripts:
        kind, _, name = known.backend(script=script).partition(":")
        if kind == "folder":
            return find_folder(name).path
    raise ConfigError(
        f"{known.name} ({known.code}) is read by '{known.backend()}', which is no folder. Make one: "
        f"ipaner language new {known.code} --sample FILE"
    )


def _text(path: Path) -> str:
    return "\n".join(line for _, line in read_lines(path))


def _side_by_side(outcome: Outcome) -> Iterable[str]:
    note = f"  ({outcome.test.note})" if outcome.test.note else ""
    yield f"{outcome.test.word}{note}  tests.psv:{outcome.test.line}"
    widths = [max(_width(wanted), _width(found), 1) for wanted, found in outcome.pairs]
    for label, side in (("wanted", 0), ("found", 1)):
        cells = (_padded(pair[side] or "–", width) for pair, width in zip(outcome.pairs, widths, strict=True))
        yield f"  {label:6}  {' '.join(cells)}".rstrip()
    marks = (
        " " * width if wanted == found else "^" * width
        for (wanted, found), width in zip(outcome.pairs, widths, strict=True)
    )
    yield f"  {'':6}  {' '.join(marks)}".rstrip()


def _padded(phone: str, width: int) -> str:
    return phone + " " * (width - _width(phone))


def _width(phone: str) -> int:
    """Columns that a phone takes: marks stand above or below its letters."""
    return sum(not unicodedata.combining(character) for character in phone)
