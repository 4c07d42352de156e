"""The annotated copy with its sound, from synthetic poses and a voice of beeps."""

from pathlib import Path

import av
import numpy as np
from moves import FILM, Tempo, trace
from sounds import tone

from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.exercises.library import load_exercise
from formcoach.picture.studio import Studio
from formcoach.voice.speech import Pcm
from formcoach.words.phrases import load_phrases

HASTE = Tempo(lift_s=0.9, hold_s=0.2, lower_s=0.9, rest_s=1.0)


class Beeper:
    """Says everything with one beep, and remembers what."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def synthesise(self, text: str, lang: str) -> Pcm:
        self.texts.append(text)
        return tone(440.0, 0.3)


def copy_of(path: Path, synthesiser: Beeper | None) -> Coach:
    spec = load_exercise("hip_flexion")
    coach = Coach(spec, "bent")
    film = trace("hip_flexion", "bent", 2, tempo=HASTE)
    width, height = FILM.camera.size_px
    image = np.full((height, width, 3), 90, np.uint8)
    studio = Studio(
        path,
        coach,
        load_phrases("en"),
        fps=15.0,
        size_px=(width, height),
        synthesiser=synthesiser,
    )
    with studio:
        for index, pose in enumerate(film.poses):
            update = coach.step(pose)
            studio.show(Frame(index=index, t_s=pose.t_s, image_bgr=image), pose, update)
    coach.finish()
    return coach


def loudness(path: Path) -> tuple[int, np.ndarray]:
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
        return frames[0].sample_rate, np.concatenate([f.to_ndarray().ravel() for f in frames])


def test_a_copy_with_voice_counts_and_cues_at_their_times(tmp_path: Path) -> None:
    beeper = Beeper()
    coach = copy_of(tmp_path / "copy.mp4", beeper)
    assert [text.split()[0] for text in beeper.texts] == ["1,", "2,", "Keep"]
    assert "Slower" in beeper.texts[0]
    rate, samples = loudness(tmp_path / "copy.mp4")
    cue_s = coach.summary.cues[0].t_s
    before = samples[: int((cue_s - 0.2) * rate)]
    during = samples[int(cue_s * rate) : int((cue_s + 0.25) * rate)]
    assert np.abs(before).max() < 0.02 < np.abs(during).max()


def test_a_copy_without_voice_is_silent(tmp_path: Path) -> None:
    copy_of(tmp_path / "copy.mp4", None)
    with av.open(str(tmp_path / "copy.mp4")) as container:
        assert not container.streams.audio
