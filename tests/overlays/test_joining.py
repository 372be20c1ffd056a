"""Merging of the vocabularies and sources of two folders: the result, and conflicts."""

from typing import Final

import pytest

from policyrules.diagnostics import Diagnostics
from policyrules.overlays.sources import merge_sources
from policyrules.overlays.vocabulary import merge_vocabularies
from policyrules.syntax.reader import read_sources, read_vocabulary
from policyrules.syntax.tree import SourcesTree, VocabularyTree

INSURED: Final = "insured: {title: {zh: 参保, en: Insured}, type: yes_no}"
VETERAN: Final = "veteran: {title: {zh: 退役军人, en: Veteran}, type: yes_no}"
COUNTED: Final = "insured: {title: {zh: 参保, en: Insured}, type: count, unit: person, range: 0..9}"
WAGE: Final = "wage: {title: {zh: 工资, en: Wage}, type: money, range: 0..9}"
GRANT: Final = "grant: {title: {zh: 补助, en: Grant}, type: money, range: 0..9}"


def subject(name: str, facts: str, title: str = "人") -> str:
    return f"{name}: {{title: {{zh: {title}, en: {name.title()}}}, facts: {{{facts}}}}}"


def list_(name: str, facts: str, at_most: int = 9, unit: str = "person", key: str = "id") -> str:
    head = f"title: {{zh: 名单, en: {name.title()}}}, key: {key}, unit: {unit}, at_most: {at_most}"
    return f"{name}: {{{head}, facts: {{{facts}}}}}"


def rule(name: str, test: str) -> str:
    return f"{name}: {{holds: {test}}}"


def vocabulary(path: str, subjects: str = "", lists: str = "", rules: str = "") -> VocabularyTree:
    sections = {"subjects": subjects, "lists": lists, "constraints": rules}
    written = "".join(f"{name}: {{{body}}}\n" for name, body in sections.items() if body)
    text = f"policyrules: 1\n{written}"
    diagnostics = Diagnostics()
    tree = read_vocabulary(text, path, diagnostics)
    assert tree is not None
    assert not diagnostics.sorted(), [str(diagnostic) for diagnostic in diagnostics.sorted()]
    return tree


def vocabulary_text(tree: VocabularyTree) -> str:
    """Every subject, list and rule with what is in it, and the title of each subject."""
    parts = [
        f"{subject.name.text} {subject.title.zh.text}: {', '.join(fact.name.text for fact in subject.facts)}"
        for subject in (*tree.subjects, *tree.lists)
    ]
    return "; ".join([*parts, *(constraint.name.text for constraint in tree.constraints)])


ROWS: Final = [
    (
        (subject("person", INSURED),),
        (subject("person", VETERAN),),
        "person 人: insured, veteran",
        "",
    ),
    # A subject is called what the base calls it.
    (
        (subject("person", INSURED),),
        (subject("person", VETERAN, "个人"),),
        "person 人: insured, veteran",
        "",
    ),
    ((subject("person", INSURED),), (subject("person", INSURED),), "person 人: insured", ""),
    (
        (subject("person", INSURED),),
        (subject("firm", VETERAN),),
        "person 人: insured; firm 人: veteran",
        "",
    ),
    (
        (f"{subject('person', INSURED)}, {subject('firm', WAGE)}",),
        (f"{subject('shop', WAGE)}, {subject('firm', GRANT)}, {subject('person', VETERAN)}",),
        "person 人: insured, veteran; firm 人: wage, grant; shop 人: wage",
        "",
    ),
    (
        (subject("person", INSURED),),
        (subject("person", COUNTED),),
        "person 人: insured",
        "the fact `person.insured`, the same fact for one name",
    ),
    (("", list_("hires", WAGE)), ("", list_("hires", GRANT)), "hires 名单: wage, grant", ""),
    (
        ("", list_("hires", WAGE)),
        ("", list_("hires", GRANT, 8)),
        "hires 名单: wage, grant",
        "the list `hires`, the same list for one name",
    ),
    (
        ("", list_("hires", WAGE)),
        ("", list_("hires", WAGE, unit="item")),
        "hires 名单: wage",
        "the list `hires`, the same list for one name",
    ),
    (
        ("", list_("hires", WAGE)),
        ("", list_("hires", WAGE, key="number")),
        "hires 名单: wage",
        "the list `hires`, the same list for one name",
    ),
    (
        (f"{subject('person', INSURED)}, {subject('firm', WAGE)}, {subject('shop', WAGE)}",),
        (subject("shop", GRANT),),
        "person 人: insured; firm 人: wage; shop 人: wage, grant",
        "",
    ),
    # What is a list in one cannot be a subject in the other.
    (
        (subject("person", INSURED),),
        ("", list_("person", WAGE)),
        "person 人: insured",
        "the list `person`, the same list for one name",
    ),
    (
        ("", list_("person", WAGE)),
        (subject("person", INSURED),),
        "person 名单: wage",
        "the subject `person`, the same subject for one name",
    ),
    (
        (subject("person", INSURED), "", rule("a", "person.insured")),
        (subject("person", VETERAN), "", rule("b", "person.veteran")),
        "person 人: insured, veteran; a; b",
        "",
    ),
    (
        (subject("person", INSURED), "", rule("a", "person.insured")),
        (subject("person", INSURED), "", rule("a", "person.insured")),
        "person 人: insured; a",
        "",
    ),
    (
        (subject("person", INSURED), "", rule("a", "person.insured")),
        ("", "", f"{rule('a', 'not person.insured')}, {rule('b', 'person.insured')}"),
        "person 人: insured; a; b",
        "the constraint `a`, the same constraint for one name",
    ),
]


@pytest.mark.parametrize("base, overlay, joined, refused", ROWS)
def test_a_vocabulary_has_what_stands_in_either_and_refuses_what_disagrees(
    base: tuple[str, ...], overlay: tuple[str, ...], joined: str, refused: str
) -> None:
    diagnostics = Diagnostics()
    first, second = vocabulary("base.yaml", *base), vocabulary("own.yaml", *overlay)
    made = merge_vocabularies(first, second, diagnostics)
    assert vocabulary_text(made) == joined
    assert made.span.path == "base.yaml"
    findings = [
        (
            diagnostic.code,
            diagnostic.message,
            diagnostic.expected,
            diagnostic.span.path,
            [span.path for span, _ in diagnostic.related],
        )
        for diagnostic in diagnostics.sorted()
    ]
    what, _, expected = refused.partition(", ")
    message = f"{what} differs from the one in the vocabulary of the base"
    finding = ("duplicate-of-base", message, expected, "own.yaml", ["base.yaml"])
    assert findings == ([finding] if refused else [])
    for diagnostic in diagnostics.sorted():
        assert (
            diagnostic.remedy
            == "choose another name; or leave it out, if that of the base is meant"
        )
        assert [why for _, why in diagnostic.related] == ["the base declares it here"]


def test_names_that_could_not_be_read_are_those_of_both() -> None:
    def broken(path: str, fact: str) -> VocabularyTree:
        body = subject("person", f"{INSURED}, {fact}: {{title: {{zh: 甲, en: A}}}}")
        tree = read_vocabulary(f"policyrules: 1\nsubjects: {{{body}}}\n", path, Diagnostics())
        assert tree is not None
        assert tree.broken
        return tree

    base, overlay = broken("base.yaml", "first"), broken("own.yaml", "second")
    assert base.broken != overlay.broken
    assert merge_vocabularies(base, overlay, Diagnostics()).broken == base.broken | overlay.broken


def sources(path: str, **titles: str) -> SourcesTree:
    entries = "".join(
        f"  {name}: {{title: {title}, issued: 2022-01-01}}\n" for name, title in titles.items()
    )
    tree = read_sources(f"policyrules: 1\nsources:\n{entries}", path, Diagnostics())
    assert tree is not None
    return tree


@pytest.mark.parametrize(
    "base, used, refused",
    [
        ({"law": "A law"}, {"law"}, []),
        ({"notice": "A notice"}, {"notice"}, []),
        ({"law": "Another law"}, {"law"}, ["law"]),
        # What the base does not use may be another document.
        ({"law": "Another law"}, set(), []),
        ({"law": "Another law", "notice": "A notice"}, {"notice"}, []),
        (
            {"law": "Another law", "letter": "B", "notice": "A"},
            {"letter", "law"},
            ["law", "letter"],
        ),
    ],
)
def test_a_source_that_a_base_uses_is_one_document_by_one_id(
    base: dict[str, str], used: set[str], refused: list[str]
) -> None:
    diagnostics = Diagnostics()
    overlay = sources("own.yaml", law="A law", letter="A letter")
    made = merge_sources(overlay, [(sources("base.yaml", **base), used)], diagnostics)
    assert [source.name.text for source in made.sources] == [
        *("law", "letter"),
        *(name for name in base if name not in {"law", "letter"}),
    ]
    titles = [source.title.text for source in made.sources]
    assert titles[:2] == ["A law", "A letter"]
    assert made.span.path == "own.yaml"
    conflicts = diagnostics.sorted()
    assert [diagnostic.message for diagnostic in conflicts] == [
        f"the source `{name}` is a different document in the base" for name in refused
    ]
    for diagnostic in conflicts:
        assert (diagnostic.code, diagnostic.expected) == (
            "duplicate-of-base",
            "the same document for one id",
        )
        assert diagnostic.remedy == "choose another id"
        assert diagnostic.span.path == "own.yaml"
        assert [(span.path, why) for span, why in diagnostic.related] == [
            ("base.yaml", "the base declares it here")
        ]


def test_two_bases_that_use_one_id_for_two_documents_are_refused() -> None:
    diagnostics = Diagnostics()
    bases = [sources(f"{name}.yaml", notice=name) for name in ("first", "second")]
    made = merge_sources(
        sources("own.yaml", law="A law"), [(base, {"notice"}) for base in bases], diagnostics
    )
    assert [(source.name.text, source.title.text) for source in made.sources] == [
        ("law", "A law"),
        ("notice", "first"),
    ]
    assert [diagnostic.span.path for diagnostic in diagnostics.sorted()] == ["first.yaml"]
