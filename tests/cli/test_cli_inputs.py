from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipaner.cli import inputs
from ipaner.cli.inputs import Record, read_batches, resolve
from ipaner.errors import ConfigError, FormatError, LimitExceeded


def records(*sources: str | Path, **options: bool) -> list[Record]:
    return [record for batch in read_batches(sources, **options) for record in batch]


class Dribble(io.BytesIO):
    """A stream that hands out a few bytes at a time, as a pipe does."""

    def __init__(self, content: bytes, sizes: list[int]) -> None:
        super().__init__(content)
        self._sizes = iter(sizes)

    def read1(self, size: int | None = -1) -> bytes:
        return super().read(next(self._sizes, -1))


LINES = st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])))


@given(LINES, st.lists(st.integers(1, 9)), st.booleans())
def test_lines_do_not_depend_on_how_the_bytes_arrive(lines, sizes, ends) -> None:
    content = ("\n".join(lines) + ("\n" if ends else "")).encode()
    got = [line for batch in inputs._lines(Dribble(content, sizes), "s") for line in batch]
    expected = content.decode().removesuffix("\n").split("\n") if content else []
    if expected and expected[0].startswith("\ufeff"):
        expected[0] = expected[0][1:]
    assert [text for _, text in got] == expected
    assert [number for number, _ in got] == list(range(1, len(expected) + 1))


def test_lines_of_a_file_have_ids_and_blank_ones_are_left_out(tmp_path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffone \r\n\n  \n\u2028two".encode())
    assert records(path) == [Record("one ", f"{path}:1"), Record("\u2028two", f"{path}:4")]


def test_whole_keeps_the_file_as_it_is(tmp_path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\r\n\r\ntwo\n")
    assert records(path, whole=True) == [Record("one\r\n\r\ntwo\n", str(path))]


def test_gzip_is_read_alike(tmp_path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress("ā\nē\n".encode()))
    assert [r.text for r in records(path)] == ["ā", "ē"]


@pytest.mark.parametrize("keep", [5, 30, 200])
def test_truncated_gzip_is_an_error_that_names_the_file(tmp_path, keep) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(" ".join(str(i * i) for i in range(2000)).encode())[:keep])
    with pytest.raises(FormatError, match=r"a\.txt\.gz: .*gzip"):
        records(path)


def test_json_lines(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [{"text": "Kia ora", "language": "mri", "id": 7}, {"text": "nul \x00"}, {"text": "half \ud83d"}]
    path.write_text("\n\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert records(path) == [
        Record("Kia ora", "7", "mri"),
        Record("nul \x00", f"{path}:3"),
        Record("half \ud83d", f"{path}:5"),
    ]


@pytest.mark.parametrize(
    "line", ["[1]", '{"txt": "a"}', '{"text": 1}', "{", "[" * 100_000, '{"text": "a", "language": 3}']
)
def test_wrong_json_names_file_and_line(tmp_path, line) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "fine"}\n' + line, encoding="utf-8")
    with pytest.raises(FormatError, match=r"a\.jsonl:2: "):
        records(path)


def test_wrong_encoding_names_file_line_and_byte(tmp_path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("plain\nna\xefve\n".encode("latin-1"))
    with pytest.raises(FormatError, match=r"latin\.txt:2: .*0xef at offset 8"):
        records(path)


def test_wrong_encoding_is_counted_from_the_start_of_a_long_file(tmp_path) -> None:
    path = tmp_path / "long.txt"
    good = b"0123456789\n" * 20_000
    path.write_bytes(good + b"\xff\n")
    with pytest.raises(FormatError, match=rf"long\.txt:20001: .*offset {len(good)}"):
        records(path)


def test_utf16_is_recognised(tmp_path) -> None:
    path = tmp_path / "wide.txt"
    path.write_text("Kia ora\n", encoding="utf-16")
    with pytest.raises(FormatError, match="UTF-16"):
        records(path)


def test_empty_file_is_noted(tmp_path, capsys) -> None:
    path = tmp_path / "empty.txt"
    path.touch()
    assert records(path) == []
    assert "empty.txt holds no text" in capsys.readouterr().err


def test_endless_line_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(inputs, "LONGEST_LINE", 1000)
    with pytest.raises(LimitExceeded):
        list(inputs._lines(io.BytesIO(b"\0" * (inputs.CHUNK + 1)), "zeros"))


def test_folder_stands_for_its_text_files_sorted(tmp_path) -> None:
    for name in ("b/2.txt", "a.txt", "b/1.txt.gz", "b/skip.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert resolve([str(tmp_path)]) == [tmp_path / n for n in ("a.txt", "b/1.txt.gz", "b/2.txt")]
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match=r"No \*\.txt"):
        resolve([str(tmp_path / "empty")])


@pytest.mark.parametrize("text", ["Kia ora", "AC/DC in London", "24 km/h?", "x" * 5000, "end.", "nul \0 byte"])
def test_text_is_taken_for_text(text) -> None:
    assert resolve([text]) == [text]


@pytest.mark.parametrize("path", ["notes.txt", "my notes.TXT", "news/today", "a.jsonl.gz", "..\\x"])
def test_missing_file_is_an_error_not_a_text(path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        resolve([path])


def test_argument_that_is_not_utf8() -> None:
    with pytest.raises(FormatError, match="not UTF-8"):
        resolve([b"na\xefve".decode("utf-8", "surrogateescape")])
