from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from answering import Typed
from commands import run
from history_writer import rep_of

from formcoach.coaching.events import Quality
from formcoach.history.notebook import Notebook
from formcoach.history.stored import Answers
from formcoach.programme.profile import Profile, Prop
from formcoach.programme.screening import QUESTIONS
from formcoach.programme.two_weeks import Diary
from formcoach.words.phrases import load_phrases

ENGLISH, DUTCH = load_phrases("en"), load_phrases("nl")
HERE = ENGLISH.text("ladder.here")


def lines_with(out: str, words: str) -> list[str]:
    return [line for line in out.splitlines() if words in line]


def practised(data: Path, level: str, days: int, reps: int) -> None:
    """Do a level well, day by day."""
    with Notebook.open(data) as notebook:
        history = notebook.history
        for day in range(days):
            at = datetime.now(UTC) - timedelta(days=days - day)
            session = history.begin_session(
                "hip_flexion", level, started_at=at, lang="en", source="0"
            )
            for index in range(1, reps + 1):
                rep = replace(rep_of(1, 1, index), quality=Quality.GOOD, faults=())
                history.add_rep(session, 1, rep)
            answers = Answers(effort=2, pain_before=0, pain_after=0, breathing_normal=True)
            history.answer(session, 1, answers)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Notebook.open(tmp_path) as notebook:
        props = frozenset({Prop.CHAIR})
        screening = dict.fromkeys(QUESTIONS, False)
        notebook.put_profile(Profile(screening=screening, props=props))
    return tmp_path


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("columns", [24, 30, 40, 60, 75, 76, 80, 160])
def test_mark_title_and_state_are_whole_however_narrow_it_is(
    columns: int, lang: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    phrases = load_phrases(lang)
    out = run("programme", "--lang", lang, "--data", data).out
    (here,) = lines_with(out, ">")
    assert here.startswith(">")
    assert "…" not in out
    assert max(len(line) for line in out.splitlines()) <= columns
    words = set(out.split())
    for phrase in ("ladder.here", "level.hip_flexion.bent", "level.hip_flexion.wall_chair"):
        assert set(phrases.text(phrase).split()) <= {word.strip(",") for word in words} | words


def test_before_the_set_up_the_whole_ladder_is_shown(tmp_path: Path) -> None:
    ran = run("programme", "--data", tmp_path)
    assert ran.status == 0
    (here,) = lines_with(ran.out, HERE)
    assert ENGLISH.text("level.hip_flexion.bent") in here
    assert "5 reps" in here
    assert ENGLISH.text("plan.set_up_first") in ran.out
    assert "nodig" not in ran.out


def test_the_disclaimer_and_the_author_stand_below_the_ladder(data: Path) -> None:
    out = " ".join(run("programme", "--data", data).out.split())
    assert out.endswith(f"{ENGLISH.text('about.disclaimer')} {ENGLISH.text('about.credit')}")


def test_what_is_missing_is_named(data: Path) -> None:
    out = run("programme", "--data", data).out
    (wall,) = lines_with(out, f": {ENGLISH.text('level.hip_flexion.wall')} ")
    assert ENGLISH.text("ladder.needs", what=ENGLISH.text("ladder.wall")) in wall
    assert "opens after" in " ".join(lines_with(out, ENGLISH.text("level.dead_bug.hold")))


def test_good_days_move_the_person_up(data: Path) -> None:
    practised(data, "bent", days=8, reps=10)
    out = run("programme", "--data", data).out
    assert ENGLISH.text("ladder.mastered") in lines_with(out, "knees bent")[0]
    here = lines_with(out, HERE)
    assert len(here) == 2
    assert ENGLISH.text("level.hip_flexion.straight") in here[0]
    assert ENGLISH.text("exercise.plank_hold") in here[1]


def test_the_language_is_the_profiles_or_the_one_asked_for(data: Path) -> None:
    assert DUTCH.text("ladder.here") in run("programme", "--lang", "nl", "--data", data).out
    assert HERE in run("programme", "--data", data).out


@pytest.mark.parametrize(
    "command", [("today", "--plan"), ("programme",), ("remind",), ("setup", "--no-pain")]
)
def test_what_makes_no_sense_in_the_history_is_told_in_one_line(
    command: tuple[str, ...], data: Path
) -> None:
    practised(data, "bent", days=1, reps=5)
    with Notebook.open(data) as notebook:
        notebook.history._connection.execute("UPDATE rep SET quality = 'excellent'")
    ran = run(*command, "--data", data)
    assert ran.status == 0
    assert "'excellent' is not a valid Quality; 4 more" in ran.error


def test_what_was_noted_of_a_day_stays_and_is_shown(data: Path) -> None:
    run("diary", "--comfort", 6, "--done", "--note", "less stiff", "--data", data)
    out = run("diary", "--comfort", 7, "--note", "[walked]", "--data", data).out
    assert lines_with(out, "less stiff; [walked]")
    stretching = lines_with(out, ENGLISH.text("diary.stretch"))[0]
    assert stretching.split()[1:] == ["1", "1", "7"], "practised once is practised"


def test_a_day_that_was_not_said_to_be_practised_is_not(data: Path) -> None:
    out = run("diary", "--comfort", 6, "--data", data).out
    assert lines_with(out, ENGLISH.text("diary.stretch"))[0].split()[1:] == ["1", "0", "6"]


def test_two_new_weeks_can_be_begun(data: Path) -> None:
    with Notebook.open(data) as notebook:
        notebook.begin_diary((datetime.now().astimezone() - timedelta(days=20)).date())
    out = run("diary", "--again", "--comfort", 5, "--done", "--data", data).out
    assert lines_with(out, ENGLISH.text("diary.stretch"))[0].split()[1:] == ["1", "1", "5"]


def test_a_day_of_the_diary_is_noted_and_both_weeks_are_shown(data: Path) -> None:
    ran = run("diary", "--comfort", 6, "--done", "--note", "less stiff", "--data", data)
    assert ran.status == 0
    (stretching,) = lines_with(ran.out, ENGLISH.text("diary.stretch"))
    assert stretching.split() == [ENGLISH.text("diary.stretch"), "1", "1", "6"]
    with Notebook.open(data) as notebook:
        assert notebook.diary is not None
        (entry,) = notebook.diary.entries
    assert (entry.comfort, entry.done, entry.note) == (6, True, "less stiff")
    again = run("diary", "--comfort", 4, "--no-done", "--data", data).out
    assert lines_with(again, ENGLISH.text("diary.stretch"))[0].split()[1:] == ["1", "0", "4"]


def test_after_the_two_weeks_they_are_only_shown(data: Path) -> None:
    with Notebook.open(data) as notebook:
        notebook.begin_diary((datetime.now().astimezone() - timedelta(days=15)).date())
    out = run("diary", "--comfort", 4, "--data", data).out
    assert ENGLISH.text("plan.note_compare") in out
    with Notebook.open(data) as notebook:
        assert notebook.diary is not None
        assert notebook.diary.entries == ()


def test_who_does_not_answer_notes_nothing(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", Typed)
    out = run("diary", "--data", data).out
    assert ENGLISH.text("ask.nothing_kept") in out
    assert ENGLISH.text("diary.not_begun") in out
    assert diary_of(data) is None


def diary_of(data: Path) -> Diary | None:
    with Notebook.open(data) as notebook:
        return notebook.diary


def begun_days_ago(data: Path, days: int) -> None:
    with Notebook.open(data) as notebook:
        notebook.begin_diary((datetime.now().astimezone() - timedelta(days=days)).date())


@pytest.mark.parametrize(
    ("options", "entry"),
    [
        (("--note", "less stiff"), (None, False, "less stiff")),
        (("--done",), (None, True, "")),
        (("--comfort", 5), (5, False, "")),
    ],
)
def test_what_was_told_of_a_day_is_kept_without_the_rest(
    options: tuple[object, ...],
    entry: tuple[int | None, bool, str],
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", Typed)
    ran = run("diary", *options, "--data", data)
    assert ran.status == 0
    assert ENGLISH.text("ask.nothing_kept") not in ran.out
    diary = diary_of(data)
    assert diary is not None
    (one,) = diary.entries
    assert (one.comfort, one.done, one.note) == entry
    comfort = "-" if one.comfort is None else str(one.comfort)
    row = lines_with(ran.out, ENGLISH.text("diary.stretch"))[0].split()
    assert row[1:] == ["1", str(int(one.done)), comfort]


def test_what_was_told_earlier_in_the_day_stays(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", Typed)
    run("diary", "--comfort", 6, "--done", "--data", data)
    run("diary", "--note", "walked", "--data", data)
    diary = diary_of(data)
    assert diary is not None
    last = diary.entries[-1]
    assert (last.comfort, last.done, last.note) == (6, True, "walked")


@pytest.mark.parametrize("options", [("--comfort", 5), ("--no-done",), ("--note", "stiff")])
@pytest.mark.parametrize("days", [14, 40, -3])
def test_outside_of_the_two_weeks_a_day_is_not_noted_and_it_says_what_to_do(
    days: int, options: tuple[object, ...], data: Path
) -> None:
    begun_days_ago(data, days)
    ran = run("diary", *options, "--data", data)
    assert ran.status == 2
    assert "add --again" in ran.error
    diary = diary_of(data)
    assert diary is not None
    assert diary.entries == ()
    assert run("diary", "--data", data).status == 0


def test_new_weeks_lose_no_day_of_the_old_ones(data: Path) -> None:
    run("diary", "--comfort", 6, "--note", "less stiff", "--data", data)
    begun = diary_of(data)
    assert begun is not None
    with Notebook.open(data) as notebook:
        day = begun.begun_on - timedelta(days=20)
        entries = (replace(begun.entries[0], day=day),)
        notebook.put_diary(replace(begun, begun_on=day, entries=entries))
    ran = run("diary", "--again", "--comfort", 5, "--data", data)
    assert "less stiff" not in ran.out
    diary = diary_of(data)
    assert diary is not None
    assert [entry.comfort for entry in diary.entries] == [6, 5]


@pytest.mark.parametrize("days", [20, 5, -3])
def test_choosing_to_compare_begins_two_weeks_of_its_own(days: int, data: Path) -> None:
    begun_days_ago(data, days)
    run("setup", "--focus", "compare", "--data", data)
    diary = diary_of(data)
    assert diary is not None
    assert diary.begun_on == datetime.now().astimezone().date()
    assert ENGLISH.text("plan.note_compare") not in run("today", "--plan", "--data", data).out


def test_choosing_to_compare_goes_on_with_the_weeks_that_are_noted(data: Path) -> None:
    run("diary", "--comfort", 6, "--data", data)
    begun = diary_of(data)
    for _ in range(2):
        run("setup", "--focus", "compare", "--data", data)
        assert diary_of(data) == begun


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("diary", "--comfort", 5, "--done"), "diary.stretch"),
        (("remind",), "remind.next"),
        (("today", "--plan"), "plan.practise_sets"),
        (("programme",), "ladder.here"),
    ],
)
def test_every_daily_command_speaks_the_language_asked_for(
    command: tuple[object, ...], words: str, data: Path
) -> None:
    ran = run(*command, "--lang", "nl", "--data", data)
    assert DUTCH.texts[words].partition("{")[0] in ran.out


def test_a_calendar_speaks_the_language_asked_for(data: Path) -> None:
    ran = run("remind", "--ics", data / "a.ics", "--lang", "nl", "--data", data)
    assert ran.status == 0
    assert DUTCH.text("plan.reminder_sets") in (data / "a.ics").read_text(encoding="utf-8")
