"""Values of facts: accepted forms, errors for all others, and the exact text of each."""

import threading
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.support.firm import FACTS, UNREAD, ruleset

from policyrules.errors import FactsError
from policyrules.evaluation.situation import KnownFact, Situation
from policyrules.intake import Intake, situation_from
from policyrules.intake.problems import display
from policyrules.ir.types import Kind, Type

INTAKE = Intake(ruleset())

RATE, MONTHS = "employer.layoff_rate", "employer.full_paid_months"
RESERVE, PREMIUM = "pooling_area.fund_reserve_years", "employer.premium_paid"
SIZE, KIND, LISTED = "employer.size", "employer.kind", "employer.dishonesty_listed"


def answer(facts: object) -> str:
    """What is known, as texts with their places; or every problem."""
    try:
        situation = INTAKE.read(facts)  # type: ignore[arg-type]
    except FactsError as error:
        return str(error)
    return ", ".join(f"{name} {text(known)}" for name, known in situation.known.items())


def named(value: object) -> str:
    """The name of a case: its value, if it is not too long for one."""
    return display(value)[:30]


def text(known: KnownFact) -> str:
    places = "" if known.places is None else f" ({known.places})"
    return f"{known.text(Type(Kind.NUMBER))}{places}"


@pytest.mark.parametrize(
    "fact, value, expected",
    [
        (MONTHS, 12, "12 (0)"),
        (MONTHS, "12", "12 (0)"),
        (MONTHS, " 12 ", "12 (0)"),
        (MONTHS, "12 month", "12 (0)"),
        (MONTHS, "12month", "12 (0)"),
        (MONTHS, "12 months", "12 (0)"),
        (MONTHS, Decimal(12), "12 (0)"),
        (MONTHS, Decimal("1E+2"), "100 (0)"),
        (MONTHS, Fraction(24, 2), "12"),
        (MONTHS, -0, "0 (0)"),
        (RESERVE, "1.5", "1.5 (1)"),
        (RESERVE, "1.50 year", "1.50 (2)"),
        (RESERVE, "3/2", "3/2"),
        (RESERVE, Decimal("1.0"), "1.0 (1)"),
        (RATE, "5.5%", "0.055 (3)"),
        (RATE, "5.5 %", "0.055 (3)"),
        (RATE, "23.33%", "0.2333 (4)"),
        (RATE, "20%", "0.20 (2)"),
        (RATE, "0.20", "0.20 (2)"),
        (RATE, "0.055", "0.055 (3)"),
        (RATE, "11/200", "11/200"),
        (RATE, "7/30", "7/30"),
        (RATE, Fraction(7, 30), "7/30"),
        (RATE, Decimal("0.20"), "0.20 (2)"),
        (RATE, 1, "1 (0)"),
        (PREMIUM, "100000.00 CNY", "100000.00 (2)"),
        (PREMIUM, "100000.00", "100000.00 (2)"),
        (PREMIUM, Decimal("0.1"), "0.1 (1)"),
        (PREMIUM, Fraction(1, 4), "1/4"),
        (SIZE, "large", "large"),
        (SIZE, "大型", "large"),
        (SIZE, "none", "none"),
        (SIZE, "不划型", "none"),
        (SIZE, "not classed", "none"),
        (KIND, "law firm", "law_firm"),
        (LISTED, True, "true"),
        (LISTED, "false", "false"),
    ],
)
def test_a_fact_is_understood(fact: str, value: object, expected: str) -> None:
    assert answer({fact: value}) == f"{fact} {expected}"


@pytest.mark.parametrize("fact", FACTS)
def test_null_is_unknown_for_every_fact(fact: str) -> None:
    assert answer({fact: None}) == ""


_COUNT = "expected: a whole number of months, 0 to 1,200"
_RATIO = "expected: a ratio such as `5.5%`, `0.055` or `11/200` with at most 8 decimal places, 0% to 100%"
_MONEY = "expected: an amount in CNY with at most 2 decimal places, 0 to 100,000,000,000"
_NULL = "remedy: leave the fact out, or write `null`, if it is unknown"


@pytest.mark.parametrize(
    "fact, value, expected",
    [
        # A word for a number.
        (MONTHS, "twelve", f"wrong-type | found: `twelve` | {_COUNT} | remedy: write it in digits"),
        (MONTHS, "NaN", f"wrong-type | found: `NaN` | {_COUNT} | {_NULL}"),
        (MONTHS, Decimal("NaN"), f"wrong-type | found: `NaN` | {_COUNT} | {_NULL}"),
        (MONTHS, Decimal("-Infinity"), f"wrong-type | found: `-Infinity` | {_COUNT} | {_NULL}"),
        (MONTHS, ".inf", f"wrong-type | found: `.inf` | {_COUNT} | {_NULL}"),
        (MONTHS, "", f"wrong-type | found: an empty text | {_COUNT} | {_NULL}"),
        (MONTHS, "none", f"wrong-type | found: `none` | {_COUNT} | {_NULL}"),
        (
            MONTHS,
            True,
            f"wrong-type | found: `true` | {_COUNT} | remedy: a yes or a no is not a number",
        ),
        (MONTHS, [12], f"wrong-type | found: a list | {_COUNT}"),
        (MONTHS, {"is": 12}, f"wrong-type | found: a mapping | {_COUNT}"),
        (
            MONTHS,
            b"12",
            f"wrong-type | found: a value of the Python type `bytes` | {_COUNT}",
        ),
        (
            MONTHS,
            "1,200",
            f"wrong-type | found: `1,200` | {_COUNT} | remedy: write it without commas: `1200`",
        ),
        (
            MONTHS,
            "１２",
            f"wrong-type | found: `１２` | {_COUNT} | remedy: `１` is a full-width digit: write `12`",
        ),
        (
            MONTHS,
            "9" * 5000,
            f"out-of-range | found: `{'9' * 60}…` | {_COUNT} | remedy: is this the right figure?",
        ),
        # The number itself.
        (
            MONTHS,
            -1,
            f"out-of-range | found: `-1` | {_COUNT} | remedy: it cannot be negative",
        ),
        (
            MONTHS,
            1201,
            f"out-of-range | found: `1201` | {_COUNT} | remedy: is this the right figure?",
        ),
        (
            MONTHS,
            10**5000,
            f"out-of-range | found: a number of more than 60 digits | {_COUNT} | remedy: is this the right figure?",
        ),
        (
            MONTHS,
            Decimal("1E+1000000"),
            f"out-of-range | found: `1E+1000000` | {_COUNT} | remedy: is this the right figure?",
        ),
        (
            RATE,
            "5.5",
            f"out-of-range | found: `5.5` | {_RATIO} | remedy: a ratio of 1 is 100%: if you mean per cent, write `5.5%`",
        ),
        (
            RATE,
            "-1%",
            f"out-of-range | found: `-1%` | {_RATIO} | remedy: it cannot be negative",
        ),
        (
            PREMIUM,
            "12.000",
            f"too-many-places | found: `12.000` | {_MONEY} | remedy: leave the last zeros out: write `12.00`",
        ),
        (
            MONTHS,
            Fraction(1, 2),
            f"too-many-places | found: `1/2` | {_COUNT} | remedy: a count is a whole number",
        ),
        (
            PREMIUM,
            "0.005",
            f"too-many-places | found: `0.005` | {_MONEY} | remedy: round it by the rules that apply",
        ),
        (
            PREMIUM,
            Fraction(1, 3),
            f"too-many-places | found: `1/3` | {_MONEY} | remedy: round it by the rules that apply",
        ),
        (
            RATE,
            Decimal("1E-1000000"),
            f"too-many-places | found: `1E-1000000` | {_RATIO} | remedy: round it by the rules that apply",
        ),
        (
            RATE,
            0.055,
            f"not-exact | found: `0.055` | {_RATIO} | remedy: write Decimal('0.055') or '5.5%'",
        ),
        (
            MONTHS,
            float("nan"),
            f"wrong-type | found: `nan` | {_COUNT} | {_NULL}",
        ),
        # Its unit.
        (
            MONTHS,
            "12 Months",
            f"wrong-unit | found: `12 Months` | {_COUNT} | remedy: write `12 month`",
        ),
        (
            PREMIUM,
            "100.00 USD",
            f"wrong-unit | found: `100.00 USD` | {_MONEY} | remedy: give it in CNY",
        ),
        (
            RATE,
            "1/5 person",
            f"wrong-unit | found: `1/5 person` | {_RATIO}",
        ),
        (
            RATE,
            "5.5％",
            f"wrong-unit | found: `5.5％` | {_RATIO} | remedy: `％` is a full-width percent sign: write `5.5%`",
        ),
        # Words.
        (
            KIND,
            "Law Frim",
            "unknown-word | found: `Law Frim` | expected: one of `enterprise`, `law_firm` | remedy: did you mean `law_firm`?",
        ),
        (
            KIND,
            "bank",
            "unknown-word | found: `bank` | expected: one of `enterprise`, `law_firm`",
        ),
        (
            KIND,
            "none",
            f"unknown-word | found: `none` | expected: one of `enterprise`, `law_firm` | {_NULL}",
        ),
        (
            KIND,
            "\x1b[31m",
            "unknown-word | found: `\\x1b[31m` | expected: one of `enterprise`, `law_firm`",
        ),
        (KIND, 3, "wrong-type | found: `3` | expected: one of `enterprise`, `law_firm`"),
        # Yes or no.
        (
            LISTED,
            "是",
            "wrong-type | found: `是` | expected: `true` or `false` | remedy: write `true`",
        ),
        (
            LISTED,
            0,
            "wrong-type | found: `0` | expected: `true` or `false` | remedy: write `False`",
        ),
        (
            LISTED,
            "False",
            "wrong-type | found: `False` | expected: `true` or `false` | remedy: write `false`",
        ),
    ],
    ids=named,
)
def test_a_fact_is_refused_with_what_was_found_and_expected(
    fact: str, value: object, expected: str
) -> None:
    message, *rest = answer({fact: value}).split("\n    ")
    code = message.rpartition("[")[2].removesuffix("]")
    assert message.startswith(f"`{fact}` ")
    assert " | ".join([code, *rest]) == expected


@pytest.mark.parametrize(
    "facts, expected",
    [
        ({"employer.laidoff": 6}, "did you mean `employer.laid_off`?"),
        ({"employer": {"laidoff": 6}}, "did you mean `employer.laid_off`?"),
        ({"emploier.laid_off": 6}, "write `employer.laid_off`"),
        ({"laid_off": 6}, "write `employer.laid_off`"),
        ({"laidoff": 6}, "did you mean `employer.laid_off`?"),
        ({"pooling_area.laid_off": 6}, "write `employer.laid_off`"),
        ({"pooling_area": {"laid_off": 6}}, "write `employer.laid_off`"),
        ({"emploier": {"laid_off": 6}}, "did you mean `employer`?"),
        ({"facts": {"employer": {}}}, "leave `facts` out: the facts stand at the top"),
        (
            {"on": "2022-11-25"},
            "the date is not a fact: give it with `--on`, or in Python with `.on(date)`",
        ),
    ],
)
def test_an_unknown_fact_is_told_what_was_probably_meant(
    facts: dict[str, object], expected: str
) -> None:
    first, *_, remedy = answer(facts).split("\n")
    assert first.endswith("[unknown-fact]")
    assert remedy == f"    remedy: {expected}"


@pytest.mark.parametrize(
    "facts, expected",
    [
        ({"zzz": 1}, "there is no fact `zzz` [unknown-fact]"),
        ({"employer.zzz": 1}, "there is no fact `employer.zzz` [unknown-fact]"),
        ({"zzz": {"laid_off": 1}}, "there is no subject `zzz` [unknown-fact]"),
        ({3: 1}, "a fact has a name that is not a text [unknown-fact]"),
        ({"employer": {3: 1}}, "a fact has a name that is not a text [unknown-fact]"),
        ({"employer": 3}, "`employer` is a subject, not a fact [wrong-type]"),
        ({"x" * 100_000: 1}, f"there is no fact `{'x' * 60}…` [unknown-fact]"),
        ([("employer.laid_off", 6)], "the facts are not a mapping [wrong-type]"),
        (
            {"employer.laid_off": 6, "employer": {"laid_off": 6}},
            "`employer.laid_off` is given twice [given-twice]",
        ),
    ],
)
def test_what_is_no_fact_is_refused(facts: object, expected: str) -> None:
    assert answer(facts).split("\n")[0] == expected


def test_a_subject_with_nothing_under_it_says_nothing() -> None:
    assert answer({"employer": None, "pooling_area": {}}) == ""


def test_every_problem_is_reported_not_only_the_first() -> None:
    facts = {"employer": {"laid_off": -1, "kind": "bank", "laidof": 1}, "employer.size": 7}
    with pytest.raises(FactsError) as caught:
        INTAKE.read(facts, path="firm 7")
    assert [problem.code for problem in caught.value.problems] == [
        "out-of-range",
        "unknown-word",
        "unknown-fact",
        "wrong-type",
    ]
    assert {problem.place for problem in caught.value.problems} == {"firm 7"}


def test_a_misspelt_subject_does_not_hide_what_stands_under_it() -> None:
    assert answer({"emploier": {"laid_off": -1}}).count("[") == 2


def test_a_fact_that_the_ruleset_does_not_read_is_checked_and_left_out() -> None:
    assert answer({UNREAD: "retail"}) == ""
    assert "[unknown-word]" in answer({UNREAD: "space travel"})


def test_the_order_in_which_facts_are_given_makes_no_difference() -> None:
    facts = {"employer.laid_off": 6, "employer.size": "small", RESERVE: 1}
    turned = {"employer": {"size": "small", "laid_off": 6}, RESERVE: 1}
    assert answer(facts) == answer(dict(reversed(facts.items()))) == answer(turned)


def test_situation_from_reads_as_an_intake_does() -> None:
    facts = {"employer": {"laid_off": 6}}
    situation = situation_from(facts, ruleset())
    assert situation == INTAKE.read(facts) == Situation({"employer.laid_off": KnownFact(6, 0)})


def test_one_intake_serves_several_threads() -> None:
    situations: list[Situation] = []

    def read() -> None:
        situations.extend(INTAKE.read({"employer.laid_off": n}) for n in range(500))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures = sorted(
        int(str(situation.known["employer.laid_off"].figure)) for situation in situations
    )
    assert figures == sorted([*range(500)] * 4)
