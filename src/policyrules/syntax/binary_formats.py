"""Recognise binary files by their first bytes."""

from __future__ import annotations

from typing import Final

_SIGNATURES: Final = (
    (b"PK\x03\x04", "a zip archive, such as an Excel file (.xlsx) or a Word file (.docx)"),
    (b"PK\x05\x06", "a zip archive without files"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file, such as an Excel file (.xls)"),
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
)
_SAMPLE_SIZE: Final = 1024
"""The number of bytes that are searched for control characters."""

_TEXT_CONTROLS: Final = frozenset(b"\t\n\r\f\x1b")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def binary_format(data: bytes) -> str:
    """Return the format of a binary file, or an empty text if it may be text.

    >>> binary_format(b"%PDF-1.7")
    'a PDF document'
    >>> binary_format(b"employer: {laid_off: 6}")
    ''
    """
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    start = data[:_SAMPLE_SIZE]
    if len(start) < 8 or start.startswith(_UTF_16):
        return ""
    controls = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in start)
    return "binary data" if controls * 10 >= len(start) else ""
