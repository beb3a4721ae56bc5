"""``ipaner names``: lists of known names, and finding and joining names by sound."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from ipaner.cli.inputs import note_fallback, read_batches, resolve
from ipaner.cli.output import json_line, open_output, output_option
from ipaner.cli.progress import counting
from ipaner.errors import ConfigError, FormatError

if TYPE_CHECKING:
    from rich.text import Text

    from ipaner.names.lookup import Found
    from ipaner.names.match import Match
    from ipaner.names.name import Kind
    from ipaner.names.search import Hit, Passage
    from ipaner.names.user import UserList

_FILE = click.Path(dir_okay=False, path_type=Path)
_PACKAGES = ("cldr", "geonames", "subdivisions", "faker")
_SOURCES = (*_PACKAGES, "curated")


@click.group()
def names() -> None:
    """Lists of known names; finding and joining names by sound, across scripts."""


@names.command()
@click.option("--languages", "codes", metavar="CODES", help="Only names said in these: ISO 639-3, commas between.")
@click.option(
    "--sources",
    default=",".join(_SOURCES),
    show_default=True,
    help="Lists to read, commas between: packages, and the project's own (curated).",
)
@click.option(
    "--own/--no-own",
    default=True,
    show_default=True,
    help="Tell names of a text's own language from others; not for a network that learns from one language only.",
)
@click.option(
    "--text",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of plain text, LANGUAGE.txt[.gz]: its commonest words are told from names that sound like them.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the index.")
def build(codes: str | None, sources: str, own: bool, text: Path | None, out: Path) -> None:
    """Build an index of names from packages and the project's lists."""
    from ipaner import languages
    from ipaner.names.index import build_index
    from ipaner.names.sources import SOURCES, common_words, read_curated
    from ipaner.names.sources.packages import LICENCES

    chosen = [source.strip() for source in sources.split(",") if source.strip()]
    unknown = [source for source in chosen if source not in _SOURCES]
    if unknown or not chosen:
        raise ConfigError(f"No source {', '.join(unknown) or 'given'}. There are: {', '.join(_SOURCES)}")
    wanted = [languages.get(code.strip()).code for code in codes.split(",")] if codes else None
    readers = {**SOURCES, "curated": read_curated}
    with counting("names collected") as advance:
        found = []
        for source in chosen:
            for name in readers[source](wanted):
                found.append(name)
                advance(1)
    if not found:
        raise ConfigError("There is no name in these languages and sources")
    with counting("texts counted", wanted=text is not None) as advance:
        common = common_words(text, advance) if text else None
    total = len({(name.text, name.language) for name in found})
    with counting("names read", total=total) as advance:
        index = build_index(
            found,
            own=own,
            common=common,
            about={"sources": {source: LICENCES[source] for source in chosen}},
            progress=lambda _: advance(1),
        )
    index.save(out)
    click.echo(f"{out}: {len(index):,} names in {len(index.description['languages'])} languages", err=True)


@names.command()
@click.argument("file", type=_FILE)
@click.option("--type", "kind", help="What the names are where FILE does not say: PER, LOC, ORG, or given, town, …")
@click.option("-l", "--language", help="Their language where FILE does not say.")
@click.option("--name", help="What to call the list; by default as the file.")
@click.option("--replace", is_flag=True, help="Replace a list of that name.")
def add(file: Path, kind: str | None, language: str | None, name: str | None, replace: bool) -> None:
    """Add a list of your own, which is then known to 'ipaner names lookup' and to every model with a name memory.

    FILE is UTF-8, a name on each line, or CSV or TSV with a header of name, type and language. It is checked and copied
    into your folder: $IPANER_NAMES, else ipaner/names in the XDG data home.
    """
    from ipaner.names.user import add_list, user_index

    added = add_list(file, kind=_kind(kind), language=language, name=name, replace=replace)
    with counting("names read") as advance:
        user_index(progress=lambda _: advance(1))
    click.echo(f"{added.path}: {_described(added)}", err=True)


@names.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """Your lists."""
    from ipaner.names.user import lists, user_folder

    found = lists()
    if as_json:
        click.echo(json.dumps([asdict(one) | {"path": str(one.path)} for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one.name}: {_described(one)}")
    if not found:
        click.echo(f"No lists in {user_folder()}. Add one: ipaner names add FILE --type LOC -l CODE", err=True)


@names.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove a list of yours."""
    from ipaner.names.user import remove_list

    remove_list(name)
    click.echo(f"Removed {name}", err=True)


@names.command()
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--in", "inputs", multiple=True, metavar="[TEXT | FILE | FOLDER | -]", help="Where to search; repeatable."
)
@click.option("-l", "--language", help="Language of the text: a code or a name.")
@click.option("--query-language", default="eng", show_default=True, help="Language the query is said in.")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=100, show_default=True, help="Most hits to show.")
@click.option("--max-distance", type=click.FloatRange(0, 1), default=0.5, show_default=True)
@click.option("--min-score", type=click.FloatRange(0, 1), default=0.05, show_default=True)
@click.option("--exact-words", is_flag=True, help="No endings, prefixes or clitics beside the name.")
@click.option("--context", type=click.IntRange(min=0), default=40, show_default=True, help="Characters around a hit.")
@click.option("-f", "--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@output_option
@click.option("--whole", is_flag=True, help="A file is one document, not each of its lines.")
@click.option("--jsonl", is_flag=True, help='The input is JSON Lines with "text", "id" and "language".')
def search(
    query: tuple[str, ...],
    inputs: tuple[str, ...],
    language: str | None,
    query_language: str,
    limit: int,
    max_distance: float,
    min_score: float,
    exact_words: bool,
    context: int,
    form: str,
    output: Path | None,
    whole: bool,
    jsonl: bool,
) -> None:
    """Find a name by sound in text of any script.

    QUERY is the name, in any script; several are spellings of one name. Hits come nearest first, each with its score:
    the probability that it is the name, if one word in a thousand is.

    \b
    ipaner names search Kyiv Kiev --in news/ -l bel
    ipaner names search Київ --query-language ukr --in "Киев шаары" -l kir
    """  # noqa: D301 (click reads the backspace: keep these lines)
    from ipaner.names.search import search as find

    asked: set[str] = set()
    with counting("texts read") as advance:
        passages = _passages(inputs, language, whole=whole, jsonl=jsonl, asked=asked, advance=advance)
        hits = find(
            query,
            query_language,
            passages,
            limit=limit,
            farthest=max_distance,
            least=min_score,
            affixes=not exact_words,
            context=context,
        )
    with open_output(output) as stream:
        _write_hits(hits, form, stream)
    note_fallback(asked)
    if not hits:
        click.echo("Nothing sounds like it. Give another spelling, too, or --max-distance 0.7 --min-score 0.", err=True)


@names.command()
@click.argument("left", type=_FILE)
@click.argument("right", type=_FILE)
@click.option("-la", "--left-language", help="Language of LEFT where it does not say.")
@click.option("-lb", "--right-language", help="Language of RIGHT where it does not say.")
@click.option("--one-to-one", is_flag=True, help="No name is the partner of two.")
@click.option("--max-distance", type=click.FloatRange(0, 1), default=0.4, show_default=True)
@click.option("-f", "--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@output_option
def match(
    left: Path,
    right: Path,
    left_language: str | None,
    right_language: str | None,
    one_to_one: bool,
    max_distance: float,
    form: str,
    output: Path | None,
) -> None:
    """Join two lists of names across scripts: the partner of each name of LEFT in RIGHT, by sound.

    Lists are as for 'ipaner names add'; names without a partner are left out.

    \b
    ipaner names match cities.csv towns.csv -la eng -lb amh --one-to-one
    """  # noqa: D301 (click reads the backspace: keep these lines)
    from ipaner.names.match import match as join

    a, b = _entries(left, left_language, "-la"), _entries(right, right_language, "-lb")
    with counting("names compared", total=len(a)) as advance:
        found = join(a, b, farthest=max_distance, one_to_one=one_to_one, progress=advance)
    with open_output(output) as stream:
        _write_matches(found, a, b, form, stream)
    click.echo(f"{len(found):,} of {len(a):,} names have a partner among {len(b):,}", err=True)


@names.command()
@click.argument("text")
@click.option("-l", "--language", required=True, help="Language of TEXT: a code or a name.")
@click.option("--index", type=click.Path(file_okay=False, path_type=Path), help="Another index than the package's.")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Most names to show.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lookup(text: str, language: str, index: Path | None, limit: int, as_json: bool) -> None:
    """Tell which known names, of the package's and of your lists, sound like TEXT."""
    from ipaner.names.index import NameIndex
    from ipaner.names.lookup import look_up
    from ipaner.names.memory import NameMemory
    from ipaner.names.user import user_index

    own = user_index()
    indices = [NameIndex.load(index)] if index else list(NameMemory.load().indices)
    found = look_up(text, language, [*([own] if own else []), *indices], limit=limit)
    if as_json:
        click.echo(json.dumps([_found_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        label = one.name.kind.label or "-"
        click.echo(
            f"{label:<4}{one.distance:5.2f}  {one.name.text}  "
            f"({one.name.language or 'by letters'}; {_kinds(one.name.kind)}) like {one.heard}"
        )
    if not found:
        click.echo("No known name sounds like it.", err=True)


def _passages(
    inputs: tuple[str, ...], language: str | None, *, whole: bool, jsonl: bool, asked: set[str], advance: Any
) -> Iterator[Passage]:
    from ipaner.names.search import Passage

    for batch in read_batches(resolve(inputs), whole=whole, jsonl=jsonl):
        for record in batch:
            name = record.language or language
            if name is None:
                where = f"{record.id}: " if record.id else ""
                raise ConfigError(f"{where}Which language is it? Say so with -l CODE; 'ipaner languages' lists them.")
            asked.add(name)
            yield Passage(record.text, name, record.id)
        advance(len(batch))


def _write_hits(hits: Iterable[Hit], form: str, stream: TextIO) -> None:
    if form == "jsonl":
        for hit in hits:
            stream.write(json_line(asdict(hit)))
        return
    from ipaner.cli.render import console_for

    console = console_for(stream)
    for hit in hits:
        console.print(_hit_line(hit))


def _hit_line(hit: Hit) -> Text:
    from rich.text import Text

    from ipaner.cli.render import visible

    before, text, after = (visible(part).replace("\n", " ") for part in (hit.before, hit.text, hit.after))
    line = Text(f"{100 * hit.score:3.0f} %  {hit.distance:.2f}  ", "dim")
    if hit.id is not None:
        line.append(f"{visible(hit.id)}:{hit.start}  ", "cyan")
    line.append(before.lstrip()).append("[").append(text, "bold green").append(f" /{hit.ipa}/", "italic").append("]")
    return line.append(after.rstrip())


def _entries(path: Path, language: str | None, option: str) -> list[tuple[str, str]]:
    from ipaner import languages
    from ipaner.names.name import Kind
    from ipaner.names.sources import read_table

    code = None if language is None else languages.get(language).code
    try:
        # Of what type a name is does not matter here
        entries = [(name.text, name.language) for name in read_table(path, kind=Kind.PLACE, language=code)]
    except FormatError as error:
        if "which language" in str(error):
            raise FormatError(f"which language is it? Give {option} CODE, or a column 'language'", path) from error
        raise
    if not entries:
        raise FormatError("holds no names", path)
    return entries


def _write_matches(
    found: Iterable[Match], a: list[tuple[str, str]], b: list[tuple[str, str]], form: str, stream: TextIO
) -> None:
    rows = (
        {
            "name": a[one.left][0],
            "partner": b[one.right][0],
            "distance": one.distance,
            "score": one.score,
            "row": one.left,
            "partner_row": one.right,
        }
        for one in found
    )
    if form == "jsonl":
        for row in rows:
            stream.write(json_line(row))
        return
    writer = csv.DictWriter(stream, ["name", "partner", "distance", "score", "row", "partner_row"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _kind(value: str | None) -> Kind | None:
    if value is None:
        return None
    from ipaner.names.name import KIND_NAMES
    from ipaner.names.sources.table import TYPES

    kind = TYPES.get(value.upper()) or KIND_NAMES.get(value.lower())
    if kind is None:
        raise ConfigError(f"No type {value!r}. There are: {', '.join([*TYPES, *KIND_NAMES])}")
    return kind


def _kinds(kind: Kind) -> str:
    from ipaner.names.name import KIND_NAMES

    single = {value: name for name, value in KIND_NAMES.items() if value.bit_count() == 1}
    return ", ".join(single[part] for part in kind)


def _described(one: UserList) -> str:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(one.kinds.items()))
    return f"{one.names:,} names ({kinds}; {', '.join(one.languages)})"


def _found_json(one: Found) -> dict[str, Any]:
    return {
        "name": one.name.text,
        "label": one.name.kind.label,
        "kinds": _kinds(one.name.kind).split(", "),
        "language": one.name.language,
        "distance": one.distance,
        "heard": one.heard,
    }
