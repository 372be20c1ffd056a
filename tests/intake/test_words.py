"""Declared words in any spelling: alone, in lists, in items, in open and closed lists."""

import json

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.firm import FACTS, office_ruleset
from tests.support.scale import scaled

from policyrules.errors import FactProblem, FactsError
from policyrules.evaluation.situation import KnownFact
from policyrules.intake import Intake, read_facts_file
from policyrules.intake.fact_readers import reader_of
from policyrules.intake.problems import InvalidFact
from policyrules.intake.words import WordReader
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind
from policyrules.text.localized import LocalizedText

INTAKE = Intake(office_ruleset())
WORDS = [
    fact
    for fact in INTAKE.ruleset.facts.values()
    if (fact.type.entry_kind or fact.type.kind) is Kind.WORD
]
_WIDE = str.maketrans({chr(mark): chr(mark + 0xFEE0) for mark in range(0x21, 0x7F)})


@st.composite
def spellings(draw: st.DrawFn) -> tuple[Fact, str, str]:
    """A fact, one of its words, and the word or a title of it, spelt loosely."""
    fact = draw(st.sampled_from(WORDS))
    word = draw(st.sampled_from(list(fact.type.words)))
    title = fact.type.words[word]
    text = draw(st.sampled_from([word, title.zh, title.en]))
    styles = {"": text, "A": text.upper(), "Aa": text.title(), "aA": text.swapcase()}
    text = draw(st.sampled_from(list(styles.values())))
    gaps = draw(st.lists(st.tuples(st.integers(0, 20), st.sampled_from(" _-　")), max_size=3))
    for place, gap in gaps:
        text = text[:place] + gap + text[place:]
    return fact, word, text.translate(_WIDE) if draw(st.booleans()) else text


@settings(max_examples=scaled(300, long=20_000))
@given(spellings(), st.sampled_from(["Python", "YAML", "JSON"]))
def test_a_declared_word_is_read_however_it_is_spelt(
    case: tuple[Fact, str, str], source: str
) -> None:
    fact, word, text = case
    given_: object = [text] if fact.type.kind is Kind.LIST else text
    subject, _, name = fact.name.partition(".")
    facts: object = {subject: {name: given_}}
    if subject == "hires":
        facts = {subject: [{"id": "p1", name: given_}]}
    if source != "Python":
        data = json.dumps(facts, ensure_ascii=source == "JSON").encode()
        facts = read_facts_file(data, f"f.{source.lower()}")
    situation = INTAKE.read(facts)  # type: ignore[arg-type]
    known = situation.lists["hires"][0].known if subject == "hires" else situation.known
    assert known[fact.name].figure == ((word,) if fact.type.kind is Kind.LIST else word)


def _reader(
    *, is_open: bool = True, none: LocalizedText | None = None, **words: LocalizedText
) -> WordReader:
    fact = FACTS["employer.kind"]
    type_ = attrs.evolve(fact.type, words=words, open=is_open, none=none)
    reader = reader_of(attrs.evolve(fact, type=type_))
    assert isinstance(reader, WordReader)
    return reader


def problem(reader: WordReader, value: object) -> FactProblem:
    with pytest.raises(InvalidFact) as caught:
        reader(value)
    return caught.value.problem


TRADES = _reader(
    retail=LocalizedText("零售", "retail"), health=LocalizedText("卫生", "health care")
)


@pytest.mark.parametrize("text", ["fishery", "渔业", "a b", "heatlh", "批发和零售", "ＩＴ服务"])
def test_an_open_fact_takes_another_word_as_it_was_given(text: str) -> None:
    assert TRADES(f" {text} ") == KnownFact(text)


@pytest.mark.parametrize(
    "text, remedy",
    [
        ("retail，fishery", "`，` is a full-width comma: write each word by itself"),
        ("零售、渔业", "`、` is a Chinese comma: write each word by itself"),
        ("fishery, Retail", "write each word by itself"),
        ("渔业／零售", "`／` is a full-width slash: write each word by itself"),
        ("不详", "leave the fact out, or write `null`, if it is unknown"),
        ("N/A", "leave the fact out, or write `null`, if it is unknown"),
        ("None", "leave the fact out, or write `null`, if it is unknown"),
        ("？", "leave the fact out, or write `null`, if it is unknown"),
        ("a\nb", ""),
    ],
)
def test_an_open_fact_does_not_take_what_is_no_single_word(text: str, remedy: str) -> None:
    assert problem(TRADES, text).code == "unknown-word"
    assert problem(TRADES, text).remedy == remedy


KINDS = _reader(
    is_open=False,
    enterprise=LocalizedText("企业", "enterprise"),
    law_firm=LocalizedText("律师事务所", "law firm"),
)


@pytest.mark.parametrize(
    "text, remedy",
    [
        ("enterprize", "did you mean `enterprise`?"),
        ("律师务所", "did you mean `law_firm`?"),
        ("小微企业", "did you mean `企业`?"),
        ("公司", "the words are `enterprise` (企业), `law_firm` (律师事务所)"),
        ("bank", ""),
    ],
)
def test_a_closed_fact_names_the_words_that_are_near(text: str, remedy: str) -> None:
    assert problem(KINDS, text).remedy == remedy


def test_none_is_not_the_none_of_python_in_capitals() -> None:
    sizes = _reader(
        none=LocalizedText("不划型", "not classed"), large=LocalizedText("大型", "large")
    )
    assert sizes("none") == sizes("Not Classed") == sizes("不划型 ") == KnownFact(None)
    remedy = "write `none` for a known absence, and leave the fact out, or write `null`, if it is unknown"
    assert problem(sizes, "None").remedy == remedy


def test_a_title_that_two_words_share_is_never_read() -> None:
    shared = _reader(
        north=LocalizedText("一类", "first class"),
        south=LocalizedText("一类", "First-class"),
        none=LocalizedText("其他", "other"),
        rest=LocalizedText("其他", "the rest"),
        a=LocalizedText("甲", "b"),
        b=LocalizedText("乙", "bee"),
    )
    for text in ("一类", "first class", "FIRST_CLASS", "其他", " B "):
        assert problem(shared, text).code == "unknown-word"
    assert problem(shared, "其他").remedy == "write the word itself: `rest`, `none`"
    # A word by itself is that word: a receipt must be read as it was written.
    assert shared("b") == KnownFact("b")
    assert shared("north") == KnownFact("north")


def test_two_spellings_of_an_open_word_are_one_entry_of_a_list() -> None:
    with pytest.raises(FactsError) as caught:
        INTAKE.read({"office.trades": ["Fishery", "fishery"]})
    assert [problem.code for problem in caught.value.problems] == ["given-twice"]
    assert INTAKE.read({"office.trades": ["Fishery", "Retail"]}).known["office.trades"].figure == (
        "Fishery",
        "retail",
    )


@pytest.mark.parametrize(
    "given_, remedy",
    [
        ("retail, fishery", "write `[retail, fishery]`"),
        ("零售、渔业", "`、` is a Chinese comma: write `[零售, 渔业]`"),
        ("零售，渔业", "`，` is a full-width comma: write `[零售, 渔业]`"),
        ("retail", "write `[retail]`"),
        ("a, b, c, d, e", ""),
    ],
)
def test_a_text_for_a_list_is_told_how_to_be_written(given_: str, remedy: str) -> None:
    with pytest.raises(FactsError) as caught:
        INTAKE.read({"office.trades": given_})
    assert caught.value.problems[0].remedy == remedy
