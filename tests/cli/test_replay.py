"""Replaying recorded poses: the same events, and traces that are none."""

import gzip
import json
import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clips import SAMPLES
from commands import names_in, run, tree

from formcoach.pose.trace import read_trace

EVENTS = ("counts", "reps", "holds", "faults", "cues", "unsure", "view")
HEADER: dict[str, Any] = {
    "kind": "formcoach.poses",
    "schema": 1,
    "image_size_px": [640, 480],
    "video": "set.mp4",
    "fps": 15.0,
}


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The analysis of a sample, its exercise recognised."""
    out = tmp_path_factory.mktemp("march")
    assert run("analyze", SAMPLES / "march.mp4", "--no-video", "--out", out).status == 0
    return out / "march"


def events(found: dict[str, Any]) -> dict[str, Any]:
    return {key: found[key] for key in EVENTS}


def test_a_replay_gives_the_same_events_to_the_last_digit(march: Path, tmp_path: Path) -> None:
    ran = run("replay", march / "poses.jsonl.gz", "--out", tmp_path)
    assert (ran.status, ran.err) == (0, "")
    found, first = tree(tmp_path / "march"), tree(march)
    assert first["counts"]["total"] == 5
    assert events(found) == events(first)
    for key in ("video", "duration_s", "frames", "pose_frames", "exercise", "level", "recognised"):
        assert found[key] == first[key]
    for name in ("reps.csv", "signals.csv"):
        assert (tmp_path / "march" / name).read_bytes() == (march / name).read_bytes()


def test_naming_the_exercise_gives_what_recognising_it_gave(march: Path, tmp_path: Path) -> None:
    asked = ("--exercise", "hip_flexion", "--level", "free", "--no-video", "--out", tmp_path / "a")
    run("analyze", SAMPLES / "march.mp4", *asked)
    named = tree(tmp_path / "a" / "march")
    assert events(named) == events(tree(march))
    assert named["recognised"] is False
    # What was asked for when the poses were recorded is asked for again.
    run("replay", tmp_path / "a" / "march" / "poses.jsonl.gz", "--out", tmp_path / "b")
    again = tree(tmp_path / "b" / "march")
    assert events(again) == events(named)
    assert again["recognised"] is False


def test_a_replay_of_another_exercise_or_level(march: Path, tmp_path: Path) -> None:
    poses = march / "poses.jsonl.gz"
    assert run("replay", poses, "--exercise", "high_knees", "--out", tmp_path / "a").status == 0
    other = tree(tmp_path / "a" / "march")
    assert (other["exercise"], other["level"]) == ("high_knees", None)
    ran = run("replay", poses, "-e", "hip_flexion", "-l", "bent", "--out", tmp_path / "b")
    assert ran.status == 0
    lying = tree(tmp_path / "b" / "march")
    assert (lying["level"], lying["counts"]["total"]) == ("bent", 0)


def test_a_replay_beside_the_analysis_keeps_its_annotated_copy_and_says_so(
    march: Path, tmp_path: Path
) -> None:
    shutil.copytree(march, tmp_path / "march")
    copy = tmp_path / "march" / "annotated.mp4"
    copy.write_bytes(b"drawn")
    poses = tmp_path / "march" / "poses.jsonl.gz"
    assert run("replay", poses, "--exercise", "high_knees", "--out", tmp_path).status == 0
    assert copy.read_bytes() == b"drawn"
    found = tree(tmp_path / "march")
    assert found["exercise"] == "high_knees"
    assert found["notes"][-1] == "annotated.mp4 is of an earlier analysis; a replay draws none"


def test_a_level_alone_goes_with_the_exercise_that_was_recorded(
    march: Path, tmp_path: Path
) -> None:
    del march
    asked = ("--exercise", "hip_flexion", "--level", "bent", "--no-video", "--model", "lite")
    video = SAMPLES / "hip_flexion_bent.mp4"
    run("analyze", video, *asked, "--end", "3", "--out", tmp_path)
    poses = tmp_path / video.stem / "poses.jsonl.gz"
    assert run("replay", poses, "--level", "straight", "--out", tmp_path / "b").status == 0
    assert tree(tmp_path / "b" / video.stem)["level"] == "straight"


def test_a_recording_is_called_by_its_own_name_which_orders_nothing(tmp_path: Path) -> None:
    paths = []
    for number, video in enumerate(("set.mp4", "\x1b[2Jred\n.mp4")):
        paths.append(tmp_path / f"{number}.jsonl")
        paths[-1].write_bytes(head(video=video) + line(0.0) + line(0.1))
    ran = run("replay", *paths, "--exercise", "squat", "--out", tmp_path / "out")
    titles = [text for text in ran.out.splitlines() if text.endswith("  squat")]
    assert titles == ["set.mp4  squat", "\ufffd[2Jred\ufffd.mp4  squat"]


def test_a_level_of_no_exercise_is_wrong_usage(march: Path, tmp_path: Path) -> None:
    poses = march / "poses.jsonl.gz"
    ran = run("replay", poses, "--level", "free", "--out", tmp_path / "out")
    assert (ran.status, ran.error) == (2, "level 'free' of which exercise? Name it with --exercise")
    assert not (tmp_path / "out").exists()


def test_the_words_come_in_the_language_asked_for(march: Path, tmp_path: Path) -> None:
    run("replay", march / "poses.jsonl.gz", "--lang", "nl", "--out", tmp_path)
    english, dutch = tree(march)["cues"], tree(tmp_path / "march")["cues"]
    assert [cue["id"] for cue in dutch] == [cue["id"] for cue in english]
    assert [cue["text"] for cue in dutch] != [cue["text"] for cue in english]


def poses_of(march: Path) -> bytes:
    return gzip.decompress((march / "poses.jsonl.gz").read_bytes())


def test_a_trace_that_breaks_off_is_replayed_as_far_as_it_goes(march: Path, tmp_path: Path) -> None:
    data = (march / "poses.jsonl.gz").read_bytes()
    torn = tmp_path / "torn.jsonl.gz"
    torn.write_bytes(data[: len(data) // 2])
    ran = run("replay", torn, "--exercise", "hip_flexion", "-l", "free", "--out", tmp_path / "a")
    assert ran.status == 0
    found, whole = tree(tmp_path / "a" / "march"), tree(march)
    assert 60 <= found["frames"] < whole["frames"]
    (note,) = found["notes"]
    assert note == f"the recording breaks off after {found['frames']} frames"
    assert found["reps"][:1] == whole["reps"][:1]


def test_a_trace_that_was_cut_at_a_line_says_so(march: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"\n".join(poses_of(march).split(b"\n")[:91]) + b"\n")
    assert run("replay", cut, "-e", "hip_flexion", "-l", "free", "--out", tmp_path).status == 0
    found = tree(tmp_path / "march")
    assert (found["frames"], found["duration_s"]) == (90, tree(march)["duration_s"])
    assert found["notes"] == ["the poses end at 5.9 s, the recording at 12.8 s"]


def line(t_s: float, **changes: Any) -> bytes:
    body = {
        "t_s": t_s,
        "xy_px": [[100.0 + i, 200.0] for i in range(33)],
        "world_m": [[0.0, 0.0, 0.0]] * 33,
        "visibility": [1.0] * 33,
        "presence": [1.0] * 33,
        "others": 0,
    }
    return json.dumps(body | changes).encode() + b"\n"


def head(**changes: Any) -> bytes:
    return json.dumps(HEADER | changes).encode() + b"\n"


BAD: dict[str, tuple[Callable[[], bytes | None], str]] = {
    "missing": (lambda: None, "No such file"),
    "empty": (lambda: b"", "its first line is no header"),
    "empty gzip": (lambda: gzip.compress(b""), "its first line is no header"),
    "no trace": (lambda: b"squats: 5\n", "its first line is no header"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "its first line is no header"),
    "broken gzip": (lambda: gzip.compress(head() + line(0.0))[:12] + b"\xff" * 40, "first line"),
    "another kind": (lambda: head(kind="faces"), "it is 'faces'"),
    "a later schema": (lambda: head(schema=2), "of schema 2"),
    "no size": (lambda: head(image_size_px=[0, 480]), "image_size_px"),
    "nobody": (lambda: head() + b'{"t_s":0.0,"xy_px":null}\n', "nobody seen"),
    "no poses": (lambda: head(), "nobody seen"),
    "too few landmarks": (
        lambda: head() + line(0.0) + line(0.1, xy_px=[[1.0, 2.0]]),
        "line 3: Expected `array` of length >= 33",
    ),
    "time going back": (lambda: head() + line(0.5) + line(0.4), "line 3: 0.4 s does not come"),
    "no presence": (lambda: head() + line(0.0, presence=None), "line 2: a body without"),
    "visibility beyond 1": (lambda: head() + line(0.0, visibility=[2.0] * 33), "line 2: Expected"),
    "text for numbers": (lambda: head() + line(0.0, xy_px="left"), "line 2: Expected"),
    "half a line within": (lambda: head() + line(0.0)[:50] + b"\n" + line(0.1), "line 2: "),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_trace_is_told_in_one_line(case: str, tmp_path: Path) -> None:
    make, seen = BAD[case]
    path = tmp_path / "poses.jsonl.gz"
    content = make()
    if content is not None:
        path.write_bytes(content)
    ran = run("replay", path, "--exercise", "squat", "--out", tmp_path / "out")
    assert ran.status == 1
    assert str(path) in ran.error
    assert seen in ran.error
    assert "give a" in ran.error.split(";")[-1]
    assert not (tmp_path / "out").exists()


def test_a_folder_is_no_trace(tmp_path: Path) -> None:
    ran = run("replay", tmp_path, "--exercise", "squat", "--out", tmp_path / "out")
    assert ran.status == 1
    assert "the folder has no .json files" in ran.error


def test_one_bad_trace_does_not_stop_the_others(march: Path, tmp_path: Path) -> None:
    poses = march / "poses.jsonl.gz"
    ran = run("replay", tmp_path / "gone.gz", poses, poses, "--out", tmp_path / "out")
    assert ran.status == 1
    assert "gone.gz" in ran.error
    assert names_in(tmp_path / "out") == ["march", "march-2"]


@pytest.mark.parametrize(
    ("video", "folder"),
    [
        ("../../up.mp4", "up"),
        ("..", "poses.jsonl"),
        ("", "poses.jsonl"),
        ("C:\\up.mp4", "up"),
        ("a\x00b.mp4", "ab"),
        (7, "poses.jsonl"),
    ],
)
def test_a_trace_cannot_choose_where_results_go(video: object, folder: str, tmp_path: Path) -> None:
    path = tmp_path / "poses.jsonl.gz"
    path.write_bytes(head(video=video) + line(0.0) + line(0.1))
    before = names_in(tmp_path)
    ran = run("replay", path, "--exercise", "squat", "--out", tmp_path / "out" / "deep")
    assert (ran.status, ran.err) == (0, "")
    assert names_in(tmp_path) == sorted([*before, "out"])
    assert names_in(tmp_path / "out") == ["deep"]
    assert names_in(tmp_path / "out" / "deep") == [folder]


@pytest.mark.parametrize(
    "changes", [{"exercise": 7}, {"duration_s": "long"}, {"fps": None}, {"level": ["bent"]}]
)
def test_a_header_with_odd_values_does_no_harm(changes: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "poses.jsonl.gz"
    path.write_bytes(head(**changes) + line(0.0) + line(0.1))
    assert run("replay", path, "--exercise", "squat", "--out", tmp_path).status == 0


def test_a_trace_cannot_choose_what_file_is_read(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("not TOML", encoding="utf-8")
    path = tmp_path / "poses.jsonl.gz"
    path.write_bytes(head(exercise=str(own)) + line(0.0) + line(0.1))
    ran = run("replay", path, "--out", tmp_path / "out")
    assert ran.status == 1
    assert f"{path}: recorded as exercise '{own}', which is not in the catalogue" in ran.error
    assert "name it with --exercise" in ran.error
    text = (resources.files("formcoach.exercises.catalogue") / "squat.toml").read_text("utf-8")
    own.write_text(text, encoding="utf-8")
    assert run("replay", path, "--exercise", own, "--out", tmp_path / "out").status == 0


def test_where_only_the_person_can_say_the_level_it_has_to_be_named(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = (resources.files("formcoach.exercises.catalogue") / "dead_bug.toml").read_text("utf-8")
    own.write_text(text.replace("[[levels]]", "[[levels]]\ndeclared = true"), encoding="utf-8")
    path = tmp_path / "poses.jsonl.gz"
    path.write_bytes(head() + line(0.0) + line(0.1))
    ran = run("replay", path, "--exercise", own, "--out", tmp_path / "out")
    assert ran.status == 2
    assert "name one with --level: hold, reach, classic" in ran.error
    ran = run("replay", path, "--exercise", own, "--level", "hold", "--out", tmp_path / "out")
    assert ran.status == 0


def test_an_exercise_that_there_is_not_is_the_traces(tmp_path: Path) -> None:
    path = tmp_path / "poses.jsonl.gz"
    path.write_bytes(head(exercise="nope") + line(0.0) + line(0.1))
    ran = run("replay", path, "--out", tmp_path / "out")
    assert ran.status == 1
    assert f"{path}: recorded as exercise 'nope', which is not in the catalogue" in ran.error


def test_a_level_that_there_is_not_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "poses.jsonl.gz"
    path.write_bytes(head(exercise="squat", level="deep") + line(0.0) + line(0.1))
    ran = run("replay", path, "--out", tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert "recorded at level 'deep', which squat does not have" in ran.out


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b"", "nobody seen in 0 frames"),
        (b'{"t_s":0.0,"xy_px":null}\n{"t_s":0.1,"xy_px":null}\n', "nobody seen in 2 frames"),
        (b"one", "1 frame, which shows no movement"),
    ],
)
def test_a_trace_that_shows_nothing_is_no_unknown_exercise(
    content: bytes, seen: str, tmp_path: Path
) -> None:
    path = tmp_path / "poses.jsonl.gz"
    path.write_bytes(head() + (line(0.0) if content == b"one" else content))
    ran = run("replay", path, "--out", tmp_path / "out")
    assert ran.status == 1
    assert f"{path}: {seen}" in ran.error
    assert "; give a recording" in ran.error


@pytest.mark.parametrize("length", ["-5", "1e300", "true", '"long"', "null"])
def test_a_length_that_no_recording_has_is_that_of_the_poses(length: str, tmp_path: Path) -> None:
    path = tmp_path / "poses.jsonl.gz"
    header = head(duration_s=0).replace(b'"duration_s": 0', f'"duration_s": {length}'.encode())
    path.write_bytes(header + line(0.0) + line(2.5))
    ran = run("replay", path, "--exercise", "squat", "--out", tmp_path / "out")
    assert ran.status == 0
    assert tree(tmp_path / "out" / "set")["duration_s"] == 2.5


def test_a_trace_that_fails_leaves_its_name_to_the_next(tmp_path: Path) -> None:
    torn, whole = tmp_path / "torn.jsonl", tmp_path / "whole.jsonl"
    torn.write_bytes(head() + line(0.5) + line(0.4))
    whole.write_bytes(head() + line(0.0) + line(0.1))
    ran = run("replay", torn, whole, "--exercise", "squat", "--out", tmp_path / "out")
    assert ran.status == 1
    assert "torn.jsonl: line 3" in ran.error
    assert names_in(tmp_path / "out") == ["set"]


def test_poses_far_outside_of_the_picture_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "poses.jsonl.gz"
    far = [line(i / 10, xy_px=[[10.0**i * 1e6, -(10.0 ** (9 * i))]] * 33) for i in range(30)]
    path.write_bytes(head() + b"".join(far))
    ran = run("replay", path, "--exercise", "squat", "--out", tmp_path)
    assert ran.status == 0
    assert ran.err == ""
    assert tree(tmp_path / "set")["counts"]["total"] == 0


COCO_17 = [0, 2, 5, 7, 8, *range(11, 17), *range(23, 29)]
"""Where COCO's keypoints stand among the 33 landmarks, in its order."""


def as_coco(trace: Path, path: Path) -> Path:
    """Write a trace's poses as COCO results: 17 points with a score, no metres, no feet."""
    _, poses = read_trace(trace)
    people = [
        {
            "image_id": i,
            "category_id": 1,
            "keypoints": np.column_stack([pose.xy_px, pose.visibility])[COCO_17].ravel().tolist(),
        }
        for i, pose in enumerate(poses)
        if pose.seen
    ]
    path.write_text(json.dumps(people), encoding="utf-8")
    return path


def test_keypoints_of_another_program_give_the_same_reps(march: Path, tmp_path: Path) -> None:
    keypoints = as_coco(march / "poses.jsonl.gz", tmp_path / "set.json")
    asked = ("replay", keypoints, "--exercise", "hip_flexion", "--out", tmp_path / "out")
    ran = run(*asked, "--fps", "15")
    assert (ran.status, ran.err) == (0, "")
    found, first = tree(tmp_path / "out" / "set"), tree(march)
    assert found["counts"]["total"] == first["counts"]["total"] == 5
    assert [rep["side"] for rep in found["reps"]] == [rep["side"] for rep in first["reps"]]
    for one, other in zip(found["reps"], first["reps"], strict=True):
        assert one["turn_s"] == pytest.approx(other["turn_s"], abs=0.2)
    without = run(*asked)
    assert without.status == 1
    assert without.err == (
        f"formcoach: cannot read {keypoints}: it does not say how many frames a second it has; "
        "add --fps\n"
    )


def test_keypoints_that_are_none_are_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    for text, said in (("[]", "it holds no frames"), ("{", "it is no JSON")):
        path.write_text(text, encoding="utf-8")
        ran = run("replay", path, "--exercise", "squat", "--fps", "15", "--out", tmp_path / "out")
        assert ran.status == 1
        assert ran.err.count("\n") == 1
        assert said in ran.err
    nobody = [{"frame_id": i, "people": []} for i in range(9)]
    path.write_text(json.dumps(nobody), encoding="utf-8")
    ran = run("replay", path, "--exercise", "squat", "--fps", "15", "--out", tmp_path / "out")
    assert ran.status == 1
    assert "nobody seen in 9 frames" in ran.err
    assert not (tmp_path / "out").exists()
