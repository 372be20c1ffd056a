"""Select the ruleset of a policy by place and day, with the reason."""

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
from policyrules.text.place_code import (
    city_of_district,
    code_and_enclosing_codes,
    code_remedy,
    is_part_of,
)
from policyrules.text.words import fold_word

if TYPE_CHECKING:
    from policyrules.catalogue.heads import CatalogueEntry


@attrs.frozen(repr=False)
class Selection:
    """The ruleset that was selected for a place and a day, and the reason.

    `rejected` has the other rulesets of the policy for the place or for a jurisdiction that
    contains it: pairs of the id and the reason.
    """

    __repr__ = short_repr

    ruleset: str
    path: Path
    policy: str
    jurisdiction: str
    on: date
    reason: LocalizedText
    rejected: tuple[tuple[str, LocalizedText], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the selection as plain data."""
        return {
            "ruleset": self.ruleset,
            "policy": self.policy,
            "jurisdiction": self.jurisdiction,
            "on": self.on.isoformat(),
            "reason": self.reason.to_dict(),
            "rejected": [
                {"ruleset": id_, "reason": reason.to_dict()} for id_, reason in self.rejected
            ],
        }


def load_for(
    policy: str,
    jurisdiction: str,
    on: date | str,
    *,
    folders: AnyPaths = (),
) -> Policy:
    """Load the ruleset of a policy that is in force in a place on a day.

    It is the ruleset of the place itself, or else of the nearest jurisdiction that contains the
    place; `select` gives the reason. A ruleset with `selection: by_id` is never selected.

    Args:
        policy: The name of the policy, without jurisdiction and variant.
        jurisdiction: The code of the place.
        on: The day.
        folders: Folders of rulesets to search, in addition to the installed ones.

    Raises:
        RulesetNotFound: the policy has no ruleset for the place.
        NotInForce: no ruleset for the place covers the day.
        RulesetConflict: two rulesets of one jurisdiction cover the day, or two files have one id.
        RulesetError: the ruleset is wrong, or the head of another ruleset of the policy for the
            place; the error has every diagnostic.

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
    """Select the ruleset of a policy that is in force in a place on a day, with the reason.

    `load_for` loads the ruleset. It has the same parameters and raises the same errors.

    >>> from datetime import date
    >>> import policyrules
    >>> selection = policyrules.select("job-stabilisation-refund", "cn-nm-150100", date(2023, 7, 5))
    >>> selection.ruleset
    'cn-nm/job-stabilisation-refund.2023'
    >>> selection.rejected[0][1].en
    'it is not in force on 2023-07-05'
    """
    to_text(policy, "the policy")
    to_text(jurisdiction, "the jurisdiction")
    on = to_day(on)
    paths = [Path(path) for path in to_path_texts(folders)]
    candidates = _candidates(policy, jurisdiction, paths)
    selectable = [entry for entry in candidates if not entry.selection]
    in_force = [entry for entry in selectable if entry.covers(on)]
    if not in_force:
        if not selectable:
            names = ", ".join(f"`{entry.id}`" for entry in candidates)
            remedy = f"the rulesets for the place are selected by id only: {names}"
            places = _jurisdictions_of(policy, folders) - {
                entry.jurisdiction for entry in candidates
            }
            if places:
                remedy += f"; other places have some: {listed(sorted(places), limit=10)}"
            raise RulesetNotFound(f"{policy} in {jurisdiction}", remedy)
        nearest = _nearest_in_time(selectable, on)
        raise NotInForce.outside(nearest.id, on, nearest.in_force_from, nearest.in_force_to)
    place = max((entry.jurisdiction for entry in in_force), key=_enclosing_count)
    selected, *rivals = (entry for entry in in_force if entry.jurisdiction == place)
    if rivals:
        ids = [entry.id for entry in (selected, *rivals)]
        raise RulesetConflict(place, ids, f"are both in force on {on} for")
    unlisted = _unlisted_warning(jurisdiction, paths)
    return Selection(
        ruleset=selected.id,
        path=selected.path,
        policy=policy,
        jurisdiction=jurisdiction,
        on=on,
        reason=_selection_reason(selected, jurisdiction, on, unlisted=unlisted),
        rejected=tuple(
            (entry.id, _rejection_reason(entry, on))
            for entry in candidates
            if entry is not selected
        ),
    )


def _candidates(policy: str, jurisdiction: str, folders: Sequence[Path]) -> list[CatalogueEntry]:
    """Return the rulesets of a policy for a place or a jurisdiction around it, nearest first."""
    # The catalogue is imported when it is needed: `import policyrules` should stay fast.
    from policyrules.catalogue.heads import HeadReader
    from policyrules.catalogue.store import paths_by_id, policy_of, unique_path

    reader = HeadReader()
    everywhere = paths_by_id([*folders, *reader.installed])
    wanted = f"{policy} in {jurisdiction}"
    of_policy = [id_ for id_ in everywhere if re.split(r"[/.]", id_)[1] == policy]
    ids = [id_ for id_ in of_policy if is_part_of(jurisdiction, id_.partition("/")[0])]
    if remedy := code_remedy(jurisdiction):
        codes = _matching_codes(jurisdiction, map(Path, folders))
        if codes:
            remedy = f"write {' or '.join(f'`{code}`' for code in codes)}"
        raise RulesetNotFound(wanted, remedy)
    if policy in everywhere:
        remedy = f"`{policy}` is an id: give the policy only, `{policy_of(policy)}`"
        raise RulesetNotFound(wanted, remedy)
    if not ids:
        known = sorted({re.split(r"[/.]", id_)[1] for id_ in everywhere})
        places = sorted({id_.partition("/")[0] for id_ in of_policy})
        remedy = f"there are policies {', '.join(f'`{policy_id}`' for policy_id in known)}"
        if places:
            remedy = f"there are some for {', '.join(f'`{place}`' for place in places)}"
        raise RulesetNotFound(wanted, remedy)
    entries = [reader.entry(unique_path(id_, everywhere[id_])) for id_ in ids]
    return sorted(entries, key=lambda entry: (-_enclosing_count(entry.jurisdiction), entry.id))


def _enclosing_count(jurisdiction: str) -> int:
    """Return the number of jurisdictions that contain a place; more for a district than a city."""
    return len(code_and_enclosing_codes(jurisdiction))


def _matching_codes(text: str, folders: Iterable[Path]) -> list[str]:
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
    """Return whether a `jurisdictions.yaml` of the folders or an installed one lists a code."""
    from policyrules.catalogue.store import installed_folders, jurisdiction_titles_for

    # `jurisdiction_titles_for` takes the path of a ruleset, which need not exist.
    places = (folder / jurisdiction / "any.yaml" for folder in (*folders, *installed_folders()))
    return any(jurisdiction in jurisdiction_titles_for(place) for place in places)


def _jurisdictions_of(policy: str, folders: AnyPaths) -> set[str]:
    """Return the jurisdictions that have a ruleset of a policy."""
    from policyrules.catalogue.store import installed_folders, paths_by_id, policy_of

    everywhere = [*map(Path, to_path_texts(folders)), *installed_folders()]
    ids = paths_by_id(everywhere)
    return {id_.partition("/")[0] for id_ in ids if policy_of(id_) == policy}


def _nearest_in_time(selectable: Sequence[CatalogueEntry], on: date) -> CatalogueEntry:
    """Return the ruleset that ended last before a day, or else the one that begins first."""
    started = [entry for entry in selectable if (entry.in_force_from or date.min) <= on]
    if started:
        return max(started, key=lambda entry: entry.in_force_to or date.max)
    return min(selectable, key=lambda entry: entry.in_force_from or date.min)


def _selection_reason(
    ruleset: CatalogueEntry, jurisdiction: str, on: date, *, unlisted: LocalizedText | None
) -> LocalizedText:
    if ruleset.jurisdiction == jurisdiction:
        reason = LocalizedText(
            f"`{ruleset.id}`：{jurisdiction} 自己的规定，{on} 有效。",
            f"`{ruleset.id}`: it is the ruleset of {jurisdiction} itself, in force on {on}.",
        )
    else:
        reason = LocalizedText(
            f"`{ruleset.id}`：{jurisdiction} 没有 {on} 有效的规定，"
            f"适用上级 {ruleset.jurisdiction} 的规定。",
            f"`{ruleset.id}`: {jurisdiction} has no ruleset in force on {on}; "
            f"that of {ruleset.jurisdiction}, which contains it, applies.",
        )
    if unlisted is None:
        return reason
    return LocalizedText(f"{reason.zh}{unlisted.zh}", f"{reason.en} {unlisted.en}")


def _unlisted_warning(jurisdiction: str, folders: Sequence[Path]) -> LocalizedText | None:
    """Return a warning about a code that no file lists, such as a district of a listed city."""
    if _is_declared(jurisdiction, folders):
        return None
    city = city_of_district(jurisdiction)
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


def _rejection_reason(ruleset: CatalogueEntry, on: date) -> LocalizedText:
    if ruleset.selection:
        return LocalizedText("只能按编号选用", "it is selected by id only")
    if not ruleset.covers(on):
        return LocalizedText(f"{on} 不在有效期内", f"it is not in force on {on}")
    return LocalizedText("有更具体的规定", "a more specific jurisdiction has one")
