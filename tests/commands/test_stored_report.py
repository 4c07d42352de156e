"""`formcoach report` and `formcoach share`: sessions of the history as pages and parcels."""

import csv
import errno
import io
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from clips import write_video
from commands import run
from flaws import FLAWS
from markup import Page
from moves import trace
from recorded import record

from formcoach.coaching.events import Hold, Quality, Rep, SetSummary
from formcoach.history.session_files import SessionFiles, files_of, keep_files
from formcoach.history.store import History
from formcoach.pose.landmarks import FloatArray, Side
from formcoach.pose.trace import POSES, TraceWriter
from formcoach.results import stills

AT = datetime(2026, 11, 27, 18, 20, tzinfo=UTC)
STRANGE = '"><script>alert(1)</script>'


class NoFaces:
    """Stands in for the face model: what it would find is tested with the film itself."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def find_all(self, image_bgr: object) -> list[FloatArray]:
        return []

    def close(self) -> None: ...


@dataclass
class Kept:
    """A history with a session of two sets, the first with its files, and its film."""

    data: Path
    session: int
    sets: Path
    film: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SetSummary, float]:
    """The files of a set and a film of it; what came of the set; when the film begins."""
    folder = tmp_path_factory.mktemp("made")
    flaw = FLAWS["plank_hip_flexion", "floor"]["hips_sag", "body_line_deg"]
    poses = trace("plank_hip_flexion", "floor", far=dict.fromkeys(flaw.reps, flaw.far)).poses
    first = folder / "results" / "set-1"
    first.mkdir(parents=True)
    with TraceWriter(first / POSES, {"image_size_px": poses[0].image_size_px}) as written:
        for pose in poses:
            written.write(pose)
    done = record(first, poses, "plank_hip_flexion", "floor", video=STRANGE)
    noise = np.random.default_rng(1).integers(0, 255, (120, 160, 3)).astype(np.uint8)
    write_video(folder / "evening.mp4", [noise] * len(poses))
    return folder, done.summary, poses[0].t_s


@pytest.fixture
def kept(
    made: tuple[Path, SetSummary, float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Kept:
    monkeypatch.chdir(tmp_path)
    folder, summary, first_s = made
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    film, data = tmp_path / "evening.mp4", tmp_path / "data"
    with History.open(data) as history:
        session = history.begin_session(
            "plank_hip_flexion", "floor", started_at=AT, lang="en", source="0"
        )
        history.end_set(session, 1, summary, pain_before=1, pain_after=0, effort=4)
        rep = summary.reps[0]
        history.end_set(session, 2, SetSummary(reps=[rep]), stopped_why="tired")
        history.end_session(session, AT)
        keep_files(
            history,
            session,
            SessionFiles(
                folder=str(tmp_path / "results"),
                film=str(film),
                film_first_s=first_s,
                asked_reps=5,
                asked_sets=2,
            ),
        )
    return Kept(data, session, tmp_path / "results", film)


def read(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def test_the_last_session_as_a_page(kept: Kept) -> None:
    ran = run("report", "--data", kept.data)
    assert (ran.status, ran.out) == (0, "formcoach-session-1.html\n")
    page = read(Path("formcoach-session-1.html"))
    assert page.texts("h2", "set") == ["Set 1", "Set 2"]
    assert "session 1" in page.texts("p", "kicker")[0]
    facts = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert facts["Date"] == "27 November 2026, 18:20"
    told = list(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert ("Asked", "2 x 5 reps") in told
    assert ("Done", "4 counted") in told
    assert ("Pain before", "1 of 10") in told
    assert ("Effort", "4 of 10") in told
    assert ("Ended early", "tired") in told
    assert len(page.all("video")) == 1, "the film of the set that has poses"
    assert page.texts("p", "verdict")[0].startswith("3 of 4 repetitions were good.")
    assert "Of this session only the repetitions were kept" in page.texts("li")[-1]


def test_in_dutch_and_where_it_is_wanted(kept: Kept, tmp_path: Path) -> None:
    out = tmp_path / "verslag.html"
    assert run("report", "1", "--lang", "nl", "--out", out, "--data", kept.data).status == 0
    page = read(out)
    assert page.all("html")[0].attributes["lang"] == "nl"
    assert page.texts("h2", "set") == ["Serie 1", "Serie 2"]


def test_a_session_of_which_only_the_numbers_were_kept(tmp_path: Path) -> None:
    rep = Rep(
        index=1,
        side=Side.LEFT,
        start_s=1.0,
        turn_s=3.0,
        end_s=7.5,
        peak_deg=float("nan"),
        rom_deg=70.0,
        hold_s=0.0,
        quality=Quality.FAULTY,
        faults=("too_fast",),
    )
    with History.open(tmp_path) as history:
        session = history.begin_session("my_own", "", started_at=AT, lang="en", source="0")
        history.end_set(session, 1, SetSummary(reps=[rep]))
        held = Hold(side=None, start_s=1.0, end_s=30.0)
        second = history.begin_session("plank_hold", "floor", started_at=AT, lang="en", source="0")
        history.end_set(second, 1, SetSummary(holds=[held]))
        third = history.begin_session("squat", "", started_at=AT, lang="en", source="0")
    for number in (session, second, third):
        out = tmp_path / f"{number}.html"
        assert run("report", number, "--out", out, "--data", tmp_path).status == 0
        assert "nan" not in out.read_text(encoding="utf-8").casefold().split()
    first = read(tmp_path / f"{session}.html")
    assert first.texts("h1") == ["my_own"]
    assert first.texts("p", "verdict") == [
        "One repetition counted, and it can be better. "
        "First thing to change: Slower, follow your breath."
    ]
    assert first.rows()[1].split(" | ")[5] == "\N{EN DASH}", "what was not measured is not told"
    assert read(tmp_path / f"{second}.html").texts("p", "verdict") == [
        "Held for 29.0 s, in line all the way."
    ]


def test_a_parcel_has_report_reps_and_readme(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcoach.pose.mediapipe.face_estimator.FaceFinder", NoFaces)
    out = tmp_path / "to physio.zip"
    ran = run("share", kept.session, "--out", out, "--data", kept.data)
    assert (ran.status, ran.err) == (0, "")
    assert "faces blurred" in ran.out
    with ZipFile(out) as parcel:
        assert parcel.testzip() is None
        assert parcel.namelist() == ["report.html", "reps.csv", "README.txt"]
        reps = list(csv.DictReader(io.StringIO(parcel.read("reps.csv").decode())))
        page = Page(parcel.read("report.html").decode())
        readme = parcel.read("README.txt").decode()
    assert [(row["set"], row["index"]) for row in reps] == [
        *(("1", str(n)) for n in range(1, 5)),
        ("2", "1"),
    ]
    assert [row["faults"] for row in reps].count("hips_sag") == 1
    assert "Faces are blurred" in readme
    assert "not a medical device" in readme
    assert any("Faces are blurred" in text for text in page.texts("p"))
    assert str(tmp_path) not in page.source, "nothing of this machine"
    assert kept.film.name not in page.source
    assert out.stat().st_mode & 0o077 == 0, "for nobody else on this machine"


def test_the_head_s_points_are_left_out_of_what_is_drawn(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the head does, the drawings of a parcel are the same."""
    kept.film.unlink()
    pages = []
    for _ in range(2):
        out = tmp_path / "x.zip"
        assert run("share", "1", "--out", out, "--data", kept.data).status == 0
        with ZipFile(out) as parcel:
            pages.append(parcel.read("report.html").decode())
        assert run("share", "1", "--face-visible", "--out", out, "--data", kept.data).status == 0
        with ZipFile(out) as parcel:
            shown = parcel.read("report.html").decode()
        _move_heads(kept.sets / "set-1" / POSES)
    assert pages[0] == pages[1]
    assert Page(pages[0]).all("svg", "figure")
    assert shown != pages[0]


def _move_heads(path: Path) -> None:
    from formcoach.pose.trace import read_trace

    header, found = read_trace(path)
    poses = list(found)
    with TraceWriter(path, {"image_size_px": header["image_size_px"]}) as written:
        for pose in poses:
            pose.xy_px[:11] += 7.0
            written.write(pose)


def test_a_film_that_is_too_large_stands_in_the_parcel(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcoach.pose.mediapipe.face_estimator.FaceFinder", NoFaces)
    monkeypatch.setattr(stills, "MAX_EMBEDDED", 1000)
    out = tmp_path / "x.zip"
    assert run("share", "1", "--out", out, "--data", kept.data).status == 0
    with ZipFile(out) as parcel:
        assert parcel.namelist() == ["report.html", "reps.csv", "README.txt", "film.mp4"]
        assert 'src="film.mp4"' in parcel.read("report.html").decode()
        assert "film.mp4" in parcel.read("README.txt").decode()


def test_a_film_that_cannot_be_read_is_drawn_instead(kept: Kept) -> None:
    kept.film.write_bytes(b"no film")
    assert run("report", "1", "--data", kept.data).status == 0
    page = read(Path("formcoach-session-1.html"))
    assert page.all("video") == []
    assert page.all("div", "moving")


def test_a_half_written_set_is_shown_by_its_numbers(kept: Kept) -> None:
    summary = kept.sets / "set-1" / "summary.json"
    summary.write_text(summary.read_text(encoding="utf-8")[:200], encoding="utf-8")
    assert run("report", "1", "--data", kept.data).status == 0
    page = read(Path("formcoach-session-1.html"))
    assert page.all("video") == []
    assert page.texts("p", "verdict")[0].startswith("3 of 4 repetitions were good.")


@pytest.mark.parametrize("command", ["report", "share"])
@pytest.mark.parametrize("name", ["../../etc/passwd", "1/../2", "-1x", "1.5", "x", "²", "9" * 30])
def test_what_is_no_number_is_refused(kept: Kept, command: str, name: str) -> None:
    ran = run(command, "--data", kept.data, "--", name)
    assert ran.status == 2
    assert f"session {name!r} is no number of a session" in ran.error
    assert list(Path().glob("formcoach-session*")) == []


@pytest.mark.parametrize("command", ["report", "share"])
def test_a_session_that_is_not_there(kept: Kept, command: str) -> None:
    ran = run(command, "99", "--data", kept.data)
    assert ran.status == 1
    assert "no session 99" in ran.error
    assert list(Path().glob("formcoach-session*")) == []


@pytest.mark.parametrize("command", [["report"], ["share", "1"]])
def test_no_history_at_all(command: list[str], tmp_path: Path) -> None:
    ran = run(*command, "--data", tmp_path / "none")
    assert ran.status == 1
    assert "no session was kept yet" in ran.error
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("command", "broken"),
    [
        ("report", "formcoach.commands.stored_report.Path.write_text"),
        ("share", "zipfile.ZipFile.writestr"),
    ],
)
def test_a_full_disk_is_one_line_and_leaves_what_was_there(
    kept: Kept, command: str, broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.film.unlink()
    out = tmp_path / "mine"
    out.write_bytes(b"before")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr(broken, full)
    ran = run(command, "1", "--out", out, "--data", kept.data)
    monkeypatch.undo()
    assert ran.status == 1
    assert f"cannot write {out}: No space left on device" in ran.error
    assert out.read_bytes() == b"before"
    assert sorted(tmp_path.iterdir()) == before, "nothing half-written"


@pytest.mark.parametrize("out", ["gone/x.html", "."])
def test_a_place_that_cannot_be_written(kept: Kept, out: str) -> None:
    ran = run("report", "1", "--out", out, "--data", kept.data)
    assert ran.status == 1
    assert f"cannot write {out}" in ran.error


def test_files_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    with History.open(tmp_path) as history:
        keep_files(history, 3, SessionFiles())
        assert files_of(history, 3) == SessionFiles()
        history.put_document("session-files.4", ["something else"])
        assert files_of(history, 4) == SessionFiles()
        keep_files(history, 5, SessionFiles(folder="x"))
        assert files_of(history, 5).folder == "x"
