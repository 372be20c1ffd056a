"""Facts files: bytes in; known facts, or one clear error, out."""

import pytest
from jsonschema import Draft202012Validator
from tests.support.firm import ruleset

from policyrules.errors import FactsError
from policyrules.intake import Intake, facts_schema, read_facts_file
from policyrules.ir.types import Kind, Type

INTAKE = Intake(ruleset())


def answer(data: bytes, path: str = "firm.yaml") -> str:
    """What is known, or every problem; each on one line."""
    try:
        situation = INTAKE.read(read_facts_file(data, path))
    except FactsError as error:
        return str(error).replace("\n    ", " | ")
    return ", ".join(
        f"{name.removeprefix('employer.')} {known.text(Type(Kind.NUMBER))}"
        for name, known in situation.known.items()
    )


def named(value: object) -> str:
    """The name of a case; a file of 100 MB is no name."""
    return str(value)[:30] if isinstance(value, str) else ""


@pytest.mark.parametrize(
    "name, data, path, expected",
    [
        (
            "YAML keeps each figure as written",
            "employer:\n  layoff_rate: 0.0550\n  size: 大型\n".encode(),
            "firm.yaml",
            "size large, layoff_rate 0.0550",
        ),
        (
            "JSON keeps each figure as written",
            b'{"employer": {"layoff_rate": 0.0550, "dishonesty_listed": true, "kind": null}}',
            "firm.json",
            "layoff_rate 0.0550, dishonesty_listed true",
        ),
        ("JSON on standard input", b'{"employer.laid_off":6}', "standard input", "laid_off 6"),
        (
            "JSON with tabs and escapes",
            b'{\t"employer.kind":"\\u4f01\\u4e1a"}',
            "-",
            "kind enterprise",
        ),
        ("braces of YAML on standard input", b"{employer: {laid_off: 6}}", "-", "laid_off 6"),
        ("null is unknown", b"employer: {laid_off: null, kind: ~, size: }", "f.yaml", ""),
        ("none is a known absence", b"employer: {size: none}", "f.yaml", "size none"),
        ("Windows line endings", b"employer:\r\n  laid_off: 6\r\n", "f.yaml", "laid_off 6"),
        ("a byte-order mark", b'\xef\xbb\xbf{"employer.laid_off": 6}', "f.json", "laid_off 6"),
    ],
    ids=named,
)
def test_a_facts_file_is_understood(name: str, data: bytes, path: str, expected: str) -> None:
    assert answer(data, path) == expected, name


@pytest.mark.parametrize(
    "name, data, path, expected",
    [
        (
            "a misspelt fact",
            b"employer:\n  laidoff: 6\n",
            "f.yaml",
            "f.yaml:2:3: there is no fact `employer.laidoff` [unknown-fact] | found: `6` | remedy: did you mean `employer.laid_off`?",
        ),
        (
            "a negative count in JSON has its place too",
            b'{"employer":\n {"laid_off": -6}}',
            "f.json",
            "f.json:2:3: `employer.laid_off` is out of its range 0 to 10,000,000 [out-of-range] | found: `-6` | expected: a whole number of persons, 0 to 10,000,000 | remedy: it cannot be negative",
        ),
        (
            "an exponent in JSON that is no whole number",
            b'{"employer.laid_off": 15e-1}',
            "f.json",
            "f.json:1:2: `employer.laid_off` has no decimal places [too-many-places] | found: `15e-1` | expected: a whole number of persons, 0 to 10,000,000 | remedy: a count is a whole number",
        ),
        (
            "a list of facts for one",
            b"employer: {laid_off: [6]}",
            "f.yaml",
            "f.yaml:1:12: `employer.laid_off` is not a whole number [wrong-type] | found: a list | expected: a whole number of persons, 0 to 10,000,000",
        ),
        (
            "the date among the facts",
            b"on: 2022-11-25\n",
            "f.yaml",
            "f.yaml:1:1: there is no fact `on` [unknown-fact] | found: `2022-11-25` | remedy: the date is not a fact: give it with `--on`, or in Python with `.on(date)`",
        ),
        (
            "NaN in JSON",
            b'{"employer.laid_off": NaN}',
            "f.json",
            "f.json:1:23: the file is not JSON here: `NaN` is not JSON [unreadable-file] | found: `NaN}` | remedy: a text belongs in quotation marks, and a number has digits only",
        ),
        (
            "an empty file",
            b"",
            "f.json",
            "f.json:1:1: the file is empty [unreadable-file] | expected: facts by their subjects",
        ),
        (
            "nothing but a comment",
            b"# firm\n",
            "f.yaml",
            "f.yaml:1:1: the file is empty [unreadable-file] | expected: facts by their subjects",
        ),
        (
            "a list",
            b"- laid_off: 6\n",
            "f.yaml",
            "f.yaml:1:1: the file does not hold facts [unreadable-file] | found: a list | expected: facts by their subjects, such as `employer: {laid_off: 6}` | remedy: leave out the brackets or the dash: a file has the facts of one case",
        ),
        (
            "a word",
            b'"firm"',
            "f.json",
            "f.json:1:1: the file does not hold facts [unreadable-file] | found: a single text | expected: facts by their subjects, such as `employer: {laid_off: 6}`",
        ),
        (
            "100 MB",
            b"x" * 100_000_000,
            "f.yaml",
            "f.yaml: the file is too large [unreadable-file] | found: more than 8,000,000 bytes | expected: the facts of one case | remedy: is this the right file?",
        ),
        (
            "3 MB of JSON",
            b'{"a": "' + b"x" * 3_000_000 + b'"}',
            "f.json",
            "f.json:1:1: the file is too large [unreadable-file] | found: 3,000,009 characters | expected: at most 2,000,000 | remedy: is this the right file?",
        ),
        (
            "JSON nested 100,000 deep",
            b"[" * 100_000,
            "f.json",
            "f.json:1:34: the file is nested too deeply [unreadable-file] | expected: at most 32 levels",
        ),
        (
            "YAML nested 100,000 deep",
            b"{a: " * 100_000,
            "f.yaml",
            "f.yaml:1:129: the file is nested too deeply [unreadable-file] | expected: at most 32 levels",
        ),
        (
            "an alias bomb",
            b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
            "f.yaml",
            "f.yaml:1:4: anchor `&a` is not part of the language [unreadable-file] | remedy: write it out where it is used",
        ),
        (
            "GB18030 for UTF-8",
            "employer:\n  size: 大型\n".encode("gb18030"),
            "f.yaml",
            "f.yaml:2:9: the file is not UTF-8 text [unreadable-file] | found: byte 0xb4 at offset 18; it could be GB18030 | expected: UTF-8 | remedy: save the file as UTF-8",
        ),
        (
            "a key twice in YAML",
            b"employer:\n  laid_off: 6\n  laid_off: 7\n",
            "f.yaml",
            "f.yaml:3:3: the key `laid_off` is repeated [unreadable-file] | found: the first one is here, f.yaml:2:3 | remedy: keep the one that is right, or rename the other",
        ),
        (
            "a figure that a comma has cut in two",
            b"{employer: {premium_paid: 43.210,55, laid_off: 1,000}}",
            "f.yaml",
            "f.yaml:1:13: `employer.premium_paid` is not an amount [wrong-type] | found: `43.210,55` | expected: an amount in CNY with at most 2 decimal places, 0 to 100,000,000,000 | remedy: write a decimal point as `.`, and thousands without a mark\nf.yaml:1:38: `employer.laid_off` is not a whole number [wrong-type] | found: `1,000` | expected: a whole number of persons, 0 to 10,000,000 | remedy: write it without commas: `1000`",
        ),
        (
            "a subject twice",
            b"employer:\n  laid_off: 6\nemployer:\n  headcount: 30\n",
            "f.yaml",
            "f.yaml:3:1: the key `employer` is repeated [unreadable-file] | found: the first one is here, f.yaml:1:1 | remedy: write `employer:` once, and put the keys of both below it",
        ),
        (
            "a list of items twice, each time with one",
            b"hires:\n  id: p1\nhires:\n  id: p2\n",
            "f.yaml",
            "f.yaml:3:1: the key `hires` is repeated [unreadable-file] | found: the first one is here, f.yaml:1:1 | remedy: rename one; or write `hires:` once, with all that belongs to it",
        ),
        (
            "a list twice in JSON",
            b'{"hires": [{"id": "p1"}], "hires": [{"id": "p2"}]}',
            "f.json",
            "f.json:1:27: the key `hires` is repeated [unreadable-file] | found: the first one is here, f.json:1:2 | remedy: write `hires:` once, and put the keys of both below it",
        ),
        (
            "a subject without its colon",
            b"employer\n  laid_off: 6\n",
            "f.yaml",
            "f.yaml:2:11: the file is not YAML here [unreadable-file] | found: a line above that is not followed by a colon | remedy: write a colon: `employer:`",
        ),
        (
            "a single question mark",
            b"employer:\n  size: ?\n",
            "f.yaml",
            'f.yaml:2:9: the file is not YAML here [unreadable-file] | found: a single `?` | remedy: put it in quotation marks: `"?"`',
        ),
        (
            "a key twice in JSON",
            b'{"laid_off": 6, "laid_off": 7}',
            "f.json",
            "f.json:1:17: the key `laid_off` is repeated [unreadable-file] | found: the first one is here, f.json:1:2 | remedy: keep the one that is right, or rename the other",
        ),
        (
            "a comma too many",
            b'{"a": 1,\n}',
            "f.json",
            "f.json:2:1: the file is not JSON here: a comma before the end [unreadable-file] | found: `}` | remedy: remove the last comma",
        ),
        (
            "a missing comma",
            b'{"a": 1 "b": 2}',
            "f.json",
            'f.json:1:9: the file is not JSON here: an entry does not end [unreadable-file] | found: `"b": 2}` | expected: `,` or `}`',
        ),
        (
            "a missing colon",
            b'{"a" 1}',
            "f.json",
            "f.json:1:6: the file is not JSON here: no `:` after the key `a` [unreadable-file] | found: `1}` | expected: `:`",
        ),
        (
            "a missing value",
            b'{"a": }',
            "f.json",
            "f.json:1:7: the file is not JSON here: a value is missing [unreadable-file] | found: `}` | expected: a JSON value",
        ),
        (
            "a key without quotation marks",
            b"{a: 1}",
            "f.json",
            "f.json:1:2: the file is not JSON here: a key is missing [unreadable-file] | found: `a: 1}` | expected: a key in quotation marks",
        ),
        (
            "a text that does not end",
            b'{"a": "x',
            "f.json",
            'f.json:1:7: the file is not JSON here: a text does not end, or has an unknown escape [unreadable-file] | found: `"x` | expected: `"`',
        ),
        (
            "two values",
            b"{} {}",
            "f.json",
            "f.json:1:4: the file is not JSON here: there is text after the end [unreadable-file] | found: `{}` | expected: one JSON value",
        ),
        (
            "a colon too many in YAML",
            b"a: b: c\n",
            "f.yaml",
            "f.yaml:1:5: the file is not YAML here [unreadable-file] | found: a second `: ` in one line | remedy: a text with `: `, ` #` or a bracket at its start belongs in quotation marks",
        ),
    ],
    ids=named,
)
def test_a_facts_file_is_refused_with_the_place(
    name: str, data: bytes, path: str, expected: str
) -> None:
    assert answer(data, path) == expected, name


def test_the_schema_of_the_facts_is_one_and_takes_a_firm() -> None:
    schema = facts_schema(ruleset())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    good = {
        "employer": {"laid_off": 6, "size": "大型", "layoff_rate": "5.5%"},
        "employer.kind": None,
    }
    assert validator.is_valid(good)
    for bad in ({"employer": {"laidoff": 6}}, {"employer": {"laid_off": -1}}, {"on": "2022-11-25"}):
        assert not validator.is_valid(bad)
