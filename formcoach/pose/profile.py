"""What is particular to a pose estimator, so that the coach need not know which one it is."""

from dataclasses import dataclass

__all__ = ["BLAZEPOSE", "COCO", "EstimatorProfile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatorProfile:
    """The habits of one pose estimator; every pose carries its own, and a trace keeps it.

    Attributes:
        name: what it is called in a trace.
        min_presence: a landmark is believed from this presence on, 0 to 1.
        knee_ratio: how much further knees bend than its landmarks say.
        smooths: whether it smooths its landmarks over time itself.
    """

    name: str
    min_presence: float
    knee_ratio: float = 1.0
    smooths: bool = False

    def __post_init__(self) -> None:
        """Hold the bounds; raise ValueError outside them."""
        if not 0.0 <= self.min_presence <= 1.0:
            raise ValueError(f"min_presence must be from 0 to 1, got {self.min_presence}")
        if not 0.5 <= self.knee_ratio <= 2.0:
            raise ValueError(f"knee_ratio must be from 0.5 to 2, got {self.knee_ratio}")


BLAZEPOSE = EstimatorProfile(
    name="blazepose", min_presence=0.75, knee_ratio=90.0 / (90.0 - 2.3), smooths=True
)
"""MediaPipe's Pose Landmarker.

Presence: seen limbs of clear pictures were measured to stay above 0.95, cut off or covered ones
below 0.6. Knee: people squatting, filmed from the side, were measured 2.3 degrees too straight on
average (Cosoli 2026, iris.uniecampus.it/handle/11389/91575) and 5.1 (JMIR preprint 102399). The
smaller is taken, and taken to be the error at 90 degrees and to grow with the bend, since what is
straight reads straight.
"""

COCO = EstimatorProfile(name="coco", min_presence=0.3)
"""Whatever gives COCO's keypoints with a score each: 0.3 is the threshold that MMPose, ViTPose and
Sports2D draw and measure from."""
