"""Speed as ratios, each all in one run on one machine; writes docs/performance.md.

Usage, from the top of the project:

    python benchmarks/speed.py                    # the ratios and memory: about 10 minutes
    python benchmarks/speed.py --only loops long  # these parts; the other sections of the page stay
    python benchmarks/speed.py --only same        # equal reps over all recordings: half an hour

Parts take turns where they are compared, and the shortest of several rounds counts, since whatever
else the machine does can only make them longer. FORMCOACH_CLIPS may name a folder of more clips
with a clips.tsv, for the parts that compare reps.
"""

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from shutil import copy
from statistics import median
from typing import Any

import cv2
import av
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from formcoach.capture.file.video import VideoFile
from formcoach.commands import stretches
from formcoach.commands.analyze import AnalyzeOptions, analyze_video
from formcoach.commands.recorded import Analysis
from formcoach.exercises.library import exercise_ids
from formcoach.pose.identity import Torso
from formcoach.pose.landmarks import Pose
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.landmarker import seal_mediapipe
from formcoach.pose.mediapipe.model_files import find_model
from formcoach.pose.trace import POSES, read_trace
from formcoach.system.quiet import quiet_native_stderr

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
SAMPLES = ROOT / "sample_videos"
VIDEO = SAMPLES / "hip_flexion_fast.mp4"
EXERCISE, LEVEL = "hip_flexion", "bent"
ROUNDS = 3
LONG_S = 300
LONG_FPS = 15
"""That of a webcam and of the samples."""
HOUR_S, MINUTES_S, SLOW_FPS = 3600, 300, 2
"""Memory is compared over an hour and five minutes, at a rate that ends in two minutes."""
WARM_UPS_S = (0.0, 0.5, 1.0, 2.0, 4.0)

Row = tuple[str, str, str]
"""What was measured, the value, and what is wanted; empty where nothing is."""


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


def takes_turns(loops: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the shortest time of each; the rounds take turns."""
    best = dict.fromkeys(loops, float("inf"))
    for _ in range(rounds):
        for label, work in loops.items():
            best[label] = min(best[label], best_s(work, 1))
    return best


def command(*arguments: object) -> Callable[[], object]:
    """Return what runs a command in a process of its own, start and all."""
    line = [sys.executable, "-m", "formcoach", *map(str, arguments)]
    return lambda: subprocess.run(line, check=True, capture_output=True)


def ratios(best: dict[str, float], base: str, wanted: dict[str, str]) -> list[Row]:
    """Return rows of ratios to one of them."""
    return [
        (label, f"{best[base]:.2f} s" if label == base else f"{took_s / best[base]:.2f}", want)
        for label, took_s in best.items()
        for want in [wanted.get(label, "")]
    ]


def loops_part(out: Path) -> Iterator[Row]:
    """What an analysis costs beside the bare loop that only reads frames and finds landmarks."""
    asked = AnalyzeOptions(exercise=EXERCISE, level=LEVEL, out=out)
    best = takes_turns(
        {
            "bare loop": lambda: bare_loop(VIDEO),
            "analyze": lambda: analyze_video(VIDEO, asked),
            "analyze --no-video": lambda: analyze_video(VIDEO, replace(asked, video=False)),
            "analyze --no-video --fast": lambda: analyze_video(
                VIDEO, replace(asked, video=False, fast=True)
            ),
        }
    )
    wanted = {"analyze": "1.0", "analyze --no-video": "0.95"}
    yield from ratios(best, "bare loop", wanted)


def long_part(out: Path) -> Iterator[Row]:
    """A recording of five minutes on two cores, beside the bare loop."""
    video = out / "long.mp4"
    repeat(VIDEO, video, LONG_S, LONG_FPS)
    asked = AnalyzeOptions(exercise=EXERCISE, level=LEVEL, out=out, jobs=2)
    best = takes_turns(
        {
            "bare loop": lambda: bare_loop(video),
            "--jobs 2": lambda: analyze_video(video, asked),
            "--jobs 2 --no-video": lambda: analyze_video(video, replace(asked, video=False)),
            "--jobs 2 --no-video --fast": lambda: analyze_video(
                video, replace(asked, video=False, fast=True)
            ),
        },
        1,
    )
    wanted = {
        "--jobs 2": "0.55",
        "--jobs 2 --no-video": "0.55",
        "--jobs 2 --no-video --fast": "0.4",
    }
    yield from ratios(best, "bare loop", wanted)


def batch_part(out: Path) -> Iterator[Row]:
    """Eight recordings one by one, side by side, and on a Dask cluster of two local workers."""
    videos = [Path(copy(VIDEO, out / f"{number}.mp4")) for number in range(8)]
    asked = ("--exercise", EXERCISE, "--level", LEVEL, "--no-video", "--out", out / "results")
    best = takes_turns(
        {
            "8 videos, --jobs 1": command("analyze", *videos, *asked, "--jobs", "1"),
            "8 videos, --jobs 2": command("analyze", *videos, *asked, "--jobs", "2"),
        },
        1,
    )
    yield from ratios(best, "8 videos, --jobs 1", {"8 videos, --jobs 2": "0.55"})
    with local_cluster() as address:
        took_s = best_s(command("analyze", *videos, *asked, "--cluster", address), 1)
    ratio = took_s / best["8 videos, --jobs 2"]
    yield "8 videos, 2 Dask workers, beside --jobs 2", f"{ratio:.2f}", "1.10"


def local_cluster() -> Any:
    """Return a context manager that gives the address of a scheduler with two local workers."""
    dask: Any = import_module("distributed")

    @contextmanager
    def running() -> Iterator[str]:
        with dask.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster:
            yield cluster.scheduler_address

    return running()


def start_part(out: Path) -> Iterator[Row]:
    """How long it takes to begin."""
    del out
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from formcoach import LandmarkerEstimator, VideoFile, find_model\n"
        "with VideoFile(sys.argv[1]) as video, LandmarkerEstimator(find_model('full')) as body:\n"
        "    body.estimate(next(iter(video)))\n"
    )
    first = [sys.executable, "-c", code, str(VIDEO)]
    took_s = best_s(lambda: subprocess.run(first, check=True, capture_output=True), 5)
    yield "start to first landmark", f"{took_s:.2f} s", "1.5 s"
    yield "formcoach --help", f"{best_s(command('--help'), 5):.2f} s", "0.12 s"


def memory_part(out: Path) -> Iterator[Row]:
    """Peak memory of one process, and how it grows with length and size."""
    peaks = {}
    for seconds in (MINUTES_S, HOUR_S):
        video = out / f"{seconds}.mp4"
        repeat(VIDEO, video, seconds, SLOW_FPS)
        peaks[seconds] = peak_mb(video, EXERCISE, LEVEL, out)
        yield f"{seconds} s at {SLOW_FPS} frames a second", f"{peaks[seconds]:.0f} MB", ""
    yield "... growth", f"{peaks[HOUR_S] / peaks[MINUTES_S]:.2f}", "flat"
    video = out / "4k60.mp4"
    repeat(VIDEO, video, 4, 60, (3840, 2160))
    yield (
        "4 s of 4K at 60 frames a second",
        f"{peak_mb(video, EXERCISE, LEVEL, out):.0f} MB",
        "600 MB",
    )


def recordings() -> Iterator[tuple[Path, str, str | None]]:
    """Give the samples, and the clips where there are any, each with its exercise and level."""
    for truth in sorted(SAMPLES.glob("*.truth.json")):
        known = json.loads(truth.read_text(encoding="utf-8"))
        video = truth.with_name(truth.name.replace(".truth.json", ".mp4"))
        if video.exists():
            yield video, known["exercise"], known["level"]
    table = Path(os.environ.get("FORMCOACH_CLIPS", "nowhere")) / "clips.tsv"
    if table.exists():
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if row["exercise"] in exercise_ids():
                    for video in sorted(table.parent.glob(f"{row['name']}.*")):
                        yield video, row["exercise"], row["level"] or None


def told(analysis: Analysis) -> list[tuple[object, ...]]:
    """Return what is to be the same: each rep's side and faults, and how many holds."""
    summary = analysis.summary
    reps: list[tuple[object, ...]] = [(rep.side, rep.faults) for rep in summary.reps]
    return [*reps, (len(summary.holds),)]


def same_part(out: Path) -> Iterator[Row]:
    """Whether reps, sides and faults are those of one pass over all frames; peaks beside it."""
    stretches.MIN_SPLIT_FRAMES = 120  # or most samples would not be divided
    apart_deg: dict[str, list[float]] = {"in stretches": [], "--fast": []}
    other: dict[str, list[str]] = {"in stretches": [], "--fast": []}
    count = 0
    for video, exercise, level in recordings():
        asked = AnalyzeOptions(exercise=exercise, level=level, out=out, video=False)
        one = analyze_video(video, asked, name="one")
        ways = {"in stretches": replace(asked, jobs=2), "--fast": replace(asked, fast=True)}
        count += 1
        for way, options in ways.items():
            again = analyze_video(video, options, name="again")
            if told(one) != told(again):
                other[way].append(video.stem)
            pairs = zip(one.summary.reps, again.summary.reps, strict=False)
            apart_deg[way] += [abs(a.peak_deg - b.peak_deg) for a, b in pairs]
    for way, names in other.items():
        yield f"{way}: same reps, sides, faults", f"{count - len(names)} of {count}", "all"
        if names:
            yield "... not in", ", ".join(names), ""
        yield "... a rep's peak, median and most", _spread(apart_deg[way]), ""


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.1f} and {max(values):.1f} deg" if values else "no reps"


def warm_up_part(out: Path) -> Iterator[Row]:
    """How far the worst joint is from that of one pass, in the first frame after a warm-up."""
    apart: dict[float, list[float]] = {warm_up_s: [] for warm_up_s in WARM_UPS_S}
    for video, exercise, level in recordings():
        asked = AnalyzeOptions(exercise=exercise, level=level, out=out, video=False)
        poses = list(read_trace(analyze_video(video, asked).folder / POSES)[1])
        middle = poses[len(poses) // 2]
        for warm_up_s in WARM_UPS_S:
            again = after_warm_up(video, middle.t_s, warm_up_s)
            if again is not None and again.seen and middle.seen:
                way_px = np.linalg.norm(again.xy_px - middle.xy_px, axis=1)[BODY].max()
                apart[warm_up_s].append(float(way_px) / Torso.of(middle.xy_px).length_px)
    for warm_up_s, torsos in apart.items():
        high = sorted(torsos)[int(0.9 * len(torsos))]
        yield f"{warm_up_s:g} s", f"median {median(torsos):.3f}, p90 {high:.3f} torso lengths", ""


BODY = [11, 12, 23, 24, 25, 26, 27, 28]
"""Shoulders, hips, knees, ankles."""


def after_warm_up(video: Path, at_s: float, warm_up_s: float) -> Pose | None:
    """Return the pose at a time, by a landmarker that began so long before."""
    if at_s < warm_up_s:
        return None
    with (
        VideoFile(video, at_s - warm_up_s, at_s + 0.5) as frames,
        LandmarkerEstimator(find_model("full")) as estimator,
    ):
        for frame in frames:
            pose = estimator.estimate(frame)
            if frame.t_s >= at_s - 1e-6:
                return pose
    return None


def repeat(
    video: Path, target: Path, seconds: int, fps: int = 10, size_px: tuple[int, int] | None = None
) -> None:
    """Write `video` over and over, there and back, until `seconds` are full."""
    with av.open(str(video)) as source:
        images = [frame.to_ndarray(format="bgr24") for frame in source.decode(video=0)]
    if fps <= 10:
        images = images[::3]
    images += images[-2:0:-1]
    with av.open(str(target), "w") as sink:
        stream = sink.add_stream("libx264", rate=fps, options={"preset": "ultrafast"})
        stream.width, stream.height = size_px or images[0].shape[1::-1]
        stream.pix_fmt = "yuv420p"
        for index in range(seconds * fps):
            image = images[index % len(images)]
            if size_px is not None:
                image = np.asarray(cv2.resize(image, size_px), np.uint8)
            sink.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
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
        "linux = Path('/proc/self/status')\n"
        "if linux.exists():\n"  # ru_maxrss begins with that of the process that started it
        "    text = linux.read_text()\n"
        "    print(text.split('VmHWM:')[1].split()[0])\n"
        "else:\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    arguments = [str(video), exercise, level, str(out)]
    command = [sys.executable, "-c", code, *arguments]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(run.stdout.split()[-1]) / (1024 if sys.platform == "linux" else 1024**2)


PARTS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "loops": loops_part,
    "long": long_part,
    "batch": batch_part,
    "start": start_part,
    "memory": memory_part,
    "same": same_part,
    "warm-up": warm_up_part,
}
"""Each is a section of the page."""
USUAL = ["loops", "long", "batch", "start", "memory"]
"""The parts that are measured when none are named; the others look at every recording."""


def section(part: str, rows: Sequence[Row]) -> str:
    """Return a part's section of the page."""
    lines = [
        f"## {part}",
        "",
        str(PARTS[part].__doc__),
        "",
        "| | measured | at most |",
        "|---|---|---|",
    ]
    return "\n".join([*lines, *(f"| {label} | {value} | {want} |" for label, value, want in rows)])


def write_page(measured: dict[str, str]) -> None:
    """Write the page; sections that were not measured now stay as they are."""
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    known = {
        m[1]: m[0].strip() for m in re.finditer(r"^## (\S+)\n.*?(?=^## |\Z)", before, re.M | re.S)
    }
    sections = known | measured
    intro = (
        "# Performance\n\nWritten by `python benchmarks/speed.py`: ratios, each measured in one "
        "run on one machine with two cores. What is compared takes turns."
    )
    parts = [intro, *(sections[part] for part in PARTS if part in sections)]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def main() -> None:
    """Measure what is asked for, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=USUAL)
    for part in parser.parse_args().only:
        sys.stdout.write(f"{part}\n")
        with tempfile.TemporaryDirectory() as name, quiet_native_stderr():
            rows = []
            for row in PARTS[part](Path(name)):
                rows.append(row)
                sys.stdout.write(f"  {row[0]:45} {row[1]:30} {row[2]}\n")
                sys.stdout.flush()
        write_page({part: section(part, rows)})


if __name__ == "__main__":
    main()
