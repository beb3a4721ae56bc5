from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of the given text or bytes, packed if the name ends in .gz."""

    def write_(name: str, content: str | bytes) -> Path:
        data = content.encode() if isinstance(content, str) else content
        path = tmp_path / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return write_


@pytest.fixture(scope="session")
def ner_data() -> Path:
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ner"
    if not folder.is_dir():
        pytest.skip("the shared corpora are not on this machine")
    return folder
