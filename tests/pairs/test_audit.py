from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ipaner.errors import ConfigError, FormatError
from ipaner.pairs import read_pairs
from ipaner.pairs.audit import SHEET_COLUMNS, audit_report, draw, kappa, precision, read_sheet, wilson, write_sheet


def fill(path: Path, judgements: str, reader: str = "a person", to: Path | None = None) -> Path:
    """Write judgements into a sheet, one a line, over and over."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    filled = [header]
    for number, line in enumerate(lines):
        fields = line.split("\t")
        fields[8], fields[10] = judgements[number % len(judgements)], reader
        filled.append("\t".join(fields))
    target = to or path
    target.write_text("\n".join(filled) + "\n", encoding="utf-8")
    return target


@pytest.fixture
def sheet(table, tmp_path) -> Path:
    path = tmp_path / "sheet.tsv"
    write_sheet(path, draw(read_pairs(table), 10, 1))
    return path


def test_a_sample_takes_as_many_of_each_language_and_depends_on_the_seed_only(table):
    pairs = read_pairs(table)
    sample = draw(pairs, 10, 1)
    assert Counter(p.language for p in sample) == {"hin": 5, "kor": 5}
    assert draw(list(reversed(pairs)), 10, 1) == sample != draw(pairs, 10, 2)
    assert set(draw(pairs, 6, 1)) < set(sample)
    with pytest.raises(ConfigError, match="41 was asked for, and there are 40"):
        draw(pairs, 41, 1)


def test_a_sheet_has_the_columns_readers_need(sheet):
    assert tuple(sheet.read_text(encoding="utf-8").splitlines()[0].split("\t")) == SHEET_COLUMNS


def test_precision_of_a_filled_sheet(sheet, table):
    found = audit_report([read_sheet(fill(sheet, "yyyy?"), read_pairs(table))])["readers"][0]
    assert found["reader"] == "a person"
    assert found["all"]["n"] == 8 and found["all"]["unsure"] == 2 and found["all"]["precision"] == 1
    assert list(found["languages"]) == ["hin", "kor"]


def test_two_readers(sheet, table, tmp_path):
    pairs = read_pairs(table)
    first = read_sheet(fill(sheet, "yyyyyyyyyn", "A"), pairs)
    second = read_sheet(fill(sheet, "yyyyyyyynn", "B", tmp_path / "b.tsv"), pairs)
    found = audit_report([first, second])
    assert found["agreement"] == 0.9
    assert found["kappa"] == pytest.approx((0.9 - 0.74) / (1 - 0.74))
    assert found["both_y"]["precision"] == 0.8


def test_kappa_equals_sklearns():
    metrics = pytest.importorskip("sklearn.metrics")
    both = [*zip("yyyynn?yyn", "yynynn??yy", strict=True)]
    first, second = zip(*both, strict=True)
    assert kappa(both) == pytest.approx(metrics.cohen_kappa_score(first, second))
    assert kappa([("y", "y")] * 5) is None


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(48, 50, 0.8654, 0.9890), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (0, 0, 0, 1)]
)
def test_wilsons_interval(hits, n, low, high):
    """As scipy.stats.binomtest(hits, n).proportion_ci(method="wilson") has them."""
    assert wilson(hits, n) == pytest.approx((low, high), abs=1e-4)


def test_nothing_judged_has_no_precision():
    assert precision("???").precision is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("word1", "wort1", "was altered"),
        ("\ty\t", "\tyes\t", "judgement 'yes'"),
        ("a person", "", "must name one reader"),
    ],
)
def test_a_sheet_that_was_altered_or_not_filled(sheet, table, old, new, message):
    filled = fill(sheet, "y")
    filled.write_text(filled.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(FormatError, match=message):
        read_sheet(filled, read_pairs(table))


def test_a_sheet_of_another_table(sheet, table, pair):
    with pytest.raises(FormatError, match=r"sheet\.tsv:2: is not in this table"):
        read_sheet(fill(sheet, "y"), [pair()])


def test_a_line_that_stands_twice(sheet, table):
    filled = fill(sheet, "y")
    with filled.open("a", encoding="utf-8") as file:
        file.write(filled.read_text(encoding="utf-8").splitlines()[1] + "\n")
    with pytest.raises(FormatError, match="twice"):
        read_sheet(filled, read_pairs(table))


def test_sheets_that_do_not_belong_together(sheet, table, tmp_path):
    pairs = read_pairs(table)
    first = read_sheet(fill(sheet, "y", "A"), pairs)
    with pytest.raises(ConfigError, match="agreement needs two"):
        audit_report([first, first])
    write_sheet(tmp_path / "other.tsv", draw(pairs, 10, 2))
    other = read_sheet(fill(tmp_path / "other.tsv", "y", "B"), pairs)
    with pytest.raises(ConfigError, match="different samples"):
        audit_report([first, other])
    with pytest.raises(ConfigError, match="one filled sheet, or two"):
        audit_report([])


def test_the_command_draws_and_takes_back(run, table, tmp_path):
    sheet = tmp_path / "sheet.tsv"
    assert run("audit", table, "-n", 10, "--seed", 1, "-o", sheet).exit_code == 0
    again = tmp_path / "again.tsv"
    run("audit", table, "-n", 10, "--seed", 1, "-o", again)
    assert sheet.read_bytes() == again.read_bytes()
    second = fill(sheet, "yn", "B", tmp_path / "b.tsv")
    result = run("audit", table, "--sheet", fill(sheet, "y", "A"), "--sheet", second)
    assert result.exit_code == 0 and json.loads(result.output)["agreement"] == 0.5
    only = tmp_path / "only.tsv"
    run("audit", table, "-n", 4, "--languages", "kor", "--source", "test", "-o", only)
    assert only.read_text(encoding="utf-8").count("\tkor\t") == 4


@pytest.mark.parametrize("arguments", [(), ("-n", 3), ("-n", 3, "--sheet", "a.tsv")])
def test_wrong_usage(run, table, arguments):
    assert run("audit", table, *arguments).exit_code == 2
