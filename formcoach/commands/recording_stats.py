"""Whether a recording shows anybody at all, and what else there is to say of who is in it."""

from math import inf, isnan

import numpy as np

from formcoach.errors import SourceError
from formcoach.notes import Note, rounded
from formcoach.pose.identity import Torso
from formcoach.pose.landmarks import Part, Pose, Side, landmark

__all__ = ["FILM_IT", "RecordingStats"]

FILM_IT = "film the whole body from the side, in good light, starting before the first rep"
MIN_FPS = 4.0
"""With fewer frames a second the turn of a rep falls between two of them. Proposal."""
STILL_RATIO = 0.1
"""Of the body's height or length: no joint wanders further in a recording that stands still (0.03
measured), and each goes further in any exercise (from 0.15 on). Proposal."""

_JOINTS = [
    landmark(part, side)
    for part in (Part.SHOULDER, Part.ELBOW, Part.WRIST, Part.HIP, Part.KNEE, Part.ANKLE)
    for side in Side
]


class RecordingStats:
    """How many frames and bodies there were, whether anybody else, and whether anything moved."""

    def __init__(self) -> None:
        self.frames = self.bodies = self.others = 0
        self.first_s = self.last_s = 0.0
        self._low = np.full((len(_JOINTS), 2), np.inf)
        self._high = np.full((len(_JOINTS), 2), -np.inf)
        self._length_px = 0.0
        self._torso: Torso | None = None
        self._taken_over_s: float | None = None

    def add(self, pose: Pose) -> None:
        """Take one frame in."""
        if self.frames == 0:
            self.first_s = pose.t_s
        self.frames += 1
        self.bodies += pose.seen
        self.others = max(self.others, pose.others)
        self.last_s = pose.t_s
        if pose.seen:
            self._follow(pose)

    def _follow(self, pose: Pose) -> None:
        """Take note of how far the joints go, and of who is there."""
        sure = pose.presence[_JOINTS] >= pose.profile.min_presence
        places = np.where(sure[:, None], pose.xy_px[_JOINTS], np.nan)
        self._low = np.fmin(self._low, places)
        self._high = np.fmax(self._high, places)
        self._length_px = max(self._length_px, _length_px(pose))
        torso = Torso.of(pose.xy_px)
        if isnan(torso.length_px):
            return  # who it is cannot be told
        if self._torso is not None and not torso.may_be(self._torso):
            self._taken_over_s = pose.t_s if self._taken_over_s is None else self._taken_over_s
        self._torso = torso

    @property
    def fps(self) -> float:
        """How many frames a second there were; infinite where there is but one."""
        lasted_s = self.last_s - self.first_s
        return (self.frames - 1) / lasted_s if lasted_s > 0.0 else inf

    @property
    def still(self) -> bool:
        """Whether no joint that was well seen has gone anywhere."""
        ways = (self._high - self._low)[np.isfinite(self._high)]
        return bool(self.bodies and (ways <= STILL_RATIO * self._length_px).all())

    def check(self, name: str, *, interrupted: bool = False, stretch: str = "") -> None:
        """Raise SourceError where nothing can be judged in all that was seen.

        Args:
            name: the recording's.
            interrupted: whether the user has stopped it.
            stretch: the part of it that was asked for, in words; empty for all.
        """
        if not self.bodies and interrupted:
            raise SourceError(f"{name}: stopped before anybody was seen in it")
        if self.frames == 1 and not interrupted:
            if stretch:
                raise SourceError(f"{name}: {stretch} has 1 frame; give a longer stretch")
            raise SourceError(f"{name}: it has 1 frame, which shows no movement; {FILM_IT}")
        if not self.bodies:
            raise SourceError(f"{name}: nobody seen in {self.frames} frames; {FILM_IT}")

    def why_nothing(self) -> Note | None:
        """Return why nothing can have been counted, where that is known."""
        if self.fps < MIN_FPS:
            return Note("few_frames", {"fps": rounded(self.fps, 1)})
        return Note("no_movement") if self.still else None

    def notes(self, *, counted: bool = True) -> list[Note]:
        """Return what the user is to know.

        Args:
            counted: whether there were reps or holds.
        """
        told = []
        if self._taken_over_s is not None:
            told.append(Note("taken_over", {"start": rounded(self._taken_over_s, 1)}))
        elif self.others:
            told.append(Note("others"))
        if (why := self.why_nothing()) is not None:
            told += [why] if not counted or self.fps < MIN_FPS else []
        return told


def _length_px(pose: Pose) -> float:
    found = pose.xy_px[~np.isnan(pose.xy_px).any(axis=1)]
    return float(np.ptp(found, axis=0).max()) if len(found) else 0.0
