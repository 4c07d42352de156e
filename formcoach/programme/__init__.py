"""The programme of the article over days and weeks: what to do now, why, and when to stop.

    plan = plan_today(profile, history, now)       what to do now, or why to rest
    reaction(pain, ...)                            at once: go on, easier, stop, get help
    verdict = after_session(profile, history)      harder, the same, easier, stop
    next_reminder(profile, history, now)           when to be reminded

All of it is pure: the profile and the history come in, decisions go out, words are ids of phrases.
Where a person stands is not stored: it is worked out again from the history each time.

    profile     what the person told at the set-up
    results     what came of sessions
    words       lines to say or show, by id
    ladder      the steps from easy to hard, their gates
    dosing      how many, how often
    screening   what to ask first, and what sends to a professional
    reactions   what to do at once about pain and other signs
    progression when it gets harder or easier
    today       the plan
    reminders   when to be reminded
    diary       stretch week, strength week, checking in
"""

from formcoach.programme.agenda import Plan, Prescription, plan_today
from formcoach.programme.lines import Line
from formcoach.programme.outcomes import SessionResult, SetResult
from formcoach.programme.profile import Profile, QuietHours
from formcoach.programme.progression import Verdict, after_session
from formcoach.programme.reactions import Reaction, reaction
from formcoach.programme.reminders import next_reminder, upcoming_reminders
from formcoach.programme.two_weeks import CheckIn, Diary, DiaryEntry

__all__ = [
    "CheckIn",
    "Diary",
    "DiaryEntry",
    "Line",
    "Plan",
    "Prescription",
    "Profile",
    "QuietHours",
    "Reaction",
    "SessionResult",
    "SetResult",
    "Verdict",
    "after_session",
    "next_reminder",
    "plan_today",
    "reaction",
    "upcoming_reminders",
]
