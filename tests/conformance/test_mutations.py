"""Whatever is done to a text, it is checked: no exception, and every finding in its place, once.

The texts are the good cases and the shipped files with something wrong put into them: a line taken
out, doubled or moved, a word put in the place of another, bytes that are no text.
"""

import random
import re
from collections import Counter

import pytest
from tests.conformance.cases import BASE, CALENDARS, FILES, OTHERS, read_cases, ruleset_text
from tests.support.scale import scaled

from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import CompileResult, File
from policyrules.catalogue.store import shipped_folder
from policyrules.diagnostics import Diagnostics
from policyrules.syntax import yaml

WORDS = """
0|1|-1|2|1/3|1/0|20%|0.2|120%|1e5|30 person|30 month|5 CNY|5 CNY/person|not_stated|pending|none|else
{either: [1, 2]}|{either: [large, small]}|[enterprise, union]|[]|{}|{large: 1, else: 2}|true|null|~
''|""|2022-01-01|2022-02-30|9999-12-31|0001-01-01|0..10|10..0|..|0..|²|٣|e|裁员率|😀|"\\ud800"|\t|\x0b
employer.size|employer.kind|employer.headcount|employer.nope|area.reserve|layoff_rate|layoff_cap|law
insured_kinds|layoffs|subject|formula|count|number|ratio|money|word|words|yes_no|date|person|month|/
employer.size == 'large'|employer.size is none|employer.kind in insured_kinds|0 < layoff_rate <= 1
any(hire.eligible for hire in hires)|count(x in hit_trades for x in employer.trades)|hires|hire.wage
sum(due for hire in hires if hire.eligible)|hires.status|employer.trades|hire|open|list|period|month
years_between(hire.born_on, hire.hired_on)|hire.born_on.year|2022-01|2022|2022-01-01..2022-06-30
max(0, employer.premium)|employer.premium / employer.headcount|-employer.premium|x if y else z|(|1 +
not employer.listed|employer.listed and employer.size|employer.size.x|a b|f'{x}'|x[0]|a := 1|*x|%|@x
count(x for x in y)|裁员率 <= layoff_cap|a ≤ b|0/0|'it''s'|&a b|*a|!x y|| x|eligible|<<|? |: | #|a\u2028b
""".strip("\n").replace("\n", "|")
POOL = [word for word in WORDS.split("|") if word]

CASES = [ruleset_text(case) for case in read_cases("good")]
CASES += [(BASE / name).read_text(encoding="utf-8") for name in OTHERS.values()]


def texts(rnd: random.Random) -> dict[str, str]:
    """The three files of a ruleset, sound ones."""
    if rnd.random() < 0.3:
        folder = shipped_folder()
        ruleset = folder / "cn-nm" / "job-stabilisation-refund.yaml"
        files = {"cn-nm/job-stabilisation-refund.yaml": ruleset}
        files |= {name: folder / name for name in ("vocabulary.yaml", "sources.yaml")}
        return {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    texts_by_path = {path: (BASE / path).read_text(encoding="utf-8") for path in FILES.values()}
    if rnd.random() < 0.6:
        texts_by_path["cn-nm/refund.yaml"] = rnd.choice(CASES)
    return texts_by_path


def scalars(node: yaml.Node) -> list[yaml.Scalar]:
    if isinstance(node, yaml.Scalar):
        return [node] if node.span.line == node.span.end_line else []
    if isinstance(node, yaml.Sequence):
        return [scalar for item in node.items for scalar in scalars(item)]
    return [scalar for key, under in node.entries for scalar in [key, *scalars(under)]]


def mutated(rnd: random.Random, text: str) -> str:
    lines = text.split("\n")
    here = rnd.randrange(len(lines))
    match rnd.randrange(8):
        case 0:
            del lines[here]
        case 1:
            lines.insert(rnd.randrange(len(lines)), lines[here])
        case 2:
            lines[here] = " " * rnd.randrange(9) + lines[here].lstrip()
        case _:
            node = yaml.read_yaml(text, "", Diagnostics())
            scalars_of_file = scalars(node) if node is not None else []
            if scalars_of_file:
                span = rnd.choice(scalars_of_file).span
                line = lines[span.line - 1]
                word = rnd.choice(POOL)
                lines[span.line - 1] = line[: span.column - 1] + word + line[span.end_column - 1 :]
    return "\n".join(lines) or "\n"


def compiled(rnd: random.Random) -> tuple[CompileResult, dict[str, str]]:
    files = texts(rnd)
    wrong = rnd.choice([*files, next(iter(files))])
    for _ in range(rnd.choice([1, 1, 2, 3, 5])):
        files[wrong] = mutated(rnd, files[wrong])
    data = {name: text.encode() for name, text in files.items()}
    if rnd.random() < 0.05:
        data[wrong] = _with_a_byte(rnd, data[wrong])
        files[wrong] = data[wrong].decode("utf-8", errors="replace")
    return compile_ruleset(*(File(*file) for file in data.items()), texts={}), files


def _with_a_byte(rnd: random.Random, data: bytes) -> bytes:
    place = rnd.randrange(len(data))
    return data[:place] + bytes([rnd.randrange(256)]) + data[place + 1 :]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(scaled(4, long=400)))
def test_whatever_is_done_to_a_text_it_is_checked(seed: int) -> None:
    rnd = random.Random(seed)
    for _ in range(60):
        made, files = compiled(rnd)
        for diagnostic in made.diagnostics:
            lines = re.split(r"\r\n?|\n", files[diagnostic.span.path])  # as YAML counts them
            assert 1 <= diagnostic.span.line <= len(lines)
            assert (
                diagnostic.span.column - 1 <= len(lines[diagnostic.span.line - 1])
                or diagnostic.code == "not-utf-8"
            )
            assert not re.search(r"(Node|Tree|Error)\b|object at 0x", diagnostic.message)
        places = Counter(
            (diagnostic.span, diagnostic.code, diagnostic.message)
            for diagnostic in made.diagnostics
        )
        assert not [place for place, times in places.items() if times > 1]


def test_the_sound_texts_are_sound() -> None:
    for text in CASES:
        files = [File(path, (BASE / path).read_bytes()) for path in FILES.values()]
        files[0] = File(files[0].path, text.encode())
        codes = {
            diagnostic.code
            for diagnostic in compile_ruleset(*files, calendars=CALENDARS).diagnostics
        }
        assert codes <= {"overlapping-exceptions", "day-without-row"}
