"""Results as tables: for the terminal through rich, and as Markdown for committed results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipaner.evaluation.outcomes import Kind, Outcome
from ipaner.evaluation.report import Comparison, CorpusResult
from ipaner.evaluation.significance import Difference, Interval, PairedTest

if TYPE_CHECKING:
    from rich.table import Table as RichTable


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text; the first column names the row.

    Attributes:
        title: What it shows.
        header: Names of the columns.
        rows: Cells, one row as long as the header.
        n_last: How many rows at the end sum up the others.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_last: int = 0


def languages_table(result: CorpusResult, title: str) -> Table:
    """One row a language, then mean and standard deviation."""
    header = ("language", "sentences", "entities", "strict F1", "95 %", "P", "R", "with O", "only entities")
    rows = [
        (
            code,
            str(r.n_sentences),
            str(r.strict.overall.n_gold),
            _number(r.strict.f1),
            _interval(r.strict_interval),
            _number(r.strict.overall.precision),
            _number(r.strict.overall.recall),
            _number(None if r.strict_with_o is None else r.strict_with_o.f1),
            _number(None if r.strict_without_o is None else r.strict_without_o.f1),
            _number(r.position.f1),
            _interval(r.position_interval),
            r.positions,
        )
        for code, r in result.languages.items()
    ]
    mean, std = result.mean, result.std
    total = (
        "mean",
        str(sum(r.n_sentences for r in result.languages.values())),
        str(sum(r.strict.overall.n_gold for r in result.languages.values())),
        _number(mean.strict_f1),
        _interval(mean.strict_f1_interval),
        "",
        "",
        _number(mean.strict_f1_with_o),
        _number(mean.strict_f1_without_o),
        _number(mean.position_macro_f1),
        _interval(mean.position_macro_f1_interval),
        "",
    )
    spread = ("std", "", "", _number(std.strict_f1), *[""] * 5, _number(std.position_macro_f1), "", "")
    return Table(title, (*header, "position macro F1", "95 %", "positions"), (*rows, total, spread), n_last=2)


def systems_table(systems: Mapping[str, CorpusResult], title: str) -> Table:
    """One row a system: its means over the languages, such as a model, its blind twin and a baseline."""
    header = ("system", "languages", "strict F1", "95 %", "with O", "only entities", "position macro F1", "95 %")
    rows = [
        (
            name,
            str(len(result.languages)),
            _number(result.mean.strict_f1),
            _interval(result.mean.strict_f1_interval),
            _number(result.mean.strict_f1_with_o),
            _number(result.mean.strict_f1_without_o),
            _number(result.mean.position_macro_f1),
            _interval(result.mean.position_macro_f1_interval),
        )
        for name, result in systems.items()
    ]
    return Table(title, header, tuple(rows))


def comparison_table(comparison: Comparison, title: str) -> Table:
    """One row a language, then the mean: first system minus second, with interval and p-value."""
    header: tuple[str, ...] = ("language", "strict F1", "95 %", "p")
    columns = [_differences(comparison.strict_f1)]
    if comparison.position_macro_f1 is not None:
        header = (*header, "position macro F1", "95 %", "p")
        columns.append(_differences(comparison.position_macro_f1))
    names = (*comparison.strict_f1.by_language, "mean")
    rows = tuple((name, *(cell for column in columns for cell in column[i])) for i, name in enumerate(names))
    return Table(title, header, rows, n_last=1)


def errors_table(outcomes: Sequence[Outcome], tokens: Sequence[Sequence[str]], title: str) -> Table:
    """One row for each entity that went wrong, with the words of the gold and the predicted entity."""
    rows = []
    for outcome in outcomes:
        if outcome.kind is Kind.CORRECT:
            continue
        words = tokens[outcome.sentence]
        shown = [
            "–" if span is None else f"{span.label} {' '.join(words[span.start : span.end])}"
            for span in (outcome.gold, outcome.predicted)
        ]
        rows.append((str(outcome.sentence), outcome.kind.value.replace("_", " "), *shown))
    return Table(title, ("sentence", "error", "gold", "predicted"), tuple(rows))


def to_markdown(table: Table) -> str:
    """The table in GitHub's Markdown, under its title in bold.

    Example:
        >>> print(to_markdown(Table("Two", ("a", "b"), (("x", "1"),))), end="")
        **Two**
        <BLANKLINE>
        | a | b |
        |---|---:|
        | x | 1 |
    """
    rule = "|---" + "|---:" * (len(table.header) - 1) + "|"
    lines = [f"| {' | '.join(_escape(cell) for cell in row)} |" for row in (table.header, *table.rows)]
    return "\n".join([f"**{table.title}**", "", lines[0], rule, *lines[1:]]) + "\n"


def to_rich(table: Table) -> RichTable:
    """The table for a terminal."""
    from rich.table import Table as RichTable
    from rich.text import Text

    out = RichTable(title=Text(table.title))
    for i, name in enumerate(table.header):
        out.add_column(Text(name), justify="right" if i else "left", no_wrap=i == 0)
    for i, row in enumerate(table.rows):
        left = len(table.rows) - i
        out.add_row(*(Text(cell) for cell in row), end_section=left == table.n_last + 1)
    return out


def _differences(test: PairedTest) -> list[tuple[str, str, str]]:
    return [_difference(value) for value in (*test.by_language.values(), test.mean)]


def _difference(value: Difference) -> tuple[str, str, str]:
    return f"{value.difference:+.2f}", f"{value.interval.low:+.2f} to {value.interval.high:+.2f}", f"{value.p:.4f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _interval(interval: Interval) -> str:
    return f"{interval.low:.2f}–{interval.high:.2f}"


def _escape(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
