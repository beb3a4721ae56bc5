"""``ipaner pairs``: build, count and audit tables of words that sound alike in English and another language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ipaner.cli.output import open_output, output_option
from ipaner.cli.progress import counting
from ipaner.cli.settings import overrides, set_option

if TYPE_CHECKING:
    from ipaner.pairs import Pair
    from ipaner.pairs.build import Report
    from ipaner.pairs.config import PairsConfig

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def pairs() -> None:
    """Build, count and audit tables of English words and their partners in other languages, in IPA."""


@pairs.command()
@click.argument("config", type=_FILE)
@click.option("--out", type=_FILE, help="The table; gzip where it ends in .gz.  [default: NAME.tsv.gz]")
@click.option("--data", type=_FOLDER, help="Folder of lists for sources 'tsv' without a path: LANGUAGE.tsv[.gz].")
@click.option("--pronunciations", type=_FOLDER, help="Folder of pronunciation lists: LANGUAGE-script.tsv[.gz].")
@click.option("--cache", type=_FILE, help="Word cache, so that another build is quick.")
@set_option
@click.option("--plot", type=_FILE, help="Picture of the distances, true pairs against shuffled: .svg or .png.")
@click.option("--report", type=_FILE, help="What was dropped and how well the threshold tells pairs, as JSON.")
def build(
    config: Path,
    out: Path | None,
    data: Path | None,
    pronunciations: Path | None,
    cache: Path | None,
    settings: tuple[str, ...],
    plot: Path | None,
    report: Path | None,
) -> None:
    """Make a table of pairs as CONFIG (YAML) says."""
    from ipaner.pairs.table import write_pairs
    from ipaner.transcription.cache import WordCache

    resolved = _read(config, settings)
    from ipaner.pairs.build import build as make

    with counting("words transcribed") as advance:
        built = make(
            resolved,
            folder=config.parent,
            data=data,
            pronunciations=pronunciations,
            cache=WordCache(cache) if cache else None,
            advance=advance,
        )
    target = out or Path(f"{resolved.name}.tsv.gz")
    if plot:
        from ipaner.pairs.plot import plot_distances

        plot_distances(built.candidates, resolved.max_distance, plot)
    if report:
        from ipaner.pairs.separation import by_family

        families = by_family(built.candidates, resolved.max_distance)
        _write_json(report, built.report.as_dict() | {"separation": {k: v.as_dict() for k, v in families.items()}})
    write_pairs(target, built.pairs)
    _tell(built.report)
    click.echo(f"{target}: {len(built.pairs):,} pairs")


@pairs.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of tables (Markdown, as for a data card).")
@output_option
def stats(file: Path | None, as_json: bool, output: Path | None) -> None:
    """Count the pairs of FILE, or of the package's own table: languages, relations, sources, licences, distances."""
    from ipaner.pairs.statistics import as_markdown, statistics

    found = statistics(_table(file))
    with open_output(output) as stream:
        stream.write(
            json.dumps(found.as_dict(), ensure_ascii=False, indent=2) + "\n" if as_json else as_markdown(found)
        )


@pairs.command()
@click.argument("file", type=_FILE, required=False)
@click.option("-n", "size", type=click.IntRange(min=1), help="Draw a sample of so many pairs, for a reader.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the draw.")
@click.option("--sheet", "sheets", type=_FILE, multiple=True, help="A filled sheet; give two for the agreement.")
@click.option("--dictionary", type=_FOLDER, help="Check against dictionaries: LANGUAGE.tsv[.gz] in this folder.")
@click.option("--languages", help="Only these, separated by commas.")
@click.option("--source", help="Only pairs from this source, such as 'curated'.")
@click.option("--examples", type=click.IntRange(min=0), default=0, help="So many pairs a language that disagree.")
@output_option
def audit(
    file: Path | None,
    size: int | None,
    seed: int,
    sheets: tuple[Path, ...],
    dictionary: Path | None,
    languages: str | None,
    source: str | None,
    examples: int,
    output: Path | None,
) -> None:
    """Have pairs of FILE, or of the package's own table, checked: by readers (-n, then --sheet) or --dictionary."""
    from ipaner.pairs.audit import audit_report, draw, read_sheet, write_sheet
    from ipaner.pairs.dictionary import check, check_report, disagreements

    if sum((size is not None, bool(sheets), dictionary is not None)) != 1:
        raise click.UsageError("Give one of: -n (draw a sample), --sheet (filled ones), --dictionary.")
    table = _table(file)
    chosen = _chosen(table, languages, source)
    if size is not None:
        if output is None:
            raise click.UsageError("Give -o FILE, the sheet to be filled.")
        write_sheet(output, draw(chosen, size, seed))
        return
    if dictionary is not None:
        checked = check(chosen, dictionary)
        result: dict[str, Any] = {"dictionary": check_report(checked)}
        if examples:
            result["examples"] = disagreements(checked, examples, seed)
    else:
        result = audit_report([read_sheet(path, table) for path in sheets])
    with open_output(output) as stream:
        stream.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")


def _read(config: Path, settings: tuple[str, ...]) -> PairsConfig:
    from ipaner.errors import MissingExtra

    try:
        from ipaner.pairs.config import read_config
    except ModuleNotFoundError as error:
        raise MissingExtra("Building a table of pairs", "pairs") from error
    return read_config(config, overrides(settings))


def _table(file: Path | None) -> list[Pair]:
    from ipaner.pairs.shipped import shipped_table
    from ipaner.pairs.table import read_pairs

    return read_pairs(file or shipped_table())


def _chosen(table: list[Pair], languages: str | None, source: str | None) -> list[Pair]:
    from ipaner.errors import ConfigError

    wanted = languages.split(",") if languages else None
    chosen = [p for p in table if (wanted is None or p.language in wanted) and (source is None or p.source == source)]
    if not chosen:
        raise ConfigError("The table has no pair of these languages and this source")
    return chosen


def _tell(report: Report) -> None:
    """What was dropped, a line a language, for people."""
    for language, kept in sorted(report.kept.items()):
        why = ", ".join(f"{n:,} {reason}" for reason, n in sorted(report.dropped[language].items()) if n)
        click.echo(f"{language}: {kept:,} of {report.read[language]:,} kept; dropped: {why or 'none'}", err=True)
    for language, reason in report.left_out.items():
        click.echo(f"{language}: left out. {reason}", err=True)


def _write_json(path: Path, value: object) -> None:
    from ipaner.files import atomic_write

    with atomic_write(path) as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
