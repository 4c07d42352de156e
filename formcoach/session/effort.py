"""Effort from the face: when to ask, softly, whether it is too hard.

A weak witness (rules C11), so it may do little. A face is held against its own baseline at rest,
never against other faces. Two of three things must change together and stay so: the eyebrow comes
down, the eye narrows, the mouth opens. One alone is talking, blinking, or a look at the floor.
What follows is one question a set, between two reps or at the end of the set. It is no answer, and
nothing is counted, judged or chosen by it. What a person feels is asked, never inferred.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Self

from formcoach.coaching.events import Phase
from formcoach.pose.face import FaceDoubt, FaceLook, FaceReading, FaceTrust, Opening

__all__ = ["BASELINE_LOOKS", "EffortWatch", "FaceBaseline"]

BASELINE_LOOKS = 30
"""Trusted looks at rest that make the baseline: 10 s at three a second. Proposal."""
MIN_SPREAD = {Opening.BROW: 0.010, Opening.EYE: 0.008, Opening.MOUTH: 0.030}
"""A face held still is no stiller than the mesh on it. Measured on faces without expression: 0.003
to 0.024, 0.004 to 0.009, 0.005 to 0.032 (docs/face.md). Proposal."""
STRAINED = {Opening.BROW: -1.0, Opening.EYE: -1.0, Opening.MOUTH: 1.0}
"""Which way each goes with effort: brow lowered and eye narrowed as in the facial action coding
(AU4, AU6, AU7, AU43), and the mouth open (rules C11)."""
TO_DEVIATION = 1.4826
"""From the median deviation to the standard deviation, where chance is normal."""
LIKE_DEG = 12.0
"""A face turned or tilted further than this from its baseline's is seen another way, and is not
held against it. Proposal."""

ON_SPREADS = 3.0
OFF_SPREADS = 1.5
"""The second largest of the three changes, in spreads of the baseline. Proposal: 3 is usual for
what does not happen by chance; half of it ends it."""
WINDOW_S = 2.0
MIN_LOOKS = 4
"""The median of the last looks counts, where there are so many. Proposal: of six."""
LASTS_S = 2.0
"""So long it must last to be asked about. Proposal: longer than a blink, a word or a swallow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceBaseline:
    """How one person's face looks at rest.

    Attributes:
        middle: the median of each measure.
        spread: how far it strays by itself: the median deviation, scaled to a standard deviation.
        turned_deg, tilt_deg: which way it was seen.
    """

    middle: Mapping[Opening, float]
    spread: Mapping[Opening, float]
    turned_deg: float
    tilt_deg: float

    @classmethod
    def of(cls, readings: list[FaceReading]) -> Self:
        """Take the baseline of some readings."""
        middle, spread = {}, {}
        for opening, least in MIN_SPREAD.items():
            values = [reading.ratios[opening] for reading in readings]
            middle[opening] = median(values)
            strays = median(abs(value - middle[opening]) for value in values)
            spread[opening] = max(least, TO_DEVIATION * strays)
        return cls(
            middle=middle,
            spread=spread,
            turned_deg=median(reading.turned_deg for reading in readings),
            tilt_deg=median(reading.tilt_deg for reading in readings),
        )

    def strain(self, reading: FaceReading) -> float | None:
        """Return how far a face is from rest toward effort, in spreads.

        It is the second largest of three changes; None for a face that is seen another way.
        """
        away_deg = max(
            abs(reading.turned_deg - self.turned_deg), abs(reading.tilt_deg - self.tilt_deg)
        )
        if away_deg > LIKE_DEG:
            return None
        changes = [
            sign * (reading.ratios[opening] - self.middle[opening]) / self.spread[opening]
            for opening, sign in STRAINED.items()
        ]
        return sorted(changes)[-2]


class EffortWatch:
    """Follows one face through a session.

    Attributes:
        baseline: the face at rest; None while it is not known, and then nothing is asked.
        doubt: why the last look was not used; None when it was.

    Args:
        baseline_looks: trusted looks at rest that make the baseline.
    """

    def __init__(self, *, baseline_looks: int = BASELINE_LOOKS) -> None:
        self.baseline: FaceBaseline | None = None
        self.doubt: FaceDoubt | None = None
        self._trust = FaceTrust()
        self._enough = baseline_looks
        self._at_rest: list[FaceReading] = []
        self._recent: deque[tuple[float, float]] = deque()
        self._since_s: float | None = None
        self._due = self._asked = False

    def look(self, look: FaceLook, phase: Phase) -> None:
        """Take one look in.

        Args:
            look: what was found.
            phase: where in the exercise the person was.
        """
        reading = self._trust.step(look)
        self.doubt = self._trust.doubt
        if reading is None:
            return
        if self.baseline is None:
            self._learn(reading, phase)
            return
        if phase is Phase.SETUP:
            self.doubt = FaceDoubt.GETTING_READY
            return
        strain = self.baseline.strain(reading)
        if strain is None:
            self.doubt = FaceDoubt.SEEN_OTHERWISE
            return
        self._follow(reading.t_s, strain)

    def asks(self, phase: Phase, *, quiet: bool, over: bool) -> bool:
        """Say whether to ask now; it is taken for asked.

        Args:
            phase: where in the exercise the person is.
            quiet: whether nothing else is being said.
            over: whether the set ends now.
        """
        now = self._due and not self._asked and (over or (quiet and phase is Phase.READY))
        self._asked = self._asked or now
        return now

    def begin_set(self) -> None:
        """Forget the set before; the baseline stays."""
        self._recent.clear()
        self._since_s = None
        self._due = self._asked = False

    def _learn(self, reading: FaceReading, phase: Phase) -> None:
        if phase not in (Phase.SETUP, Phase.READY):
            self.doubt = FaceDoubt.NOT_AT_REST
            return
        self._at_rest.append(reading)
        if len(self._at_rest) >= self._enough:
            self.baseline = FaceBaseline.of(self._at_rest)
            self._at_rest.clear()

    def _follow(self, t_s: float, strain: float) -> None:
        """Take the strain of one look in, and see whether it lasts."""
        self._recent.append((t_s, strain))
        while self._recent[0][0] < t_s - WINDOW_S:
            self._recent.popleft()
        if len(self._recent) < MIN_LOOKS:
            self._since_s = None
            return
        level = median(strain for _, strain in self._recent)
        if self._since_s is None:
            self._since_s = t_s if level >= ON_SPREADS else None
        elif level < OFF_SPREADS:
            self._since_s = None
        elif t_s - self._since_s >= LASTS_S:
            self._due = True
