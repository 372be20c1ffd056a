"""Language tags: accepted wherever a language is taken; an unknown one is an error, not English."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.support.shipped import shipped

import policyrules
from policyrules.cli import main
from policyrules.decisions.redaction import redacted_data
from policyrules.display.numbers import number_text
from policyrules.display.value import slab_text
from policyrules.explain.explanation import (
    amount_lines,
    build_explanation,
    open_results_section,
    unresolved_section,
)
from policyrules.explain.plain_text import explanation_text
from policyrules.intake.questions import answers
from policyrules.text.localized import LANGUAGE_CODES, LocalizedText, language_code, unit_text
from policyrules.values.scale import Slab

CHINESE = ["zh", "ZH", "zh-CN", "zh_CN", "zh-Hans", "zh_hans_cn", "zh_CN.UTF-8", " zh ", "zho"]
ENGLISH = ["en", "EN", "en-GB", "en_US", "en_US.UTF-8", "En", "eng", "en-US@euro"]
OTHERS = ["fr", "", "z", "zhx", "english", "zh-", "-zh", "zh CN", "de-zh", "e\u202en", "zh\n-"]

REFUND = shipped("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))
FIRM = {
    "pooling_area.fund_reserve_years": 1,
    "employer.kind": "enterprise",
    "employer.size": "small",
    "employer.insured_headcount": 30,
    "employer.laid_off": 6,
}
DECISION = REFUND.decide(FIRM)
[REASON] = [DECISION.reasons[name] for name in ("layoffs",)]
QUESTION = answers(DECISION.missing[0], REFUND.policy.ruleset)[0]
SHOWN = next(iter(DECISION.values.values()))
REPLAY = policyrules.replay(DECISION.receipt)
[CASE] = policyrules.run_cases(["cn-nm/job-stabilisation-refund"], matching="律师事务所").results

TAKERS: dict[str, Callable[[str], object]] = {
    "LocalizedText.get": LocalizedText("中", "E").get,
    "unit_text": lambda language: unit_text("CNY/person", language),
    "slab_text": lambda language: slab_text(Slab(1, 2, Fraction(1, 50), 1, 1), "CNY", language),
    "number_text": lambda language: number_text(3, "count", "person", language),
    "Decision.explain": DECISION.explain,
    "Decision.to_dict": DECISION.to_dict,
    "CaseResult.explain": CASE.explain,
    "Replay.explain": REPLAY.explain,
    "DisplayValue.text": SHOWN.text,
    "Answer.text": QUESTION.text,
    "build_explanation": lambda language: build_explanation(DECISION, language),
    "amount_lines": lambda language: amount_lines(DECISION, language),
    "open_results_section": lambda language: open_results_section(DECISION, language),
    "unresolved_section": lambda language: unresolved_section(DECISION, language),
    "explanation_text": lambda language: explanation_text(DECISION, language),
    "redacted_data": lambda language: redacted_data(DECISION, language),
}


@pytest.mark.parametrize("taker", TAKERS.values(), ids=TAKERS)
def test_tags_of_a_language_are_that_language(taker: Callable[[str], object]) -> None:
    for tags, code in ((CHINESE, "zh"), (ENGLISH, "en")):
        for tag in tags:
            assert taker(tag) == taker(code)


@pytest.mark.parametrize("taker", TAKERS.values(), ids=TAKERS)
def test_another_language_is_refused_and_the_two_are_named(taker: Callable[[str], object]) -> None:
    for tag in OTHERS:
        with pytest.raises(ValueError, match="give `zh` for Chinese or `en` for English") as raised:
            taker(tag)
        assert str(raised.value).isprintable()
    for wrong in (None, 1, b"zh", ["zh"]):
        with pytest.raises(TypeError, match="a language is a text, `zh` or `en`, not"):
            taker(wrong)  # type: ignore[arg-type]


def test_every_code_names_one_of_the_two() -> None:
    assert set(LANGUAGE_CODES.values()) == {"zh", "en"}
    assert all(language_code(tag) == code for tag, code in LANGUAGE_CODES.items())


def callables() -> Iterator[tuple[str, Any]]:
    """Every function and method of the package that takes a language that a caller may write."""
    for module in pkgutil.walk_packages(policyrules.__path__, "policyrules."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if getattr(value, "__module__", "") != module.name:
                continue
            members = vars(value).items() if inspect.isclass(value) else [("", value)]
            for name, member in members:
                if inspect.isfunction(member) and not member.__name__.startswith("_"):
                    yield f"{value.__name__}.{name}".rstrip("."), member


def test_no_function_that_takes_a_tag_is_left_out() -> None:
    """`str` is any tag, and is normalised; `Language` is a code already, inside the package."""
    taking = {
        name
        for name, function in callables()
        if inspect.signature(function, eval_str=False).parameters.get("language")
        and inspect.signature(function).parameters["language"].annotation in {"str", str}
    }
    # The counterexample of a property, and a margin, are covered by what they are made of.
    assert taking == {*TAKERS, "PropertyResult.explain", "Margin.text", "Margin.distance_text"}


# --- the command line ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [["list"], ["test", "cn-nm/job-stabilisation-refund", "-k", "律师事务所"]],
    ids=lambda parameters: parameters[0],
)
def test_commands_take_tags(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    shown = {}
    for tag in ("zh", "en", "zh-CN", "EN_gb"):
        assert main([*arguments, "--lang", tag]) == 0
        shown[tag] = capsys.readouterr().out
    assert shown["zh-CN"] == shown["zh"]
    assert shown["EN_gb"] == shown["en"]
    assert main([*arguments, "--lang", "fr"]) == 2
    message = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert "there is no language `fr`: give `zh` for Chinese or `en` for English" in message
