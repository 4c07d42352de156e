"""When it gets harder, when easier: where a person stands is worked out from the history.

Harder only after good sessions on two days in a row: good form on both sides, little effort, calm
breath, hardly any pain, all but the form told by the person. Easier at once where it hurts, is too
hard, or form is lost. Fewer reps than asked, or one side alone, are never held against anybody;
they just do not make it harder.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from formcoach.programme.ladder import TRACKS, Rung, Track, rungs_for, steps_on, track_of
from formcoach.programme.lines import Line
from formcoach.programme.moments import elapsed
from formcoach.programme.outcomes import SessionResult, StopReason
from formcoach.programme.profile import Profile
from formcoach.programme.reactions import HARD_EFFORT, MAX_EFFORT, PAIN_RISE, STOP_PAIN, hurts

__all__ = ["Change", "Place", "Standing", "Stop", "Verdict", "after_session", "standing_of"]

GOOD_SHARE = 0.85
POOR_SHARE = 0.6
"""Of the reps that could be judged: from 85 % on a session is good, under 60 % it was too hard."""
SEEN_SHARE = 0.75
"""Of the reps of a whole set, so many must have been judged: one unsure one in five blocks nothing,
the whole far leg does. Proposal."""
MAX_PAIN = 2
"""Up to here it may get harder."""
GOOD_DAYS = 2
MISSED_SESSIONS = 2
"""So many in a row make it harder, and easier (rules C13)."""
RISE_WITHIN = timedelta(hours=36)
"""A session is judged by the pain of the next day too: 24 hours (rules C13), and some sleep."""
HURT_IN_ROW = 3
"""So many sessions in a row that hurt send to a professional. Proposal."""


class Change(StrEnum):
    """What a session changes."""

    ADVANCE = "advance"
    MORE_REPS = "more_reps"
    STAY = "stay"
    STEP_BACK = "step_back"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the last session changes.

    Attributes:
        change: what.
        reason: the words for it, spoken.
        rung: the exercise and level that come next in its track; None for what is not on the
            ladder.
        reps: reps a set there; seconds where something is held.
    """

    change: Change
    reason: Line
    rung: Rung | None = None
    reps: int = 0


class Stop(StrEnum):
    """Why nothing is to be done for now, mildest first."""

    REST = "rest"
    SEE_PROFESSIONAL = "see_professional"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a person stands on one track.

    Attributes:
        rung: the exercise and level.
        reps: reps a set; seconds where something is held.
        good_days: days in a row on which it went well here.
        missed: sessions in a row that missed the quality.
        change: what led here; None at the beginning of the track.
    """

    rung: Rung
    reps: int
    good_days: frozenset[date] = frozenset()
    missed: int = 0
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a person stands.

    Attributes:
        places: by the id of each track that is open, in their order.
        mastered: exercise and level of the rungs that were mastered at some time.
        sent: what last sent to a professional, if anything did; EMERGENCY or SEE_PROFESSIONAL.
        sent_at: when.
        rest_from: when the last session was that asks for rest; None where none did.
        hurt_in_row: how many sessions in a row have hurt, the last one among them.
        last: the last session; None before the first.
    """

    places: dict[str, Place] = field(default_factory=dict)
    mastered: frozenset[tuple[str, str]] = frozenset()
    sent: Stop | None = None
    sent_at: datetime | None = None
    rest_from: datetime | None = None
    hurt_in_row: int = 0
    last: SessionResult | None = None


def standing_of(
    profile: Profile,
    history: Sequence[SessionResult],
    *,
    pain: int | None = None,
    now: datetime | None = None,
) -> Standing:
    """Return where a person stands after a history.

    Args:
        profile: what the person told.
        history: all sessions, in order of time.
        pain: 0 to 10, told at `now`; a rise since the last session takes that back.
        now: when it was told.
    """
    climb = _climb(profile, history)
    if now is not None:
        climb.note_rise(pain, now)
    return climb.standing


def after_session(profile: Profile, history: Sequence[SessionResult]) -> Verdict:
    """Return what the last session of the history changes.

    Raises:
        ValueError: the history is empty.
    """
    if not history:
        raise ValueError("history must have a session, got none")
    return _climb(profile, history).verdict


def _climb(profile: Profile, history: Sequence[SessionResult]) -> "_Climb":
    climb = _Climb(profile)
    for session in history:
        climb.take(session)
    return climb


class _Climb:
    """Goes through a history, session by session."""

    def __init__(self, profile: Profile) -> None:
        self._rungs = {track.id: rungs_for(track, profile.props) for track in TRACKS}
        self._one_side = profile.one_side
        self._places: dict[str, Place] = {}
        self._mastered: set[tuple[str, str]] = set()
        self._sent: Stop | None = None
        self._sent_at: datetime | None = None
        self._rest_from: datetime | None = None
        self._hurt_in_row = 0
        self._last: SessionResult | None = None
        self._open_tracks()
        self.verdict = Verdict(change=Change.STAY, reason=Line(phrase="verdict.stay_once_more"))

    @property
    def standing(self) -> Standing:
        """Where the person stands now."""
        places = {track.id: self._places[track.id] for track in TRACKS if track.id in self._places}
        return Standing(
            places=places,
            mastered=frozenset(self._mastered),
            sent=self._sent,
            sent_at=self._sent_at,
            rest_from=self._rest_from,
            hurt_in_row=self._hurt_in_row,
            last=self._last,
        )

    def note_rise(self, pain: int | None, at: datetime) -> None:
        """Take the session before back a rung where more pain has come since."""
        last = self._last
        if last is None or pain is None or last.pain_before is None:
            return
        if pain - last.pain_before < PAIN_RISE or elapsed(last.at, at) > RISE_WITHIN or _hurt(last):
            return
        track = track_of(last.exercise, last.level)
        if track is not None and track.id in self._places:
            self._to_easier_rung(track, self._places[track.id])

    def take(self, session: SessionResult) -> None:
        """Take the next session in."""
        self.note_rise(session.pain_before, session.at)
        stop = _stop_of(session, self._last)
        hurt = _hurt(session) or stop is not None
        in_row = self._hurt_in_row + 1 if hurt else 0
        if in_row >= HURT_IN_ROW and stop is not Stop.EMERGENCY:
            stop = Stop.SEE_PROFESSIONAL
        self._hurt_in_row, self._last = in_row, session
        track = track_of(session.exercise, session.level)
        self.verdict = self._judged(session, track, hurt=hurt)
        if stop is None and hurt and self.verdict.change is Change.STAY:
            stop = Stop.REST  # it hurts, and there is nothing easier
        if stop is not None:
            self._stop(stop, session.at)

    def _stop(self, stop: Stop, at: datetime) -> None:
        if stop is Stop.REST:
            self._rest_from = at
        else:
            self._sent, self._sent_at, self._hurt_in_row = stop, at, 0
        reason = Line(phrase=f"verdict.stop_{stop.value}")
        self.verdict = replace(self.verdict, change=Change.STOP, reason=reason)

    def _judged(self, session: SessionResult, track: Track | None, *, hurt: bool) -> Verdict:
        """Move on the track as the session says, and return the words for it."""
        if track is None or track.id not in self._places:
            return Verdict(change=Change.STAY, reason=Line(phrase="verdict.extra"))
        place = self._places[track.id]
        here = (session.exercise, session.level) == (place.rung.exercise, place.rung.level)
        if hurt:
            return self._to_easier_rung(track, place)
        if not here:
            return _verdict(place, Change.STAY, "verdict.extra")
        return self._judged_here(session, track, place)

    def _judged_here(self, session: SessionResult, track: Track, place: Place) -> Verdict:
        if session.effort is not None and session.effort >= HARD_EFFORT:
            return self._step_back(track, place, "verdict.easier_effort")
        quality = _quality(session, place)
        if quality is None:
            return self._stay(track, place, "verdict.stay_unseen")
        if quality < POOR_SHARE:
            return self._step_back(track, place, "verdict.easier_form")
        if quality < GOOD_SHARE:
            if place.missed + 1 >= MISSED_SESSIONS:
                return self._step_back(track, place, "verdict.easier_form")
            return self._stay(track, place, "verdict.stay_form", missed=place.missed + 1)
        why = _why_not_harder(session, place, one_side=self._one_side)
        if why is not None:
            return self._stay(track, place, why)
        days = place.good_days | {session.at.date()}
        if len(days) < GOOD_DAYS:
            place = replace(place, good_days=days, missed=0, change=Change.STAY)
            return self._move(track, place, "verdict.stay_once_more")
        return self._advance(track, place)

    def _advance(self, track: Track, place: Place) -> Verdict:
        harder = [reps for reps in steps_on(place.rung) if reps > place.reps]
        if harder:
            place = Place(rung=place.rung, reps=harder[0], change=Change.MORE_REPS)
            return self._move(track, place, "verdict.more_reps")
        self._mastered.add((place.rung.exercise, place.rung.level))
        self._open_tracks()
        rungs = self._rungs[track.id]
        following = rungs[rungs.index(place.rung) + 1 :]
        if not following:
            place = replace(place, missed=0, change=Change.STAY)
            return self._move(track, place, "verdict.stay_top")
        place = Place(rung=following[0], reps=steps_on(following[0])[0], change=Change.ADVANCE)
        return self._move(track, place, "verdict.advance")

    def _step_back(self, track: Track, place: Place, reason: str) -> Verdict:
        """One step easier: fewer reps, or the rung below."""
        easier = [reps for reps in steps_on(place.rung) if reps < place.reps]
        if easier:
            place = Place(rung=place.rung, reps=easier[-1], change=Change.STEP_BACK)
            return self._move(track, place, reason)
        return self._to_easier_rung(track, place, reason)

    def _to_easier_rung(
        self, track: Track, place: Place, reason: str = "verdict.easier_pain"
    ) -> Verdict:
        """Go to the first step of the rung below, of this one where there is none below."""
        rungs = self._rungs[track.id]
        below = rungs[max(0, rungs.index(place.rung) - 1)]
        easier = Place(rung=below, reps=steps_on(below)[0], change=Change.STEP_BACK)
        if (easier.rung, easier.reps) == (place.rung, place.reps):
            return self._stay(track, place, "verdict.stay_easiest")
        return self._move(track, easier, reason)

    def _stay(self, track: Track, place: Place, reason: str, *, missed: int = 0) -> Verdict:
        place = replace(place, good_days=frozenset(), missed=missed, change=Change.STAY)
        return self._move(track, place, reason)

    def _move(self, track: Track, place: Place, reason: str) -> Verdict:
        self._places[track.id] = place
        assert place.change is not None
        return _verdict(place, place.change, reason)

    def _open_tracks(self) -> None:
        """Open the tracks whose time has come."""
        for track in TRACKS:
            rungs = self._rungs[track.id]
            opened = track.opens_after is None or track.opens_after in self._mastered
            if track.id not in self._places and rungs and opened:
                self._places[track.id] = Place(rung=rungs[0], reps=steps_on(rungs[0])[0])


def _verdict(place: Place, change: Change, reason: str) -> Verdict:
    slots = {"n": place.reps} if change is Change.MORE_REPS else {}
    line = Line(phrase=reason, slots=slots)
    return Verdict(change=change, reason=line, rung=place.rung, reps=place.reps)


def _hurt(session: SessionResult) -> bool:
    """Say whether a session hurt, or hurt more as it went."""
    pains = (StopReason.PAIN, StopReason.SHARP_PAIN, StopReason.BALANCE)
    return hurts(session.pain, session.pain_before) or any(why in pains for why in session.stops)


def _stop_of(session: SessionResult, before: SessionResult | None) -> Stop | None:
    """Return what a session puts an end to, by itself and after the one before."""
    if StopReason.EMERGENCY in session.stops:
        return Stop.EMERGENCY
    if StopReason.RED_FLAG in session.stops:
        return Stop.SEE_PROFESSIONAL
    if _strong(session):
        again = before is not None and _strong(before)
        return Stop.SEE_PROFESSIONAL if again else Stop.REST
    return Stop.REST if StopReason.BALANCE in session.stops else None


def _strong(session: SessionResult) -> bool:
    told = session.pain is not None and session.pain >= STOP_PAIN
    return told or StopReason.SHARP_PAIN in session.stops


def _quality(session: SessionResult, place: Place) -> float | None:
    """Return the share of good reps, or of the time asked; None where nothing could be judged."""
    if place.rung.is_gate:
        return min(1.0, session.hold_s / place.reps) if session.done else None
    return session.good / session.judged if session.judged else None


def _why_not_harder(session: SessionResult, place: Place, *, one_side: bool) -> str | None:
    """Return why a session of good form does not make it harder; None where it may."""
    if place.rung.is_gate:
        if session.hold_s < place.reps:
            return "verdict.stay_hold"
    elif session.most_done < place.reps:
        return "verdict.stay_fewer"
    elif session.seen_of(place.reps) < SEEN_SHARE:
        return "verdict.stay_unseen"
    elif session.one_sided and not one_side:
        return "verdict.stay_one_side"
    effort, pain, breath = session.effort, session.pain, session.breathing_normal
    if effort is None or pain is None or breath is None:
        return "verdict.stay_unanswered"
    if pain > MAX_PAIN:
        return "verdict.stay_pain"
    if effort > MAX_EFFORT:
        return "verdict.stay_effort"
    if not breath:
        return "verdict.stay_breath"
    return "verdict.stay_back" if session.back_kept is False else None
