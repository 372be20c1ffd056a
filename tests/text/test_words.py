"""Paths of facts, keys of items, and words: canonical forms, and the nearest words to a slip."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.scale import scaled

from policyrules.diagnostics import did_you_mean
from policyrules.text.fact_path import FactPath, same_key
from policyrules.text.opposites import are_opposites
from policyrules.text.words import fold_word, is_printable, nearest_words

KEYS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=12)
FACTS = st.sampled_from(["", "a_b"])


@settings(max_examples=scaled(200, long=20_000))
@given(key=KEYS, fact=FACTS)
@example('a]."b\\', "born_on")
@example("张 三", "born_on")
@example(" ", "born_on")
@example('"', "")
def test_a_path_is_read_as_it_is_written(key: str, fact: str) -> None:
    path = FactPath("hires", fact, key)
    assert FactPath.parse(str(path)) == path


@settings(max_examples=scaled(200, long=20_000))
@given(left=st.tuples(KEYS, FACTS), right=st.tuples(KEYS, FACTS))
def test_two_paths_are_never_written_alike(left: tuple[str, str], right: tuple[str, str]) -> None:
    first, second = (FactPath("hires", fact, key) for key, fact in (left, right))
    assert (str(first) == str(second)) == (first == second)


@pytest.mark.parametrize(
    "text", ["", "hires[", "hires[]", "hires[p1", "hires[a]b]", 'hires["a]', "a.b.c]"]
)
def test_what_is_no_path_is_not_read(text: str) -> None:
    assert FactPath.parse(text) is None


@pytest.mark.parametrize(
    "whole, part, expected",
    [
        ("hires", "hires[p1].born_on", True),
        ("hires", "hires[p1]", True),
        ("hires[p1]", "hires[p1].born_on", True),
        ("hires[p1]", "hires[ｐ1].born_on", True),
        ("employer", "employer.laid_off", True),
        ("hires[p1]", "hires[p2].born_on", False),
        ("hires[p1].born_on", "hires[p1]", False),
        ("hires[p1]", "hires[p1]", False),
        ("employer", "employers.laid_off", False),
        ("employer", "employer", False),
    ],
)
def test_a_path_contains_its_parts(whole: str, part: str, expected: bool) -> None:
    first, second = FactPath.parse(whole), FactPath.parse(part)
    assert first is not None
    assert second is not None
    assert first.contains(second) is expected


def test_keys_are_equal_after_nfkc_and_without_outer_blanks_alone() -> None:
    assert same_key(" 张三　", "张三")
    assert same_key("①", "1")
    assert not same_key("P1", "p1")
    assert not same_key("a b", "ab")


SPELLINGS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=scaled(200, long=20_000))
@given(word=SPELLINGS, places=st.lists(st.integers(0, 12)), marks=st.sampled_from(" _-　\u200b"))
def test_blanks_hyphens_capitals_and_width_tell_no_words_apart(
    word: str, places: list[int], marks: str
) -> None:
    loose = word
    for place in places:
        loose = loose[:place] + marks + loose[place:]
    assert fold_word(loose) == fold_word(word)
    wide = "".join(chr(ord(mark) + 0xFEE0) if "!" <= mark <= "~" else mark for mark in word)
    assert fold_word(wide) == fold_word(word)
    assert fold_word(word.casefold()) == fold_word(word)
    assert fold_word(fold_word(word)) == fold_word(word)


WORDS = {
    "health": ("卫生", "Health care"),
    "water": ("水利", "Water"),
    "law_firm": ("律师事务所", "law firm"),
}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("heatlh", ["health"]),
        ("Heallth", ["health"]),
        ("helth", ["health"]),
        ("weter", ["water"]),
        ("helth car", ["health"]),
        ("律师务所", ["law_firm"]),
        ("law frim", ["law_firm"]),
        # Every word of two characters is one slip away from half of all the others.
        ("水电", []),
        ("wealth tax", []),
        ("", []),
        ("x" * 10_000, []),
    ],
)
def test_a_slip_is_near_to_the_word_that_was_meant(text: str, expected: list[str]) -> None:
    assert nearest_words(text, WORDS) == expected


def test_a_blank_of_any_width_can_be_printed() -> None:
    assert is_printable("张　三")
    assert is_printable("a\u00a0b")
    assert not is_printable("a\u202eb")
    assert not is_printable("a\x1b[31m")


@pytest.mark.parametrize(
    "given, opposite",
    [
        *(("at_most", "at_least"), ("at_mots", "at_least"), ("paid-from", "paid-to")),
        *(
            ("income_min", "income_max"),
            ("above_limit", "below_limit"),
            ("when_held", "when_failed"),
        ),
        *(("not-insured", "insured"), ("uninsured", "insured"), ("unemployed", "employed")),
        *(("never_increases", "never_decreases"), ("已参保人员", "未参保人员")),
    ],
)
def test_a_name_is_never_mended_into_its_opposite(given: str, opposite: str) -> None:
    assert are_opposites(given, opposite)
    assert did_you_mean(given, [opposite]) == ""
    assert did_you_mean(opposite, [given]) == ""
    assert nearest_words(given, {opposite: ()}) == []


def test_names_that_are_as_near_are_all_proposed() -> None:
    known = ["employer.laid_off", "employer.layoff_rate", "employer.size"]
    meant = "did you mean `employer.layoff_rate` or `employer.laid_off`?"
    assert did_you_mean("employer.layoffs", known) == meant
    assert did_you_mean("employer.layoff_rte", known) == "did you mean `employer.layoff_rate`?"


@pytest.mark.parametrize("name", ["at_least", "not-listed", "income_max", "unemployed", "insured"])
def test_a_slip_in_a_name_with_an_opposite_is_mended_all_the_same(name: str) -> None:
    slipped = name[:-2] + name[-1] + name[-2]
    assert did_you_mean(slipped, [name]) == f"did you mean `{name}`?"
