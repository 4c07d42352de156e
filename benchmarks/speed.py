"""Speed as ratios, all in one run on one machine.

Usage, from the top of the project:

    python benchmarks/speed.py [VIDEO]

Prints what an analysis costs beside the bare loop that only reads frames and calls the
landmarker, how many poses a second the coach takes, how quick the help is, and how memory grows
with the length of a recording. Times of single parts are taken as the best of several runs, since
whatever else the machine does can only make them longer.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import av
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision

from formcoach.coaching.coach import Coach
from formcoach.commands.analyze import AnalyzeOptions, analyze_video
from formcoach.exercises.library import load_exercise
from formcoach.pose.mediapipe.landmarker import seal_mediapipe
from formcoach.pose.mediapipe.model_files import find_model
from formcoach.pose.trace import POSES, read_trace
from formcoach.system.quiet import quiet_native_stderr

VIDEO = Path(__file__).resolve().parent.parent / "sample_videos" / "hip_flexion_fast.mp4"
ROUNDS = 3


def best_s(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the shortest time that `work` took."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def bare_loop(video: Path) -> None:
    """Read frames and call the landmarker, and nothing else."""
    seal_mediapipe()
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(find_model("full"))),
        running_mode=vision.RunningMode.VIDEO,
    )
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        capture = cv2.VideoCapture(str(video))
        while True:
            more, image = capture.read()
            if not more:
                break
            at_ms = round(capture.get(cv2.CAP_PROP_POS_MSEC))
            rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
            landmarker.detect_for_video(mp.Image(mp.ImageFormat.SRGB, rgb), at_ms)


def measure_analysis(video: Path, exercise: str, level: str) -> None:
    """Print what an analysis costs beside the bare loop; the rounds take turns."""
    with tempfile.TemporaryDirectory() as name:
        options = AnalyzeOptions(exercise=exercise, level=level, out=Path(name))
        loops: dict[str, Callable[[], object]] = {
            "bare loop": lambda: bare_loop(video),
            "analyze --no-video": lambda: analyze_video(video, replace(options, video=False)),
            "analyze": lambda: analyze_video(video, options),
        }
        best = dict.fromkeys(loops, float("inf"))
        for _ in range(ROUNDS):
            for label, work in loops.items():
                best[label] = min(best[label], best_s(work, 1))
        measure_coach(Path(name) / video.stem / POSES, exercise, level)
    for label, seconds in best.items():
        show(label, f"{seconds:.2f} s, {seconds / best['bare loop']:.2f} x the bare loop")


def measure_coach(trace: Path, exercise: str, level: str) -> None:
    """Print how many poses a second the coach takes."""
    poses = list(read_trace(trace)[1])
    spec = load_exercise(exercise)

    def coach() -> None:
        one = Coach(spec, level)
        for pose in poses:
            one.step(pose)
        one.finish()

    show("coach alone", f"{len(poses) / best_s(coach, 10):.0f} poses/s")


def measure_help() -> None:
    """Print how long the help takes."""
    command = [sys.executable, "-m", "formcoach", "--help"]
    took = best_s(lambda: subprocess.run(command, check=True, capture_output=True), 5)
    show("formcoach --help", f"{took:.2f} s")


def measure_memory(video: Path, exercise: str, level: str) -> None:
    """Print the peak memory of a 10-minute recording beside that of a 30-second one."""
    peaks = []
    with tempfile.TemporaryDirectory() as name:
        for seconds in (30, 600):
            long = Path(name) / f"{seconds}.mp4"
            repeat(video, long, seconds)
            peaks.append(peak_mb(long, exercise, level, Path(name)))
    ratio = peaks[1] / peaks[0]
    show("peak memory", f"{peaks[0]:.0f} MB for 30 s, {peaks[1]:.0f} MB for 600 s: {ratio:.2f} x")


def repeat(video: Path, target: Path, seconds: int) -> None:
    """Write `video` over and over, 10 frames a second, until `seconds` are full."""
    with av.open(str(video)) as source:
        images = [frame.to_ndarray(format="bgr24") for frame in source.decode(video=0)][::3]
    with av.open(str(target), "w") as sink:
        stream = sink.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for index in range(seconds * 10):
            frame = av.VideoFrame.from_ndarray(images[index % len(images)], format="bgr24")
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))


def peak_mb(video: Path, exercise: str, level: str, out: Path) -> float:
    """Return the peak memory of one analysis in a process of its own."""
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from formcoach.commands.analyze import AnalyzeOptions, analyze_video\n"
        "video, exercise, level, out = sys.argv[1:]\n"
        "options = AnalyzeOptions(exercise=exercise, level=level, out=Path(out), model='lite')\n"
        "analyze_video(Path(video), options)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    arguments = [str(video), exercise, level, str(out)]
    command = [sys.executable, "-c", code, *arguments]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(run.stdout.split()[-1]) / (1024 if sys.platform == "linux" else 1024**2)


def show(label: str, value: str) -> None:
    """Print one row."""
    sys.stdout.write(f"{label:20} {value}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", nargs="?", type=Path, default=VIDEO)
    parser.add_argument("--exercise", default="hip_flexion")
    parser.add_argument("--level", default="bent")
    parser.add_argument("--no-memory", action="store_true", help="leave out the long recordings")
    asked = parser.parse_args()
    measure_help()
    with quiet_native_stderr():
        measure_analysis(asked.video, asked.exercise, asked.level)
    if not asked.no_memory:
        measure_memory(asked.video, asked.exercise, asked.level)


if __name__ == "__main__":
    main()
