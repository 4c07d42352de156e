"""The sums of the model bundles: `models/build.py` reads them, and so does `find_model`."""

from pathlib import Path

SUMS = Path(__file__).resolve().parents[1] / "models" / "SHA256SUMS"


def test_every_line_is_a_sum_and_a_bundle() -> None:
    rows = [line.split() for line in SUMS.read_text(encoding="utf-8").splitlines()]
    assert [name for _, name in rows] == [
        *(f"pose_landmarker_{variant}.task" for variant in ("lite", "full", "heavy")),
        "face_landmarker.task",
    ]
    assert {len(digest) for digest, _ in rows} == {64}
