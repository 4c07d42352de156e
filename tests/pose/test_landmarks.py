import numpy as np
import pytest

from formcoach.pose.landmarks import (
    LANDMARK_COUNT,
    MIRRORED,
    Part,
    Pose,
    Side,
    landmark,
    mirror,
    nobody,
)

SIZE = (640, 480)


def a_pose() -> Pose:
    numbers = np.arange(LANDMARK_COUNT, dtype=np.float64)
    return Pose(
        t_s=1.0,
        xy_px=np.stack([numbers, 2 * numbers], axis=1),
        world_m=np.stack([numbers, numbers, numbers], axis=1),
        visibility=numbers / 100,
        presence=numbers / 50,
        image_size_px=SIZE,
    )


def test_the_places_are_those_of_blazepose() -> None:
    assert landmark(Part.SHOULDER, Side.LEFT) == 11
    assert landmark(Part.SHOULDER, Side.RIGHT) == 12
    assert landmark(Part.EYE, Side.LEFT) == 2
    assert landmark(Part.EYE, Side.RIGHT) == 5
    assert landmark(Part.TOE, Side.RIGHT) == 32
    every = [landmark(part, side) for part in Part for side in Side]
    assert len(set(every)) == len(every)


def test_a_mirror_pairs_every_landmark_with_its_twin() -> None:
    assert sorted(MIRRORED) == list(range(LANDMARK_COUNT))
    assert list(MIRRORED[MIRRORED]) == list(range(LANDMARK_COUNT))
    for part in Part:
        assert MIRRORED[landmark(part, Side.LEFT)] == landmark(part, Side.RIGHT)
    assert MIRRORED[0] == 0


def test_a_mirrored_pose_has_its_sides_exchanged_and_its_x_reversed() -> None:
    pose = a_pose()
    seen = mirror(pose)
    left, right = landmark(Part.KNEE, Side.LEFT), landmark(Part.KNEE, Side.RIGHT)
    assert tuple(seen.xy_px[left]) == (SIZE[0] - right, 2 * right)
    assert seen.world_m is not None
    assert tuple(seen.world_m[left]) == (-right, right, right)
    assert seen.visibility[left] == pose.visibility[right]
    assert seen.presence[left] == pose.presence[right]
    assert seen.t_s == pose.t_s


def test_a_mirror_of_a_mirror_is_the_pose() -> None:
    pose = a_pose()
    twice = mirror(mirror(pose))
    np.testing.assert_allclose(twice.xy_px, pose.xy_px)
    assert twice.world_m is not None
    assert pose.world_m is not None
    np.testing.assert_allclose(twice.world_m, pose.world_m)


def test_nobody_is_not_seen() -> None:
    pose = nobody(2.0, SIZE)
    assert not pose.seen
    assert a_pose().seen
    assert mirror(pose).world_m is None
    assert not mirror(pose).seen


def test_a_landmark_at_the_very_corner_is_seen() -> None:
    pose = a_pose()
    assert pose.xy_px[0].tolist() == [0.0, 0.0]
    assert pose.seen


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("xy_px", np.zeros((33, 3))),
        ("visibility", np.zeros(32)),
        ("presence", np.zeros((33, 1))),
        ("world_m", np.zeros((33, 2))),
    ],
)
def test_another_shape_is_refused_and_named(name: str, value: np.ndarray) -> None:
    pose = a_pose()
    values = {key: getattr(pose, key) for key in ("xy_px", "world_m", "visibility", "presence")}
    with pytest.raises(ValueError, match=rf"{name} must be shaped .*got"):
        Pose(t_s=0.0, image_size_px=SIZE, **{**values, name: value})


def test_the_other_side_and_its_word() -> None:
    assert Side.LEFT.other is Side.RIGHT
    assert Side.RIGHT.other is Side.LEFT
    assert [side.word for side in Side] == ["left", "right"]
