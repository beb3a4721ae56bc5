from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ipaner.pairs import Pair, write_pairs

HEADER = "english\tword\trelation\tsource\tlicence\n"


@pytest.fixture
def pair() -> Callable[..., Pair]:
    """A pair of which a test gives what it is about."""

    def make(english: str = "coffee", word: str = "커피", **values: object) -> Pair:
        usual: dict[str, object] = {
            "language": "kor",
            "relation": "loanword",
            "source": "test",
            "licence": "CC0",
            "english_ipa": "k ɔ f iː",
            "ipa": "kʰ ʌ pʰ i",
            "transcribed": "core",
            "distance": 0.1,
        }
        return Pair(english=english, word=word, **(usual | values))  # type: ignore[arg-type]

    return make


@pytest.fixture
def lists(tmp_path: Path) -> Callable[..., Path]:
    """A folder of lists of pairs: rows of (english, word, relation, source, licence) by language."""

    def make(**languages: list[tuple[str, ...]]) -> Path:
        folder = tmp_path / "lists"
        folder.mkdir(exist_ok=True)
        for language, rows in languages.items():
            text = HEADER + "".join("\t".join(row) + "\n" for row in rows)
            (folder / f"{language}.tsv").write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def table(tmp_path: Path, pair: Callable[..., Pair]) -> Path:
    """A table of forty pairs in two languages."""
    path = tmp_path / "table.tsv.gz"
    made = [
        pair(f"word{n}", f"낱말{n}", language=language, distance=n / 100)
        for language in ("hin", "kor")
        for n in range(20)
    ]
    write_pairs(path, made)
    return path


@pytest.fixture
def run() -> Callable[..., Result]:
    """Runs ``ipaner pairs …`` inside this process."""
    from ipaner.cli.group import CommandGroup

    main = CommandGroup(name="ipaner", commands_at={"pairs": ("ipaner.cli.pairs:pairs", "Tables of pairs.")})

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["pairs", *map(str, arguments)], catch_exceptions=False)

    return run


@pytest.fixture(scope="session")
def shared_pairs() -> Path:
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "pairs"
    if not folder.is_dir():
        pytest.skip("the shared lists of pairs are not on this machine")
    return folder


@pytest.fixture(scope="session")
def shared_pronunciations() -> Path:
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "pronunciations"
    if not folder.is_dir():
        pytest.skip("the shared pronunciations are not on this machine")
    return folder
