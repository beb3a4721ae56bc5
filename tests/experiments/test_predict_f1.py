"""The prediction of F1: the regression against closed forms, and languages that are left out are left out."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "experiments" / "predict_f1.py"


@pytest.fixture(scope="module")
def predict_f1():
    spec = importlib.util.spec_from_file_location("predict_f1", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["predict_f1"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["predict_f1"]


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 5)) * [1, 2, 3, 0.1, 5]
    return x, 50 + x @ [3, -2, 1, 4, 0.5] + rng.normal(size=20)


def test_without_strength_it_is_least_squares(predict_f1, data):
    x, y = data
    ones = np.column_stack([np.ones(len(x)), x])
    oracle = ones @ np.linalg.lstsq(ones, y, rcond=None)[0]
    np.testing.assert_allclose(predict_f1.ridge(x, y, 0.0).predict(x), oracle)


def test_with_strength_it_is_least_squares_of_added_rows(predict_f1, data):
    x, y = data
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    rows = np.vstack([z, np.sqrt(7.0) * np.eye(5)])
    oracle = np.linalg.lstsq(rows, np.concatenate([y - y.mean(), np.zeros(5)]), rcond=None)[0]
    np.testing.assert_allclose(predict_f1.ridge(x, y, 7.0).weights, oracle)


def test_a_feature_that_does_not_vary_says_nothing_and_f1_stays_a_percentage(predict_f1, data):
    x, y = data
    x[:, 2] = 1.0
    fitted = predict_f1.ridge(x, y)
    assert fitted.weights[2] == 0
    assert (fitted.predict(x * 1000) <= 100).all() and (fitted.predict(x * 1000) >= 0).all()


def points_of(predict_f1, y):
    """Two kinds of text for each of ten languages."""
    kinds = ["titles", "running"]
    return [predict_f1.Point(f"l{n // 2}", kinds[n % 2], float(f1), ("c",)) for n, f1 in enumerate(y)]


def test_all_corpora_of_a_language_are_left_out_together(predict_f1, data):
    x, y = data
    codes = [f"l{n // 2}" for n in range(20)]
    before = predict_f1.left_out(x, y, codes)
    changed = y.copy()
    changed[:2] += 1000  # both texts of the first language
    after = predict_f1.left_out(x, changed, codes)
    np.testing.assert_array_equal(after[:2], before[:2])
    assert not np.isclose(after[2:], before[2:]).any()
    oracle = predict_f1.ridge(x[2:], y[2:]).predict(x[:2])
    np.testing.assert_allclose(before[:2], oracle)


@pytest.mark.parametrize(("part", "inside"), [(0.99, True), (1.01, False), (100.0, False)])
def test_the_interval_of_a_language_does_not_see_it(predict_f1, data, part, inside):
    """It lies about a prediction from the others and is as wide as they were missed, whatever the language's own F1."""
    x, y = data
    x[:2] = x[2:].mean(axis=0)
    codes = [p.code for p in points_of(predict_f1, y)]
    centre = predict_f1.ridge(x[2:], y[2:]).predict(x[:2])
    missed = np.abs(predict_f1.left_out(x[2:], y[2:], codes[2:]) - y[2:])
    width = np.array([predict_f1.half_width(missed[0::2]), predict_f1.half_width(missed[1::2])])
    moved = y.copy()
    moved[:2] = centre + part * width
    found = predict_f1.covered(x, moved, points_of(predict_f1, moved))
    assert found[:2].tolist() == [inside, inside]


def test_means_are_of_other_languages_of_that_kind(predict_f1):
    points = points_of(predict_f1, [10, 1, 20, 2, 60, 3])
    np.testing.assert_allclose(predict_f1.mean_of_others(points), [40, 2.5, 35, 2, 15, 1.5])


@pytest.mark.parametrize(("n", "k"), [(9, 8), (4, 4), (28, 24), (19, 16)])
def test_the_width_is_the_conformal_quantile(predict_f1, n, k):
    errors = np.random.default_rng(0).permutation(np.arange(1.0, n + 1))
    assert predict_f1.half_width(errors, 80) == k


def test_too_few_languages_give_no_width(predict_f1):
    assert predict_f1.half_width(np.array([1.0, 2.0, 3.0]), 80) == 100


def test_conformal_intervals_hold_for_as_many_as_promised(predict_f1):
    """Exchangeable errors of nine languages and a tenth: at least 80 % of the tenths are within."""
    errors = np.abs(np.random.default_rng(0).normal(size=(4000, 10)))
    held = np.mean([row[9] <= predict_f1.half_width(row[:9], 80) for row in errors])
    assert 0.78 < held < 0.83


def test_ranks_share_ties(predict_f1):
    stats = pytest.importorskip("scipy.stats")
    a, b = np.array([1.0, 2, 2, 5, 0]), np.array([3.0, 3, 4, 9, 1])
    assert predict_f1.rank_correlation(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)
    assert predict_f1.rank_correlation(a, np.ones(5)) is None


def test_distance_is_between_0_and_1(predict_f1):
    a, b, c = {"a": 0.5, "b": 0.5}, {"a": 0.9, "b": 0.1}, {"c": 1.0}
    assert predict_f1.distance(a, a) == 0
    assert predict_f1.distance(a, c) == 1
    assert 0 < predict_f1.distance(a, b) == predict_f1.distance(b, a) < 1


def test_an_inventory_is_weighed_by_languages_with_text(predict_f1):
    shares = predict_f1.phone_shares({"ita": {"a": 6, "t": 3, "z": 1}, "fin": {"a": 8, "t": 2}}, ["ita", "mri"])
    assert shares["ita"] == {"a": 0.6, "t": 0.3, "z": 0.1}
    assert sum(shares["mri"].values()) == pytest.approx(1)
    assert shares["mri"]["a"] / shares["mri"]["t"] == pytest.approx(0.7 / 0.25)


def test_earlier_stages_supervise_too_but_not_what_teachers_labelled(predict_f1):
    taught = {"teachers": ["runs/a"], "sources": [{"languages": ["tha"]}]}
    stage = {"config": {"groups": [taught, {"sources": [{"languages": ["zho", "est"]}]}]}, "started_from": None}
    found = predict_f1.supervision({"languages": ["deu"], "training": {"started_from": stage}})
    assert found == {"deu", "cmn", "est"}


def test_the_script_writes_results_and_a_table(predict_f1, tmp_path, capsys):
    def results(corpus, f1s):
        path = tmp_path / f"{corpus}.json"
        languages = {code: {"strict_f1": f1} for code, f1 in f1s.items()}
        path.write_text(json.dumps({"corpora": {corpus: {"languages": languages}}}), encoding="utf-8")
        return str(path)

    titles = {"mri": 33, "kur": 54, "sin": 23, "tel": 18, "uzb": 51, "deu": 80, "amh": 12, "ceb": 40}
    paths = [results("wikiann_zeroshot", titles), results("il_ner", {"tel": 17}), results("other", {"tel": 27})]
    (tmp_path / "ipaner.json").write_text(json.dumps({"name": "toy", "languages": ["deu", "hin"]}), encoding="utf-8")
    (tmp_path / "phones").write_text(json.dumps({"deu": {"a": 3, "t": 2}, "hin": {"a": 4, "t": 1}}), encoding="utf-8")
    outputs = ["--out", str(tmp_path / "out.json"), "--table", str(tmp_path / "table.tsv")]
    inputs = ["--model", str(tmp_path), "--phones", str(tmp_path / "phones"), "--sources", "fra"]
    predict_f1.main([*paths, *inputs, *outputs])
    capsys.readouterr()
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert found["supervised"] == ["deu", "fra", "hin"]
    assert found["left_out"]["titles"]["languages"] == 7  # German is no target
    assert found["left_out"]["running"]["half_width"] == 100  # one language allows no interval
    lines = (tmp_path / "table.tsv").read_text(encoding="utf-8").splitlines()
    table = {tuple(line.split("\t")[:2]): line.split("\t") for line in lines[1:]}
    assert len(table) == len(lines) - 1 == 2 * len(predict_f1.all_languages())
    assert table["tel", "running"][6:] == ["22.0", "il_ner;other", "toy"]
    assert table["kmr", "titles"][6] == "54.0"
    assert table["deu", "titles"] == ["deu", "titles", "supervised", "", "", "", "", "", "toy"]
    assert lines == [lines[0], *sorted(lines[1:])]
