"""Files as every room reads and writes them: gzip told by content, UTF-8 with line numbers, whole output or none."""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, TextIO, cast

from ipaner.errors import FormatError, IpanerError

_GZIP_MAGIC = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_DISK_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def open_binary(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file for reading bytes, unpacked if its content (whatever its name) is gzip.

    Raises:
        FormatError: If the file cannot be opened.
    """
    path = Path(path)
    try:
        raw = path.open("rb")
    except OSError as error:
        raise FormatError(f"cannot be read: {error.strerror or error}", path) from error
    with raw:
        if raw.peek(2)[:2] == _GZIP_MAGIC:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield io.BufferedReader(cast(io.RawIOBase, unpacked), 1 << 16)
        else:
            yield raw


def read_lines(path: str | Path) -> Iterator[tuple[int, str]]:
    r"""Lines of a UTF-8 file (plain or gzip) with their numbers, without line ends or byte order mark.

    Only ``\n`` and ``\r\n`` end a line: other characters that Unicode calls line breaks may be part of the text.

    Yields:
        Line number, counted from 1, and the line.

    Raises:
        FormatError: If the file cannot be read, is not UTF-8, or is a damaged or truncated gzip file.
    """
    path = Path(path)
    offset, number = 0, 0
    with open_binary(path) as stream:
        while True:
            number += 1
            try:
                raw = stream.readline()
            except EOFError as error:
                raise FormatError("the gzip file is cut off; copy or download it again", path, number) from error
            except (gzip.BadGzipFile, zlib.error) as error:
                raise FormatError(f"the gzip file is damaged: {error}", path, number) from error
            except OSError as error:
                raise FormatError(f"cannot be read: {error.strerror or error}", path, number) from error
            if not raw:
                return
            start, offset = offset, offset + len(raw)
            if number == 1 and raw.startswith(_BOM):
                start, raw = start + len(_BOM), raw[len(_BOM) :]
            try:
                line = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise _not_utf8(raw, start + error.start, path, number) from error
            yield number, line.removesuffix("\n").removesuffix("\r")


def _not_utf8(line: bytes, offset: int, path: Path, number: int) -> FormatError:
    if number == 1 and line.startswith(_UTF16_BOMS):
        return FormatError(f"is UTF-16, not UTF-8. Convert it: iconv -f UTF-16 -t UTF-8 {path.name}", path, number)
    return FormatError(
        f"is not UTF-8 (at byte {offset}). Convert it from its own encoding, "
        f"for example: iconv -f WINDOWS-1252 -t UTF-8 {path.name}",
        path,
        number,
    )


@contextmanager
def atomic_write(path: str | Path) -> Iterator[TextIO]:
    r"""Write UTF-8 text whole or not at all, packed with gzip if the name ends in ``.gz``; ``\n`` stays ``\n``.

    The text goes to a file beside ``path``, which takes its place when the block ends well. After an error, an
    interrupt or a full disk the former file is as it was. A device or a pipe (``/dev/stdout``) is written directly.

    Raises:
        IpanerError: If the file cannot be written, for instance because the disk is full.

    Example:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "a.txt"
        >>> with atomic_write(target) as stream:
        ...     _ = stream.write("whole")
        >>> target.read_text()
        'whole'
    """
    with atomic_write_bytes(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
        try:
            yield text
            text.flush()
        finally:
            # Detaching flushes, and would fail again on a full disk: the first error is the one to tell.
            with contextlib.suppress(OSError):
                text.detach()


@contextmanager
def atomic_write_bytes(path: str | Path) -> Iterator[BinaryIO]:
    """Write bytes whole or not at all, as `atomic_write` writes text.

    The same bytes give the same file: no name or time is stored in a gzip header.

    Raises:
        IpanerError: If the file cannot be written.
    """
    given = Path(path)
    mode = given.stat().st_mode if given.exists() else None
    # Renaming onto a device would replace the device, so only files are written aside.
    direct = mode is not None and not stat.S_ISREG(mode)
    target = given if direct else Path(os.path.realpath(given))  # a link stays a link: what it points at is replaced
    aside = target if direct else target.with_name(f".ipaner-{os.urandom(8).hex()}.tmp")
    try:
        raw = aside.open("wb" if direct else "xb")
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        with _packed(raw, given) as stream:
            yield stream
        raw.flush()
        if not direct:
            os.fsync(raw.fileno())
        raw.close()
        if not direct:
            if mode is not None:
                aside.chmod(stat.S_IMODE(mode))
            aside.replace(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            raw.close()
        if not direct:
            aside.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _DISK_FULL:
            raise _not_written(path, error) from error
        raise


@contextmanager
def _packed(raw: IO[bytes], path: Path) -> Iterator[BinaryIO]:
    if path.suffix != ".gz":
        yield cast(BinaryIO, raw)
        return
    with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as stream:
        yield cast(BinaryIO, stream)


def _not_written(path: str | Path, error: OSError) -> IpanerError:
    return IpanerError(f"{path}: cannot be written: {error.strerror or error}. Nothing was kept of it")


def sha256(path: str | Path) -> str:
    """SHA-256 of a file's bytes as they lie on disk, in lower-case hexadecimal.

    Raises:
        FormatError: If the file cannot be read.
    """
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise FormatError(f"cannot be read: {error.strerror or error}", path) from error
