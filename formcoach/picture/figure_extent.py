"""What surrounds a demonstration's figure: how much room it takes, floor, wall and chair."""

from functools import cache

from formcoach.exercises.demonstration import Demonstration, Point
from formcoach.pose.landmarks import Part, Side

__all__ = ["bounds_of", "support_of"]

MARGIN_M = 0.12
STEP_S = 0.2
BED_UNDER_M = 0.1
"""So far below the hips' middle lies what bears them."""
SEAT_M = 0.42
"""How deep a chair's seat is."""


@cache
def bounds_of(demonstration: Demonstration) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of all that a demonstration shows, in metres."""
    points: list[Point] = []
    for number in range(round(demonstration.duration_s / STEP_S) + 1):
        figure = demonstration.figure(number * STEP_S)
        points += figure.joints.values()
        x, y = figure.head
        points += [(x - figure.head_m, y - figure.head_m), (x + figure.head_m, y + figure.head_m)]
    across, up = [x for x, _ in points], [y for _, y in points]
    right = max(across) + MARGIN_M + (SEAT_M if demonstration.hands_on == "chair" else 0.0)
    return min(across) - MARGIN_M, min(0.0, *up) - MARGIN_M / 2, right, max(up) + MARGIN_M


def support_of(demonstration: Demonstration) -> list[tuple[Point, ...]]:
    """Return the lines of the floor, and of the wall or chair that the hands are on."""
    left, _, right, top = bounds_of(demonstration)
    lines: list[tuple[Point, ...]] = [((left, 0.0), (right, 0.0))]
    x, y = demonstration.figure(0.0).joints[Part.WRIST, Side.RIGHT]
    if demonstration.hands_on == "wall":
        lines.append(((x + 0.04, 0.0), (x + 0.04, top)))
    elif demonstration.hands_on == "chair":
        near, far, seat = x - 0.06, x - 0.06 + SEAT_M, y - 0.03
        lines.append(((near, 0.0), (near, seat), (far, seat), (far, 0.0)))
    if demonstration.bed:
        figure = demonstration.figure(0.0)
        (hip_x, hip_y), (head_x, _) = figure.joints[Part.HIP, Side.RIGHT], figure.head
        top_y, head_end = hip_y - BED_UNDER_M, head_x + (0.2 if head_x > hip_x else -0.2)
        corners = ((hip_x, 0.0), (hip_x, top_y), (head_end, top_y), (head_end, 0.0))
        lines.append(corners)
    return lines
