from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.runtime.checkpoint import Precision, read_checkpoint
from ipaner.runtime.network import Network, NetworkInput

SIZES = st.lists(st.tuples(st.integers(1, 14), st.integers(1, 9)), min_size=1, max_size=40)


def window(words: int, phones: int, seed: int, shape: bool = False) -> NetworkInput:
    rng = np.random.default_rng(seed)
    ids = rng.integers(5, 60, (words, phones))
    ids[np.arange(phones) >= rng.integers(1, phones + 1, (words, 1))] = 0
    return NetworkInput(ids, rng.integers(0, 2, (words, 8)).astype(np.float32) if shape else None)


@pytest.fixture(scope="module", params=["int8", "fp32"])
def precision(request: pytest.FixtureRequest) -> Precision:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module", params=[False, True], ids=["phonemes", "shape"])
def folder(request: pytest.FixtureRequest, make_checkpoint: Callable[..., Path]) -> Path:
    return make_checkpoint(shape=request.param)


@settings(max_examples=25, deadline=None)
@given(sizes=SIZES)
def test_windows_do_not_see_their_company(folder: Path, precision: Precision, sizes: list[tuple[int, int]]) -> None:
    checkpoint = read_checkpoint(folder, precision)
    inputs = [window(*size, seed, checkpoint.info.shape) for seed, size in enumerate(sizes)]
    alone, together = Network(checkpoint, threads=1), Network(checkpoint, threads=3)
    for one, rows in zip(inputs, together(inputs), strict=True):
        np.testing.assert_array_equal(alone([one])[0], rows)


def test_int8_windows_would_see_their_company_in_one_run(checkpoint_folder: Path) -> None:
    """The reason for one window a run: where this fails, windows may perhaps share runs again."""
    network = Network(read_checkpoint(checkpoint_folder, "int8"), threads=1)
    inputs = [window(6, 4, seed) for seed in range(8)]
    (shared,) = network._session.run(["logits"], {"phonemes": np.stack([one.phonemes for one in inputs])})
    assert any((rows != alone).any() for rows, alone in zip(shared, network(inputs), strict=True))


def test_precisions_agree_on_labels(checkpoint_folder: Path) -> None:
    inputs = [window(10, 5, seed) for seed in range(60)]
    fp32, int8 = (Network(read_checkpoint(checkpoint_folder, p), threads=1)(inputs) for p in ("fp32", "int8"))
    assert np.mean(np.concatenate(fp32).argmax(1) == np.concatenate(int8).argmax(1)) > 0.9


def test_one_network_serves_many_threads(checkpoint_folder: Path) -> None:
    network = Network(read_checkpoint(checkpoint_folder, "int8"), threads=2)
    batches = [[window(1 + (seed + i) % 9, 4, seed + i) for i in range(6)] for seed in range(30)]
    expected = [network(batch) for batch in batches]
    with ThreadPoolExecutor(8) as pool:
        for batch, again in zip(expected, pool.map(network, batches), strict=True):
            for rows, same in zip(batch, again, strict=True):
                np.testing.assert_array_equal(rows, same)


def test_no_windows_no_logits(checkpoint_folder: Path) -> None:
    assert Network(read_checkpoint(checkpoint_folder, "int8"), threads=2)([]) == []
