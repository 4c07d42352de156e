"""One long recording looked at in stretches side by side, joined to one sequence of poses.

Each stretch begins early, by a warm-up in which the landmarker's tracking and smoothing settle and
whose poses are thrown away, and ends late: it is joined to the next one at the frame of their
overlap in which the two agree best. Who is followed is decided over the joined poses, by one
`SamePerson`, as in one pass.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from math import ceil, inf
from pathlib import Path

import numpy as np

from formcoach.capture.file.video import AS_STATED, Pace, VideoFile
from formcoach.commands.looking import looks_at
from formcoach.errors import SourceError
from formcoach.pose.identity import SamePerson, Torso
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.system.stopping import StopRequests
from formcoach.system.workers import at_work, stop_requests

__all__ = ["SplitVideo", "Stretch", "meeting", "plan_stretches"]

MIN_SPLIT_FRAMES = 600
"""With fewer frames a second process costs more than it saves: it takes a second to start."""
MAX_STRETCH_FRAMES = 1500
"""So long a stretch is at most; what waits to be joined is kept in memory."""
WARM_UP_S = 2.0
"""How early a stretch begins. Measured (docs/performance.md): after 2 s the landmarks are as near
to those of one pass as after 4 s; after 0.5 s they are not."""
OVERLAP_S = 1.0
"""How much later than the next one begins a stretch ends. Proposal: legs that are exchanged in one
of the two are seldom so for longer."""
ALIKE_TORSOS = 0.03
"""Two stretches meet at the first frame in which no joint is further apart than this; where there
is none, at the best. Measured: most frames are nearer after the warm-up."""
SAME_TIME_S = 1e-6
ASK_EVERY_S = 0.1

_JOINTS = [landmark(part, side) for part in (Part.SHOULDER, Part.HIP, Part.KNEE) for side in Side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a recording, in seconds of its own time; None is the recording's end.

    Attributes:
        start_s: where its own poses begin.
        end_s: where those of the next stretch do; infinite for the last one.
        until_s: where it ends.
    """

    start_s: float
    end_s: float
    until_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one stretch showed.

    Attributes:
        poses: those of the stretch and of its overlap, each as the landmarker gave it.
        losses: how many losses the file had in it.
    """

    poses: list[Pose]
    losses: int


def plan_stretches(
    frames: int | None,
    jobs: int,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    duration_s: float | None = None,
) -> list[Stretch]:
    """Divide a recording; one stretch where that is quicker.

    Args:
        frames: about how many there are to look at; None when unknown.
        jobs: how many stretches can be looked at side by side.
        start_s: where to begin; None for the beginning.
        end_s: where to end; None for the end.
        duration_s: how long the whole recording lasts; None when unknown.
    """
    begin_s, to_s = start_s or 0.0, duration_s if end_s is None else end_s
    whole = Stretch(start_s=begin_s, end_s=inf, until_s=end_s)
    if jobs == 1 or frames is None or to_s is None or frames < MIN_SPLIT_FRAMES:
        return [whole]
    count = jobs * ceil(frames / (jobs * MAX_STRETCH_FRAMES))
    length_s = (to_s - begin_s) / count
    if length_s <= 2 * (WARM_UP_S + OVERLAP_S):
        return [whole]
    edges = [begin_s + length_s * number for number in range(count)]
    return [
        *(
            Stretch(start_s=start, end_s=end, until_s=end + OVERLAP_S)
            for start, end in pairwise(edges)
        ),
        Stretch(start_s=edges[-1], end_s=inf, until_s=end_s),
    ]


def _look(
    path: Path, model: Path, stretch: Stretch, *, fast: bool, pace: Pace = AS_STATED
) -> Looked:
    """Look at one stretch, in a worker; only what was seen of it where the user asks to stop."""
    from_s = max(0.0, stretch.start_s - WARM_UP_S)
    try:
        return _looked(path, model, stretch, from_s, fast=fast, pace=pace)
    except SourceError:
        if stretch.start_s <= WARM_UP_S:
            raise
        return Looked(poses=[], losses=1)  # the file says that it lasts longer than it does


def _looked(
    path: Path, model: Path, stretch: Stretch, from_s: float, *, fast: bool, pace: Pace
) -> Looked:
    with (
        at_work(),
        VideoFile(path, from_s, stretch.until_s, pace=pace) as video,
        LandmarkerEstimator(model, one_person=False) as estimator,
    ):
        poses: list[Pose] = []
        for _, pose in looks_at(video, estimator, fast=fast):
            if pose.t_s >= stretch.start_s:
                poses.append(pose)
            if stop_requests():
                break
        return Looked(poses=poses, losses=len(video.losses))


class SplitVideo:
    """Gives the poses of a recording, looked at in stretches.

    Args:
        path: the video.
        model: the model bundle.
        stretches: its parts, in order.
        pool: looks at them.
        jobs: how many it looks at side by side.
        fast: whether to look at fewer frames where little moves.
        asked: how often the user has asked to stop.

    Attributes:
        losses: how many losses the stretches had.
    """

    def __init__(
        self,
        path: Path,
        model: Path,
        stretches: list[Stretch],
        *,
        pool: Executor,
        jobs: int,
        fast: bool,
        asked: StopRequests,
        pace: Pace = AS_STATED,
    ) -> None:
        self.losses = 0
        self._all = replace(stretches[-1], start_s=stretches[0].start_s)
        self._waiting = deque(stretches)
        self._pool = pool
        self._work = partial(_look, path, model, fast=fast, pace=pace)
        self._side_by_side = jobs
        self._asked = asked
        self._name = path.name

    def poses(self) -> Generator[Pose, None, None]:
        """Give the poses in the order of time.

        Raises:
            SourceError: a worker was killed, or a stretch cannot be read.
        """
        person, last_s = SamePerson(), -inf
        with closing(self._joined()) as joined:
            for pose in joined:
                if pose.t_s > last_s:
                    last_s = pose.t_s
                    yield person.step(pose)

    def _joined(self) -> Generator[Pose, None, None]:
        """Give the poses as the landmarker gave them; some twice, where it is looked again."""
        running: deque[tuple[Stretch, Future[Looked]]] = deque()
        tail: list[Pose] = []
        try:
            while self._waiting or running:
                # One more than can run, so that none idles while a finished one is coached.
                while self._waiting and len(running) <= self._side_by_side:
                    running.append((self._waiting[0], self._run(self._waiting.popleft())))
                stretch, future = running.popleft()
                poses = self._result(future)
                if tail and poses:
                    at = meeting(tail, poses)
                    if at is None:  # its times differ when it is read from the middle
                        yield from self._result(self._run(self._all))
                        return
                    yield from tail[: at[0]]
                    poses = poses[at[1] :]
                own = bisect_left(poses, stretch.end_s, key=lambda pose: pose.t_s)
                yield from poses[:own]
                tail = poses[own:]
                if self._asked():
                    break
            yield from tail
        finally:
            for _, future in running:
                future.cancel()

    def _run(self, stretch: Stretch) -> "Future[Looked]":
        return self._pool.submit(self._work, stretch)

    def _result(self, future: "Future[Looked]") -> list[Pose]:
        try:
            while not wait([future], ASK_EVERY_S).done:
                self._asked()  # which passes it on to the workers
            looked = future.result()
        except BrokenProcessPool as error:
            raise SourceError(
                f"{self._name}: its process was killed (out of memory?); use --jobs 1"
            ) from error
        self.losses += looked.losses
        return looked.poses


def meeting(tail: Sequence[Pose], head: Sequence[Pose]) -> tuple[int, int] | None:
    """Return where to go over from the end of one stretch to the beginning of the next.

    Args:
        tail: the last poses of the one.
        head: the first poses of the other, of the same frames.

    Returns:
        How many of `tail` to take, and how many of `head` to leave out; None where they have no
        frame in common.
    """
    best, least = None, inf
    for kept, pose in enumerate(tail):
        at = bisect_left(head, pose.t_s - SAME_TIME_S, key=lambda other: other.t_s)
        if at == len(head) or head[at].t_s - pose.t_s > SAME_TIME_S:
            continue
        apart = _apart_torsos(pose, head[at])
        if best is None or apart < least:
            best, least = (kept, at), apart
        if apart <= ALIKE_TORSOS:
            break
    return best


def _apart_torsos(one: Pose, other: Pose) -> float:
    """Return how far apart the furthest joint is in two poses of one frame."""
    if not one.seen or not other.seen:
        return 0.0 if one.seen == other.seen else inf
    way_px = np.linalg.norm(one.xy_px[_JOINTS] - other.xy_px[_JOINTS], axis=1).max()
    return float(way_px) / max(Torso.of(one.xy_px).length_px, 1.0)
