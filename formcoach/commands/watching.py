"""Watching one video: its frames' poses, found ahead in a thread or in processes side by side.

    decode | landmarks | second look at the legs | coach and draw | encode

Each of them has a thread of its own, with a short queue before it, so that memory stays flat;
what comes out is the same, in the same order. A long recording is looked at in stretches by several
processes (`commands/stretches.py`); where its copy is to be drawn it is decoded here once more.
"""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event

from formcoach.capture.file.read_ahead import ReadAhead
from formcoach.capture.file.video import AS_STATED, Pace, VideoFile
from formcoach.capture.source import Frame
from formcoach.commands.looking import looks_at
from formcoach.commands.stretches import SplitVideo, Stretch, plan_stretches
from formcoach.errors import SourceError
from formcoach.notes import Note
from formcoach.pose.estimator import PoseEstimator, TwoLooks
from formcoach.pose.landmarks import Pose
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.system.stopping import PATIENCE, StopRequests
from formcoach.system.workers import Workers

__all__ = ["Watching"]

AHEAD_FRAMES = 1
"""Frames that wait before and after the second look. More would only cost memory."""
AHEAD_POSES = 32
SAME_TIME_S = 1e-6

Looks = Generator[tuple[Frame | None, Pose], None, None]


class Watching:
    """Finds the poses of a video, once.

    Args:
        path: the video.
        source: the same, opened at the stretch that is to be looked at.
        model: the model bundle.
        fast: whether to look at fewer frames where little moves.
        asked: how often the user has asked to stop.
        pace: what the user says of its rate and speed.

    Attributes:
        stopped: whether it ended because the user asked to stop.
    """

    def __init__(
        self,
        path: Path,
        source: VideoFile,
        model: Path,
        fast: bool,
        asked: StopRequests,
        pace: Pace = AS_STATED,
    ) -> None:
        self.stopped = False
        self._path = path
        self._source = source
        self._model = model
        self._fast = fast
        self._asked = asked
        self._pace = pace

    @property
    def losses(self) -> list[Note]:
        """What could not be read of the video, and what is odd about it."""
        return self._source.notes

    @property
    def lost_frames(self) -> int:
        """How many frames could not be read."""
        return self._source.lost_frames

    def looks(self, stretch: tuple[float | None, float | None], jobs: int, *, video: bool) -> Looks:
        """Give the poses in the order of time, with their frames where a copy is to be drawn.

        Args:
            stretch: where to begin and to end, in seconds; None for its beginning and its end.
            jobs: how many processes may look at it.
            video: whether the frames are wanted.
        """
        source = self._source
        start_s, end_s = stretch
        stretches = plan_stretches(
            source.frame_count, jobs, start_s=start_s, end_s=end_s, duration_s=source.duration_s
        )
        split = len(stretches) > 1
        looks = self._split_or_ahead(stretches, jobs, video) if split else self._ahead()
        with closing(looks):
            for look in looks:
                yield look
                # Stretches end by themselves; what they have seen until then is still to come.
                if self._asked() >= (PATIENCE if split else 1):
                    break
        self.stopped = self._asked() > 0

    def _split_or_ahead(self, stretches: list[Stretch], jobs: int, video: bool) -> Looks:
        """Look in stretches; in one go where the file has no frames where it says it has."""
        with closing(self._split(stretches, jobs, video)) as looks:
            try:
                first = next(looks, None)
            except SourceError:
                first = None
            if first is not None:
                yield first
                yield from looks
                return
        yield from self._ahead()

    def _ahead(self) -> Looks:
        with ExitStack() as stack:
            estimator: PoseEstimator = stack.enter_context(LandmarkerEstimator(self._model))
            if isinstance(estimator, TwoLooks) and not self._fast:
                two = estimator
                firsts = ((frame, two.first_look(frame)) for frame in self._source)
                waiting = stack.enter_context(closing(ReadAhead(firsts, AHEAD_FRAMES)))
                found = ((frame, two.second_look(frame, one)) for frame, one in waiting)
            else:
                found = (look for look in looks_at(self._source, estimator, fast=self._fast))
            yield from stack.enter_context(closing(ReadAhead(found, AHEAD_FRAMES)))

    def _split(self, stretches: list[Stretch], jobs: int, video: bool) -> Looks:
        """Let several processes look; read what was lost from the file itself."""
        workers, given_up = Workers(), Event()

        def asked() -> int:
            count = max(self._asked(), PATIENCE if given_up.is_set() else 0)
            workers.pass_on(count)
            return count

        with workers.pool(jobs) as pool:
            split = SplitVideo(
                self._path,
                self._model,
                stretches,
                pool=pool,
                jobs=jobs,
                fast=self._fast,
                asked=asked,
                pace=self._pace,
            )
            with closing(ReadAhead(split.poses(), AHEAD_POSES)) as poses:
                try:
                    yield from self._drawn(poses) if video else ((None, pose) for pose in poses)
                finally:
                    given_up.set()
        if split.losses and not video:
            self._read_through()

    def _drawn(self, poses: Iterator[Pose]) -> Looks:
        """Give each pose with its frame; a frame that the stretches do not know is left out."""
        frames = iter(self._source)
        frame = next(frames, None)
        for pose in poses:
            while frame is not None and frame.t_s < pose.t_s - SAME_TIME_S:
                frame = next(frames, None)
            own = frame is not None and frame.t_s <= pose.t_s + SAME_TIME_S
            yield frame if own else None, pose
        self._read_through()

    def _read_through(self) -> None:
        """Read what is left of the file: only at its end is it known what was lost."""
        for _ in self._source:
            if self._asked():
                return
