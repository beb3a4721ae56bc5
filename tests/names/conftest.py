"""A small real memory: the project's own lists of a few languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipaner.names.index import NameIndex, build_index
from ipaner.names.memory import NameMemory
from ipaner.names.sources import read_curated


@pytest.fixture(scope="session")
def index() -> NameIndex:
    return build_index(read_curated(["kin", "amh", "mri"]), about={"sources": ["curated"]})


@pytest.fixture(scope="session")
def index_folder(index: NameIndex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("names") / "index"
    index.save(folder)
    return folder


@pytest.fixture(scope="session")
def memory(index: NameIndex) -> NameMemory:
    return NameMemory([index])
