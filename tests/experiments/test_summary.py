import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra [train]")

from ipaner.evaluation.metrics import entity_counts, micro_f1, position_counts
from ipaner.evaluation.significance import paired_test
from ipaner.experiments.cells import Cell, load_cell, save_cell
from ipaner.experiments.summary import summarise

TAGS = ["B-PER", "I-PER", "O", "B-LOC"]


def cell(arm, seed=0, quality=0.5, base="a"):
    rng = np.random.default_rng((seed, round(100 * quality)))
    counts = {}
    for code in ("sin", "mri", "amh"):
        gold = [[TAGS[i] for i in np.random.default_rng(n).integers(2, 4, size=4)] for n in range(30)]
        found = [[t if rng.random() < quality else "O" for t in sentence] for sentence in gold]
        phones = [[2] * 4] * 30
        counts[f"wikiann_zeroshot/{code}"] = (entity_counts(gold, found), position_counts(gold, found, phones))
    return Cell(arm, base, seed, counts, {"n": seed, "words": {}, "kind": "x"})


def test_one_run_against_another_is_the_paired_test_of_the_evaluation_room():
    a, b = cell("stage 1", quality=0.4), cell("ipac", quality=0.8)
    row = summarise([a, b], "stage 1")["arms"]["ipac"]["groups"]["all"]["strict_f1"]
    expected = paired_test(
        {k: v[0] for k, v in b.counts.items()}, {k: v[0] for k, v in a.counts.items()}, micro_f1, 0, 1000
    ).mean
    assert row["difference"]["value"] == pytest.approx(expected.difference, abs=0.005)
    assert row["difference"]["interval"] == pytest.approx(list(expected.interval), abs=0.005)
    assert row["difference"]["p"] == pytest.approx(expected.p, abs=1e-4)


def test_means_over_runs_and_spread_over_languages():
    runs = [cell("stage 1"), cell("ipac", 1, 0.6), cell("ipac", 2, 0.9)]
    found = summarise(runs, "stage 1")["arms"]["ipac"]
    row = found["groups"]["all"]["strict_f1"]
    each = [[float(micro_f1(c[0].sum(axis=0))) for c in run.counts.values()] for run in runs[1:]]
    assert row["mean"] == pytest.approx(np.mean(each), abs=0.01)
    assert row["std"] == pytest.approx(np.std(np.mean(each, axis=0), ddof=1), abs=0.01)
    assert row["runs"] == pytest.approx(list(np.mean(each, axis=1)), abs=0.01)
    assert row["interval"][0] < row["mean"] < row["interval"][1]
    assert found["groups"]["case 1"]["strict_f1"]["n_languages"] == 2
    assert found["facts"] == {"n": 1.5, "kind": "x"}


def test_runs_that_differ_make_the_interval_wider():
    alike = summarise([cell("x", 1, 0.6), cell("x", 1, 0.6)], "stage 1")["arms"]["x"]["groups"]["all"]["strict_f1"]
    unlike = summarise([cell("x", 1, 0.2), cell("x", 1, 0.9)], "stage 1")["arms"]["x"]["groups"]["all"]["strict_f1"]
    width = [row["interval"][1] - row["interval"][0] for row in (alike, unlike)]
    assert width[1] > 2 * width[0]


def test_each_run_is_compared_on_its_own_base():
    cells = [cell("stage 1", 0, 0.2, "weak"), cell("stage 1", 0, 0.9, "strong")]
    cells += [cell("same", 0, 0.2, "weak"), cell("same", 0, 0.9, "strong")]
    row = summarise(cells, "stage 1")["arms"]["same"]["groups"]["all"]["strict_f1"]
    assert row["difference"]["value"] == 0 and row["difference"]["p"] == 1


def test_a_cell_comes_back_as_it_was(tmp_path):
    first = cell("IPAC, 512 pairs", 3)
    save_cell(first, tmp_path, "key")
    again, key = load_cell(tmp_path / f"{first.slug}.json")
    assert key == "key" and (again.arm, again.base, again.seed, again.facts) == ("IPAC, 512 pairs", "a", 3, first.facts)
    for name, (entities, positions) in first.counts.items():
        assert np.array_equal(entities, again.counts[name][0]) and np.array_equal(positions, again.counts[name][1])
