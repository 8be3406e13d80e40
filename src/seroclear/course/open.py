"""Opens the courses of a store, and derives them first where that is needed."""

from __future__ import annotations

from seroclear.course.course import Course, course_of
from seroclear.records.store import Store


def open_course(store: Store, preset: str = "default") -> Course:
    """The courses of a store, derived first if need be."""
    course = course_of(store, preset)
    if not course.is_current():
        from seroclear.course.build import build  # heavy, and mostly not needed

        return build(store, preset)
    return course
