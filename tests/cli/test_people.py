"""Who is in the picture, and how much of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clips import Image, sample, write_video
from commands import run, tree
from figure import Film
from moves import trace

from formcoach.pose.landmarks import Part, Side, landmark
from formcoach.pose.trace import TraceWriter, read_trace

HIPS = [landmark(Part.HIP, side) for side in Side]


def side_by_side(left: Image, right: Image | None) -> Image:
    width = left.shape[1]
    wide = np.full((left.shape[0], 2 * width, 3), left.mean(axis=(0, 1)), np.uint8)
    wide[:, :width] = left
    if right is not None:
        wide[:, width:] = right
    return wide


def test_keeps_the_one_it_began_with_and_says_that_there_was_another(tmp_path: Path) -> None:
    first, second = sample("squat", 0, 75), sample("march", 0, 75)
    images = [
        side_by_side(image, other if index >= 15 else None)
        for index, (image, other) in enumerate(zip(first, second, strict=True))
    ]
    video = write_video(tmp_path / "two.mp4", images)
    ran = run("analyze", video, "--exercise", "squat", "--no-video", "--out", tmp_path)
    assert ran.status == 0
    found = tree(tmp_path / "two")
    assert found["others"] == 1
    assert any("someone else" in note for note in found["notes"])
    assert "someone else" in ran.out
    assert found["counts"]["total"] == 1
    _, poses = read_trace(tmp_path / "two" / "poses.jsonl.gz")
    seen = [pose.xy_px[HIPS, 0].mean() for pose in poses if pose.seen]
    assert len(seen) == 75
    assert max(seen) < first[0].shape[1]


def test_somebody_who_takes_over_is_told_and_from_when(tmp_path: Path) -> None:
    """A trace says who was where: two people far apart, the second 6 s after the first."""
    first = trace("squat", None, 2).poses
    last_s = first[-1].t_s
    second = trace("squat", None, 2, how=Film().with_camera(shift_px=(250, 0), px_per_m=90)).poses
    path = tmp_path / "two.poses.jsonl.gz"
    with TraceWriter(path, {"image_size_px": (640, 480), "video": "two.mp4"}) as writer:
        for pose in first:
            writer.write(pose)
        for pose in second:
            writer.write(replace(pose, t_s=pose.t_s + last_s + 6.0))
    run("replay", path, "--exercise", "squat", "--out", tmp_path / "out")
    (note,) = [n for n in tree(tmp_path / "out" / "two")["notes"] if "first person left" in n]
    assert f"from {last_s + 6.0:.1f} s on" in note


def test_one_person_alone_is_not_taken_for_two(tmp_path: Path, squat: Path) -> None:
    run("analyze", squat, "--exercise", "squat", "--no-video", "--out", tmp_path)
    found = tree(tmp_path / "squat")
    assert found["others"] == 0
    assert found["notes"] == []


@pytest.mark.parametrize(
    ("exercise", "name", "box"),
    [
        ("squat", "squat", (slice(0, 240), slice(0, 640))),  # from the waist up
        ("dead_bug", "dead_bug_hold", (slice(0, 360), slice(0, 330))),
    ],
)
def test_legs_out_of_the_picture_make_it_unsure_and_give_no_reps(
    exercise: str, name: str, box: tuple[slice, slice], tmp_path: Path
) -> None:
    images = [np.ascontiguousarray(image[box]) for image in sample(name, 0, 75)]
    video = write_video(tmp_path / "cropped.mp4", images)
    ran = run("analyze", video, "--exercise", exercise, "--no-video", "--out", tmp_path)
    assert ran.status == 0
    found = tree(tmp_path / "cropped")
    assert found["counts"]["total"] == 0
    assert found["faults"] == []
    unsure_s = sum(span["end_s"] - span["start_s"] for span in found["unsure"])
    assert unsure_s >= 0.6 * found["duration_s"]
    assert all(span["reason"] for span in found["unsure"])
