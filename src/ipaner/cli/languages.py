"""``ipaner languages``: the languages with a transcription, or one of them in full."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ipaner.errors import ConfigError
from ipaner.languages import PROFILES, Language, all_languages, get, nearest
from ipaner.languages.expected import expected, in_words
from ipaner.languages.measured import Measured, measured

if TYPE_CHECKING:
    from rich.table import Table

_WIDTH = 200  # of a table that is piped: wide enough for one line a language
_WORDS = 12  # shown as examples


@click.command()
@click.argument("code", required=False)
@click.option("--family", help="Only families and branches with this in their name, as in 'Bantu'.")
@click.option("--script", help="Only languages written in this script: an ISO 15924 code, as in 'Cyrl'.")
@click.option("--case", type=click.IntRange(1, 3), help="Only an evaluation case of the papers.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def languages(code: str | None, family: str | None, script: str | None, case: int | None, as_json: bool) -> None:
    """List the languages that can be transcribed, or tell everything about one.

    CODE is an ISO 639 code, a BCP-47 tag or an English name: mi, mri, mi-NZ, Maori. PER is the error of transcription,
    edits per hundred phones; in FPER a substitution counts by how many articulatory features differ. The expected F1 is
    measured where there is annotated text, else predicted, with the range that holds for four languages in five.
    """
    if code is not None:
        if family or script or case:
            raise click.UsageError("CODE and filters exclude each other.")
        _show_one(get(code), as_json)
        return
    chosen = _select(family, script, case)
    if as_json:
        click.echo(_dumps([_as_dict(language) for language in chosen]))
    else:
        _show(_overview(chosen))


def _select(family: str | None, script: str | None, case: int | None) -> list[Language]:
    chosen = [
        language
        for language in all_languages()
        if (family is None or family.casefold() in language.family.casefold())
        and (script is None or script.title() in language.scripts)
        and (case is None or case == language.case)
    ]
    if not chosen:
        families = sorted({language.family.split("/")[0] for language in all_languages()})
        scripts = sorted({name for language in all_languages() for name in language.scripts})
        raise ConfigError(
            f"No language is left by these filters. Families: {', '.join(families)}. Scripts: {', '.join(scripts)}."
        )
    return chosen


def _show_one(language: Language, as_json: bool) -> None:
    from ipaner.transcription.describe import phones

    kin = nearest(language)
    words = list(_examples(language))
    if as_json:
        facts = {"phones": phones(language), "examples": words, "nearest": [other.code for other in kin]}
        click.echo(_dumps(_as_dict(language) | facts))
        return
    table = _table()
    for name, value in {
        "code": language.code,
        "name": language.name,
        "aliases": ", ".join(language.aliases),
        "scripts": ", ".join(language.scripts),
        "family": language.family,
        "case": str(language.case or ""),
        **{profile: "\n".join(_described(language, profile)) for profile in PROFILES},
        "phones": " ".join(phones(language)),
        "examples": ", ".join(map(_example, words)),
        "nearest": ", ".join(f"{other.code} ({other.name})" for other in kin),
        "expected F1": in_words(expected(language)),
    }.items():
        table.add_row(name, value or "–")
    _show(table)


def _described(language: Language, profile: str) -> Iterator[str]:
    """A line for each script, or one for all: back end, its licence, and its error where it was measured."""
    from ipaner.transcription.describe import licence

    scripts = language.scripts if "=" in language.backends[profile] else language.scripts[:1]
    for script in scripts:
        backend = language.backend(profile, script)
        prefix = f"{script}: " if len(scripts) > 1 else ""
        under = f" ({terms})" if (terms := licence(backend)) else ""
        errors = [_error(row) for row in measured(language) if (row.profile, row.script) == (profile, script)]
        yield prefix + backend + under + "; ".join(["", *errors])


def _error(row: Measured) -> str:
    return f"PER {row.per:.1f}, FPER {row.fper:.1f} in {row.words} words of {row.source}"


def _examples(language: Language) -> Iterator[dict[str, Any]]:
    """Some words of the language as profile ``core`` reads them."""
    from ipaner.transcription import Transcriber
    from ipaner.transcription.describe import sample_words

    if words := sample_words(language)[:_WORDS]:
        transcriber = Transcriber(language)
        for word in words:
            phonemes, status = transcriber.transcribe(word)
            yield {"word": word, "phonemes": phonemes, "status": status.value}


def _example(word: dict[str, Any]) -> str:
    note = "" if word["status"] == "ok" else f" ({word['status']})"
    return f"{word['word']} {''.join(word['phonemes'])}{note}"


def _overview(chosen: list[Language]) -> Table:
    table = _table("code", "name", "script", "family", "case", "core back end", "FPER")
    for language in chosen:
        errors = [f"{row.fper:.1f}" for row in measured(language) if row.profile == "core"]
        table.add_row(
            language.code,
            language.name,
            " ".join(language.scripts),
            language.family,
            str(language.case or ""),
            language.backends["core"].replace(";", " "),
            " ".join(errors),
        )
    return table


def _table(*columns: str) -> Table:
    from rich.table import Table

    return Table(*columns, box=None, pad_edge=False, show_header=bool(columns), header_style="bold")


def _show(table: Table) -> None:
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False, markup=False)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(table)


def _as_dict(language: Language) -> dict[str, Any]:
    from ipaner.transcription.describe import licence

    named = {language.backend(profile, script) for profile in PROFILES for script in language.scripts}
    return {
        "code": language.code,
        "name": language.name,
        "aliases": language.aliases,
        "scripts": language.scripts,
        "family": language.family,
        "case": language.case,
        "backends": dict(language.backends),
        "licences": {backend: licence(backend) for backend in sorted(named)},
        "measured": [asdict(row) for row in measured(language)],
        "expected_f1": [asdict(row) for row in expected(language)],
    }


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
