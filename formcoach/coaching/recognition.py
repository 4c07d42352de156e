"""Which exercise is this? Every exercise is coached at once, and the one that fits best is named.

Posture, start pose and the counting rules already tell most exercises apart; what is left is how
much of the movement each explains, and how long its reps usually take. Where two explain it about
as well, or none does, the answer is that it is not sure. Where the exercise is known and only its
level is not, the posture and the start pose tell it also without a single rep.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, isnan
from statistics import median

from formcoach.coaching.coach import Coach
from formcoach.coaching.readiness import within
from formcoach.exercises.spec import Band, ExerciseSpec, Level
from formcoach.pose.body import BodyReader, Observation
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.signals import Signal, SignalKey

__all__ = ["MIN_HOLD_S", "Recogniser", "Recognition"]

MIN_EXPLAINED = 0.4
"""Of the time in which the body moves; less is a guess. Proposal."""
MIN_LEAD = 1.25
"""The best must explain this many times as much as the next exercise. Proposal."""
MIN_HOLD_S = 3.0
"""A shorter hold is not an exercise. Proposal."""
MOVED_IN = 2
"""So many reps of another exercise inside a hold, and it is not a hold. Proposal."""
MOTION_EVERY_S = 0.5
"""Over which a joint's turning is taken. Measured: from frame to frame the landmarks of people who
hold still turn by 10-34 degrees a second; over this they stay within some degrees."""
MOVING_DEG_PER_S = 8.0
"""A joint that turns faster moves. Proposal: far above what is left of the noise at rest."""
MIN_SHOWN_S = 1.0
"""A level whose posture was seen for less, its start pose counting double, is not told by it.
Proposal: one may be on the way to another."""
MAX_TOWARD_CAMERA = 0.5
"""Of the trunk's length: where more of it points at the camera, lying looks like standing.
Proposal: thirty degrees; in clips from the side it stays below 0.45."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What the exercise is.

    Attributes:
        exercise_id: the exercise; None when not sure.
        level_id: its level; None when not sure or when there is only one.
        best_guess: the exercise that came nearest, for the words; None when nothing did.
        reps: how many whole reps of the exercise were seen; 0 when not sure, or where it is held.
    """

    exercise_id: str | None
    level_id: str | None
    best_guess: str | None
    reps: int = 0


@dataclass(slots=True)
class _Candidate:
    spec: ExerciseSpec
    level: Level
    coach: Coach
    shown_s: float = 0.0
    """How long its posture was seen, and once more how long its start pose was."""


class Recogniser:
    """Watches a whole recording with all exercises in mind."""

    def __init__(self, choices: Sequence[tuple[ExerciseSpec, str | None]]) -> None:
        """Take the exercises, each at a level, to choose from."""
        self._reader = BodyReader()
        self._candidates = [
            _Candidate(spec, spec.level(level_id), Coach(spec, level_id))
            for spec, level_id in choices
        ]
        self._t_s = float("-inf")
        self._moving_s = 0.0
        self._known_s = 0.0
        self._seen_s = 0.0
        self._last: tuple[float, Mapping[SignalKey, float]] = (float("-inf"), {})

    def step(self, pose: Pose) -> None:
        """Take one frame's pose in; one that is not later than the one before is passed over."""
        if pose.t_s <= self._t_s:
            return
        elapsed, self._t_s = pose.t_s - self._t_s, pose.t_s
        seen = self._reader.read(pose)
        self._watch_motion(seen)
        if elapsed < 1.0 and _across_the_picture(pose):
            self._watch_postures(seen.signals.values, elapsed)
        for candidate in self._candidates:
            candidate.coach.observe(seen)

    def finish(self) -> Recognition:
        """Return what the exercise is."""
        for candidate in self._candidates:
            candidate.coach.finish()
        return self.so_far()

    def so_far(self) -> Recognition:
        """Return what the exercise is, by the reps that are over."""
        best: dict[str, tuple[float, _Candidate]] = {}
        for candidate in self._candidates:
            score = self._explained(candidate)
            known = best.get(candidate.spec.id)
            if known is None or score > known[0]:
                best[candidate.spec.id] = (score, candidate)
        ranked = sorted(best.values(), key=lambda item: item[0], reverse=True)
        score, winner = ranked[0]
        if score <= 0.0:
            return Recognition(exercise_id=None, level_id=None, best_guess=None)
        next_score = ranked[1][0] if len(ranked) > 1 else 0.0
        if score < MIN_EXPLAINED or score < MIN_LEAD * next_score:
            return Recognition(exercise_id=None, level_id=None, best_guess=winner.spec.id)
        return Recognition(
            exercise_id=winner.spec.id,
            level_id=winner.level.id or None,
            best_guess=winner.spec.id,
            reps=len(winner.coach.summary.completed),
        )

    def level_shown(self, exercise_id: str, instead_of: str | None = None) -> str | None:
        """Return the level that an exercise was seen at: by its reps or hold, else by its posture.

        Args:
            exercise_id: an exercise that is known to be meant.
            instead_of: a level of it; then another is told only where it was clearly seen longer.

        Returns:
            None where it is not sure, or where the exercise has only one.
        """
        own = [one for one in self._candidates if one.spec.id == exercise_id]
        if not own:
            return None
        ranked = [(self._explained(one), one.shown_s, one) for one in own]
        score, shown_s, best = max(ranked, key=lambda item: item[:2])
        asked_s = sum(one.shown_s for one in own if one.level.id == instead_of)
        if (score > 0.0 and instead_of is None) or (
            shown_s >= max(MIN_SHOWN_S, MIN_LEAD * asked_s)
        ):
            return best.level.id or None
        return None

    def _watch_postures(self, values: Mapping[SignalKey, float], elapsed: float) -> None:
        """Add up for how long the body was in the posture of each level, and in its start pose."""
        for candidate in self._candidates:
            level = candidate.level
            if len(candidate.spec.levels) > 1 and _shown(level.posture, values):
                candidate.shown_s += elapsed * (1 + _shown(level.start, values))

    def _watch_motion(self, seen: Observation) -> None:
        """Add up for how long a body was seen, was measured as well, and moved."""
        t_s, values = seen.signals.t_s, seen.signals.values
        if not seen.pose.seen:
            return
        last_s, last = self._last
        elapsed = t_s - last_s
        if elapsed < MOTION_EVERY_S:
            return
        self._last = (t_s, values)
        if elapsed < 1.0:
            self._seen_s += elapsed
            turns = [abs(values[key] - last[key]) for key in _JOINTS]
            known = [turn for turn in turns if not isnan(turn)]
            self._known_s += elapsed * bool(known)
            self._moving_s += elapsed * (max(known, default=0.0) > MOVING_DEG_PER_S * elapsed)

    def _explained(self, candidate: _Candidate) -> float:
        """Return how much of what was seen the candidate explains, 0 to 1."""
        movement = candidate.spec.movement_of(candidate.level)
        if movement is None:
            return self._held(candidate)
        reps = candidate.coach.summary.completed
        if not reps:
            return 0.0
        shortest, longest = movement.usual_rep_s
        if not shortest <= median(rep.end_s - rep.start_s for rep in reps) <= longest:
            return 0.0
        covered_s = _covered((rep.start_s, rep.end_s) for rep in reps)
        score = min(1.0, covered_s / max(self._moving_s, 0.1))
        fits = candidate.coach.fits
        return score * sum(fits) / len(fits) if fits else 0.0

    def _held(self, candidate: _Candidate) -> float:
        """Return the share of time in which the body was still, if it held a position for long.

        What cannot be measured, as of a body of a few pixels, is not known to be still.
        """
        holds = candidate.coach.summary.holds
        if sum(hold.duration_s for hold in holds) < MIN_HOLD_S or not self._seen_s:
            return 0.0
        for other in self._candidates:
            inside = [
                rep
                for rep in other.coach.summary.reps
                if any(hold.start_s < rep.turn_s < hold.end_s for hold in holds)
            ]
            if len(inside) >= MOVED_IN:
                return 0.0
        return (self._known_s - self._moving_s) / self._seen_s


_SHOULDERS, _HIPS = ([landmark(part, side) for side in Side] for part in (Part.SHOULDER, Part.HIP))
_JOINTS: tuple[SignalKey, ...] = tuple(
    (signal, side)
    for signal in (Signal.HIP_FLEXION, Signal.KNEE_FLEXION, Signal.ELBOW_FLEXION)
    for side in Side
)


def _shown(bands: Mapping[Signal, Band], values: Mapping[SignalKey, float]) -> bool:
    """Say whether all signals lie in their bands, each seen on one side at least."""
    for signal in bands:
        sides = tuple(Side) if signal.two_sided else (None,)
        if all(isnan(values[signal, side]) for side in sides):
            return False
    return within(bands, values)


def _across_the_picture(pose: Pose) -> bool:
    """Say whether the trunk can be seen to stand or lie, and does not point at the camera."""
    if pose.world_m is None:
        return pose.seen
    shoulders, hips = (pose.world_m[both].mean(axis=0) for both in (_SHOULDERS, _HIPS))
    x, y, away = (shoulders - hips).tolist()
    length = hypot(x, y, away)
    return length > 0.0 and abs(away) <= MAX_TOWARD_CAMERA * length


def _covered(stretches: Iterable[tuple[float, float]]) -> float:
    """Return how much time the stretches cover together."""
    covered, until = 0.0, float("-inf")
    for start, end in sorted(stretches):
        covered += max(0.0, end - max(start, until))
        until = max(until, end)
    return covered
