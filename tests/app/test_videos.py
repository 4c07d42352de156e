"""Videos in the browser: uploads good and odd, the queue over a restart, and its files."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from urllib.parse import quote

import pytest
from app_room import browser
from starlette.testclient import TestClient

from formcoach.app import videos
from formcoach.app.jobs import Job, Outcome, State, VideoQueue

SAMPLE = Path(__file__).resolve().parents[2] / "sample_videos" / "dead_bug_hold.mp4"
Told = Callable[[int, int | None], None]


class Analyst:
    """Analyses when it is allowed to, and writes a report."""

    def __init__(self) -> None:
        self.may = Event()
        self.begun: list[str] = []

    def __call__(
        self, job: Job, path: Path, out: Path, model: str, tell: Told, stop: Callable[[], bool]
    ) -> Outcome:
        self.begun.append(job.name)
        tell(50, 100)
        while not self.may.wait(0.01):
            if stop():
                return Outcome(why="stopped")
        (out / "result").mkdir(parents=True)
        (out / "result" / "report.html").write_text("<p>a report</p>", encoding="utf-8")
        return Outcome()


def until(true: Callable[[], object]) -> None:
    """Wait for what must come."""
    end_s = time.monotonic() + 60.0
    while not true():
        assert time.monotonic() < end_s
        time.sleep(0.01)


def send(client: TestClient, name: str, data: bytes = b"x", **more: str) -> tuple[int, str]:
    headers = {"x-file-name": quote(name), **more}
    answer = client.post("/video/upload", content=data, headers=headers)
    return answer.status_code, answer.json().get("error", "")


@pytest.mark.parametrize("name", ["notes.txt", "video", "", "a.mp4.exe", "../../etc/passwd"])
def test_what_is_no_video_by_its_name_is_refused_in_words(tmp_path: Path, name: str) -> None:
    with browser(tmp_path) as client:
        status, error = send(client, name)
        assert status == 415
        assert "does not look like a video" in error
        assert list((tmp_path / "app" / "inbox").iterdir()) == []


def test_a_name_never_becomes_a_path(tmp_path: Path) -> None:
    with browser(tmp_path) as client:
        assert send(client, "../../../<b>evil\n\\..\\x.mp4")[0] == 200
        (job,) = client.get("/video/list").json()
        assert job["name"].endswith("x.mp4")
        assert not set("/\\<>\n") & set(job["name"])
    assert not list(tmp_path.rglob("*evil*"))


def test_an_empty_file_and_one_of_ten_gigabytes_are_refused(tmp_path: Path) -> None:
    with browser(tmp_path) as client:
        assert send(client, "a.mp4", b"")[0] == 415
        status, error = send(client, "a.mp4", b"x", **{"content-length": str(10 * 1024**3)})
        assert status == 413
        assert "larger than 4 GB" in error


def test_one_that_does_not_tell_its_size_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(videos, "MAX_BYTES", 1000)
    with browser(tmp_path) as client:
        chunks = (b"x" * 300 for _ in range(5))
        answer = client.post("/video/upload", content=chunks, headers={"x-file-name": "a.mp4"})
        assert answer.status_code == 413
        assert list((tmp_path / "app" / "inbox").iterdir()) == []


def test_a_full_disk_is_said_before_the_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(videos, "SPARE_BYTES", 10**18)
    with browser(tmp_path) as client:
        status, error = send(client, "a.mp4")
    assert status == 507
    assert "not enough room" in error


def test_the_queue_goes_on_after_a_restart(tmp_path: Path) -> None:
    first = Analyst()
    queue = VideoQueue(tmp_path, run=first)
    for name in ("a.mp4", "b.mp4"):
        job_id = queue.new_id()
        queue.inbox(job_id).write_bytes(b"x")
        queue.add(job_id, name, None, "en")
    until(lambda: first.begun)
    queue.close()
    second = Analyst()
    second.may.set()
    again = VideoQueue(tmp_path, run=second)
    until(lambda: all(job.state is State.DONE for job in again.jobs()))
    assert second.begun == ["a.mp4", "b.mp4"]
    assert list((tmp_path / "inbox").iterdir()) == []
    again.close()


def test_one_that_runs_is_stopped_and_removed(tmp_path: Path) -> None:
    analyst = Analyst()
    queue = VideoQueue(tmp_path, run=analyst)
    job_id = queue.new_id()
    queue.inbox(job_id).write_bytes(b"x")
    queue.add(job_id, "a.mp4", None, "en")
    until(lambda: analyst.begun)
    queue.drop(job_id)
    assert queue.jobs() == []
    until(lambda: not queue.inbox(job_id).exists())
    queue.drop("none")
    queue.close()


@pytest.mark.parametrize("written", [b"", b"{", b'[{"id": 1}]'])
def test_a_queue_that_cannot_be_read_begins_anew(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "queue.json").write_bytes(written)
    queue = VideoQueue(tmp_path, run=Analyst())
    assert queue.jobs() == []
    queue.close()


def test_the_time_left_is_known_after_a_while() -> None:
    job = Job(id="v1", name="a", state=State.RUNNING, done=100, total=400, started_s=10.0)
    assert job.left_s(20.0) == pytest.approx(30.0)
    assert Job(id="v1", name="a", done=100, total=400).left_s(20.0) is None


def test_only_files_of_a_finished_result_are_served(tmp_path: Path) -> None:
    with browser(tmp_path) as client:
        state = client.app.state.formcoach  # type: ignore[attr-defined]  # starlette types it as any ASGI app
        analyst = Analyst()
        state.queue.close()
        state.queue = VideoQueue(tmp_path / "app", run=analyst)
        send(client, "a.mp4")
        until(lambda: analyst.begun)
        (job,) = client.get("/video/list").json()
        assert client.get(f"/video/{job['id']}/report.html").status_code == 404
        analyst.may.set()
        until(lambda: client.get("/video/list").json()[0]["report"])
        report = client.get(f"/video/{job['id']}/report.html")
        assert report.text == "<p>a report</p>"
        assert "script-src 'self'" not in report.headers["content-security-policy"]
        for odd in ("poses.jsonl.gz", "..%2f..%2ftoken", "summary.json", "%2e%2e"):
            assert client.get(f"/video/{job['id']}/{odd}").status_code == 404
        assert client.get("/video/..%2fapp/report.html").status_code == 404
        assert client.post(f"/video/{job['id']}/remove").status_code == 200
        assert client.get(f"/video/{job['id']}/report.html").status_code == 404


def test_an_odd_file_fails_in_words_in_its_own_process(tmp_path: Path) -> None:
    queue = VideoQueue(tmp_path)
    job_id = queue.new_id()
    queue.inbox(job_id).write_bytes(b"this is no video" * 100)
    queue.add(job_id, "odd.mp4", "dead_bug", "en")
    until(lambda: queue.jobs()[0].state is State.FAILED)
    assert queue.jobs()[0].why.startswith("cannot read odd.mp4: not a video")
    assert str(tmp_path) not in queue.jobs()[0].why
    queue.close()


@pytest.mark.slow
def test_a_video_becomes_a_report(tmp_path: Path) -> None:
    queue = VideoQueue(tmp_path)
    job_id = queue.new_id()
    queue.inbox(job_id).write_bytes(SAMPLE.read_bytes())
    queue.add(job_id, "dead_bug_hold.mp4", "dead_bug", "en")
    end_s = time.monotonic() + 600.0
    while queue.jobs()[0].state in (State.WAITING, State.RUNNING):
        assert time.monotonic() < end_s
        time.sleep(0.2)
    assert queue.jobs()[0].why == ""
    names = {path.name for path in (tmp_path / "results" / job_id / "result").iterdir()}
    assert names >= {"report.html", "annotated.mp4", "summary.json"}
    queue.close()
