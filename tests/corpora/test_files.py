from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ipaner.errors import FormatError, IpanerError
from ipaner.files import atomic_write, atomic_write_bytes, open_binary, read_lines, sha256


def test_gzip_is_told_by_content_not_by_name(write, tmp_path):
    named_plain = tmp_path / "packed.txt"
    named_plain.write_bytes(gzip.compress("māori\n".encode()))
    plain = tmp_path / "plain.gz"
    plain.write_text("māori\n", encoding="utf-8")
    for path in (named_plain, plain, write("both.gz", "māori\n")):
        with open_binary(path) as stream:
            assert stream.read().decode() == "māori\n", path


def test_lines_have_numbers_and_only_line_feeds_end_them(write):
    path = write("a.txt", "\ufeffone\r\ntwo\u2028still two\x0b\x85\n\nfour")
    assert list(read_lines(path)) == [(1, "one"), (2, "two\u2028still two\x0b\x85"), (3, ""), (4, "four")]


def test_concatenated_gzip_members_are_read_through(tmp_path):
    path = tmp_path / "two.gz"
    path.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"b\n"))
    assert [line for _, line in read_lines(path)] == ["a", "b"]


@pytest.mark.parametrize("name", ["latin1.txt", "latin1.txt.gz"])
def test_wrong_encoding_names_line_byte_and_cure(write, name):
    path = write(name, "fine\nK\u00f6ln\n".encode("latin-1"))
    with pytest.raises(FormatError, match=r"latin1.txt(\.gz)?:2: is not UTF-8 \(at byte 6\).*iconv -f") as caught:
        list(read_lines(path))
    assert caught.value.line == 2


def test_byte_offset_counts_the_byte_order_mark(write):
    path = write("bom.txt", b"\xef\xbb\xbfab\xff\n")
    with pytest.raises(FormatError, match="at byte 5"):
        list(read_lines(path))


def test_utf16_is_recognised(write):
    with pytest.raises(FormatError, match="is UTF-16"):
        list(read_lines(write("wide.txt", "word\n".encode("utf-16"))))


@pytest.mark.parametrize("keep", [3, 15, 40])
def test_truncated_gzip(tmp_path, keep):
    packed = gzip.compress(os.urandom(100).hex().encode() + b"\n" + os.urandom(100).hex().encode())
    path = tmp_path / "cut.gz"
    path.write_bytes(packed[:keep])
    with pytest.raises(FormatError, match="cut off") as caught:
        list(read_lines(path))
    assert caught.value.line == 1


def test_truncated_gzip_gives_the_line_where_it_breaks(tmp_path):
    lines = [os.urandom(2000).hex() for _ in range(60)]
    packed = gzip.compress("\n".join(lines).encode())
    path = tmp_path / "cut.gz"
    path.write_bytes(packed[:-100])
    read = []
    with pytest.raises(FormatError, match="cut off") as caught:
        read.extend(line for _, line in read_lines(path))
    assert caught.value.line is not None and 1 < caught.value.line <= 60
    assert path.name in str(caught.value)


@pytest.mark.parametrize("position", [12, -6])  # in the packed data; in the check sum
def test_damaged_gzip(tmp_path, position):
    packed = bytearray(gzip.compress(b"some words of a corpus, long enough to be packed\n" * 20))
    packed[position] ^= 0xFF
    path = tmp_path / "bad.gz"
    path.write_bytes(packed)
    with pytest.raises(FormatError, match="damaged"):
        list(read_lines(path))


def test_missing_file_and_folder(tmp_path):
    for path, reason in ((tmp_path / "no.txt", "No such file"), (tmp_path, "directory")):
        with pytest.raises(FormatError, match=reason):
            list(read_lines(path))
    with pytest.raises(FormatError, match="No such file"):
        sha256(tmp_path / "no.txt")


def test_an_error_of_the_reader_of_lines_is_not_taken_for_the_file_s(write):
    with pytest.raises(EOFError):
        for _ in read_lines(write("a.txt", "a\nb\n")):
            raise EOFError


def test_sha256(write):
    assert sha256(write("a.bin", b"\0abc")) == hashlib.sha256(b"\0abc").hexdigest()


@pytest.mark.parametrize("name", ["out.txt", "out.txt.gz"])
def test_text_and_bytes_arrive(tmp_path, name):
    path = tmp_path / name
    with atomic_write(path) as text:
        text.write("kia ora\n")
    assert [line for _, line in read_lines(path)] == ["kia ora"]
    assert name.endswith(".gz") == path.read_bytes().startswith(b"\x1f\x8b")
    again = tmp_path / "again" / name
    again.parent.mkdir()
    with atomic_write(again) as text:
        text.write("kia ora\n")
    assert path.read_bytes() == again.read_bytes(), "same content, same file"
    with atomic_write_bytes(path) as stream:
        stream.write(b"kia ora\n")
    with open_binary(path) as stream:
        assert stream.read() == b"kia ora\n"
    again.unlink()
    again.parent.rmdir()
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
@pytest.mark.parametrize("name", ["out.txt", "out.txt.gz"])
@pytest.mark.parametrize("existing", [True, False])
def test_an_interrupt_leaves_the_old_file_or_none(tmp_path, error, name, existing):
    path = tmp_path / name
    if existing:
        path.write_bytes(b"old")
    with pytest.raises(error), atomic_write(path) as stream:
        stream.write("new" * 100_000)
        raise error
    assert [file.name for file in tmp_path.iterdir()] == ([name] if existing else [])
    assert not existing or path.read_bytes() == b"old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this platform")
@pytest.mark.parametrize("size", [1, 1_000_000])
def test_full_disk_by_device(tmp_path, size):
    link = tmp_path / "out.txt"
    link.symlink_to("/dev/full")
    for path in (Path("/dev/full"), link):
        for packed in (False, True):
            with (
                pytest.raises(IpanerError, match="cannot be written: No space left"),
                atomic_write_bytes(path) as stream,
            ):
                stream.write(os.urandom(size) if packed else b"x" * size)
        with pytest.raises(IpanerError, match="cannot be written: No space left"), atomic_write(path) as text:
            text.write("x" * size)
    assert Path("/dev/full").is_char_device(), "the device itself must not be replaced"


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are POSIX")
@pytest.mark.parametrize("name", ["out.txt", "out.txt.gz"])
def test_full_disk_by_limit_keeps_the_old_file(tmp_path, name):
    """A real failing write beside an existing file: the process may not write files of over 4 KiB."""
    path = tmp_path / name
    path.write_bytes(b"old")
    program = f"""
import os, resource
from ipaner.errors import IpanerError
from ipaner.files import atomic_write
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with atomic_write({str(path)!r}) as stream:
        stream.write(os.urandom(50_000).hex())
except IpanerError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "cannot be written: File too large" in done.stdout
    assert done.stderr == ""
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_links_and_modes_survive(tmp_path):
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    with atomic_write(link) as stream:
        stream.write("new")
    assert link.is_symlink() and real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_no_folder_no_file(tmp_path):
    with pytest.raises(IpanerError, match="cannot be written: No such file"), atomic_write(tmp_path / "no" / "a.txt"):
        pytest.fail("the block must not run")
    with pytest.raises(IpanerError, match="cannot be written"), atomic_write(tmp_path):
        pytest.fail("the block must not run")


def test_a_pipe_is_written_directly(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from ipaner.files import atomic_write\nwith atomic_write('/dev/stdout') as s: s.write('hi')",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "hi"


def test_the_longest_name_a_file_may_have(tmp_path):
    path = tmp_path / ("ក" * 83 + ".txt")  # 253 of the usual 255 bytes
    with atomic_write(path) as stream:
        stream.write("new")
    assert path.read_text() == "new"
