"""What the face is worth as a witness of effort, on videos of faces that show none.

Usage, from the top of the project:

    python benchmarks/face.py [VIDEO or FOLDER ...]

A video has its truth beside it, as the sample videos have, or a row in a clips.tsv.

For each video: in how many looks a face was found and trusted, why not, what a look costs, and how
often "Is this too hard?" would have been asked. It is counted three ways: as a session does it;
with each clip's looks played over and over for two minutes, whatever the person does; and strictly,
with a baseline of the first few trusted looks alone, and all that follows held against it. Whoever
is in the sample videos strains at nothing, so every question is a false one. A dash: there were too
few trusted looks for a baseline, and then nothing can be asked.

At last it is told how much of a change the rule answers to, on the same looks with points moved as
effort would move them. That measures the rule, not the model.
"""

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from formcoach.capture.file.video import VideoFile
from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Phase
from formcoach.commands.flow import Moment
from formcoach.commands.live.soft_question import TOO_HARD, SoftQuestion
from formcoach.exercises.library import load_exercise
from formcoach.pose.face import FaceLook, FaceReading, FaceTrust, Opening, head_crop
from formcoach.pose.landmarks import FloatArray, Pose
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.face_estimator import LOOK_EVERY_S, FaceFinder, upright_crop
from formcoach.pose.mediapipe.model_files import find_face_model, find_model
from formcoach.pose.trace import quantise
from formcoach.session.effort import EffortWatch
from formcoach.session.guide import SessionGuide, SessionTargets

SAMPLES = Path(__file__).resolve().parent.parent / "sample_videos"
OVER_AND_OVER_S = 120.0
STRICT_LOOKS = 6
"""A baseline of two seconds: the least that the rest of a short clip can be held against."""


@dataclass
class RecordingStats:
    """What one video gave."""

    looks: list[FaceLook] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    no_head: int = 0
    asked: int | None = 0


@dataclass
class Source:
    """Looks at once, in place of the watcher's thread, and keeps what it found."""

    finder: FaceFinder
    seen: RecordingStats
    next_s: float = 0.0
    fresh: list[FaceLook] = field(default_factory=list)

    def look(self, frame: Frame, pose: Pose) -> None:
        """Look where it is time to."""
        if frame.t_s < self.next_s:
            return
        self.next_s = frame.t_s + LOOK_EVERY_S
        crop = head_crop(pose)
        if crop is None:
            self.seen.no_head += 1
            return
        start = time.perf_counter()
        points = self.finder.find(upright_crop(frame.image_bgr, crop))
        self.seen.took_ms.append(1000.0 * (time.perf_counter() - start))
        self.fresh.append(FaceLook(t_s=frame.t_s, points=points))
        self.seen.looks.append(self.fresh[-1])

    def offer(self, frame: Frame, pose: Pose) -> None:
        """Do nothing: every frame was looked at already, also in the rest."""

    def looks(self) -> list[FaceLook]:
        """Return the new looks."""
        fresh, self.fresh = self.fresh, []
        return fresh

    def close(self) -> None:
        """Nothing to close."""

    def __enter__(self) -> "Source":
        """Give the source itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""


def exercise_of(video: Path) -> tuple[str, str | None]:
    """Return what a video shows and its level: by its truth, else by the clips.tsv beside it."""
    truth, table = video.with_suffix(".truth.json"), video.parent / "clips.tsv"
    if truth.exists():
        known = json.loads(truth.read_text(encoding="utf-8"))
        return known["exercise"], known["level"]
    if table.exists():
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if row["name"] == video.stem:
                    return row["exercise"], row["level"] or None
    raise SystemExit(f"what {video} shows is told by neither {truth.name} nor {table}")


def watch(video: Path, finder: FaceFinder) -> RecordingStats:
    """Go through a video as a session does."""
    seen, asked = RecordingStats(), 0
    source = Source(finder, seen)
    effort = EffortWatch()
    question = SoftQuestion(source, effort)
    exercise, level = exercise_of(video)
    spec = load_exercise(exercise)
    guide = SessionGuide(lambda: Coach(spec, level), SessionTargets(sets=99, rest_s=0.0))
    with LandmarkerEstimator(find_model("full")) as estimator, VideoFile(video) as frames:
        for frame in frames:
            pose = quantise(estimator.estimate(frame))
            source.look(frame, pose)
            coach, step = guide.coach, guide.step(pose)
            advice = question(Moment(frame=frame, pose=pose, coach=coach, step=step))
            asked += any(say.phrase == TOO_HARD for say in advice.last)
    seen.asked = None if effort.baseline is None else asked
    return seen


def over_and_over(looks: list[FaceLook]) -> Iterator[FaceLook]:
    """Yield looks again and again, there and back, until two minutes are full."""
    t_s = 0.0
    while looks and t_s < OVER_AND_OVER_S:
        for look in (*looks, *looks[-2:0:-1]):
            t_s += LOOK_EVERY_S
            yield replace(look, t_s=t_s)


def questions(looks: Iterable[FaceLook], baseline_looks: int) -> int | None:
    """Return how often is asked, a set after each question; None where there is no baseline."""
    watch = EffortWatch(baseline_looks=baseline_looks)
    asked = 0
    for look in looks:
        watch.look(look, Phase.READY)
        if watch.asks(Phase.READY, quiet=True, over=False):
            asked += 1
            watch.begin_set()
    return None if watch.baseline is None else asked


def judged(looks: Iterable[FaceLook]) -> tuple[list[FaceReading], Counter[str]]:
    """Return what is measured in trusted looks, and why the others are not."""
    trust, doubts = FaceTrust(), Counter[str]()
    readings = []
    for look in looks:
        reading = trust.step(look)
        if reading is not None:
            readings.append(reading)
        elif trust.doubt is not None:
            doubts[trust.doubt] += 1
    return readings, doubts


def strained(share: float) -> Callable[[FloatArray], FloatArray]:
    """Return what moves points: lids together by a share, eyebrows down by a quarter of it."""

    def move(points: FloatArray) -> FloatArray:
        moved = points.copy()
        for upper, lower in ((160, 144), (159, 145), (158, 153)):
            middle = (points[upper] + points[lower]) / 2
            moved[[upper, lower]] += share * (middle - points[[upper, lower]])
        eye = points[[33, 133]].mean(axis=0)
        for brow in (63, 105, 66):
            moved[brow] += share / 4 * (eye - points[brow])
        return moved

    return move


def answers(looks: list[FaceLook], share: float) -> bool | None:
    """Say whether a change by so much is asked about, after half a minute without it."""

    def played() -> Iterator[FaceLook]:
        move = strained(share)
        for look in over_and_over(looks):
            if look.t_s > OVER_AND_OVER_S / 2 and look.points is not None:
                yield replace(look, points=move(look.points))
            else:
                yield look

    asked = questions(played(), 30)
    return None if asked is None else asked > 0


def show(video: Path, seen: RecordingStats) -> list[FaceReading]:
    """Print one video's row."""
    readings, doubts = judged(seen.looks)
    doubts["no head"] += seen.no_head
    all_looks = len(seen.looks) + seen.no_head
    found = sum(look.points is not None for look in seen.looks)
    long = questions(over_and_over(seen.looks), 30)
    strict = questions(seen.looks, STRICT_LOOKS)
    cells = [
        f"{video.stem:24} looks {all_looks:4}  found {share(found, all_looks)}",
        f"trusted {share(len(readings), all_looks)}",
        f"asked {told(seen.asked)}, over and over {told(long)}, strict {told(strict)}",
        ", ".join(f"{name} {n}" for name, n in doubts.most_common() if n),
    ]
    sys.stdout.write("  ".join(cells) + "\n")
    sys.stdout.flush()
    return readings


def share(part: int, whole: int) -> str:
    """Return a share in per cent."""
    return f"{100 * part / max(whole, 1):3.0f} %"


def told(asked: int | None) -> str:
    """Return a number of questions, or a dash where there was no baseline."""
    return "-" if asked is None else str(asked)


def spreads(readings: list[FaceReading]) -> str:
    """Return how far each measure strays on a face, as a standard deviation from the median."""
    cells = []
    for opening in Opening:
        values = np.array([reading.ratios[opening] for reading in readings])
        stray = 1.4826 * float(np.median(np.abs(values - np.median(values))))
        cells.append(f"{opening.value} {np.median(values):.3f} ± {stray:.3f}")
    turned = [reading.turned_deg for reading in readings]
    return f"{', '.join(cells)}, turned {min(turned):.0f} to {max(turned):.0f} deg"


def main() -> None:
    """Measure the videos named, or the sample videos."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", nargs="*", type=Path, default=[SAMPLES])
    videos = [
        video
        for path in parser.parse_args().videos
        for video in (sorted(path.glob("*.mp4")) if path.is_dir() else [path])
    ]
    finder = FaceFinder(find_face_model())
    all_seen = {video: watch(video, finder) for video in videos}
    trusted = {video: show(video, seen) for video, seen in all_seen.items()}
    finder.close()
    sys.stdout.write("\n")
    for video, readings in trusted.items():
        if len(readings) >= STRICT_LOOKS:
            sys.stdout.write(f"{video.stem:24} {spreads(readings)}\n")
    took_ms = [ms for seen in all_seen.values() for ms in seen.took_ms]
    looks = len(took_ms) + sum(seen.no_head for seen in all_seen.values())
    found = sum(look.points is not None for seen in all_seen.values() for look in seen.looks)
    sys.stdout.write(f"\nlooks {looks}, found {share(found, looks)}, ")
    sys.stdout.write(f"trusted {share(sum(map(len, trusted.values())), looks)}\n")
    p50, p95 = np.percentile(took_ms, [50, 95])
    sys.stdout.write(f"a look: p50 {p50:.1f} ms, p95 {p95:.1f} ms\n")
    for part in (0.2, 0.4, 0.6, 0.8):
        told_of = [answers(seen.looks, part) for seen in all_seen.values()]
        known = [one for one in told_of if one is not None]
        sys.stdout.write(f"eyes narrowed by {part:.0%}")
        sys.stdout.write(f", brows lowered by {part / 4:.0%}: asked in {sum(known)} of ")
        sys.stdout.write(f"{len(known)} clips with a baseline\n")


if __name__ == "__main__":
    main()
