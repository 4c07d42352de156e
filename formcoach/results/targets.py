"""What an exercise asks of a rep, for the report: its far end, its time, its pause."""

from collections.abc import Mapping
from math import isfinite

from formcoach.coaching.coach import Coach
from formcoach.exercises.spec import HoldTime, Tempo
from formcoach.picture.zones import zones_of
from formcoach.pose.landmarks import Side

__all__ = ["target_tree"]


def target_tree(
    coach: Coach, personal_end_deg: Mapping[Side, float] | None = None
) -> dict[str, list[float | None]]:
    """Return what is asked, for ``summary.json``: from where to where, None where nothing limits.

    A third number is how much less is let pass, since a camera measures times too short.

    Args:
        coach: a coach of the exercise.
        personal_end_deg: the end point the person has set, by side.
    """
    movement = coach.spec.movement_of(coach.level)
    if movement is None:
        return {}
    zone = zones_of(coach, [movement.signal], personal_end_deg or {}).get(movement.signal)
    targets: dict[str, list[float | None]] = {}
    if zone is not None:
        targets["peak_deg"] = [round(edge, 1) if isfinite(edge) else None for edge in zone]
    checks = coach.spec.checks_of(coach.level)
    for check in checks:
        if isinstance(check, Tempo):
            margin_s = max(check.margin_s, check.far_margin_s)
            targets["rep_s"] = [check.min_rep_s, None, margin_s]
        if isinstance(check, HoldTime):
            targets["hold_s"] = [check.min_s, None, check.margin_s]
    return targets
