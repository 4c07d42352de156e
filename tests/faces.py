"""A face to test with: the points that are measured, on a head that can turn, tilt and strain."""

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np

from formcoach.pose.face import FaceLook
from formcoach.pose.landmarks import FloatArray

__all__ = ["STRAINED", "Face", "looks"]

POINTS = 478
TALL = 0.40
"""Forehead to chin, in sides of the crop."""


@dataclass(frozen=True, kw_only=True)
class Face:
    """A face in its crop; the openings in shares of the height from nose to forehead."""

    brow: float = 0.28
    eye: float = 0.06
    mouth: float = 0.02
    turned: float = 50.0
    tilt: float = 0.0
    tall: float = TALL
    x: float = 0.55
    y: float = 0.5

    def points(self) -> FloatArray:
        """Return the mesh, (478, 3)."""
        height = 0.58
        upper = {160: -0.30, 159: -0.27, 158: -0.22}
        lower = {144: -0.30, 145: -0.27, 153: -0.22}
        # across, down from the forehead, and back, in forehead to chin; the rest of the mesh is
        # in the middle of the face.
        eye_y = 0.30
        spots = {10: (0.0, 0.0, 0.0), 2: (0.0, height, -0.05), 152: (0.0, 1.0, 0.0)}
        spots |= {234: (-0.45, 0.4, 0.4), 454: (0.45, 0.4, 0.4)}
        spots |= {33: (-0.25, eye_y, 0.07), 133: (-0.08, eye_y, 0.0)}
        spots |= {n: (x, eye_y - self.eye * height / 2, 0.0) for n, x in upper.items()}
        spots |= {n: (x, eye_y + self.eye * height / 2, 0.0) for n, x in lower.items()}
        spots |= dict.fromkeys((63, 105, 66), (-0.2, eye_y - self.brow * height, 0.0))
        spots |= {13: (0.0, 0.75, 0.0), 14: (0.0, 0.75 + self.mouth * height, 0.0)}
        flat = np.tile([0.0, 0.5, 0.0], (POINTS, 1))
        for index, spot in spots.items():
            flat[index] = spot
        flat = (flat - [0.0, 0.5, 0.0]) * self.tall
        # The forehead and the base of the nose stay on one line when the head turns.
        flat[2, 2] = 0.0
        about_y, about_z = radians(self.turned), radians(self.tilt)
        turn = np.array(
            [[cos(about_y), 0, -sin(about_y)], [0, 1, 0], [sin(about_y), 0, cos(about_y)]]
        )
        tilt = np.array(
            [[cos(about_z), -sin(about_z), 0], [sin(about_z), cos(about_z), 0], [0, 0, 1]]
        )
        moved: FloatArray = flat @ (tilt @ turn).T + [self.x, self.y, 0.0]
        return moved


STRAINED = Face(brow=0.22, eye=0.02, mouth=0.02)
"""Scrunched: brow down, eye nearly shut."""


def looks(face: Face, count: int, *, start_s: float = 0.0, every_s: float = 0.3) -> list[FaceLook]:
    """Return looks at one face that keeps still."""
    points = face.points()
    return [FaceLook(t_s=start_s + i * every_s, points=points) for i in range(count)]
