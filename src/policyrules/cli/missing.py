"""`policyrules missing`: the questions to ask next, and their possible answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from policyrules.cli import output
from policyrules.cli.arguments import (
    AssumeOption,
    case_day,
    explain_swapped_arguments,
    language_option,
    parse_date_option,
    read_assume_option,
    read_facts_argument,
    reject_second_stdin,
)
from policyrules.reporting.text_layout import Line
from policyrules.text.localized import Language, LocalizedText

if TYPE_CHECKING:
    from policyrules.api.policy import Policy
    from policyrules.decisions.decision import Decision, MissingFact


@output.report_errors
def missing(
    ruleset: Annotated[
        str, typer.Argument(metavar="RULESET", help="The id of a ruleset, or the path of its file.")
    ],
    facts: Annotated[
        str, typer.Argument(metavar="FACTS", help="A JSON or YAML file; `-` is standard input.")
    ],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="The day, as YYYY-MM-DD; else today."),
    ] = None,
    lang: Annotated[Language, language_option()] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="The questions as JSON.")] = False,
    assume: AssumeOption = None,
) -> int:
    """Say what to ask next: the facts that may still change the answer, most useful first.

    Ask the first, add the answer, ask again: one answer often makes others superfluous.
    """
    reject_second_stdin(facts, assume or "", hint="--assume")
    if on is not None:
        parse_date_option(on)
    from policyrules.api.policy import load

    with explain_swapped_arguments(ruleset, [facts]):
        policy = load(ruleset)
    day = case_day(on, policy.ruleset.jurisdiction)
    with day.explain_default():
        dated = policy.on(day.day)
    assuming = read_assume_option(assume)
    decision = dated.decide(read_facts_argument(facts), assuming=assuming)
    if as_json:
        default = {"default_day": day.note.to_dict()} if day.note is not None else {}
        output.write_json({**default, **_data(decision, policy)})
    else:
        if day.note is not None:
            output.write_lines([[(day.note.get(lang), "italic")], [("", "")]])
        output.write_lines(_lines(decision, policy, lang))
    return 0


def _next_step(decision: Decision) -> str:
    """Return the next step: `ask`, `confirm`, `details`, `unsettled` or `decided`.

    `confirm` is for facts that were assumed. Details change neither the status nor the amount, but
    a consequence or an item.
    """
    from policyrules.explain.open_results import has_final_answer, open_results

    asked = [missing for missing in decision.missing if not missing.to_confirm]
    if asked and not has_final_answer(decision):
        return "ask"
    if len(asked) < len(decision.missing):
        return "confirm"
    results = open_results(decision)
    if asked or any(result.facts for result in results):
        return "details"
    return "unsettled" if decision.unsettled or results else "decided"


def _details(decision: Decision, policy: Policy) -> tuple[MissingFact, ...]:
    """Return the facts that can settle open items, without those in `missing`."""
    from policyrules.decisions.decision import MissingFact
    from policyrules.explain.open_results import open_results
    from policyrules.outcome.build import question_of

    facts = dict.fromkeys(fact for result in open_results(decision) for fact in result.facts)
    asked = {fact for missing in decision.missing for fact in (missing.fact, *missing.alternatives)}
    return tuple(
        MissingFact(fact, (), question_of(policy.ruleset, fact))
        for fact in facts
        if fact not in asked
    )


def _data(decision: Decision, policy: Policy) -> Mapping[str, Any]:
    from policyrules.explain.open_results import open_results
    from policyrules.intake.questions import answers

    def questions(facts: Iterable[MissingFact]) -> list[dict[str, Any]]:
        return [
            {
                **fact.to_dict(),
                "answers": [answer.to_dict() for answer in answers(fact, policy.ruleset)],
            }
            for fact in facts
        ]

    assumed = {"assumed": [fact.to_dict() for fact in decision.assumed]} if decision.assumed else {}
    return {
        "ruleset": decision.ruleset,
        "on": decision.on.isoformat(),
        "status": decision.status,
        "next": _next_step(decision),
        "missing": questions(decision.missing),
        **assumed,
        "open_results": [result.to_dict() for result in open_results(decision)],
        "details": questions(_details(decision, policy)),
        "unsettled": [point.to_dict() for point in decision.unsettled],
    }


def _lines(decision: Decision, policy: Policy, language: Language) -> Iterator[Line]:
    def say(phrase: str, **parts: str) -> str:
        return _PHRASES[phrase].get(language).format(**parts)

    from policyrules.explain.explanation import (
        build_explanation,
        open_results_section,
        unresolved_section,
    )
    from policyrules.intake.questions import answers

    explanation = build_explanation(decision, language)
    yield [(explanation.title, "bold")]
    yield [(explanation.on, "")]
    yield [(say("outcome", text=explanation.outcome), "")]
    yield from ([(line, "")] for lines in explanation.amounts for line in lines)
    yield [("", "")]
    step = _next_step(decision)
    yield [(say(step), "")]
    details = () if step == "ask" else _details(decision, policy)
    assumed = {fact.fact: fact.text for fact in decision.assumed}
    for number, missing in enumerate((*decision.missing, *details), start=1):
        question = say("question", text=missing.question.get(language), fact=missing.fact)
        yield [(f"{number}. {question}", "bold" if number == 1 else "")]
        if missing.to_confirm:
            yield [(f"   {say('assumed', text=assumed[missing.fact].get(language))}", "")]
        for answer in answers(missing, policy.ruleset):
            text = answer.text(language)
            if answer.fact == missing.fact:
                yield [(f"   {say('answer', text=text)}", "")]
            else:
                question = say("question", text=answer.question.get(language), fact=answer.fact)
                yield [(f"   {say('or', question=question, text=text)}", "")]
    sections = [unresolved_section(decision, language)]
    if step != "ask":  # an answer that changes the outcome may settle these as well
        sections.insert(0, open_results_section(decision, language))
    for section in sections:
        if section.entries:
            yield [("", "")]
            yield [(section.heading, "bold")]
            yield from ([(f"- {line}", "")] for line, *_ in section.entries)


_PHRASES: Final[Mapping[str, LocalizedText]] = {
    "outcome": LocalizedText("结论：{text}", "Outcome: {text}"),
    "ask": LocalizedText("接下来要问（最有用的在前）", "To be asked, most useful first"),
    "confirm": LocalizedText(
        "需要核实的假定事实（最有用的在前）", "Assumed, and to be confirmed, most useful first"
    ),
    "assumed": LocalizedText("假定：{text}", "assumed: {text}"),
    "details": LocalizedText(
        "结论和金额不会再改变；要确定其余内容，还要问",
        "The outcome and the amount will not change; to settle the rest, ask",
    ),
    "decided": LocalizedText(
        "没有要问的：已经决定，任何事实都不会再改变它",
        "Nothing to ask: it is decided, and no fact can change it",
    ),
    "unsettled": LocalizedText(
        "没有要问的：余下的事项，补充事实也不能确定",
        "Nothing to ask: no fact can settle what is left open",
    ),
    "question": LocalizedText("{text}（{fact}）", "{text} ({fact})"),
    "answer": LocalizedText("回答：{text}", "answer: {text}"),
    "or": LocalizedText("或者：{question} 回答：{text}", "or instead: {question} answer: {text}"),
}
