"""Age in completed years, for rules that hold for adults only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir


def adults(table: ir.Table, patient: ir.Table, least: int) -> ir.Table:
    """Rows of days on which the patient was an adult, with `age` and `sex`.

    Args:
        table: patient_id, date and more.
        patient: of the store.
        least: completed years from which somebody is an adult; an unknown age is not enough.

    Returns:
        The table's columns, age (completed years) and sex (female, male or null).
    """
    people = patient.select("patient_id", "sex", "birth_date")
    known = table.join(people, "patient_id")
    aged = known.mutate(age=completed_years(known.birth_date, known.date)).drop("birth_date")
    return aged.filter(aged.age >= least)


def completed_years(birth: ir.DateValue, day: ir.DateValue) -> ir.IntegerValue:
    """Birthdays from birth to a day."""
    birthday_to_come = (day.month() < birth.month()) | (
        (day.month() == birth.month()) & (day.day() < birth.day())
    )
    return (day.year() - birth.year()).cast("int64") - birthday_to_come.cast("int64")
