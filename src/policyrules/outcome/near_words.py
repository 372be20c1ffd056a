"""Warn of an undeclared word that is close to a declared one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policyrules.decisions.notices import Notice
from policyrules.evaluation.situation import KnownFact, Situation
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.text.fact_path import FactPath, local_name
from policyrules.text.localized import LocalizedText, texts_of
from policyrules.text.words import nearest_words

_MAX_NAMED: Final = 3
"""The most items that are named; the others are counted."""


def near_word_notices(ruleset: CheckedRuleset, situation: Situation) -> tuple[Notice, ...]:
    """Return a warning for each undeclared word that is close to a declared one."""
    paths_by_word: dict[tuple[str, str], list[str]] = {}
    for path, word in _open_words(ruleset, situation):
        paths_by_word.setdefault((path.declared_name, word), []).append(str(path))
    notices = (
        _notice(ruleset.facts[name], word, tuple(paths))
        for (name, word), paths in paths_by_word.items()
    )
    return tuple(notice for notice in notices if notice is not None)


def _open_words(ruleset: CheckedRuleset, situation: Situation) -> Iterator[tuple[FactPath, str]]:
    """Yield the undeclared words of open facts, each with the path of its fact."""
    for name, fact in ruleset.facts.items():
        if not fact.type.open:
            continue
        name_in_subject = local_name(name)
        for word in _undeclared_words(fact, situation.known.get(name)):
            yield FactPath(fact.subject, name_in_subject), word
        for item in situation.lists.get(fact.subject, ()):
            for word in _undeclared_words(fact, item.known.get(name)):
                yield FactPath(fact.subject, name_in_subject, item.key), word


def _undeclared_words(fact: Fact, known: KnownFact | None) -> Iterator[str]:
    figure = None if known is None else known.figure
    for word in figure if isinstance(figure, tuple) else (figure,):
        if isinstance(word, str) and word not in fact.type.words:
            yield word


def _notice(fact: Fact, word: str, paths: tuple[str, ...]) -> Notice | None:
    words = fact.type.words
    near = nearest_words(word, {name: texts_of(title) for name, title in words.items()})
    if not near:
        return None
    path_text = "`" + "`、`".join(paths[:_MAX_NAMED]) + "`"
    listed = ", ".join(f"`{path}`" for path in paths[:_MAX_NAMED])
    if len(paths) > _MAX_NAMED:
        path_text += f"等 {len(paths)} 项"
        listed += f" and {len(paths) - _MAX_NAMED} more"
    nearest_zh = "、".join(f"“{words[name].zh}”（`{name}`）" for name in near)
    nearest_en = " or ".join(f"`{name}` ({words[name].en})" for name in near)
    title = fact.title.zh
    return Notice(
        id=f"undeclared-word:{fact.name}",
        kind="warning",
        text=LocalizedText(
            f"“{title}”（{path_text}）填写的“{word}”不在所列选项之中，相近的选项有{nearest_zh}。"
            "如属笔误，请更正。",
            f"{listed} is given as `{word}`, which is not one of the declared words. "
            f"The nearest is {nearest_en}. If it is a slip, correct it.",
        ),
        facts=paths,
        redacted_text=LocalizedText(
            f"“{title}”填写的内容不在所列选项之中，但与其中的选项相近。如属笔误，请更正。",
            f"`{fact.name}` is given as a word that is not one of the declared words, but near to "
            "one. If it is a slip, correct it.",
        ),
    )
