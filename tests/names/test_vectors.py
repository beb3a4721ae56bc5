from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from ipaner.errors import MissingExtra, ModelFileError
from ipaner.names import vectors
from ipaner.names.vectors import VectorIndex, sound_vectors


@pytest.fixture
def cloud():
    pytest.importorskip("usearch", reason="needs the extra [names]")
    return np.random.default_rng(0).normal(size=(500, 24)).astype(np.float32)


def oracle(cloud, asked, count):
    unit, other = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (cloud, asked))
    cosines = other @ unit.T
    nearest = np.argsort(-cosines, axis=1)[:, :count]
    return nearest, np.take_along_axis(cosines, nearest, axis=1)


def test_nearest_agree_with_numpy(cloud) -> None:
    asked = cloud[:40] + 0.1
    numbers, cosines = VectorIndex(cloud).nearest(asked, 5)
    expected, expected_cosines = oracle(cloud, asked, 5)
    assert (numbers == expected).mean() > 0.98  # half precision may swap near neighbours
    assert cosines == pytest.approx(expected_cosines, abs=5e-3)


def test_the_graph_finds_nearly_all(cloud, monkeypatch) -> None:
    monkeypatch.setattr(vectors, "EXACT", 0)
    numbers, _ = VectorIndex(cloud).nearest(cloud[:100], 5)
    expected, _ = oracle(cloud, cloud[:100], 5)
    assert np.mean([len(set(a) & set(b)) / 5 for a, b in zip(numbers, expected, strict=True)]) > 0.9
    assert (numbers == VectorIndex(cloud).nearest(cloud[:100], 5)[0]).all()


def test_saved_and_mapped(cloud, tmp_path) -> None:
    index = VectorIndex(cloud)
    index.save(tmp_path / "names.usearch")
    loaded = VectorIndex.load(tmp_path / "names.usearch")
    assert len(loaded) == len(cloud)
    assert (loaded.nearest(cloud[:20], 3)[0] == index.nearest(cloud[:20], 3)[0]).all()


def test_a_broken_file(tmp_path) -> None:
    pytest.importorskip("usearch", reason="needs the extra [names]")
    (tmp_path / "broken").write_bytes(b"no index")
    for name in ("broken", "absent"):
        with pytest.raises(ModelFileError, match="holds no index of vectors"):
            VectorIndex.load(tmp_path / name)


def test_few_vectors_and_none(cloud) -> None:
    numbers, cosines = VectorIndex(cloud[:2]).nearest(cloud[:1], 9)
    assert numbers.shape == cosines.shape == (1, 2)
    assert VectorIndex(cloud[:0]).nearest(cloud[:1], 9)[0].shape == (1, 0)
    assert VectorIndex(cloud).nearest(cloud[:0], 9)[0].shape == (0, 9)


def test_without_usearch_the_cure_is_told(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "usearch", None)
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    with pytest.raises(MissingExtra, match=r"ipaner\[names\]"):
        VectorIndex(np.ones((2, 2), dtype=np.float32))


def test_names_that_sound_alike_are_near() -> None:
    made = sound_vectors(["narobi", "nairobi", "london", "", "zZ"])
    assert np.isfinite(made).all() and not made[3].any()
    assert made[0] @ made[1] > 0.9 > made[0] @ made[2]


def test_nothing_here_needs_a_network() -> None:
    code = (
        "import sys, ipaner.names.search, ipaner.names.match, ipaner.names.user, ipaner.names.lookup;"
        "sys.exit(any(m in sys.modules for m in ('torch', 'usearch', 'babel', 'transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
