"""The YAML reader: source texts and spans of all scalars, and refusal of all other features."""

import codecs

import pytest

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.yaml import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    Mapping,
    Node,
    Scalar,
    Sequence,
    decode,
    is_null,
    read_yaml,
)


def read(text: str) -> str:
    """The nodes of a text, or what is wrong with it and where."""
    diagnostics = Diagnostics()
    node = read_yaml(text, "f", diagnostics)
    findings = [
        f"{diagnostic.span.line}:{diagnostic.span.column} {diagnostic.code}"
        for diagnostic in diagnostics.sorted()
    ]
    return ", ".join(findings) if node is None or findings else printed(node)


def printed(node: Node) -> str:
    if isinstance(node, Sequence):
        return "[" + " ".join(map(printed, node.items)) + "]"
    if isinstance(node, Mapping):
        return "{" + " ".join(f"{key.text}:{printed(under)}" for key, under in node.entries) + "}"
    return "~" if is_null(node) else node.text


@pytest.mark.parametrize(
    "text, expected",
    [
        # What YAML would make a number, a date or a truth stays the text that was written.
        ("a: 1.50", "{a:1.50}"),
        ("a: 007", "{a:007}"),
        ("a: 0x1F", "{a:0x1F}"),
        ("a: 12e5", "{a:12e5}"),
        ("a: 2022-13-01", "{a:2022-13-01}"),
        ("a: yes", "{a:yes}"),
        ("a: .inf", "{a:.inf}"),
        ("a: 5.5%", "{a:5.5%}"),
        ("a: 0..100", "{a:0..100}"),
        ("a: 12:30:45", "{a:12:30:45}"),
        # Nothing.
        ("a:", "{a:~}"),
        ("a: ~", "{a:~}"),
        ("a: null", "{a:~}"),
        ("a: 'null'", "{a:null}"),
        ("{a, b: c}", "{a:~ b:c}"),
        # Layouts.
        ("a: [b, c]\n", "{a:[b c]}"),
        ("a:\n- b\n- c\n", "{a:[b c]}"),
        ("a: 'it''s'", "{a:it's}"),
        ('a: "\\u88c1"', "{a:裁}"),
        ("a: >-\n  b\n  c\n", "{a:b c}"),
        ("a: 裁员 # 注", "{a:裁员}"),
        ("--- \na: b\n...\n", "{a:b}"),
        ("a: x\u2028y", "{a:x\u2028y}"),
        # Refused.
        ("", "1:1 empty-file"),
        ("# only this\n", "1:1 empty-file"),
        ("~", "1:1 empty-file"),
        ("a: &x b", "1:4 alias"),
        ("a: *x", "1:4 alias"),
        ("a: !!int 3", "1:4 alias"),
        ("a: ! b", "1:4 alias"),
        ("<<: {a: b}", "1:1 alias"),
        ("a: b\na: c\na: d", "2:1 duplicate-key, 3:1 duplicate-key"),
        ("? [a]\n: b", "1:3 wrong-shape"),
        ("%YAML 1.2\n---\na: b", "1:1 yaml-syntax"),
        ("# first\n\n%TAG ! x\n---\na: b", "3:1 yaml-syntax"),
        ("a: b\n---\nc: d", "2:1 yaml-syntax"),
        ("a: b\n...\n%YAML 1.9\n---\nc: d", "1:1 yaml-syntax"),
        ("a: b\x00", "1:5 yaml-syntax"),
        ('a: "\\ud800"', "1:4 yaml-syntax"),
        ("a: b: c", "1:5 yaml-syntax"),
        ("\ta: b", "1:1 yaml-syntax"),
        ("a: [b", "1:6 yaml-syntax"),
        ("裁员: '", "1:5 yaml-syntax"),
    ],
)
def test_a_text_is_read_as_written_or_refused_in_its_place(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text, key, place",
    [
        ("a: b", "a", "1:4-1:5"),
        ("裁员率: 上限 # 注", "裁员率", "1:6-1:8"),
        ("a: '上限'", "a", "1:4-1:8"),
        ('\n\na:   "b c"', "a", "3:6-3:11"),
        ("a: {b: c}", "a", "1:4-1:10"),
        ("a:\n  b: c\n", "a", "2:3-3:1"),
        ("a: 😀 b", "a", "1:4-1:7"),
        ("a:\n\n\nb: c", "a", "1:3-1:3"),
        ("{a, b: c}", "a", "1:3-1:3"),
    ],
)
def test_a_node_stands_where_it_is_written(text: str, key: str, place: str) -> None:
    node = read_yaml(text, "f", Diagnostics())
    assert isinstance(node, Mapping)
    under = node.get(key)
    assert under is not None
    span = under.span
    assert f"{span.line}:{span.column}-{span.end_line}:{span.end_column}" == place


@pytest.mark.parametrize("deeper", ["[", "- ", "{a: ", "? "])
def test_the_deepest_nesting(deeper: str) -> None:
    assert read(deeper * (MAX_DEPTH + 1)).endswith("too-deep")
    assert read(deeper * 100_000).endswith("too-deep")
    assert "too-deep" not in read(deeper * (MAX_DEPTH - 1) + "a")


@pytest.mark.slow
def test_the_longest_text() -> None:
    assert read("#" * MAX_CHARACTERS) == "1:1 empty-file"
    assert read("#" * (MAX_CHARACTERS + 1)) == "1:1 too-large"


def decoded(data: bytes) -> str:
    diagnostics = Diagnostics()
    text = decode(data, "f", diagnostics)
    findings = [
        f"{diagnostic.span.line}:{diagnostic.span.column} {diagnostic.found}"
        for diagnostic in diagnostics.sorted()
    ]
    return ", ".join(findings) if text is None else text


@pytest.mark.parametrize(
    "data, expected",
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (codecs.BOM_UTF8 + b"a", "a"),
        ("裁".encode(), "裁"),
        (b"a\xff", "1:2 byte 0xff at offset 1"),
        (b"a\r\n\r\xff", "3:1 byte 0xff at offset 4"),
        ("裁a".encode() + b"\xff", "1:3 byte 0xff at offset 4"),
        (codecs.BOM_UTF8 + "裁a".encode() + b"\xff", "1:3 byte 0xff at offset 7"),
        (codecs.BOM_UTF8 + b"\xff", "1:1 byte 0xff at offset 3"),
        ("裁员".encode("gb18030"), "1:1 byte 0xb2 at offset 0; it could be GB18030"),
        ("裁员".encode("utf-16"), "1:1 UTF-16 by its byte-order mark"),
        (b"#" * (4 * MAX_CHARACTERS + 1), "1:1 8,000,001 bytes"),
    ],
)
def test_a_file_is_utf_8(data: bytes, expected: str) -> None:
    assert decoded(data) == expected


def test_nodes_are_equal_if_they_say_the_same() -> None:
    first, other = (read_yaml(text, "f", Diagnostics()) for text in ("a: b", "\n\"a\" : 'b'"))
    assert first == other
    assert isinstance(first, Mapping)
    assert isinstance(first.entries[0][0], Scalar)
