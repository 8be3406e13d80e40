"""The tests of a marker: `test("hbsag").status == "positive"`, `test("hbsag").count(after=day)`."""

from __future__ import annotations

from dataclasses import dataclass

from seroclear.course.catalogue import MARKER_STATUSES
from seroclear.study.checks import check_marker, nearest, wrong
from seroclear.study.course_nodes import CountTests, EverFound
from seroclear.study.nodes import Node


@dataclass(frozen=True)
class _Status:
    marker: str

    def __eq__(self, status: object) -> EverFound:  # type: ignore[override]
        known = MARKER_STATUSES[self.marker]
        if status not in known:
            raise wrong(f"{self.marker} is never {status!r}; {nearest(str(status), list(known))}.")
        return EverFound(self.marker, str(status))

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Test:
    """A marker's tests: `test("hbsag").status == "positive"`, `test("hbsag").count(after=day)`."""

    __test__ = False  # not a test case, whatever its name suggests to pytest

    marker: str

    def __post_init__(self) -> None:
        check_marker(self.marker)

    @property
    def status(self) -> _Status:
        """Compared with == : whether the marker was ever found so."""
        return _Status(self.marker)

    def count(self, *, after: Node | None = None, before: Node | None = None) -> CountTests:
        """Days with a decisive result."""
        return CountTests(self.marker, after, before)


def test(marker: str) -> Test:
    """The tests of a marker."""
    return Test(marker)


test.__test__ = False  # type: ignore[attr-defined]
