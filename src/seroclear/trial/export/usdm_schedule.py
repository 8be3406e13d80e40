"""USDM of the trial's course: arms, epochs, elements, encounters, activities and their times."""

from __future__ import annotations

from seroclear.trial.export.usdm_thing import Content, chained, coded, thing
from seroclear.trial.protocol import Protocol

TIMELINE = "main"
_EPOCHS = ("screening", "treatment", "follow-up")


def course(protocol: Protocol) -> Content:
    """The parts of a study design that tell who is when what: arms to the timeline."""
    return {
        "arms": [
            thing(
                "StudyArm",
                one.name,
                name=one.name,
                label=one.label,
                description=one.intervention,
                type=coded(
                    "no intervention arm" if one.control else "experimental arm",
                    f"StudyArm_{one.name}",
                ),
                dataOriginDescription="Data collected in the trial",
                dataOriginType=coded("within study", f"StudyArm_{one.name}_origin"),
                populationIds=[],
            )
            for one in protocol.arms
        ],
        "epochs": chained(
            [
                thing("StudyEpoch", one, name=one, type=coded(one, f"StudyEpoch_{one}"))
                for one in _EPOCHS
            ]
        ),
        "elements": [
            thing(
                "StudyElement",
                f"{arm.name}_{epoch}",
                name=f"{arm.name} {epoch}",
                description=f"{epoch.capitalize()}, {arm.label}",
                studyInterventionIds=(
                    [intervention(protocol)]
                    if epoch == "treatment" and arm.name in protocol.trigger.arms
                    else []
                ),
            )
            for arm in protocol.arms
            for epoch in _EPOCHS
        ],
        "studyCells": [
            thing(
                "StudyCell",
                f"{arm.name}_{epoch}",
                armId=f"StudyArm_{arm.name}",
                epochId=f"StudyEpoch_{epoch}",
                elementIds=[f"StudyElement_{arm.name}_{epoch}"],
            )
            for arm in protocol.arms
            for epoch in _EPOCHS
        ],
        "encounters": chained(
            [
                thing(
                    "Encounter",
                    one.name,
                    name=one.name,
                    label=one.label,
                    type=coded("visit", f"Encounter_{one.name}"),
                    scheduledAtId=f"Timing_{one.name}",
                )
                for one in protocol.schedule.visits
            ]
        ),
        "activities": chained(
            [
                thing("Activity", one, name=one, label=one.replace("_", " "))
                for one in _tests(protocol)
            ]
        ),
        "scheduleTimelines": [_timeline(protocol)],
    }


def intervention(protocol: Protocol) -> str:
    """Id of the study intervention."""
    return f"StudyIntervention_{protocol.trigger.product}"


def _timeline(protocol: Protocol) -> Content:
    """Every visit at its days after the first, which is that of the randomisation."""
    visits = protocol.schedule.visits
    first = f"ScheduledActivityInstance_{visits[0].name}"
    last = protocol.trigger.last_day
    instances = []
    for at, one in enumerate(visits):
        following = visits[at + 1].name if at + 1 < len(visits) else None
        instances.append(
            thing(
                "ScheduledActivityInstance",
                one.name,
                name=one.name,
                epochId=f"StudyEpoch_{'treatment' if one.day <= last else 'follow-up'}",
                encounterId=f"Encounter_{one.name}",
                activityIds=[f"Activity_{test}" for test in one.tests],
                defaultConditionId=(
                    f"ScheduledActivityInstance_{following}" if following else None
                ),
                timelineExitId=None if following else f"ScheduleTimelineExit_{TIMELINE}",
            )
        )
    timings = [
        thing(
            "Timing",
            one.name,
            name=one.name,
            type=coded("after" if at else "fixed reference", f"Timing_{one.name}"),
            value=f"P{one.day}D",
            valueLabel=f"{one.day} days",
            relativeToFrom=coded("start to start", f"Timing_{one.name}_from"),
            relativeFromScheduledInstanceId=f"ScheduledActivityInstance_{one.name}",
            relativeToScheduledInstanceId=first,
            windowLower=f"P{one.early}D",
            windowUpper=f"P{one.late}D",
            windowLabel=f"-{one.early} to +{one.late} days",
        )
        for at, one in enumerate(visits)
    ]
    return thing(
        "ScheduleTimeline",
        TIMELINE,
        name=TIMELINE,
        mainTimeline=True,
        entryCondition="Randomised",
        entryId=first,
        exits=[thing("ScheduleTimelineExit", TIMELINE)],
        timings=timings,
        instances=instances,
    )


def _tests(protocol: Protocol) -> list[str]:
    return list(dict.fromkeys(test for one in protocol.schedule.visits for test in one.tests))
