"""What to do now, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from formcoach.pose.landmarks import Side
from formcoach.programme.dosing import dose_of, rep_seconds
from formcoach.programme.given import GivenExercise, GivenPlan, GivenSide
from formcoach.programme.ladder import Rung, rung_at, track_of
from formcoach.programme.lines import Line
from formcoach.programme.moments import after, aware, day_of, elapsed
from formcoach.programme.outcomes import SessionResult
from formcoach.programme.profile import Focus, Profile, Prop, Rhythm
from formcoach.programme.progression import Change, Place, Standing, Stop, standing_of
from formcoach.programme.reactions import STOP_PAIN, hurts
from formcoach.programme.reminders import next_reminder
from formcoach.programme.screening import as_of, concerns, is_cleared, unanswered
from formcoach.programme.sittings import (
    REST_AFTER_PAIN,
    last_practised,
    resting_until,
    since,
    sitting_of,
)
from formcoach.programme.stretching import HOLD_S, REST_S, SETS_A_SIDE, STRETCHES
from formcoach.programme.two_weeks import (
    WEEK,
    CheckIn,
    Diary,
    Felt,
    advice_of,
    check_in_due,
    only_stretches,
)

__all__ = ["Outcome", "Plan", "Prescription", "plan_today"]

TWO_DAYS = timedelta(days=2)
"""Whatever its zone, what was done today was not done before."""
MIN_APART = timedelta(hours=2)
"""Between two series (article S33: every 2 to 3 hours)."""


class Outcome(StrEnum):
    """What now is for."""

    PRACTISE = "practise"
    STRETCH = "stretch"
    DONE_FOR_NOW = "done_for_now"
    REST = "rest"
    SET_UP_FIRST = "set_up_first"
    SEE_PROFESSIONAL = "see_professional"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """One exercise of a plan.

    Attributes:
        rung: the exercise and level, and what must be there.
        reps: completed reps a set, both sides together; seconds where something is held.
        sets: how many sets.
        rest_s: rest between sets, in seconds.
        is_new: the level has not been done yet: say the how-to first.
        calibrate: it goes to the person's own end point: have that set first where none is known.
        why: spoken before it.
        lead_in: spoken after that: of a new level what it is for and how slow a rep is, of another
            one the line that matters most.
        given: what the physiotherapist's plan says of it; None for what the ladder asks.
        each_side: whether the sides take turns set by set, as in a stretch.
    """

    rung: Rung
    reps: int
    sets: int
    rest_s: float
    is_new: bool
    calibrate: bool
    why: Line
    lead_in: tuple[Line, ...] = ()
    given: GivenExercise | None = None
    each_side: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do now.

    Attributes:
        outcome: what now is for.
        why: spoken first.
        prescriptions: what to do, in order; empty unless it is to practise or to stretch.
        notes: shown beside it; texts, or steps where the phrase is a list.
        heard: the one of them that is spoken too; they take turns from day to day.
        next_at: when the next practice is due, where it is not now: when the reminder comes.
        check_in_due: ask first whether it has got better, the same or worse.
        concerns: phrases of what sends to a professional, where the screening does.
        unanswered: phrases of what the set-up still has to ask, where it has.
    """

    outcome: Outcome
    why: Line
    prescriptions: tuple[Prescription, ...] = ()
    notes: tuple[Line, ...] = ()
    heard: Line | None = None
    next_at: datetime | None = None
    check_in_due: bool = False
    concerns: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()


def plan_today(
    profile: Profile,
    history: Sequence[SessionResult],
    now: datetime,
    *,
    diary: Diary | None = None,
    check_ins: Sequence[CheckIn] = (),
    pain: int | None = None,
    given: GivenPlan | None = None,
) -> Plan:
    """Return what to do now.

    Args:
        profile: what the person told.
        history: all sessions, in order of time.
        now: with the time zone of the place.
        diary: the two weeks of comparing, where they were begun.
        check_ins: what was told at the check-ins, in order of time.
        pain: 0 to 10, now; None when not asked.
        given: the physiotherapist's plan, which is followed in place of the ladder on the days it
            is for; what holds practice back does so still.

    Raises:
        ValueError: now has no time zone.
    """
    profile = as_of(profile, aware(now))
    standing = standing_of(profile, history, pain=pain, now=now)
    held_back = _held_back(profile, standing, now, pain, check_ins)
    if held_back is not None:
        if held_back.next_at is None:
            return held_back
        at = next_reminder(
            profile,
            history,
            now,
            diary=diary,
            check_ins=check_ins,
            not_before=held_back.next_at,
            given=given,
        )
        return replace(held_back, next_at=at)
    if given is not None and given.is_for(now.date()):
        plan = _as_given(profile, given, history, standing, now, pain)
    else:
        plan = _stretching(
            profile, history, diary, now, less=_hurt_lately(standing, now, pain)
        ) or _practice(profile, history, standing, now, pain)
    notes = (*plan.notes, *_notes(profile, plan, diary, check_ins, now))
    if plan.outcome is Outcome.DONE_FOR_NOW:
        at = next_reminder(profile, history, now, diary=diary, check_ins=check_ins, given=given)
        plan = replace(plan, next_at=at)
    return replace(
        plan,
        notes=notes,
        heard=advice_of(check_ins) or _in_turn(notes, now.date()),
        check_in_due=check_in_due(profile, history, check_ins, now),
    )


def _held_back(
    profile: Profile,
    standing: Standing,
    now: datetime,
    pain: int | None,
    check_ins: Sequence[CheckIn],
) -> Plan | None:
    """Return why nothing is to be done now; None where something may be."""
    if missing := unanswered(profile):
        asked = tuple(f"screening.{name}" for name in missing)
        return replace(_plan(Outcome.SET_UP_FIRST), unanswered=asked)
    if standing.sent_at is not None and not is_cleared(profile, standing.sent_at):
        emergency = standing.sent is Stop.EMERGENCY
        return _plan(Outcome.EMERGENCY if emergency else Outcome.SEE_PROFESSIONAL)
    found = concerns(profile)
    if found and not is_cleared(profile):
        return replace(_plan(Outcome.SEE_PROFESSIONAL), concerns=found)
    if check_ins and check_ins[-1].felt is Felt.WORSE and not is_cleared(profile, check_ins[-1].at):
        return _plan(Outcome.SEE_PROFESSIONAL)
    rest_until = resting_until(standing)
    if pain is not None and pain >= STOP_PAIN:
        rest_until = after(now, REST_AFTER_PAIN)
    if rest_until is not None and elapsed(now, rest_until) > timedelta(0):
        return replace(_plan(Outcome.REST), next_at=rest_until.astimezone(now.tzinfo))
    return None


_ADVICE = {
    Outcome.REST: "advice.rest",
    Outcome.SEE_PROFESSIONAL: "advice.see_professional",
    Outcome.EMERGENCY: "advice.emergency",
    Outcome.SET_UP_FIRST: "plan.note_set_up",
}


def _plan(outcome: Outcome) -> Plan:
    advice = _ADVICE.get(outcome)
    notes = () if advice is None else (Line(phrase=advice),)
    why = Line(phrase=f"plan.{outcome.value}")
    return Plan(outcome=outcome, why=why, notes=notes, heard=next(iter(notes), None))


def _stretching(
    profile: Profile,
    history: Sequence[SessionResult],
    diary: Diary | None,
    now: datetime,
    *,
    less: bool,
) -> Plan | None:
    """Return the plan of who only stretches now, by choice or in a week of the comparison.

    Where it hurt lately, each is held once a side only.
    """
    if not only_stretches(profile, diary, now.date()):
        return None
    on_day = (one for one in history if day_of(one.at, now) == now.date() and one.done)
    done = {one.exercise for one in on_day}
    left = [exercise for exercise in STRETCHES if exercise not in done]
    if not left:
        return _plan(Outcome.DONE_FOR_NOW)
    known = {one.exercise for one in history if one.done}
    return replace(
        _plan(Outcome.STRETCH),
        prescriptions=tuple(
            _stretch(profile, one, is_new=one not in known, times=1 if less else SETS_A_SIDE)
            for one in left
        ),
        notes=(Line(phrase="advice.stretch"),),
    )


def _stretch(profile: Profile, exercise: str, *, is_new: bool, times: int) -> Prescription:
    sides = 1 if profile.one_side else len(Side)
    return Prescription(
        rung=rung_at(exercise, ""),
        reps=HOLD_S,
        sets=times * sides,
        rest_s=REST_S,
        is_new=is_new,
        calibrate=False,
        why=Line(phrase="stretch.why"),
        lead_in=(Line(phrase=f"stretch.{exercise}"),),
        each_side=sides > 1,
    )


def _practice(
    profile: Profile,
    history: Sequence[SessionResult],
    standing: Standing,
    now: datetime,
    pain: int | None,
) -> Plan:
    """Return what is to be practised now, or when it is again; little where it hurts."""
    hurt_lately = _hurt_lately(standing, now, pain)
    if profile.rhythm is Rhythm.SERIES:
        last_at = last_practised(history)
        if last_at is not None and elapsed(last_at, now) < MIN_APART:
            return _plan(Outcome.DONE_FOR_NOW)
        places = [_least_lately(history, standing)]
    else:
        today = [
            one
            for one in since(after(now, -TWO_DAYS), history)
            if day_of(one.at, now) == now.date() == day_of(sitting_of(history, one.at), now)
        ]
        done = {
            track.id
            for session in today
            if session.done and (track := track_of(session.exercise, session.level)) is not None
        }
        places = [place for track, place in standing.places.items() if track not in done]
        if not places:
            return _plan(Outcome.DONE_FOR_NOW)
    if hurt_lately:
        places = places[:1]
    done_rungs = {(s.exercise, s.level) for s in history if s.done}
    prescriptions = [_prescription(profile, place, done_rungs) for place in places]
    if hurt_lately:
        prescriptions = [replace(one, sets=1) for one in prescriptions]
    why = Line(phrase=f"plan.practise_{profile.rhythm.value}")
    return Plan(outcome=Outcome.PRACTISE, why=why, prescriptions=tuple(prescriptions))


def _hurt_lately(standing: Standing, now: datetime, pain: int | None) -> bool:
    return hurts(pain, None) or (
        standing.last is not None
        and standing.hurt_in_row > 0
        and elapsed(standing.last.at, now) < REST_AFTER_PAIN
    )


def _as_given(
    profile: Profile,
    given: GivenPlan,
    history: Sequence[SessionResult],
    standing: Standing,
    now: datetime,
    pain: int | None,
) -> Plan:
    """Return what the physiotherapist's plan has for today; little of it where it hurts."""
    asked = given.on(now.date())
    done = {
        (one.exercise, one.level)
        for one in since(after(now, -TWO_DAYS), history)
        if one.done and day_of(one.at, now) == now.date()
    }
    left = [one for one in asked if (one.exercise, one.level) not in done]
    if not left:
        nothing = Line(phrase="plan.done_for_now" if asked else "plan.given_no_day")
        return replace(_plan(Outcome.DONE_FOR_NOW), why=nothing)
    done_rungs = {(s.exercise, s.level) for s in history if s.done}
    prescriptions = [_given_prescription(one, done_rungs) for one in left]
    if _hurt_lately(standing, now, pain):
        prescriptions = [replace(prescriptions[0], sets=1)]
    why = Line(phrase="plan.practise_given")
    return Plan(outcome=Outcome.PRACTISE, why=why, prescriptions=tuple(prescriptions))


def _given_prescription(
    one: GivenExercise, done_rungs: Collection[tuple[str, str]]
) -> Prescription:
    rung = rung_at(one.exercise, one.level)
    is_new = (one.exercise, one.level) not in done_rungs
    lead_in = []
    if track_of(one.exercise, one.level) is not None:
        lead_in.append(Line(phrase=f"purpose.{rung.exercise}") if is_new else _reminder(rung))
    if one.side is not GivenSide.BOTH:
        lead_in.append(Line(phrase=f"plan.given_{one.side.value}"))
    if one.rep_s is not None:
        lead_in.append(Line(phrase="plan.given_tempo", slots={"n": round(one.rep_s)}))
    return Prescription(
        rung=rung,
        reps=one.amount,
        sets=one.sets,
        rest_s=one.rest_s,
        is_new=is_new,
        calibrate=rung.has_own_end and one.end_deg is None,
        why=Line(phrase="plan.why_given"),
        lead_in=tuple(lead_in),
        given=one,
    )


def _least_lately(history: Sequence[SessionResult], standing: Standing) -> Place:
    """Return the place on the track that was practised longest ago: they take turns.

    What was stopped before anything was done still has its turn.
    """
    when = dict.fromkeys(standing.places, -1)
    for number, session in enumerate(history):
        track = track_of(session.exercise, session.level)
        if session.done and track is not None and track.id in when:
            when[track.id] = number
    return standing.places[min(when, key=lambda track: when[track])]


def _prescription(profile: Profile, place: Place, done_rungs: set[tuple[str, str]]) -> Prescription:
    dose = dose_of(profile, place.rung, place.reps)
    is_new = (place.rung.exercise, place.rung.level) not in done_rungs
    return Prescription(
        rung=place.rung,
        reps=dose.reps,
        sets=dose.sets,
        rest_s=dose.rest_s,
        is_new=is_new,
        calibrate=place.rung.has_own_end,
        why=Line(phrase=_why(place)),
        lead_in=_lead_in(profile, place.rung) if is_new else (_reminder(place.rung),),
    )


def _lead_in(profile: Profile, rung: Rung) -> tuple[Line, ...]:
    """Return what a rung is for, and how long a rep takes in the person's own breaths (S31)."""
    purpose = Line(phrase=f"purpose.{rung.exercise}")
    if rung.is_gate:
        return (purpose,)
    low, high = rep_seconds(profile.breath_s)
    return purpose, Line(phrase="plan.tempo", slots={"low": round(low), "high": round(high)})


def _reminder(rung: Rung) -> Line:
    """Return the line of a rung's how-to that matters most: what the back does (S39-S49, S67)."""
    return Line(phrase=f"remember.{rung.exercise}.{rung.level}")


def _why(place: Place) -> str:
    if place.rung.is_gate and place.change is not Change.STEP_BACK:
        return "plan.why_gate"
    if place.change is None:
        return "plan.why_first"
    return f"plan.why_{place.change.value}"


def _notes(
    profile: Profile,
    plan: Plan,
    diary: Diary | None,
    check_ins: Sequence[CheckIn],
    now: datetime,
) -> tuple[Line, ...]:
    """Return what is shown beside a plan, the most important first."""
    advice = advice_of(check_ins)
    notes = [] if advice is None else [advice]
    if profile.intake.get("no_difference", False) and advice is None:
        notes.append(_note("physiotherapist"))
    if profile.focus is Focus.BOTH:
        notes.append(_note("stretch_too"))
    if profile.focus is Focus.COMPARE:
        over = diary is not None and now.date() - diary.begun_on >= 2 * WEEK
        notes.append(_note("compare" if over else "diary"))
    if plan.outcome is Outcome.PRACTISE:
        notes += _practice_notes(profile, plan, now)
    return tuple(notes)


def _in_turn(notes: Sequence[Line], day: date) -> Line | None:
    """Return the note of a day, one place further each round: some take turns by themselves."""
    if not notes:
        return None
    number = day.toordinal()
    return notes[(number + number // len(notes)) % len(notes)]


def _practice_notes(profile: Profile, plan: Plan, now: datetime) -> list[Line]:
    notes = [_note("quality"), _note("warm_up")]
    if not profile.one_side:
        notes.insert(1, _note("alternate"))
    new = {one.rung.exercise for one in plan.prescriptions if one.is_new}
    if "dead_bug" in new or (new and profile.intake.get("novice", False)):
        notes.append(_note("hard_at_first"))
    if profile.rhythm is Rhythm.SETS:
        notes.append(_note("comfortable"))
    if profile.props & {Prop.BAND, Prop.WEIGHT}:
        notes.append(_note("resistance"))
    of_the_day = ("often", "patience")
    return [*notes, _note(of_the_day[now.date().toordinal() % len(of_the_day)])]


def _note(name: str) -> Line:
    return Line(phrase=f"plan.note_{name}")
