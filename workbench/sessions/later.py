"""Values that are worked out when somebody looks at them: a large session opens at once.

Nothing is kept: who looks twice has it worked out twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class Later(Sequence[T]):
    """A sequence that is made when it is looked at.

    Args:
        make: Makes it; the same one each time.
    """

    def __init__(self, make: Callable[[], Iterable[T]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[T]:
        return iter(self._make())

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...

    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        return tuple(self._make())[place]

    def __len__(self) -> int:
        return sum(1 for _ in self._make())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(tuple(self))


class LookedUp(Mapping[str, T]):
    """A mapping whose values are made when they are looked up.

    Args:
        names: What there may be a value for, in order.
        make: Makes the value of a name; None where it has none.
    """

    def __init__(self, names: Collection[str], make: Callable[[str], T | None]) -> None:
        self._names, self._make = names, make

    def __getitem__(self, name: str) -> T:
        value = self._make(name) if name in self._names else None
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if self._make(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
