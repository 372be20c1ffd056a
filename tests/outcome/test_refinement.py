"""Unknown facts are split into pieces: what holds in all of them is decided."""

import pickle
from fractions import Fraction
from pathlib import Path

import pytest
from tests.outcome.refinement_trials import Trials, try_ruleset
from tests.support.scale import scaled
from tests.support.shipped import IDS, shipped

import policyrules
from policyrules.api.policy import DatedPolicy, Engine
from policyrules.catalogue.store import shipped_folder

VOCABULARY = """\
policyrules: 1
subjects:
  p:
    title: {zh: 人, en: Person}
    facts:
      months: {title: {zh: 月, en: Months}, type: count, unit: month, range: 0..480}
      rate: {title: {zh: 率, en: Rate}, type: ratio, range: 0..100%, places: 9}
      ok: {title: {zh: 可, en: OK}, type: yes_no}
      kind: {title: {zh: 类, en: Kind}, type: word, words: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}, c: {zh: 丙, en: c}}}
"""
HEAD = """\
policyrules: 1
id: xx/try
title: {zh: 试, en: Try}
legal_basis: s
in_force: {from: 2024-01-01, cite: s}
uses: [p]
"""
POINTS = """\
parameters:
  edge: {title: {zh: 界, en: Edge}, type: count, unit: month, value: 60, cite: s}
  low: {title: {zh: 低, en: Low}, type: number, value: 10, cite: s}
  high: {title: {zh: 高, en: High}, type: number, value: 20, cite: s}
  need: {title: {zh: 需, en: Need}, type: number, value: 10, cite: s}
values:
  points:
    title: {zh: 分, en: Points}
    type: number
    is: 0
    cite: s
    except:
      short: {title: {zh: 短, en: Short}, when: p.kind == 'a' and p.months < edge, is: low, cite: s}
      long: {title: {zh: 长, en: Long}, when: p.kind == 'a' and p.months >= edge, is: high, cite: s}
conditions:
  enough: {title: {zh: 够, en: Enough}, holds: points >= need, cite: s}
outcome: {eligible: {all: [enough]}}
"""
BANDS = """\
parameters:
  edge: {title: {zh: 界, en: Edge}, type: count, unit: month, value: 60, cite: s}
  limit: {title: {zh: 限, en: Limit}, type: ratio, value: 5.5%, cite: s}
  few: {title: {zh: 少, en: Few}, type: money, value: 100 CNY, cite: s}
  much: {title: {zh: 多, en: Much}, type: money, value: 200 CNY, cite: s}
values:
  pay:
    title: {zh: 付, en: Pay}
    type: money
    is: few
    cite: s
    except:
      long: {title: {zh: 长, en: Long}, when: p.months >= edge, is: much, cite: s}
conditions:
  below: {title: {zh: 低于, en: Below}, holds: p.rate < limit, cite: s}
  long-enough: {title: {zh: 够长, en: Long enough}, holds: p.months >= edge, cite: s}
outcome:
  eligible: {all: [below, long-enough]}
  amount: {name: payment, is: pay, cite: s}
"""


ALLOWANCE = """\
parameters:
  first: {title: {zh: 一, en: First}, type: money, value: 69309 CNY, cite: s}
  second: {title: {zh: 二, en: Second}, type: money, value: 92381 CNY, cite: s}
  full: {title: {zh: 全, en: Full}, type: money, value: 132.61 CNY, cite: s}
  half: {title: {zh: 半, en: Half}, type: money, value: 66.31 CNY, cite: s}
  quarter: {title: {zh: 四分, en: Quarter}, type: money, value: 33.16 CNY, cite: s}
  year: {title: {zh: 年, en: Year}, type: number, value: 12, cite: s}
values:
  base:
    title: {zh: 基数, en: Base}
    type: money
    is: full
    cite: s
    except:
      upper: {title: {zh: 中, en: Upper}, when: p.income > first and p.income <= second, is: half, cite: s}
      top: {title: {zh: 高, en: Top}, when: p.income > second, is: quarter, cite: s}
  limit: {title: {zh: 限, en: Limit}, type: money, is: first, cite: s, except: {far: {title: {zh: 远, en: Far}, when: p.income > second, is: second, cite: s}}}
  net: {title: {zh: 净, en: Net}, type: money, is: p.income, cite: s}
  reach: {title: {zh: 顶, en: Reach}, type: money, is: limit + year * base, cite: s}
  complement:
    title: {zh: 补, en: Complement}
    type: money
    round: {mode: half_up, to: 0.01 CNY}
    is: 0
    cite: s
    except:
      near: {title: {zh: 近, en: Near}, when: net > limit and net <= reach, is: "max(0, (reach - net) / year)", cite: s}
  due: {title: {zh: 付, en: Due}, type: money, is: base + complement, cite: s}
conditions:
  any: {title: {zh: 可, en: Any}, holds: p.ok, cite: s}
outcome: {eligible: {all: [any]}, amount: {name: allowance, is: due, cite: s}}
"""


def policy(
    folder: Path, rules: str, constraints: str = "", vocabulary: str = VOCABULARY
) -> DatedPolicy:
    folder.joinpath("vocabulary.yaml").write_text(vocabulary + constraints, encoding="utf-8")
    sources = "policyrules: 1\nsources: {s: {title: S, issued: 2024}}\n"
    folder.joinpath("sources.yaml").write_text(sources, encoding="utf-8")
    path = folder / "xx" / "try.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + rules, encoding="utf-8")
    return policyrules.load(path).on("2024-05-01")


def test_what_holds_on_both_sides_of_a_threshold_is_decided(tmp_path: Path) -> None:
    on = policy(tmp_path, POINTS)
    assert on.decide({"p.kind": "a"}, exact=False).status == "undetermined"
    decision = on.decide({"p.kind": "a"})
    assert (decision.status, decision.missing) == ("eligible", ())
    assert decision.conditions.held == ("enough",)
    assert decision.refinement is not None
    assert decision.refinement.either_way == ("eligible", "enough")
    assert decision.refinement.cut_off == ()


def test_a_fact_falls_away_only_if_it_changes_nothing(tmp_path: Path) -> None:
    on = policy(tmp_path, POINTS)
    quick, exact = on.decide({}, exact=False), on.decide({})
    assert {missing.fact for missing in quick.missing} == {"p.kind", "p.months"}
    assert [(missing.fact, missing.is_needed) for missing in exact.missing] == [("p.kind", True)]


def test_bounds_are_those_of_the_pieces_that_may_be_eligible(tmp_path: Path) -> None:
    on = policy(tmp_path, BANDS)
    quick, exact = (
        on.decide({"p.rate": "5%"}, exact=False).amount,
        on.decide({"p.rate": "5%"}).amount,
    )
    assert quick is not None
    assert (quick.min, quick.max) == (100, 200)
    assert exact is not None
    assert (exact.status, exact.min, exact.max) == ("undetermined", 200, 200)


def test_a_rate_below_a_limit_has_no_greatest_figure(tmp_path: Path) -> None:
    rules = BANDS.replace("[below, long-enough]", "[either]").replace(
        "conditions:\n",
        "conditions:\n"
        "  either: {title: {zh: 或, en: Either}, holds: p.rate < limit or p.rate >= limit, cite: s}\n",
    )
    decision = policy(tmp_path, rules).decide({"p.months": 60})
    assert (decision.status, decision.missing) == ("eligible", ())
    assert decision.conditions.held == ("either",)


@pytest.mark.parametrize("engine", ["forward", "reference", "compiled"])
def test_every_engine_is_refined_alike(tmp_path: Path, engine: Engine) -> None:
    on = policy(tmp_path, BANDS)
    expected = on.decide({}, engine="reference")
    decision = on.decide({}, engine=engine)
    assert decision == expected
    assert decision.refinement == expected.refinement


def test_a_determined_case_is_not_split(tmp_path: Path) -> None:
    decision = policy(tmp_path, BANDS).decide({"p.rate": "5%", "p.months": 61})
    assert decision.status == "eligible"
    assert decision.refinement is None
    assert decision.receipt.pieces == 0


def test_a_stream_leaves_the_ranges_whole_unless_it_is_asked_to_split(tmp_path: Path) -> None:
    on = policy(tmp_path, POINTS)
    quick, exact = (next(on.decide_many([{"p.kind": "a"}], exact=exact)) for exact in (False, True))
    assert isinstance(quick, policyrules.Decision)
    assert isinstance(exact, policyrules.Decision)
    assert (quick.status, exact.status) == ("undetermined", "eligible")


@pytest.mark.parametrize("exact", [True, False])
def test_a_replay_splits_as_the_receipt_says(tmp_path: Path, exact: bool) -> None:
    on = policy(tmp_path, POINTS)
    receipt = on.decide({"p.kind": "a"}, exact=exact).receipt
    assert (receipt.pieces > 0) is exact
    assert policyrules.replay(receipt, policy=on.policy).is_same


def test_a_refined_decision_can_be_sent_to_another_process(tmp_path: Path) -> None:
    decision = policy(tmp_path, BANDS).decide({})
    copy = pickle.loads(pickle.dumps(decision))  # noqa: S301 - bytes of this test
    assert copy.to_dict() == decision.to_dict()


TIED = """\
constraints:
  ok-needs-a: {holds: not p.ok or p.kind == 'a'}
  else-a-too: {holds: p.ok or p.kind == 'a'}
"""
OK = """\
parameters:
  closed: {title: {zh: 除外, en: Closed}, type: words, of: p.kind, value: [c], cite: s}
conditions:
  ok: {title: {zh: 可, en: OK}, holds: p.ok, cite: s}
  kind: {title: {zh: 类, en: Kind}, holds: not p.kind in closed, cite: s}
outcome: {eligible: {all: [ok, kind]}}
"""


@pytest.mark.parametrize("engine", ["forward", "reference", "compiled"])
def test_facts_that_every_piece_refuses_are_refused(tmp_path: Path, engine: Engine) -> None:
    on = policy(tmp_path, OK, TIED)
    assert on.decide({"p.kind": "b"}, exact=False).status == "undetermined"
    with pytest.raises(policyrules.FactsError, match="cannot all be true") as error:
        on.decide({"p.kind": "b"}, engine=engine)
    assert error.value.problems[0].facts == ("p.ok",)
    assert on.decide({"p.kind": "a"}, engine=engine).missing[0].fact == "p.ok"


def test_facts_that_a_constraint_ties_together_do_not_fall_away(tmp_path: Path) -> None:
    same = """\
constraints:
  yes-unless-a: {holds: p.ok or p.kind == 'a'}
  not-a-if-yes: {holds: not p.ok or p.kind != 'a'}
"""
    decision = policy(tmp_path, OK, same).decide({})
    assert decision.status == "undetermined"
    assert "p.ok" in {missing.fact for missing in decision.missing}


def test_the_explanation_says_what_holds_either_way(tmp_path: Path) -> None:
    decision = policy(tmp_path, POINTS).decide({"p.kind": "a"})
    assert "无论尚缺的事实如何，结论相同" in decision.explain("zh")
    assert "Met whatever the unknown facts are: Enough" in decision.explain("en")


def test_a_verdict_that_holds_either_way_has_no_margin(tmp_path: Path) -> None:
    on = policy(
        tmp_path, POINTS.replace("value: 10, cite: s}\nvalues", "value: 30, cite: s}\nvalues")
    )
    for decision in (on.decide({"p.kind": "a"}), policy(tmp_path, POINTS).decide({"p.kind": "a"})):
        reason = decision.reasons["enough"]
        assert decision.status in {"eligible", "ineligible"}
        assert [comparison.margin for comparison in reason.comparisons] == [None]


def test_a_sum_of_two_unknown_facts_is_named_as_cut_off(tmp_path: Path) -> None:
    rules = """\
parameters:
  edge: {title: {zh: 界, en: Edge}, type: count, unit: month, value: 60, cite: s}
conditions:
  either: {title: {zh: 或, en: Either}, holds: SUM < edge or SUM >= edge, cite: s}
outcome: {eligible: {all: [either]}}
""".replace("SUM", "p.months + p.others")
    more = VOCABULARY.replace(
        "      rate:",
        "      others: {title: {zh: 他, en: Others}, type: count, unit: month, range: 0..480}\n      rate:",
    )
    decision = policy(tmp_path, rules, vocabulary=more).decide({})
    assert decision.status == "undetermined"
    assert decision.refinement is not None
    assert decision.refinement.cut_off == ("status", "conditions", "missing")
    named = rules.replace("p.months + p.others", "total").replace(
        "conditions:",
        "values: {total: {title: {zh: 总, en: Total}, type: count, unit: month,"
        " is: p.months + p.others, cite: s}}\nconditions:",
    )
    decision = policy(tmp_path, named, vocabulary=more).decide({})
    assert decision.status == "eligible"
    assert decision.refinement is not None
    assert decision.refinement.cut_off == ()


def test_bounds_of_an_allowance_are_reached(tmp_path: Path) -> None:
    """Below each ceiling the share falls, and a complement fills a part of the step."""
    with_income = VOCABULARY.replace(
        "      ok:",
        "      income: {title: {zh: 入, en: Income}, type: money, range: 0..10000000 CNY}\n      ok:",
    )
    on = policy(tmp_path, ALLOWANCE, vocabulary=with_income)
    quick, split = (on.decide({"p.ok": True}, exact=exact).amount for exact in (False, True))
    assert quick is not None
    assert split is not None
    assert (quick.min, quick.max) == (Fraction("33.16"), None)
    assert (split.min, split.max) == (Fraction("33.16"), Fraction("132.62"))


TWO_AMOUNTS = """\
parameters:
  edge: {title: {zh: 界, en: Edge}, type: count, unit: month, value: 60, cite: s}
  few: {title: {zh: 少, en: Few}, type: money, value: 100 CNY, cite: s}
  much: {title: {zh: 多, en: Much}, type: money, value: 200 CNY, cite: s}
values:
  by_months:
    title: {zh: 月, en: By months}
    type: money
    is: few
    cite: s
    except:
      long: {title: {zh: 长, en: Long}, when: p.months >= edge, is: much, cite: s}
  by_kind:
    title: {zh: 类, en: By kind}
    type: money
    is: few
    cite: s
    except:
      a: {title: {zh: 甲, en: A}, when: p.kind == 'a', is: much, cite: s}
conditions:
  ok: {title: {zh: 可, en: OK}, holds: p.ok, cite: s}
outcome:
  eligible: {all: [ok]}
  amounts:
    saved: {title: {zh: 余, en: Saved}, signed: true, is: by_months - by_months + few, cite: s}
    monthly: {title: {zh: 月付, en: Monthly}, is: by_months, cite: s}
    single: {title: {zh: 一次, en: Single}, is: by_months + by_kind, cite: s}
"""


def test_each_of_several_amounts_is_refined_by_itself(tmp_path: Path) -> None:
    on = policy(tmp_path, TWO_AMOUNTS)
    quick, split = (on.decide({"p.ok": True}, exact=exact) for exact in (False, True))
    bounds = {
        name: (amount.status, amount.value, amount.min, amount.max)
        for name, amount in quick.amounts.items()
    }
    assert bounds["saved"] == ("range", None, 0, 200)
    bounds = {
        name: (amount.status, amount.value, amount.min, amount.max)
        for name, amount in split.amounts.items()
    }
    assert bounds == {
        "saved": ("exact", 100, None, None),
        "monthly": ("range", None, 100, 200),
        "single": ("range", None, 200, 400),
    }
    assert split.refinement is not None
    assert split.refinement.cut_off == ()


def test_the_facts_of_every_open_amount_are_asked_for(tmp_path: Path) -> None:
    on = policy(tmp_path, TWO_AMOUNTS)
    asked = [(missing.fact, missing.is_needed) for missing in on.decide({"p.ok": True}).missing]
    assert asked == [("p.months", True), ("p.kind", True)]
    known = on.decide({"p.ok": True, "p.months": 60})
    assert known.amounts["monthly"].value == 200
    assert (known.amounts["single"].min, known.amounts["single"].max) == (300, 400)
    assert [(missing.fact, missing.is_needed) for missing in known.missing] == [("p.kind", True)]


def test_a_fact_on_which_amounts_depend_only_by_their_ranges_is_not_asked_for(
    tmp_path: Path,
) -> None:
    others = "    monthly: {title: {zh: 月付, en: Monthly}, is: by_months, cite: s}\n"
    start = TWO_AMOUNTS.index(others)
    saved = TWO_AMOUNTS[:start].replace(
        "    saved:",
        "    kept: {title: {zh: 余, en: Kept}, signed: true, is: by_kind - by_kind, cite: s}\n    saved:",
    )
    on = policy(tmp_path, saved)
    quick, split = (on.decide({"p.ok": True}, exact=exact) for exact in (False, True))
    assert {missing.fact for missing in quick.missing} == {"p.kind", "p.months"}
    assert split.missing == ()
    assert {name: amount.value for name, amount in split.amounts.items()} == {
        "kept": 0,
        "saved": 100,
    }


@pytest.mark.parametrize("engine", ["forward", "reference", "compiled"])
def test_every_engine_refines_several_amounts_alike(tmp_path: Path, engine: Engine) -> None:
    on = policy(tmp_path, TWO_AMOUNTS)
    for facts in ({}, {"p.ok": True}, {"p.months": 3}, {"p.kind": "a", "p.ok": True}):
        expected = on.decide(facts, engine="reference")
        decision = on.decide(facts, engine=engine)
        assert decision == expected
        assert decision.refinement == expected.refinement


CALENDAR = """\
policyrules: 1
calendars:
  xx:
    title: {zh: 工作日, en: Working days}
    years:
      2024: {title: N, issued: 2023-10-25, url: https://example.com, read_on: 2026-11-29, quote: q, holidays: [2024-05-01..2024-05-05]}
"""
DAYS = """\
parameters:
  few: {title: {zh: 数, en: Few}, type: count, unit: day, value: 5, cite: s}
  month: {title: {zh: 月, en: Month}, type: month, value: 2024-05, cite: s}
  day: {title: {zh: 日, en: Day}, type: date, value: 2024-05-06, cite: s}
conditions:
  either: {title: {zh: 或, en: Either}, holds: "LEFT <= RIGHT or LEFT > RIGHT", cite: s}
outcome: {eligible: {all: [either]}}
"""


@pytest.mark.parametrize(
    "left, right",
    [
        ("p.day.month", "month"),
        ("p.day.month.last_day", "day"),
        ("next_working_day(p.day)", "day"),
        ("add_working_days(p.day, few)", "day"),
        ("working_days_between(p.day, day)", "few"),
        ("working_days_between(day, p.day)", "few"),
    ],
)
def test_a_day_is_split_where_a_part_or_a_number_of_working_days_is_reached(
    tmp_path: Path, left: str, right: str
) -> None:
    with_day = VOCABULARY.replace(
        "      ok:",
        "      day: {title: {zh: 日, en: Day}, type: date, range: 2024-02-01..2024-11-30}\n      ok:",
    )
    tmp_path.joinpath("calendars.yaml").write_text(CALENDAR, encoding="utf-8")
    on = policy(tmp_path, DAYS.replace("LEFT", left).replace("RIGHT", right), vocabulary=with_day)
    assert on.decide({}, exact=False).status == "undetermined"
    decision = on.decide({})
    assert (decision.status, decision.missing) == ("eligible", ())
    assert decision.refinement is not None
    assert decision.refinement.cut_off == ()


def test_a_month_of_any_year_is_named_as_cut_off(tmp_path: Path) -> None:
    with_day = VOCABULARY.replace(
        "      ok:", "      day: {title: {zh: 日, en: Day}, type: date}\n      ok:"
    )
    rules = DAYS.replace("LEFT", "p.day.month_of_year").replace("RIGHT", "few")
    on = policy(tmp_path, rules.replace("unit: day", "unit: month"), vocabulary=with_day)
    decision = on.decide({})
    assert decision.status == "undetermined"
    assert [missing.is_needed for missing in decision.missing] == [False]
    assert decision.refinement is not None
    assert decision.refinement.cut_off == ("status", "conditions", "missing")


@pytest.mark.parametrize("id_", IDS)
def test_with_no_fact_known_the_budget_holds_and_nearly_all_facts_are_shown_needed(
    id_: str,
) -> None:
    policy = shipped(id_)
    day = policy.ruleset.in_force.to or policy.ruleset.in_force.from_
    assert day is not None
    decision = policy.on(day).decide({}, engine="reference")
    assert decision.refinement is not None
    assert decision.refinement.pieces <= decision.refinement.budget
    assert sum(missing.is_needed is False for missing in decision.missing) <= 1


@pytest.fixture(scope="module")
def trials() -> Trials:
    result = Trials()
    for id_ in IDS:
        path = shipped_folder() / f"{id_}.yaml"
        try_ruleset(shipped(id_), str(path), scaled(4, long=800), 1, result)
    return result


@pytest.mark.slow
def test_more_facts_never_undo_what_was_decided(trials: Trials) -> None:
    assert trials.faults == []
    assert trials.counts["completions"] > trials.counts["decisions"]
    assert trials.counts["changes of facts not asked for"]


@pytest.mark.slow
def test_nearly_every_fact_that_is_asked_for_is_known_to_matter(trials: Trials) -> None:
    assert trials.counts["not known"] * 10 < trials.counts["asked"]
