"""The camera's policy, with connections that a test holds in its hand."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest

from formcoach.capture.file.video import VideoFile
from formcoach.capture.live.camera import Camera, CameraEvent, is_dark
from formcoach.capture.live.grabber import Picture
from formcoach.capture.source import Frame, Image
from formcoach.errors import SourceError
from formcoach.notes import Figure, Note

PATIENCE_S = 20.0
"""How long a test waits for what must come; it never runs out when all is well."""
QUICK_S = (0.001, 0.002)
SAMPLE = Path(__file__).parents[3] / "sample_videos" / "march.mp4"


def grey(value: int = 100, width: int = 32, height: int = 24) -> Image:
    return np.full((height, width, 3), value, np.uint8)


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


class Wire:
    """A connection into which a test puts pictures; None is its end, an error its loss."""

    comes_back = True
    fps: float | None = 30.0

    def __init__(self, *, opens: bool = True, deaf: bool = False) -> None:
        self.things: SimpleQueue[Image | Picture | SourceError | None] = SimpleQueue()
        self.waiting = threading.Semaphore(0)
        self.closed = threading.Event()
        self.opened = False
        self._opens, self._deaf = opens, deaf

    def open(self) -> None:
        if not self._opens:
            raise SourceError("nobody there: connect it")
        self.opened = True

    def read(self) -> Picture | None:
        self.waiting.release()
        thing = self.things.get()
        if isinstance(thing, SourceError):
            raise thing
        return thing if thing is None or isinstance(thing, Picture) else Picture(image_bgr=thing)

    def interrupt(self) -> None:
        if not self._deaf:
            self.things.put(None)

    def close(self) -> None:
        self.closed.set()


class Bench:
    """A camera whose connections are wires, one after the other."""

    def __init__(self, *wires: Wire, stall_s: float = 600.0, longest: bool = False) -> None:
        self.wires = list(wires)
        self.made = 0
        self.clock = Clock()
        self.events: list[tuple[CameraEvent, str]] = []
        self._news = threading.Condition()
        self.camera = Camera(
            7,
            connect=self.connect,
            on_event=self.on_event,
            clock=self.clock,
            backoff_s=(600.0, 600.0) if longest else QUICK_S,
            stall_s=stall_s,
        )

    def connect(self) -> Wire:
        self.made += 1
        return self.wires[min(self.made, len(self.wires)) - 1]

    def on_event(self, event: CameraEvent, detail: str) -> None:
        with self._news:
            self.events.append((event, detail))
            self._news.notify_all()

    def wait_for(self, *events: CameraEvent) -> None:
        with self._news:
            assert self._news.wait_for(
                lambda: tuple(event for event, _ in self.events) == events, PATIENCE_S
            ), self.events

    def frame(self) -> Frame:
        frame = self.camera.read(PATIENCE_S)
        assert frame is not None
        return frame


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_S)
    assert {thread.name for thread in set(threading.enumerate()) - before} == set()


def test_a_frame_has_the_time_of_its_capture_since_the_first() -> None:
    wire = Wire()
    bench = Bench(wire)
    with bench.camera as camera:
        assert camera.now_s() == 0.0
        wire.things.put(grey())
        first = bench.frame()
        bench.clock.now_s += 0.2
        wire.things.put(grey())
        second = bench.frame()
        bench.clock.now_s += 0.1
        assert [first.t_s, second.t_s] == pytest.approx([0.0, 0.2])
        assert camera.now_s() == pytest.approx(0.3)
    assert (first.index, second.index) == (0, 1)
    assert (camera.name, camera.fps, camera.size_px) == ("camera 7", 30.0, (32, 24))
    assert (camera.frame_count, camera.duration_s, camera.lost_frames) == (None, None, 0)


def test_the_newest_frame_wins_and_none_is_given_twice() -> None:
    wire = Wire()
    bench = Bench(wire)
    with bench.camera as camera:
        assert wire.waiting.acquire(timeout=PATIENCE_S)
        for value in range(6):
            bench.clock.now_s += 0.03
            wire.things.put(grey(value))
            # Who waits for the next picture has put this one in its place.
            assert wire.waiting.acquire(timeout=PATIENCE_S)
        newest = bench.frame()
        assert (newest.index, int(newest.image_bgr[0, 0, 0])) == (5, 5)
        assert newest.t_s == pytest.approx(0.15)
        assert camera.read(0.0) is None


def test_a_lost_camera_is_told_once_and_comes_back() -> None:
    first, gone, back = Wire(), Wire(opens=False), Wire()
    bench = Bench(first, gone, gone, gone, back)
    with bench.camera as camera:
        first.things.put(grey())
        before = bench.frame()
        bench.clock.now_s += 2.0
        first.things.put(SourceError("unplugged"))
        bench.wait_for(CameraEvent.LOST)
        bench.clock.now_s += 8.0
        back.things.put(grey())
        after = bench.frame()
        bench.wait_for(CameraEvent.LOST, CameraEvent.BACK)
        assert (before.t_s, after.t_s) == (0.0, 10.0)
        assert camera.losses == [
            Note("no_picture_between", {"start": Figure(0.0, 1), "end": Figure(10.0, 1)})
        ]
    assert bench.made == 5
    assert bench.events[0][1] == "unplugged"
    assert first.closed.is_set()
    assert back.closed.is_set()


def test_a_camera_that_connects_but_shows_nothing_is_still_lost() -> None:
    first, empty, back = Wire(), Wire(), Wire()
    empty.things.put(None)
    bench = Bench(first, empty, back)
    with bench.camera as camera:
        first.things.put(grey())
        bench.frame()
        first.things.put(None)
        bench.wait_for(CameraEvent.LOST)
        assert camera.losses == [Note("no_picture_since", {"start": Figure(0.0, 1)})]
        assert empty.closed.wait(PATIENCE_S)
        bench.clock.now_s += 1.0
        back.things.put(grey())
        bench.frame()
        bench.wait_for(CameraEvent.LOST, CameraEvent.BACK)


def test_each_stall_is_told_where_the_camera_goes_on_by_itself_in_between() -> None:
    busy = Wire(opens=False)  # the device is held by the connection that stalled
    wire = Wire(deaf=True)
    bench = Bench(wire, busy, stall_s=0.2)
    expected: list[CameraEvent] = []
    with bench.camera as camera:
        wire.things.put(grey())
        bench.frame()
        for _ in range(3):
            bench.clock.now_s += 1.0
            expected.append(CameraEvent.STALLED)
            bench.wait_for(*expected)
            wire.things.put(grey())
            expected.append(CameraEvent.BACK)
            bench.wait_for(*expected)
            assert bench.frame().t_s == len(expected) / 2
        assert len(camera.losses) == 3
        wire.things.put(None)


def test_a_camera_that_gives_a_picture_now_and_then_is_tried_less_and_less() -> None:
    wires = [Wire() for _ in range(5)]
    bench = Bench(*wires)
    camera = bench.camera
    camera._backoff_s, camera._delay_s = (0.01, 8.0), 0.01
    with camera:
        for number, wire in enumerate(wires[:4]):
            wire.things.put(grey())
            bench.frame()
            bench.clock.now_s += 1.0
            wire.things.put(None)
            bench.wait_for(*[CameraEvent.LOST, CameraEvent.BACK] * number, CameraEvent.LOST)
        wires[4].things.put(grey())
        bench.frame()
        assert camera._delay_s == pytest.approx(0.16)
        bench.clock.now_s += 6.0  # and now it stays
        wires[4].things.put(grey())
        bench.frame()
        assert camera._delay_s == 0.01


def test_the_wait_before_trying_again_doubles_up_to_a_limit() -> None:
    waits: list[float] = []
    gone = Wire(opens=False)
    first = Wire()
    bench = Bench(first, gone, longest=True)
    camera = bench.camera
    camera._backoff_s, camera._delay_s = (0.5, 8.0), 0.5

    def wait_for(happened: Callable[[], bool], timeout: float) -> bool:
        waits.append(timeout)
        camera._closing = len(waits) > 7
        return camera._closing

    camera._state.wait_for = wait_for  # type: ignore[method-assign, assignment]
    first.things.put(None)
    bench.wait_for(CameraEvent.LOST)
    camera._watcher.join(PATIENCE_S)
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0]
    camera.close()


def test_a_camera_that_stalls_is_left_and_connected_anew() -> None:
    hanging, fresh = Wire(deaf=True), Wire()
    bench = Bench(hanging, fresh, stall_s=5.0)
    with bench.camera:
        hanging.things.put(grey(1))
        bench.frame()
        bench.clock.now_s += 5.0
        with bench.camera._state:
            bench.camera._state.notify_all()
        bench.wait_for(CameraEvent.STALLED)
        assert bench.events[0][1] == "no picture for 5 s"
        fresh.things.put(grey(2))
        bench.clock.now_s += 1.0
        assert int(bench.frame().image_bgr[0, 0, 0]) == 2
        bench.wait_for(CameraEvent.STALLED, CameraEvent.BACK)
        # The old connection wakes up: what it says is no longer heard.
        hanging.things.put(grey(3))
        assert hanging.closed.wait(PATIENCE_S)
        fresh.things.put(None)
        bench.wait_for(CameraEvent.STALLED, CameraEvent.BACK, CameraEvent.LOST)
        assert bench.camera.read(0.0) is None


def test_five_frames_a_second_are_no_stall() -> None:
    wire = Wire()
    bench = Bench(wire, stall_s=3.0)
    with bench.camera:
        for _ in range(30):
            bench.clock.now_s += 0.2
            wire.things.put(grey())
            bench.frame()
    assert bench.events == []


def test_a_camera_that_cannot_be_opened_is_told_at_once() -> None:
    with pytest.raises(SourceError, match="nobody there"):
        Bench(Wire(opens=False))


@pytest.mark.parametrize("state", ["before", "showing", "lost", "hanging"])
def test_it_closes_from_any_state_and_twice(state: str) -> None:
    wire, gone = Wire(deaf=state == "hanging"), Wire(opens=False)
    bench = Bench(wire, gone, longest=True)
    if state != "before":
        wire.things.put(grey())
        bench.frame()
    if state == "lost":
        wire.things.put(None)
        bench.wait_for(CameraEvent.LOST)
    bench.camera.close()
    bench.camera.close()
    assert bench.camera.ended
    assert bench.camera.read(0.0) is None
    assert list(bench.camera) == []
    wire.things.put(None)


def test_it_may_be_closed_by_who_is_told_of_a_loss() -> None:
    wire = Wire()
    bench = Bench(wire)
    told = threading.Event()

    def close(*_: object) -> None:
        bench.camera.close()
        told.set()

    bench.camera._on_event = close
    wire.things.put(None)
    assert told.wait(PATIENCE_S)
    bench.camera._watcher.join(PATIENCE_S)
    assert bench.made == 1


def test_all_frames_have_the_size_of_the_first() -> None:
    wide, tall = Wire(), Wire()
    bench = Bench(wide, tall)
    with bench.camera as camera:
        wide.things.put(grey(200, 64, 48))
        assert bench.frame().size_px == (64, 48)
        wide.things.put(None)
        bench.wait_for(CameraEvent.LOST)
        bench.clock.now_s += 1.0
        tall.things.put(grey(200, 48, 64))
        turned = bench.frame()
        assert turned.size_px == camera.size_px == (64, 48)
    columns = turned.image_bgr[24, :, 0] > 100
    assert np.flatnonzero(columns).tolist() == list(range(14, 50))


def test_a_file_plays_to_its_end() -> None:
    class File(Wire):
        comes_back = False

    wire = File()
    bench = Bench(wire)
    wire.things.put(Picture(image_bgr=grey(), t_s=2.5))
    frame = bench.frame()
    assert (frame.t_s, bench.camera.now_s()) == (2.5, 2.5)
    wire.things.put(Picture(image_bgr=grey(), t_s=2.6))
    wire.things.put(None)
    assert [one.t_s for one in bench.camera] == [2.6]
    assert bench.camera.ended
    assert bench.events == []
    bench.camera.close()


def test_a_file_that_cannot_be_read_on_is_told_to_the_reader() -> None:
    class File(Wire):
        comes_back = False

    wire = File()
    bench = Bench(wire)
    wire.things.put(SourceError("the file is damaged"))
    with pytest.raises(SourceError, match="damaged"):
        for _ in bench.camera:
            pass
    bench.camera.close()


def test_a_sample_played_as_a_camera_gives_frames_of_the_file() -> None:
    with VideoFile(SAMPLE) as video:
        times = [frame.t_s for frame, _ in zip(video, range(10), strict=False)]
    with Camera(str(SAMPLE)) as camera:
        frame = camera.read(PATIENCE_S)
        assert frame is not None
        assert frame.t_s in times
        assert camera.name == "march.mp4"
        assert camera.size_px == frame.size_px


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("ftp://phone/video", "no camera speaks 'ftp'"),
        ("no such file.mp4", "no such file"),
        ("http://anna:secret@127.0.0.1:1/v", r"no video from http://127\.0\.0\.1:1/v"),
        ("rtsp://anna:secret@127.0.0.1:1/v", r"no video from rtsp://127\.0\.0\.1:1/v"),
        (98, "camera 98"),
        ("98", "camera 98"),
    ],
)
def test_each_kind_of_source_is_known(source: int | str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as raised:
        Camera(source)
    assert "secret" not in str(raised.value)


def test_a_dark_picture_is_known() -> None:
    assert is_dark(grey(0))
    assert is_dark(grey(20, 1280, 720))
    assert not is_dark(grey(60))
    green = np.zeros((48, 64, 3), np.uint8)
    green[..., 1] = 80
    assert not is_dark(green)
    blue = np.zeros((48, 64, 3), np.uint8)
    blue[..., 0] = 80
    assert is_dark(blue)
