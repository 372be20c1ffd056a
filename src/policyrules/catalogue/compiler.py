"""From text to a checked ruleset: reads the files, composes them, and runs every pass over them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import attrs

from policyrules.check import check
from policyrules.check.around import joined, while_in_force
from policyrules.check.state import Around, Binding, Bound, Bounds
from policyrules.diagnostics import Diagnostic, Diagnostics, Severity, name_remedy
from policyrules.ir.ruleset import Base, CheckedRuleset
from policyrules.overlays.composition import Composition, compose
from policyrules.overlays.inherit import jurisdiction_of
from policyrules.overlays.sources import with_sources
from policyrules.overlays.vocabulary import with_facts
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.reader import (
    TreeReader,
    read_any_ruleset,
    read_jurisdictions,
    read_sources,
    read_vocabulary,
)
from policyrules.syntax.spelling import ID
from policyrules.syntax.tree import RulesetTree, SourcesTree, VocabularyTree
from policyrules.syntax.yaml import Scalar, decode
from policyrules.text.localized import Title
from policyrules.text.place_code import lies_within
from policyrules.text.span import Span

_PIN: Final = re.compile(r"sha256:[0-9a-f]{16,64}")

MAX_LAYERS: Final = 32
"""How many rulesets may extend one another: nation, province, city and a year are four."""

PIN_LENGTH: Final = len("sha256:") + 16
"""How much of a content hash a pin has that the library writes."""


@attrs.frozen
class File:
    """The bytes of a file, the name that its diagnostics bear, and its real path if it has one."""

    path: str
    data: bytes
    real_path: str = attrs.field(default="", eq=False)


@attrs.frozen
class Compiled:
    """What became of a ruleset: None where it has errors, and every finding.

    `parts` are what an overlay needs that extends it.
    """

    path: str
    ruleset: CheckedRuleset | None
    diagnostics: tuple[Diagnostic, ...]
    parts: Parts | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(eq=False)
class Parts:
    """What a ruleset was made of, and the rows of its parameters by who wrote them.

    `around` are the rows of the rulesets that it is within, or that one below it is; `below` the
    rulesets that it extends directly.
    """

    composition: Composition
    vocabulary: VocabularyTree
    sources: SourcesTree
    bounds: Bounds
    around: Around
    below: tuple[CheckedRuleset, ...] = ()


@attrs.frozen
class Found:
    """What was found of a ruleset that another one extends or is within.

    Where it extends the overlay itself, `cycle` has the files between, each with its id; where
    there is none, `known` has the ids that there are. `is_too_far` says that too many rulesets
    extend one another, so that it was not looked at.
    """

    compiled: Compiled | None = None
    is_too_far: bool = False
    cycle: tuple[tuple[str, str], ...] = ()
    known: tuple[str, ...] = ()


FindBase = Callable[[str], Found]
"""Finds a ruleset to extend by its id."""


def _nothing(_: str) -> Found:
    return Found()


@attrs.frozen
class Surroundings:
    """What an overlay is compiled in: where bases are found, and what jurisdictions are called.

    With `is_pinned` false a base need not be what it was when it was pinned; with `has_vocabulary`
    the vocabulary is one that the folder of the overlay has itself, which adds to that of the base.
    `trees` keeps the files that other rulesets share.
    """

    find_base: FindBase = _nothing
    titles: Mapping[str, Title] = attrs.field(factory=dict, hash=False)
    is_pinned: bool = True
    has_vocabulary: bool = False
    trees: TreeReader = attrs.field(factory=TreeReader, eq=False)


def compile_ruleset(
    ruleset: File,
    vocabulary: File,
    sources: File,
    *,
    texts: Mapping[str, str] | None = None,
    surroundings: Surroundings | None = None,
) -> Compiled:
    """Compiles a ruleset with its vocabulary and its sources.

    An overlay has the vocabulary and the sources of its base besides its own. Without
    `surroundings` nothing is held against the rulesets that it is within.
    `texts` are saved texts by their sha256; where they are given, every quote is checked.
    """
    diagnostics = Diagnostics()
    tree = _any(ruleset, diagnostics)
    trees = TreeReader() if surroundings is None else surroundings.trees
    documents = trees.read(read_sources, sources.data, sources.path, diagnostics)
    if tree is not None and "id" not in tree.broken:
        _check_id(tree, ruleset, diagnostics)
    if isinstance(tree, OverlayTree):
        made = _Overlay(tree, surroundings or Surroundings(), diagnostics)
        checked, parts = made.compiled(vocabulary, documents, texts)
    else:
        words = trees.read(read_vocabulary, vocabulary.data, vocabulary.path, diagnostics)
        if tree is None or words is None or documents is None:
            return Compiled(ruleset.path, None, diagnostics.sorted())
        around = _around(tree, tree, surroundings, diagnostics)
        checked = check(tree, words, documents, texts, diagnostics, binding=Binding(around=around))
        parts = None
        if checked is not None:
            bounds = _bounds({}, checked, tree, checked.jurisdiction)
            parts = Parts(Composition.of_ruleset(tree), words, documents, bounds, around)
    if diagnostics.has_errors:
        return Compiled(ruleset.path, None, diagnostics.sorted())
    return Compiled(ruleset.path, checked, diagnostics.sorted(), parts)


def in_force_twice(made: Iterable[Compiled]) -> tuple[Diagnostic, ...]:
    """Reports rulesets of one policy and jurisdiction that are in force on one and the same day.

    By place and day either could be picked; those that are chosen by name never are.
    """
    diagnostics = Diagnostics()
    seen: list[tuple[CheckedRuleset, Span]] = []
    for one in sorted(made, key=_how_far_up):
        ruleset, parts = one.ruleset, one.parts
        if ruleset is None or parts is None or ruleset.chosen:
            continue
        for other, place in seen:
            from_ = max(ruleset.in_force.from_ or date.min, other.in_force.from_ or date.min)
            is_alike = (ruleset.jurisdiction, ruleset.policy) == (other.jurisdiction, other.policy)
            if is_alike and from_ in ruleset.in_force and from_ in other.in_force:
                diagnostics.report(
                    "overlapping-validity",
                    parts.composition.own.tree.id.span,
                    f"`{ruleset.id}` and `{other.id}` are both in force on {from_}",
                    expected="one ruleset of a policy for each place and day",
                    remedy="let one end before the other begins; "
                    "or say `chosen: by_name` of one that is there to be compared",
                    related=((place, "the other is here"),),
                )
        seen.append((ruleset, parts.composition.own.tree.id.span))
    return diagnostics.sorted()


def _how_far_up(made: Compiled) -> int:
    """How many rulesets it extends: what extends none was there first."""
    return len(made.ruleset.bases) if made.ruleset is not None else 0


def jurisdiction_titles(
    file: File, diagnostics: Diagnostics | None = None, trees: TreeReader | None = None
) -> Mapping[str, Title]:
    """What readers call jurisdictions, as a file says; nothing where it cannot be read."""
    found = Diagnostics() if diagnostics is None else diagnostics
    reader = TreeReader() if trees is None else trees
    tree = reader.read(read_jurisdictions, file.data, file.path, found)
    entries = () if tree is None else tree.jurisdictions
    return {code.text: Title(title.zh.text, title.en.text) for code, title in entries}


def overlay_of(file: File, diagnostics: Diagnostics) -> OverlayTree | None:
    """The tree of a file, if it is an overlay."""
    tree = _any(file, diagnostics)
    return tree if isinstance(tree, OverlayTree) else None


def _any(file: File, diagnostics: Diagnostics) -> RulesetTree | OverlayTree | None:
    text = decode(file.data, file.path, diagnostics)
    return None if text is None else read_any_ruleset(text, file.path, diagnostics)


def _check_id(tree: RulesetTree | OverlayTree, file: File, diagnostics: Diagnostics) -> None:
    """Report an id that is not the path, so that whoever reads an id knows where to look."""
    where, real = (one.replace("\\", "/") for one in (file.path, file.real_path))
    wanted = f"/{tree.id.text}.yaml"
    if ID.fullmatch(tree.id.text) and (f"/{where}".endswith(wanted) or real.endswith(wanted)):
        return
    where = where if "/" in where or not real else "/".join(real.split("/")[-2:])
    diagnostics.report(
        "id-path-mismatch",
        tree.id.span,
        f"the id `{tree.id.text}` is not the path of its file",
        found=f"`{tree.id.text}` in `{where}`",
        expected="`<jurisdiction>/<policy>` in the file `<jurisdiction>/<policy>.yaml`",
        remedy="rename the file, or correct the id",
    )


# --- what is around ------------------------------------------------------------------------------


def _around(
    tree: RulesetTree | OverlayTree,
    whole: RulesetTree,
    surroundings: Surroundings | None,
    diagnostics: Diagnostics,
) -> Around:
    """The rows of the rulesets that a file is within, and of those that they are within.

    `whole` is the tree that was composed of the file, or itself.
    """
    if surroundings is None:
        return {}
    found: list[Around] = []
    declared = {one.name.text for one in whole.parameters}
    for key in tree.within:
        one = _enclosing(key, tree, surroundings, diagnostics)
        if one is not None and one.ruleset is not None and one.parts is not None:
            force, parts = one.ruleset.in_force, one.parts
            found += [parts.around, while_in_force(parts.bounds, force)]
            if not declared & parts.bounds.keys() and not whole.broken:
                diagnostics.report(
                    "unused",
                    key.span,
                    f"no parameter is in `{key.text}` too",
                    found=f"`{key.text}`",
                    remedy="call by one name what is one figure, or leave it out",
                )
    return joined(found)


def _enclosing(
    key: Scalar,
    tree: RulesetTree | OverlayTree,
    surroundings: Surroundings,
    diagnostics: Diagnostics,
) -> Compiled | None:
    """A ruleset that a file is within, or None after reporting why there is none."""
    own, other = jurisdiction_of(tree.id.text), jurisdiction_of(key.text)
    if own == other or not lies_within(own, other):
        if "id" not in tree.broken:
            diagnostics.report(
                "not-enclosing",
                key.span,
                f"`{other}` is no place around `{own}`",
                found=f"`{key.text}`",
                expected="the ruleset of a jurisdiction around this one",
                remedy="leave it out: elsewhere nothing is bound by it",
            )
        return None
    found = surroundings.find_base(key.text)
    if found.cycle or found.is_too_far:
        way = [tree.id.text, *(id_ for id_, _ in found.cycle), tree.id.text]
        diagnostics.report(
            "extends-cycle",
            key.span,
            "a ruleset cannot lie within one that is built on it",
            found=" rests on ".join(f"`{id_}`" for id_ in way) if found.cycle else "",
            expected="a ruleset that does not rest on this file",
            remedy="leave it out",
            related=tuple((Span.at(path), f"`{id_}` is here") for id_, path in found.cycle),
        )
        return None
    if found.compiled is None:
        diagnostics.report(
            "unknown-base",
            key.span,
            f"there is no ruleset `{key.text}` to be within",
            expected="the id of a ruleset in this folder, or of one that is installed",
            remedy=name_remedy(key.text, found.known) or "`policyrules list` shows them all",
        )
    elif found.compiled.ruleset is None:
        errors = (one for one in found.compiled.diagnostics if one.severity is Severity.ERROR)
        diagnostics.extend(errors)
    return found.compiled


# --- overlays ------------------------------------------------------------------------------------


@attrs.frozen
class _Overlay:
    """An overlay while it is compiled."""

    tree: OverlayTree
    surroundings: Surroundings
    diagnostics: Diagnostics

    def compiled(
        self, vocabulary: File, documents: SourcesTree | None, texts: Mapping[str, str] | None
    ) -> tuple[CheckedRuleset | None, Parts | None]:
        found = [self.base(key, pin) for key, pin in self.tree.extends]
        bases = [(one, one.parts) for one in found if one is not None]
        parts = [part for _, part in bases if part is not None]
        if documents is None or not parts or len(parts) < len(found):
            return None, None
        found_here = Diagnostics()
        composition = compose(
            self.tree, [part.composition for part in parts], self.surroundings.titles, found_here
        )
        if composition is None:
            self.diagnostics.extend(found_here)
            return None, None
        layers = {layer.tree.id.span.path for layer in composition.layers[:-1]}
        # What shows in a layer alone may be due to the layers that are joined here.
        is_sound = not any(
            one.severity is Severity.ERROR and one.span.path not in layers
            for one in found_here.sorted()
        )
        rulesets = [one.ruleset for one, _ in bases if one.ruleset is not None]
        words = self.vocabulary(vocabulary, [part.vocabulary for part in parts])
        used = [(part.sources, one.sources) for part, one in zip(parts, rulesets, strict=True)]
        sources = with_sources(documents, used, self.diagnostics)
        bounds = {
            name: {who: bound for part in parts for who, bound in part.bounds.get(name, {}).items()}
            for part in parts
            for name in part.bounds
        }
        around = joined(part.around for part in parts)
        if self.tree.within:
            here = _around(self.tree, composition.tree, self.surroundings, found_here)
            around = joined((around, here))
        checked = check(
            composition.tree,
            words,
            sources,
            texts,
            found_here,
            composition=composition,
            binding=Binding(bounds, around),
        )
        there = {(one.code, one.span) for base, _ in bases for one in base.diagnostics}
        for one in found_here.sorted():
            if one.span.path in layers:
                self.tell_of_base(one, is_told=not is_sound or (one.code, one.span) in there)
            elif (one.code, one.span) not in there:
                self.diagnostics.extend([one])
        if checked is None:
            return None, None
        checked = attrs.evolve(
            checked,
            extends=tuple(key.text for key, _ in self.tree.extends),
            bases=_lineage(composition, rulesets),
        )
        own = _bounds(bounds, checked, self.tree, composition.own.jurisdiction)
        return checked, Parts(composition, words, sources, own, around, tuple(rulesets))

    def base(self, key: Scalar, pin: Scalar) -> Compiled | None:
        """The ruleset that the overlay extends, or None after reporting why there is none."""
        found = self.surroundings.find_base(key.text)
        if found.cycle or key.text == self.tree.id.text:
            self.report_cycle(key, found)
            return None
        compiled = found.compiled
        if found.is_too_far:
            self.diagnostics.report(
                "too-deep",
                key.span,
                "too many rulesets extend one another",
                found=f"more than {MAX_LAYERS}",
                expected=f"a base with at most {MAX_LAYERS} files below it",
                remedy="begin anew with a ruleset that extends none",
            )
            return None
        if compiled is None:
            self.diagnostics.report(
                "unknown-base",
                key.span,
                f"there is no ruleset `{key.text}` to extend",
                expected="the id of a ruleset in this folder, or of one that is installed",
                remedy=name_remedy(key.text, found.known) or "`policyrules list` shows them all",
            )
            return None
        if compiled.ruleset is None:
            # Without its base nothing can be said of the overlay; what is wrong is said there.
            self.diagnostics.extend(
                one for one in compiled.diagnostics if one.severity is Severity.ERROR
            )
            return None
        if self.surroundings.is_pinned:
            self.check_pin(pin, compiled, compiled.ruleset)
        return compiled

    def report_cycle(self, key: Scalar, found: Found) -> None:
        way = [self.tree.id.text, *(id_ for id_, _ in found.cycle), self.tree.id.text]
        if not found.cycle:
            way = way[:2]
        self.diagnostics.report(
            "extends-cycle",
            key.span,
            "a ruleset cannot extend itself",
            found=" extends ".join(f"`{id_}`" for id_ in way),
            expected="a base that does not extend this file",
            remedy="begin with a ruleset that extends none",
            related=tuple((Span.at(path), f"`{id_}` is here") for id_, path in found.cycle),
        )

    def check_pin(self, pin: Scalar, compiled: Compiled, base: CheckedRuleset) -> None:
        remedy = f"look what moved, then renew it with `policyrules pin {self.tree.id.span.path}`"
        if not _PIN.fullmatch(pin.text):
            self.diagnostics.report(
                "bad-literal",
                pin.span,
                f"`{pin.text[:80]}` is no pin",
                found=f"`{pin.text[:80]}`",
                expected="`sha256:` and at least 16 hexadecimal digits in lower case",
                remedy=f"write it with `policyrules pin {self.tree.id.span.path}`",
            )
        elif not base.content_hash.startswith(pin.text):
            self.diagnostics.report(
                "stale-pin",
                pin.span,
                f"`{base.id}` is not what it was when this file pinned it",
                found=f"`{base.content_hash[: len(pin.text)]}`",
                expected=f"`{pin.text}`",
                remedy=remedy,
                related=((Span.at(compiled.path), "the base is here"),),
            )

    def vocabulary(self, file: File, below: Sequence[VocabularyTree]) -> VocabularyTree:
        """The vocabulary of the bases, with what that of the overlay's folder adds to it."""
        words = below[0]
        for more in below[1:]:
            words = with_facts(words, more, self.diagnostics)
        if self.surroundings.has_vocabulary and file.path != below[0].span.path:
            trees = self.surroundings.trees
            own = trees.read(read_vocabulary, file.data, file.path, self.diagnostics)
            words = words if own is None else with_facts(words, own, self.diagnostics)
        return words

    def tell_of_base(self, found: Diagnostic, *, is_told: bool) -> None:
        """Takes up what shows in a line of a base.

        What the base has by itself is told there. Else it is due to the overlay; but where that
        could not be carried out it is a mere consequence, and is told by what went wrong.
        """
        if is_told:
            return
        related = (*found.related, (self.tree.id.span, f"`{self.tree.id.text}` makes it so"))
        remedy = found.remedy or "set, replace or remove it in the overlay"
        self.diagnostics.extend([attrs.evolve(found, related=related, remedy=remedy)])


def _lineage(composition: Composition, bases: Sequence[CheckedRuleset]) -> tuple[Base, ...]:
    """Every layer below the last with the hash of its content."""
    hashes = {one.id: one.content_hash for base in bases for one in base.bases}
    hashes |= {base.id: base.content_hash for base in bases}
    return tuple(Base(layer.id, hashes[layer.id]) for layer in composition.layers[:-1])


def _bounds(
    below: Bounds, ruleset: CheckedRuleset, tree: RulesetTree | OverlayTree, jurisdiction: str
) -> Bounds:
    """The rows of parameters by who wrote them, with those of this file."""
    own = {node.name.text: node.name.span for node in tree.parameters}
    if isinstance(tree, OverlayTree):
        own |= {node.name.text: node.name.span for node in tree.set}
    names = {**dict.fromkeys(below), **dict.fromkeys(own)}
    bounds: dict[str, Mapping[str, Bound]] = {}
    for name in names:
        if name not in ruleset.parameters:
            continue  # it was removed
        rows = dict(below.get(name, {}))
        if name in own:
            rows[jurisdiction] = Bound(jurisdiction, ruleset.parameters[name], own[name])
        bounds[name] = rows
    return bounds
