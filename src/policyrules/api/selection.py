"""Picks the ruleset of a policy by place and day, and says which it picked and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from policyrules.api.conversion import AnyPaths, to_day, to_path_texts, to_text
from policyrules.api.policy import Policy, load
from policyrules.diagnostics import listed
from policyrules.errors import NotInForce, RulesetConflict, RulesetNotFound
from policyrules.objects.representation import short_repr
from policyrules.text.localized import LocalizedText
from policyrules.text.place_code import city_around, code_remedy, is_part_of, places_around
from policyrules.text.words import fold_word

if TYPE_CHECKING:
    from policyrules.catalogue.heads import CatalogueEntry


@attrs.frozen(repr=False)
class Selection:
    """Which ruleset was picked for a place and a day, and why.

    `others` are the rulesets of the policy for the place, or one around it, that were not picked;
    each with the reason.
    """

    __repr__ = short_repr

    ruleset: str
    path: Path
    policy: str
    jurisdiction: str
    on: date
    why: LocalizedText
    others: tuple[tuple[str, LocalizedText], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            "ruleset": self.ruleset,
            "policy": self.policy,
            "jurisdiction": self.jurisdiction,
            "on": self.on.isoformat(),
            "why": self.why.to_dict(),
            "others": [{"ruleset": id_, "why": why.to_dict()} for id_, why in self.others],
        }


def load_for(
    policy: str,
    jurisdiction: str,
    on: date | str,
    *,
    folders: AnyPaths = (),
) -> Policy:
    """Loads the ruleset of a policy that is in force in a place on a day.

    It is the one of the place itself, or else of the nearest jurisdiction around it; `select` says
    why. A ruleset with `selection: by_id` is never picked.

    Args:
        policy: The name of the policy, without jurisdiction and variant.
        jurisdiction: The code of the place.
        on: The day.
        folders: Folders of rulesets to look in besides those that are installed.

    Raises:
        RulesetNotFound: no ruleset of the policy is for the place.
        NotInForce: none that is for the place covers the day.
        RulesetConflict: two of one jurisdiction cover it, or two files claim one id.
        RulesetError: the ruleset is wrong, or the head of another one of the policy for the place;
            the error holds every finding with its place.

    >>> from datetime import date
    >>> import policyrules
    >>> policyrules.load_for("retention-training-subsidy", "cn-nm-150100", date(2022, 11, 25)).id
    'cn-nm-150100/retention-training-subsidy'
    """
    return load(select(policy, jurisdiction, on, folders=folders).path)


def select(
    policy: str,
    jurisdiction: str,
    on: date | str,
    *,
    folders: AnyPaths = (),
) -> Selection:
    """Picks the ruleset of a policy that is in force in a place on a day, and says why.

    `load_for` loads it; it takes and raises the same.

    >>> from datetime import date
    >>> import policyrules
    >>> picked = policyrules.select("job-stabilisation-refund", "cn-nm-150100", date(2023, 7, 5))
    >>> picked.ruleset
    'cn-nm/job-stabilisation-refund.2023'
    >>> picked.others[0][1].en
    'it is not in force on 2023-07-05'
    """
    to_text(policy, "the policy")
    to_text(jurisdiction, "the jurisdiction")
    on = to_day(on)
    paths = [Path(one) for one in to_path_texts(folders)]
    here = _candidates(policy, jurisdiction, paths)
    pickable = [one for one in here if not one.selection]
    current = [one for one in pickable if one.covers(on)]
    if not current:
        if not pickable:
            names = ", ".join(f"`{one.id}`" for one in here)
            remedy = f"what there is for the place is selected by id only: {names}"
            places = _places_of(policy, folders) - {one.jurisdiction for one in here}
            if places:
                remedy += f"; other places have some: {listed(sorted(places), limit=10)}"
            raise RulesetNotFound(f"{policy} in {jurisdiction}", remedy)
        nearest = _nearest(pickable, on)
        raise NotInForce.outside(nearest.id, on, nearest.in_force_from, nearest.in_force_to)
    place = max((one.jurisdiction for one in current), key=_depth)
    picked = [one for one in current if one.jurisdiction == place]
    if len(picked) > 1:
        what = f"are both in force on {on} for"
        raise RulesetConflict(place, [one.id for one in picked], what)
    return Selection(
        ruleset=picked[0].id,
        path=picked[0].path,
        policy=policy,
        jurisdiction=jurisdiction,
        on=on,
        why=_why(picked[0], jurisdiction, on, unlisted=_unlisted(jurisdiction, paths)),
        others=tuple((one.id, _why_not(one, on)) for one in here if one is not picked[0]),
    )


def _candidates(policy: str, jurisdiction: str, folders: Sequence[Path]) -> list[CatalogueEntry]:
    """The rulesets of a policy for a place, or one around it; those of the place first."""
    # What reads rulesets is imported when it is needed, as everywhere below the front door.
    from policyrules.catalogue.heads import HeadReader
    from policyrules.catalogue.store import paths_by_id, policy_of, unique_path

    reader = HeadReader()
    everywhere = paths_by_id([*folders, *reader.installed])
    wanted = f"{policy} in {jurisdiction}"
    of_policy = [id_ for id_ in everywhere if re.split(r"[/.]", id_)[1] == policy]
    ids = [id_ for id_ in of_policy if is_part_of(jurisdiction, id_.partition("/")[0])]
    if remedy := code_remedy(jurisdiction):
        meant = _codes_meant(jurisdiction, map(Path, folders))
        if meant:
            remedy = f"write {' or '.join(f'`{code}`' for code in meant)}"
        raise RulesetNotFound(wanted, remedy)
    if policy in everywhere:
        remedy = f"`{policy}` is an id: give the policy only, `{policy_of(policy)}`"
        raise RulesetNotFound(wanted, remedy)
    if not ids:
        known = sorted({re.split(r"[/.]", id_)[1] for id_ in everywhere})
        places = sorted({id_.partition("/")[0] for id_ in of_policy})
        remedy = f"there are policies {', '.join(f'`{one}`' for one in known)}"
        if places:
            remedy = f"there are some for {', '.join(f'`{one}`' for one in places)}"
        raise RulesetNotFound(wanted, remedy)
    found = [reader.entry(unique_path(id_, everywhere[id_])) for id_ in ids]
    return sorted(found, key=lambda one: (-_depth(one.jurisdiction), one.id))


def _depth(jurisdiction: str) -> int:
    """Return how many places a code lies in; a district lies in more than its city."""
    return len(places_around(jurisdiction))


def _codes_meant(text: str, folders: Iterable[Path]) -> list[str]:
    """Return the listed codes that a text means: by the title of the place, or by the digits."""
    from policyrules.catalogue.store import installed_folders, jurisdiction_titles_for

    places = (folder / "any" / "any.yaml" for folder in (*folders, *installed_folders()))
    titles = {
        code: title for place in places for code, title in jurisdiction_titles_for(place).items()
    }
    wanted = fold_word(text)
    return sorted(
        code
        for code, title in titles.items()
        if wanted in {fold_word(title.zh), fold_word(title.en)} or code.endswith(f"-{text}")
    )


def _is_declared(jurisdiction: str, folders: Sequence[Path]) -> bool:
    """Return whether a `jurisdictions.yaml` of the folders, or an installed one, has a code."""
    from policyrules.catalogue.store import installed_folders, jurisdiction_titles_for

    # The files are looked for as those of a ruleset in a folder of the code.
    places = (folder / jurisdiction / "any.yaml" for folder in (*folders, *installed_folders()))
    return any(jurisdiction in jurisdiction_titles_for(place) for place in places)


def _places_of(policy: str, folders: AnyPaths) -> set[str]:
    """The jurisdictions that have a ruleset of a policy."""
    from policyrules.catalogue.store import installed_folders, paths_by_id, policy_of

    everywhere = [*map(Path, to_path_texts(folders)), *installed_folders()]
    ids = paths_by_id(everywhere)
    return {id_.partition("/")[0] for id_ in ids if policy_of(id_) == policy}


def _nearest(pickable: Sequence[CatalogueEntry], on: date) -> CatalogueEntry:
    """Of rulesets none of which covers a day, the one whose dates say most about it."""
    begun = [one for one in pickable if (one.in_force_from or date.min) <= on]
    if begun:
        return max(begun, key=lambda one: one.in_force_to or date.max)
    return min(pickable, key=lambda one: one.in_force_from or date.min)


def _why(
    ruleset: CatalogueEntry, jurisdiction: str, on: date, *, unlisted: LocalizedText | None
) -> LocalizedText:
    if ruleset.jurisdiction == jurisdiction:
        why = LocalizedText(
            f"`{ruleset.id}`：{jurisdiction} 自己的规定，{on} 有效。",
            f"`{ruleset.id}`: it is of {jurisdiction} itself, and in force on {on}.",
        )
    else:
        why = LocalizedText(
            f"`{ruleset.id}`：{jurisdiction} 没有 {on} 有效的规定，"
            f"适用上级 {ruleset.jurisdiction} 的规定。",
            f"`{ruleset.id}`: {jurisdiction} has none in force on {on}; "
            f"that of {ruleset.jurisdiction}, around it, applies.",
        )
    if unlisted is None:
        return why
    return LocalizedText(f"{why.zh}{unlisted.zh}", f"{why.en} {unlisted.en}")


def _unlisted(jurisdiction: str, folders: Sequence[Path]) -> LocalizedText | None:
    """Return what to say of a code that no file lists; a district of a listed city may be right."""
    if _is_declared(jurisdiction, folders):
        return None
    city = city_around(jurisdiction)
    if city and _is_declared(city, folders):
        return LocalizedText(
            f"{jurisdiction} 按 GB/T 2260 的编码属于 {city}；"
            "jurisdictions.yaml 未收录这一区县，请核对代码。",
            f"By the digits of GB/T 2260 `{jurisdiction}` lies within `{city}`; "
            "no jurisdictions.yaml lists the district itself, so check the code.",
        )
    return LocalizedText(
        f"jurisdictions.yaml 中没有代码“{jurisdiction}”，请核对。",
        f"No jurisdictions.yaml lists `{jurisdiction}`: check the code.",
    )


def _why_not(ruleset: CatalogueEntry, on: date) -> LocalizedText:
    if ruleset.selection:
        return LocalizedText("只按编号选用", "it is selected by id only")
    if not ruleset.covers(on):
        return LocalizedText(f"{on} 不在有效期内", f"it is not in force on {on}")
    return LocalizedText("有更具体的规定", "there is one nearer to the place")
