"""Immutable containers for the fields of frozen objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import attrs

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class FrozenDict(dict[_Key, _Value]):
    """A dict that cannot be changed.

    It is a `dict`, so `json.dumps` writes it and a look-up costs the same. `dict(limits)` returns a
    shallow copy that can be changed.

    >>> limits = FrozenDict({"small": 30})
    >>> limits["small"] = 0
    Traceback (most recent call last):
    TypeError: this mapping is frozen: change a copy, `dict(…)`
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[type[FrozenDict[_Key, _Value]], tuple[dict[_Key, _Value]]]:
        """Pickle all entries at once."""
        return type(self), (dict(self),)

    if not TYPE_CHECKING:  # a type checker knows the declared fields as `Mapping`

        def _refuse(self, *_: object, **__: object) -> NoReturn:
            raise TypeError("this mapping is frozen: change a copy, `dict(…)`")

        __setitem__ = __delitem__ = __ior__ = _refuse
        clear = pop = popitem = setdefault = update = _refuse


def freeze_mapping(mapping: Mapping[_Key, _Value]) -> FrozenDict[_Key, _Value]:
    """Return a frozen copy of a mapping, or the mapping itself if it is frozen.

    The copy is shallow.
    """
    return mapping if isinstance(mapping, FrozenDict) else FrozenDict(mapping)


def freeze_mappings(_: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """Freeze every field of an attrs class that is declared as a `Mapping`.

    A class passes it as its `field_transformer`. A converter of each field would hide the types of
    the arguments from a type checker.
    """
    return [
        field.evolve(converter=freeze_mapping) if str(field.type).startswith("Mapping[") else field
        for field in fields
    ]


def freeze(data: Any) -> Any:
    """Return a frozen deep copy of plain data: its lists become tuples.

    >>> freeze({"hires": [{"id": "p1"}]})
    {'hires': ({'id': 'p1'},)}
    """
    if isinstance(data, Mapping):
        return FrozenDict({key: freeze(inner) for key, inner in data.items()})
    if isinstance(data, list | tuple):
        return tuple(map(freeze, data))
    return data


def thaw(data: Any) -> Any:
    """Return a deep copy of frozen data that may be changed: its tuples become lists.

    >>> thaw(freeze({"hires": [{"id": "p1"}]}))
    {'hires': [{'id': 'p1'}]}
    """
    if isinstance(data, Mapping):
        return {key: thaw(inner) for key, inner in data.items()}
    if isinstance(data, list | tuple):
        return [thaw(inner) for inner in data]
    return data
