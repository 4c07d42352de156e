"""How long a picture of the browser's camera takes to the page and back, above the landmarker.

python3 benchmarks/app_latency.py [SECONDS]

In one run: the landmarker alone over a sample's frames, then the live page in real Chromium with
that sample as its camera. Needs Debian's chromium and the package playwright, and a quiet machine.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from playwright.sync_api import sync_playwright

from formcoach.capture.source import Frame, Image
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.model_files import find_model

SAMPLE = Path(__file__).resolve().parents[1] / "sample_videos" / "dead_bug_hold.mp4"
FPS, SIZE_PX = 15, (640, 360)
ALONE_FRAMES = 150
ARGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
FAKING = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
COLLECT = """
() => {
  window.lags = [];
  const canvas = document.getElementById("canvas");
  new MutationObserver(() => window.lags.push(Number(canvas.dataset.lag)))
    .observe(canvas, { attributes: true, attributeFilter: ["data-lag"] });
}
"""


def pictures() -> Iterator[Image]:
    """Yield the sample's pictures."""
    with av.open(str(SAMPLE)) as container:
        for frame in container.decode(container.streams.video[0]):
            yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def landmarker_ms() -> list[float]:
    """Return how long the landmarker takes for each picture, when nothing else goes on."""
    took = []
    with LandmarkerEstimator(find_model("full")) as estimator:
        for index, image in zip(range(ALONE_FRAMES), pictures(), strict=False):
            began_s = time.perf_counter()
            estimator.estimate(Frame(index=index, t_s=index / FPS, image_bgr=image))
            took.append(1000.0 * (time.perf_counter() - began_s))
    return took[10:]


def write_camera(path: Path) -> None:
    """Write the sample as what a pretended camera plays."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{SIZE_PX[0]} H{SIZE_PX[1]} F{FPS}:1 Ip A1:1 C420jpeg\n".encode())
        for image in pictures():
            frame = av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv420p")
            file.write(b"FRAME\n" + frame.to_ndarray().tobytes())


def page_ms(address: str, camera: Path, seconds: float) -> list[float]:
    """Return how long each picture took from the page's camera until it was drawn."""
    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[*ARGS, *FAKING, f"--use-file-for-fake-video-capture={camera}"],
        )
        page = browser.new_page()
        page.goto(address)
        page.goto(address.partition("/?")[0] + "/live?exercise=dead_bug&level=hold&reps=300")
        page.click("#start")
        page.wait_for_selector("#canvas[data-frames]", state="attached", timeout=60_000)
        page.wait_for_timeout(3000.0)  # the first pictures wait for the model
        page.evaluate(COLLECT)
        page.wait_for_timeout(1000.0 * seconds)
        lags: list[float] = page.evaluate("window.lags")
        browser.close()
    return lags


def told(name: str, values: Sequence[float]) -> tuple[float, float]:
    """Print the median and the 95th of a hundred; return both."""
    p50, p95 = np.percentile(values, (50, 95))
    sys.stdout.write(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, {len(values)} pictures\n")
    return float(p50), float(p95)


def main() -> None:
    """Measure both, and what lies between them."""
    seconds = float(sys.argv[1]) if sys.argv[1:] else 30.0
    alone_p50, alone_p95 = told("landmarker alone", landmarker_ms())
    with TemporaryDirectory() as folder:
        camera, data = Path(folder) / "camera.y4m", Path(folder) / "data"
        write_camera(camera)
        command = [sys.executable, "-m", "formcoach", "app", "--no-browser", "--data", str(data)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                lags = page_ms(server.stdout.readline().strip(), camera, seconds)
            finally:
                server.terminate()
    p50, p95 = told("camera to page", lags)
    more = (p50 - alone_p50, p95 - alone_p95)
    sys.stdout.write("above the landmarker: p50 {:.0f} ms, p95 {:.0f} ms\n".format(*more))


if __name__ == "__main__":
    main()
