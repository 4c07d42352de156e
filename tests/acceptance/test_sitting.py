"""A whole sitting in a terminal: asked, coached in front of a sample, asked again, kept."""

import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from commands import run

from formcoach.history.notebook import Notebook
from formcoach.pose.landmarks import Side
from formcoach.programme.moments import after_quiet
from formcoach.programme.progression import after_session
from formcoach.system.local_time import local_now
from formcoach.words.phrases import load_phrases
from formcoach.words.times import when_words

SAMPLES = Path(__file__).resolve().parents[2] / "sample_videos"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are of POSIX")
def test_a_sitting_ends_with_the_session_kept_and_the_right_next_plan(tmp_path: Path) -> None:
    from terminal import Terminal

    phrases = load_phrases("nl")
    run("setup", "--data", tmp_path, "--screening", "none", "--pain", "--lang", "nl")
    with Notebook.open(tmp_path) as notebook:
        for side in Side:
            notebook.history.put_personal_end("hip_flexion", "bent", side, 105.0, local_now())
    options = ["--data", str(tmp_path), "--no-voice", "--no-window"]
    options += ["--camera", str(SAMPLES / "hip_flexion_bent.mp4")]
    terminal = Terminal([sys.executable, "-m", "formcoach", "today", *options])
    terminal.answer(phrases.text("ask.pain_before"), "2")
    terminal.answer(phrases.text("ask.pain_after"), "veel")
    terminal.answer(phrases.text("ask.not_understood"), "1")
    terminal.answer(phrases.text("ask.effort"), "3")
    terminal.answer(phrases.text("ask.breathing"), "ja")
    terminal.answer(phrases.text("ask.back.hip_flexion"), "ja")
    terminal.answer(phrases.text("ask.sitting"), "1")
    terminal.answer(phrases.text("ask.quiet_begin"), "geen")
    terminal.answer(phrases.text("ask.series_every_h"), "2,5")
    assert terminal.finish() == 0, terminal.text
    assert "Traceback" not in terminal.text

    with Notebook.open(tmp_path) as notebook:
        (session,) = notebook.history.sessions()
        profile, results = notebook.needed_profile(), notebook.results(local_now())
    (one,) = session.sets
    assert (session.exercise, session.level) == ("hip_flexion", "bent")
    assert (one.total, [rep.side for rep in one.reps].count(Side.LEFT)) == (5, 2)
    assert (one.answers.pain_before, one.answers.pain_after) == (2, 1)
    assert (one.answers.effort, one.answers.breathing_normal) == (3, True)
    assert one.answers.back_kept
    assert one.ended
    assert session.ended_at is not None

    verdict = after_session(profile, results).reason
    assert phrases.text(verdict.phrase, **verdict.slots) in terminal.text
    due = after_quiet(session.started_at + timedelta(hours=profile.series_every_h), profile.quiet)
    next_at = phrases.text("ask.next_at", when=when_words(due, session.started_at, phrases))
    assert next_at in terminal.text
    again = run("today", "--plan", "--data", tmp_path).out
    assert phrases.text("plan.done_for_now") in again
    assert next_at in again
