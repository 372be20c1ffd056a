"""Formatting of random texts keeps every comment and all rules."""

import random
import re

import pytest
from tests.generated.authored import authored
from tests.generated.ledger import ORDINARY, Size
from tests.generated.rulesets import generated
from tests.generated.yaml_text import yaml_text
from tests.support.scale import scaled

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.formatter import FormatResult, format_text
from policyrules.syntax.pretty_printer import print_tree
from policyrules.syntax.reader import read_ruleset, read_sources, read_vocabulary

pytestmark = pytest.mark.slow

READERS = {"ruleset": read_ruleset, "vocabulary": read_vocabulary, "sources": read_sources}
HARD = Size(ORDINARY.facts, ORDINARY.values, ORDINARY.conditions, ORDINARY.depth, nasty=0.6)


def formatted(text: str) -> str:
    result: FormatResult = format_text(text.encode(), "f.yaml")
    assert result.text is not None, text + "\n".join(map(str, result.diagnostics))
    return result.text


@pytest.mark.parametrize("size", [ORDINARY, HARD], ids=["ordinary", "hard"])
def test_every_comment_of_any_author_is_kept_and_the_rules_stay(size: Size) -> None:
    n_comments = 0
    for seed in range(scaled(6, long=2_000)):
        files = generated(random.Random(seed), size)
        data = {"ruleset": files.ruleset, "vocabulary": files.vocabulary, "sources": files.sources}
        for kind, read in READERS.items():
            author = authored(random.Random(seed), data[kind])
            text = formatted(author.text)
            # Each begins with a number of its own: not one is lost, and none is there twice.
            for comment in author.comments:
                ends = [line.endswith(comment) for line in text.splitlines()]
                assert ends.count(True) == 1, (comment, author.text, text)
            n_comments += len(author.comments)
            tree = read(author.text, "", Diagnostics())
            assert tree is not None
            assert read(text, "", Diagnostics()) == tree
            assert formatted(text) == text
            # Without comments and empty lines it is what the printer prints.
            bare = authored(random.Random(seed), data[kind], rate=0)
            lines = [line for line in formatted(bare.text).splitlines() if line]
            bare_tree = read(bare.text, "", Diagnostics())
            assert bare_tree is not None
            assert "\n".join(lines) + "\n" == print_tree(bare_tree)
    assert n_comments > 400


def test_comments_move_no_line_but_those_that_they_are_in() -> None:
    """The lines without comments are those of the text without them, where all is in blocks."""
    for seed in range(scaled(5, long=500)):
        text = formatted(yaml_text(generated(random.Random(seed), ORDINARY).ruleset))
        rng = random.Random(seed)
        lines: list[str] = []
        for line in text.splitlines():
            indent = line[: len(line) - len(line.lstrip())]
            if rng.random() < 0.3 and "[" not in line:
                lines.append(f"{indent}# above {len(lines)}")
            lines.append(line)
        commented = "\n".join(lines) + "\n"
        assert formatted(commented) == commented
        assert re.sub(r"(?m)^ *# .*\n", "", formatted(commented)) == text


def test_whatever_is_put_into_a_text_and_leaves_its_rules_is_kept() -> None:
    """What can stand anywhere without a change of meaning is a comment: nothing else need say so."""
    n_kept = 0
    for seed in range(scaled(60, long=20_000)):
        rng = random.Random(seed)
        data = generated(random.Random(seed % 7), ORDINARY).sources
        text = authored(rng, data, rate=0.5).text if seed % 2 else yaml_text(data)
        tree = read_sources(text, "", Diagnostics())
        assert tree is not None
        for number in range(3):
            likely = [match.end() for match in re.finditer(r"[\n,{\[]", text)]
            at = rng.choice([rng.randrange(len(text) + 1), *rng.sample(likely, 2)])
            break_, pad = rng.choice(["", "", "\n"]), " " * rng.randint(0, 6)
            put = f"{text[:at]}{break_}{pad}# put {number}\n{text[at:]}"
            diagnostics = Diagnostics()
            again = read_sources(put, "", diagnostics)
            if again == tree and not diagnostics.has_errors:
                text = put
                n_kept += 1
        n_put = len(re.findall("# put [0-9]", text))
        result = formatted(text)
        assert len(re.findall("# put [0-9]", result)) == n_put
        assert read_sources(result, "", Diagnostics()) == tree
        assert formatted(result) == result
    assert n_kept > 40
