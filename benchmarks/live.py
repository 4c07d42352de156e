"""How quick a live session is, and whether it stays so.

Usage, from the top of the project; `latency` needs a display (Xvfb -noreset will do):

    python benchmarks/live.py latency [VIDEO]       from a frame's arrival to its picture shown
    python benchmarks/live.py onset                 from a fault's onset to the first sound
    python benchmarks/live.py soak --minutes 30     memory and delay over a long session; with
                                                    the window where there is a display
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from speed import repeat

from formcoach.capture.live.camera import Camera
from formcoach.capture.source import Frame
from formcoach.coaching.events import Priority
from formcoach.commands.live import LiveOptions, OnEvent, Parts, run_live
from formcoach.picture.canvas import Image
from formcoach.picture.window import Key, Window, display_works
from formcoach.pose.landmarks import Pose
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.session.guide import SessionTargets
from formcoach.voice.speech import NullPlayer, Pcm, Voice, synthesiser_for
from formcoach.words.phrases import load_phrases

MAX_FRAMES = 1000
"""So many frames are remembered: the watch itself must not fill the memory."""
SAMPLES = Path(__file__).resolve().parent.parent / "sample_videos"


@dataclass
class Clocked:
    """When each frame came in, was understood, and was shown."""

    came_s: dict[int, float] = field(default_factory=dict)
    behind_s: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_FRAMES))
    landmarker_s: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_FRAMES))
    added_s: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_FRAMES))
    idle_s: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_FRAMES))
    frame: int = -1

    def parts(self, *, window: bool) -> Parts:
        """Return the usual parts with a stop-watch on each."""
        clocked = self

        class TimedCamera(Camera):
            def read(self, timeout_s: float) -> Frame | None:
                frame = super().read(timeout_s)
                if frame is not None:
                    clocked.frame = frame.index
                    clocked.came_s = {frame.index: time.perf_counter()}
                    clocked.behind_s.append(self.now_s() - frame.t_s)
                return frame

        class TimedEstimator(LandmarkerEstimator):
            def estimate(self, frame: Frame) -> Pose:
                start = time.perf_counter()
                pose = super().estimate(frame)
                clocked.landmarker_s.append(time.perf_counter() - start)
                return pose

        class TimedWindow(Window):
            def show(self, image_bgr: Image) -> Key | None:
                key = super().show(image_bgr)
                # A picture that is shown again belongs to no frame.
                came_s = clocked.came_s.pop(clocked.frame, None)
                if came_s is not None:
                    took_s = time.perf_counter() - came_s
                    clocked.added_s.append(took_s - clocked.landmarker_s[-1])
                    start = time.perf_counter()
                    cv2.pollKey()  # nothing is to be painted any more
                    clocked.idle_s.append(time.perf_counter() - start)
                return key

        def camera(source: str, on_event: OnEvent) -> Camera:
            return TimedCamera(source, on_event=on_event)

        parts = Parts(camera=camera, estimator=TimedEstimator, voice=silent_voice)
        if not window:
            return parts
        return replace(
            parts, window=lambda title, fullscreen: TimedWindow(title, fullscreen=fullscreen)
        )


def silent_voice(speaker: str, lang: str, on_spoken: Any, on_trouble: Any) -> Voice:
    """Return a voice that does everything but sound."""
    return Voice(
        synthesiser_for(speaker, lang),
        NullPlayer(),
        lang=lang,
        on_spoken=on_spoken,
        on_trouble=on_trouble,
    )


def options_for(video: Path, *, window: bool) -> LiveOptions:
    """Return options for a sample, by its truth."""
    truth = json.loads(video.with_suffix(".truth.json").read_text(encoding="utf-8"))
    return LiveOptions(
        exercise=truth["exercise"],
        level=truth["level"],
        camera=str(video),
        window=window,
        targets=SessionTargets(),
    )


def latency(video: Path) -> None:
    """Print what a frame costs beside the landmarker."""
    clocked = Clocked()
    run_live(options_for(video, window=True), parts=clocked.parts(window=True))
    added_ms = np.array(list(clocked.added_s)[5:]) * 1000.0
    landmarker_ms = np.array(list(clocked.landmarker_s)[5:]) * 1000.0
    # With Qt, pollKey waits for a timer when the picture has long been painted.
    idle_ms = np.array(list(clocked.idle_s)[5:]) * 1000.0
    rows = {"landmarker": landmarker_ms, "added": added_ms, "of it idle": idle_ms}
    for name, values in rows.items():
        p50, p95 = np.percentile(values, [50, 95])
        sys.stdout.write(f"{name:11} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   n {len(values)}\n")


def onset() -> None:
    """Print how long after its onset a fault is heard of, and how long a ready cue takes."""
    video = SAMPLES / "plank_sag.mp4"
    truth = json.loads(video.with_suffix(".truth.json").read_text(encoding="utf-8"))
    result = run_live(options_for(video, window=False), parts=Clocked().parts(window=False))
    fault = result.sets[0].faults[0]
    frames = truth["frames"]
    line = np.array(frames["body_line_deg"], float)
    onset_s = float(np.array(frames["t_s"])[np.argmax(line < -abs(fault.limit))])
    words = load_phrases("en").text("cue.hips_sag")
    spoken_s = next(spoken.t_s for spoken in result.spoken if words in spoken.text)
    sys.stdout.write(f"hips sag past the limit at {onset_s:.2f} s, heard at {spoken_s:.2f} s: ")
    sys.stdout.write(f"{1000 * (spoken_s - onset_s):.0f} ms\n")
    delays_ms = [1000 * delay_s for delay_s in cue_delays_s(20)]
    p50, p95 = np.percentile(delays_ms, [50, 95])
    sys.stdout.write(f"a ready cue to its first sample: p50 {p50:.1f} ms, p95 {p95:.1f} ms\n")


def cue_delays_s(rounds: int) -> Iterator[float]:
    """Yield how long a cue that was synthesised ahead takes from `say` to `play`."""
    played_s: list[float] = []

    class Listener(NullPlayer):
        def play(self, pcm: Pcm) -> None:
            played_s.append(time.perf_counter())

    text = load_phrases("en").text("cue.hips_sag")
    with Voice(synthesiser_for("auto", "en"), Listener()) as voice:
        voice.say(text, Priority.FORM)
        voice.finish(10.0)
        for _ in range(rounds):
            start = time.perf_counter()
            voice.say(text, Priority.FORM)
            voice.finish(10.0)
            yield played_s[-1] - start


def soak(minutes: float, reps: int) -> None:
    """Print memory and delay, minute by minute, over a long session in sets of so many reps.

    Without an end to a set (0) each count is a new one, to be spoken for the first time.
    """
    clocked = Clocked()
    window = display_works()
    video = SAMPLES / "hip_flexion_fast.mp4"
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / video.name
        repeat(video, long, round(60.0 * minutes) + 30)
        targets = SessionTargets(reps=reps or None, sets=1000, rest_s=5.0)
        options = replace(options_for(video, window=window), camera=str(long), targets=targets)
        with memory_watch(clocked, time.monotonic() + 60.0 * minutes):
            run_live(options, parts=clocked.parts(window=window))


@contextmanager
def memory_watch(clocked: Clocked, stop_s: float) -> Iterator[None]:
    """Print a line a minute from a thread, and end the session when its time is over."""
    import signal
    from threading import Event, Thread

    over = Event()

    def look() -> None:
        minute = 0
        while not over.wait(max(0.0, min(60.0, stop_s - time.monotonic()))):
            minute += 1
            behind = list(clocked.behind_s)
            sys.stdout.write(
                f"minute {minute:3}: {resident_mb():6.1f} MB, "
                f"behind {1000 * float(np.median(behind)):5.1f} ms\n"
            )
            sys.stdout.flush()
            if time.monotonic() >= stop_s:
                signal.raise_signal(signal.SIGTERM)
                return

    watcher = Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def resident_mb() -> float:
    """Return the memory in use now, or at most so far where that cannot be told."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    latencies = commands.add_parser("latency")
    latencies.add_argument("video", type=Path, nargs="?", default=SAMPLES / "dead_bug_hold.mp4")
    commands.add_parser("onset")
    soaks = commands.add_parser("soak")
    soaks.add_argument("--minutes", type=float, default=30.0)
    soaks.add_argument("--reps", type=int, default=10, help="a set; 0 for one set without an end")
    asked = parser.parse_args()
    if asked.command == "latency":
        latency(asked.video)
    elif asked.command == "onset":
        onset()
    else:
        soak(asked.minutes, asked.reps)


if __name__ == "__main__":
    main()
