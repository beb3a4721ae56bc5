"""Taggers over the tiny checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipaner.runtime import Tagger, load


@pytest.fixture(scope="session", params=["int8", "fp32"])
def tagger(request: pytest.FixtureRequest, checkpoint_folder: Path) -> Tagger:
    return load(checkpoint_folder, precision=request.param, threads=1)


@pytest.fixture(scope="session")
def int8_tagger(checkpoint_folder: Path) -> Tagger:
    return load(checkpoint_folder, threads=1)
