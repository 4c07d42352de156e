import re
from dataclasses import replace
from math import nan
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from flaws import FAULT_IDS
from moves import trace

import formcoach
from formcoach.coaching.events import Cue, Phase, Priority, Quality
from formcoach.errors import SpecError
from formcoach.notes import Figure, Note
from formcoach.pose import trust
from formcoach.pose.doubts import REASONS, TURN_SIDEWAYS, DoubtKind, Reason
from formcoach.pose.landmarks import LANDMARK_COUNT, Part, Side
from formcoach.words.phrases import LANGUAGES, Phrases, load_phrases

PROJECT = Path(formcoach.__file__).parent
LEVELS = {
    "hip_flexion": ["bent", "straight", "wall_chair", "wall", "chair", "free"],
    "plank_hold": ["wall", "chair", "floor"],
    "plank_hip_flexion": ["wall", "chair", "floor"],
    "dead_bug": ["hold", "reach", "classic"],
}
ONE_LEVEL = [
    "squat",
    "lunge",
    "glute_bridge",
    "push_up",
    "straight_leg_raise",
    "heel_slide",
    "high_knees",
    "mountain_climber",
    "sit_up",
    "bicep_curl",
    "half_kneeling",
    "knee_held",
]
CLAIMS = {
    "en": r"pain|injur|treat|cure|\bheal|prevent|diagnos|therap|medic|symptom|reliev|safe\b",
    "nl": r"pijn|blessure|behandel|gene[ez]|voorkom|diagnos|therap|medisch|klacht|veilig",
}
MAY_NAME_PAIN = (
    *("about.", "advice.", "ask.", "intake.", "parcel.", "plan.", "screening.", "sheet."),
    *("sign.", "verdict."),
    *("history.", "progress.", "physio.", "given."),  # what was told of it, and who planned
    *(
        "calendar.",
        "stretch.done",
        "error.camera_closed",
        "app.progress.felt",
        "app.setup.",
        "app.about.settings",
    ),
)
"""The disclaimer, questions and what to do when it hurts: naming pain is to claim nothing."""
SCOLDING = {
    "en": r"wrong|bad\b|fail|fault|never|again!",
    "nl": r"fout|slecht|verkeerd|mislukt|nooit",
}
READ = (
    *("about.", "recording.", "history.", "progress.", "physio.", "given.", "keep."),
    *("parcel.", "sheet.", "calendar.", "explain.", "error.", "usage."),
)
"""Read on pages and in the terminal, and not spoken."""
SPOKEN = (
    *("cue_again_for.", "cue.", "cue_again.", "cue_for.", "cue_side.", "unsure.", "session."),
    *("praise.", "rep.", "hold.", "breath.", "attempt.", "closing.", "why.", "why_for."),
)

language = pytest.mark.parametrize(
    "phrases", [load_phrases(lang) for lang in LANGUAGES], ids=LANGUAGES
)


def all_words(phrases: Phrases) -> list[tuple[str, str]]:
    steps = [(key, step) for key, steps in phrases.lists.items() for step in steps]
    return [*phrases.texts.items(), *steps]


def slots(template: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_both_languages_have_the_same_ids() -> None:
    english, dutch = map(load_phrases, LANGUAGES)
    assert set(english.texts) == set(dutch.texts)
    assert set(english.lists) == set(dutch.lists)


def test_both_languages_have_the_same_slots_and_as_many_steps() -> None:
    english, dutch = map(load_phrases, LANGUAGES)
    for key, template in english.texts.items():
        assert slots(template) == slots(dutch.texts[key]), key
    for key, steps in english.lists.items():
        assert len(steps) == len(dutch.lists[key]), key
        assert not any(slots(step) for step in steps), key


@language
def test_every_fault_has_its_words(phrases: Phrases) -> None:
    for fault in FAULT_IDS:
        assert phrases.has(f"fault.{fault}")
        first, again = phrases.text(f"cue.{fault}"), phrases.text(f"cue_again.{fault}")
        assert first != again


@language
def test_every_exercise_and_level_has_its_words(phrases: Phrases) -> None:
    for exercise in [*LEVELS, *ONE_LEVEL]:
        assert phrases.text(f"exercise.{exercise}")
        assert phrases.text(f"one.{exercise}")
        for level in LEVELS.get(exercise, []):
            assert phrases.text(f"level.{exercise}.{level}")
            assert 3 <= len(phrases.steps(f"howto.{exercise}.{level}")) <= 6
        if exercise in ONE_LEVEL:
            assert 3 <= len(phrases.steps(f"howto.{exercise}")) <= 6


@language
def test_every_phase_and_quality_has_a_word(phrases: Phrases) -> None:
    assert all(phrases.phase(phase) for phase in Phase)
    assert all(phrases.has(f"quality.{quality.value}") for quality in Quality)


@language
def test_no_phrase_makes_a_medical_claim(phrases: Phrases) -> None:
    for key, words in all_words(phrases):
        if not key.startswith(MAY_NAME_PAIN):
            assert not re.search(CLAIMS[phrases.lang], words.lower()), (key, words)


@language
def test_no_spoken_phrase_scolds(phrases: Phrases) -> None:
    for key, words in phrases.texts.items():
        if key.startswith(SPOKEN):
            assert not re.search(SCOLDING[phrases.lang], words.lower()), (key, words)


@language
def test_the_disclaimer_says_what_it_is_and_the_credit_names_the_author(phrases: Phrases) -> None:
    assert "feedback" in phrases.text("about.disclaimer")
    assert "Michelle Torres" in phrases.text("about.credit")


@language
def test_what_is_spoken_is_short(phrases: Phrases) -> None:
    for key, words in all_words(phrases):
        most = 8 if key.startswith(("cue", "praise")) else 10
        if key.startswith("app."):  # read on a page, not heard
            assert len(words) <= 140, (key, words)
        elif not key.startswith(READ):
            assert len(words.split()) <= most, (key, words)
            assert len(words) <= 52, (key, words)
            assert words == words.strip()
            assert words


@pytest.mark.parametrize(
    ("note", "en", "nl"),
    [
        (
            Note(
                "frames_unreadable", {"frames": 2, "start": Figure(1.2, 2), "end": Figure(1.5, 2)}
            ),
            "2 frames unreadable between 1.20 s and 1.50 s",
            "2 beelden onleesbaar tussen 1,20 s en 1,50 s",
        ),
        (
            Note("moment_unreadable", {"frames": 1, "start": Figure(1.2, 2)}),
            "1 frame unreadable at 1.20 s",
            "1 beeld onleesbaar bij 1,20 s",
        ),
        (Note("no_movement"), "no movement seen", "geen beweging gezien"),
    ],
)
def test_what_there_is_to_tell_of_a_recording_is_told_in_the_users_language(
    note: Note, en: str, nl: str
) -> None:
    assert (load_phrases("en").note(note), load_phrases("nl").note(note)) == (en, nl)


def test_every_note_that_the_project_makes_has_words() -> None:
    made = {
        found
        for module in PROJECT.rglob("*.py")
        for found in re.findall(r'\bNote\(\s*"(\w+)"', module.read_text(encoding="utf-8"))
    }
    assert len(made) > 10
    assert [note for note in made if not load_phrases("en").has(f"recording.{note}")] == []


def test_dutch_says_je() -> None:
    for key, words in all_words(load_phrases("nl")):
        assert not re.search(r"\b(u|uw)\b", words.lower()), (key, words)


def test_languages_differ() -> None:
    english, dutch = map(load_phrases, LANGUAGES)
    for key in english.texts:
        if key.startswith(("cue.", "unsure.")):
            assert english.texts[key] != dutch.texts[key], key


@language
def test_a_missing_phrase_names_itself_its_language_and_the_nearest(phrases: Phrases) -> None:
    with pytest.raises(
        SpecError, match=rf"no phrase cue\.hip_sag .*{phrases.lang}\.toml.*hips_sag"
    ):
        phrases.text("cue.hip_sag")
    with pytest.raises(SpecError, match=r"no phrase howto\.dead_bug in"):
        phrases.steps("howto.dead_bug")
    assert not phrases.has("cue.hip_sag")


def test_what_has_no_phrase_can_be_said_otherwise() -> None:
    phrases = load_phrases("en")
    assert phrases.text_or("exercise.squat", "squat") == phrases.text("exercise.squat")
    assert phrases.text_or("exercise.wall_press", "wall_press") == "wall_press"


def test_a_missing_slot_is_named() -> None:
    with pytest.raises(SpecError, match=r"session\.set_done \(en\) needs \{total\}, got good"):
        load_phrases("en").text("session.set_done", good=3)


def test_an_unknown_language_offers_the_known_ones() -> None:
    with pytest.raises(SpecError, match="no language 'de'; there are en, nl"):
        load_phrases("de")


def test_a_language_is_read_once() -> None:
    assert load_phrases("nl") is load_phrases("nl")


def test_ids_are_sorted_and_hold_texts_and_lists() -> None:
    ids = load_phrases("en").ids()
    assert list(ids) == sorted(ids)
    assert {"cue.hips_sag", "howto.squat", "setup.supine"} <= set(ids)


def reasons_of_landmarks() -> set[Reason]:
    """Return what is said of landmarks that are not seen, within the picture and beyond it."""
    pose = trace("squat", reps=1).poses[0]
    unseen = replace(pose, presence=np.zeros(LANDMARK_COUNT))
    beyond = replace(unseen, xy_px=pose.xy_px - 10_000)
    limbs = trust.LandmarkTrust()
    return {reason for one in (unseen, beyond) for reason in limbs.step(one, nan).doubts.values()}


@language
def test_every_doubt_of_the_coach_is_a_sentence_of_its_own(phrases: Phrases) -> None:
    limbs = reasons_of_landmarks()
    assert len(limbs) == 2 * (6 * 2 + 1), "six parts on each side, and the body"
    assert limbs < set(REASONS)
    assert {reason.kind for reason in REASONS} == set(DoubtKind)
    sentences = [phrases.reason(reason) for reason in REASONS]
    assert len(set(sentences)) == len(REASONS)
    assert phrases.text("unsure.cannot_judge") not in sentences
    assert phrases.reason(None) == phrases.text("unsure.cannot_judge")


def test_a_hidden_limb_is_named_as_the_language_does() -> None:
    hidden = Reason(DoubtKind.HIDDEN, Part.KNEE, Side.LEFT)
    assert load_phrases("en").reason(hidden) == "I can't see your left knee"
    assert load_phrases("nl").reason(hidden) == "Ik zie je linkerknie niet"


def cue(cue_id: str, side: Side | None = None, *, again: bool = False) -> Cue:
    return Cue(t_s=0.0, id=cue_id, side=side, priority=Priority.FORM, again=again)


def test_a_cue_takes_the_most_fitting_words() -> None:
    phrases = load_phrases("en")
    assert phrases.cue(cue("hips_sag")) == "Lift your hips slightly"
    assert phrases.cue(cue("hips_sag", again=True)) == "Make one straight line"
    assert phrases.cue(cue("range_short"), "squat") == "Go a little deeper"
    assert phrases.cue(cue("range_short"), "dead_bug.reach") == "Stretch your leg out further"
    assert phrases.cue(cue("range_short"), "hip_flexion.bent") == "Bring your knee closer"
    assert phrases.cue(cue("wrong_hand", Side.RIGHT)) == "Right hand, left knee"
    assert phrases.cue(cue("wrong_hand")) == "Hand to the opposite knee"
    asked = replace(cue(TURN_SIDEWAYS.id), reason=TURN_SIDEWAYS)
    assert phrases.cue(asked) == phrases.text("unsure.turn_sideways")


@pytest.mark.parametrize(
    ("where", "fault", "again", "words"),
    [
        ("hip_flexion.wall_chair", "balance", False, "Hold the chair"),
        ("hip_flexion.wall", "balance", False, "Hold on to something steady"),
        ("hip_flexion.wall", "balance", True, "Put a hand on the wall"),
        ("hip_flexion.free", "balance", False, "Hold on to something steady"),
        ("plank_hip_flexion.chair", "leg_bent", False, "Straighten your standing leg"),
        ("plank_hip_flexion.wall", "leg_bent", False, "Straighten your standing leg"),
        ("dead_bug.reach", "leg_bent", False, "Straighten your leg"),
        ("plank_hold.wall", "head_drops", False, "Look at the wall"),
        ("plank_hip_flexion.wall", "hips_sag", False, "Hips a little back"),
        ("plank_hip_flexion.wall", "hips_pike", False, "Hips a little forward"),
        ("plank_hip_flexion.wall", "hips_pike", True, "Hips in line with your shoulders"),
        ("plank_hip_flexion.floor", "hips_sag", False, "Lift your hips slightly"),
        ("plank_hip_flexion.chair", "shoulders_drift", True, "Push the chair away"),
        (
            "plank_hip_flexion.floor",
            "shoulders_drift",
            True,
            "Push the floor away, shoulders forward",
        ),
    ],
)
def test_a_cue_fits_what_there_is_to_hold_and_to_lean_on(
    where: str, fault: str, again: bool, words: str
) -> None:
    assert load_phrases("en").cue(cue(fault, again=again), where) == words


def test_a_phase_takes_the_words_of_the_exercise() -> None:
    phrases = load_phrases("nl")
    assert phrases.phase(Phase.LIFT) == "omhoog"
    assert phrases.phase(Phase.LIFT, "squat") == "omlaag"
    assert phrases.phase(Phase.TURN, "dead_bug.hold") == "houd vast"
    assert phrases.phase(Phase.READY, "squat") == "in positie"


def test_what_is_said_takes_the_words_of_the_exercise() -> None:
    phrases = load_phrases("nl")
    assert phrases.said("hold.over", "dead_bug.hold") == "En laat zakken"
    assert phrases.said("hold.over", "squat") == "En terug"
    assert phrases.said("hold.left", "dead_bug.hold", n=5) == "Nog 5 seconden"
    assert phrases.said("breath.lift", "hip_flexion.bent") == "Adem in"
    assert phrases.said("breath.lift", "sit_up") == phrases.said("breath.lower") == "Adem uit"


def test_counting_names_the_side_where_there_is_one() -> None:
    phrases = load_phrases("nl")
    assert phrases.counted(3, None) == "3"
    assert phrases.counted(3, Side.LEFT) == "3, links"
    assert phrases.counted(12, Side.RIGHT) == "12, rechts"


def test_the_dutch_is_what_a_careful_reader_asked_for() -> None:
    words = [text for _, text in all_words(load_phrases("nl"))]
    for stiff in (
        *("beveelt het niet aan", "niet af", "stil s", "gebruikelijk bereik", "op zijn ergst"),
        *(
            "gestreept",
            "ilbrug",
            "Ga met je zij naar",
            "heupen gelijk",
            "Is er een",
            "formcoach today",
        ),
    ):
        assert [text for text in words if stiff in text] == [], stiff
    for fluent in (
        *("beoordeeld of goedgekeurd", "niet volledig", "vastgehouden (s)", "gemiddelde uitslag"),
        *("grootste afwijking {measured} (grens {limit})", "stippellijn: grenswaarde", "Bruggetje"),
        *("Kever (dead bug)", "Draai je zij naar de camera", "Houd je heupen op één hoogte"),
        "Heb je een enkelgewicht?",
    ):
        assert any(fluent in text for text in words), fluent
