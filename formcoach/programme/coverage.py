"""Each requirement of the source article (rules A), what the program does about it, and where.

`formcoach programme --coverage` prints it, and a test holds it against the list and the code.
"""

from typing import Literal, NamedTuple

__all__ = ["COVERAGE", "Requirement", "Way"]

Way = Literal["done", "spoken", "asked", "timed", "information", "never claimed"]


class Requirement(NamedTuple):
    """One row.

    Attributes:
        number: S1 to S81 of `docs/rules.md`, A.
        asks: what the article asks, in few words of our own.
        way: whether it is done, spoken, asked, timed, left as information, or never claimed.
        does: what the program does.
        where: ``module:name``, ``phrases:id`` or ``exercises:exercise.level``.
    """

    number: str
    asks: str
    way: Way
    does: str
    where: str


COVERAGE: tuple[Requirement, ...] = (
    Requirement(
        "S1",
        "the knee comes to the chest",
        "done",
        "hip flexion is what is measured and counted",
        "exercises:hip_flexion.bent",
    ),
    Requirement(
        "S2",
        "less pain (a claim)",
        "never claimed",
        "no word of the program says it",
        "phrases:about.disclaimer",
    ),
    Requirement(
        "S3",
        "other muscles work along",
        "information",
        "left to the article; nothing is promised of muscles",
        "phrases:about.credit",
    ),
    Requirement(
        "S4",
        "fewer injuries (a claim)",
        "never claimed",
        "no word of the program says it",
        "phrases:about.disclaimer",
    ),
    Requirement(
        "S5",
        "long sitting",
        "asked",
        "how much of the day one sits decides how often",
        "programme.profile:Profile",
    ),
    Requirement(
        "S6",
        "treats pain (a claim)",
        "never claimed",
        "no word of the program says it",
        "phrases:about.disclaimer",
    ),
    Requirement(
        "S7",
        "both stretch and strengthen",
        "asked",
        "asks what one wants to do and offers both",
        "phrases:ask.try_both",
    ),
    Requirement(
        "S8",
        "a week of each",
        "timed",
        "two weeks, one of stretching, one of strengthening",
        "programme.diary:week_on",
    ),
    Requirement(
        "S9",
        "compare the two",
        "asked",
        "shows both weeks side by side; the person judges",
        "programme.diary:compare",
    ),
    Requirement(
        "S10",
        "keep what helps, or both",
        "asked",
        "the focus is the person's choice, any time",
        "programme.profile:Focus",
    ),
    Requirement(
        "S11",
        "tension at the front of the hip",
        "asked",
        "asked at the set-up",
        "phrases:intake.front_tension",
    ),
    Requirement(
        "S12",
        "low back or hip pain",
        "asked",
        "asked at the set-up; it decides the dose",
        "phrases:ask.has_pain",
    ),
    Requirement(
        "S13",
        "long standing or sitting",
        "asked",
        "asked at the set-up",
        "phrases:intake.static_day",
    ),
    Requirement(
        "S14",
        "earlier exercises made no difference",
        "asked",
        "asked at the set-up; a reason to check in",
        "phrases:intake.no_difference",
    ),
    Requirement(
        "S15",
        "worse, or on and off",
        "asked",
        "worse sends to a professional first",
        "programme.screening:concerns",
    ),
    Requirement(
        "S16",
        "new to it",
        "asked",
        "asked at the set-up; everybody begins at the easiest level",
        "phrases:intake.novice",
    ),
    Requirement(
        "S17",
        "no improvement: physiotherapist",
        "asked",
        "a check-in every two weeks; no better twice, or worse, sends there",
        "programme.diary:advice_of",
    ),
    Requirement(
        "S18",
        "a physiotherapist makes a plan for one",
        "spoken",
        "said with the advice; the program does not",
        "phrases:advice.physiotherapist",
    ),
    Requirement(
        "S19", "a warm-up", "spoken", "offered before the practice", "phrases:plan.note_warm_up"
    ),
    Requirement(
        "S20",
        "some resistance",
        "spoken",
        "gravity, to begin with; more only where all feels light",
        "phrases:plan.note_resistance",
    ),
    Requirement(
        "S21",
        "bands, weights",
        "asked",
        "asked at the set-up; no camera sees them well",
        "phrases:ask.band",
    ),
    Requirement(
        "S22",
        "every body differs",
        "done",
        "range, start pose, straight zero and end point are the person's own",
        "coaching.reps:PersonalRange",
    ),
    Requirement("S23", "do it well", "done", "each rep is judged", "coaching.checks:judge_rep"),
    Requirement(
        "S24",
        "the curve in some exercises",
        "spoken",
        "the how-to of each exercise says what the back does",
        "phrases:howto.hip_flexion.bent",
    ),
    Requirement(
        "S25",
        "no contest of reps",
        "done",
        "no records, no boards; good ones are what is told",
        "phrases:plan.note_quality",
    ),
    Requirement(
        "S26",
        "fewer is fine",
        "spoken",
        "said, and never held against anybody",
        "phrases:verdict.stay_fewer",
    ),
    Requirement(
        "S27",
        "good ones are the goal",
        "done",
        "good reps are counted apart",
        "coaching.events:Quality",
    ),
    Requirement(
        "S28",
        "breath not faster",
        "asked",
        "asked after each set; it holds progress up",
        "phrases:ask.breathing",
    ),
    Requirement(
        "S29", "breathe normally", "spoken", "called to mind in every set", "phrases:breath.calm"
    ),
    Requirement(
        "S30",
        "five slow reps first",
        "done",
        "every level begins with five",
        "programme.ladder:REPS",
    ),
    Requirement(
        "S31",
        "2-3 deep breaths a rep",
        "timed",
        "a rep's length is held against the person's own breath",
        "phrases:plan.tempo",
    ),
    Requirement(
        "S32",
        "more only when all three hold",
        "done",
        "form, no hurry and breath open the next step",
        "programme.progression:GOOD_SHARE",
    ),
    Requirement(
        "S33",
        "5-10 reps every 2-3 hours",
        "timed",
        "one series, and a reminder for the next",
        "programme.reminders:next_reminder",
    ),
    Requirement(
        "S34", "above all with pain", "done", "pain chooses the series", "programme.dosing:dose_of"
    ),
    Requirement(
        "S35",
        "keeps muscles active",
        "spoken",
        "the reminder is about the habit alone",
        "phrases:plan.reminder_series",
    ),
    Requirement(
        "S36", "2-3 sets without pain", "done", "two sets, then three", "programme.dosing:dose_of"
    ),
    Requirement(
        "S37",
        "this one teaches the movement",
        "done",
        "the first track; the others open after it",
        "programme.ladder:TRACKS",
    ),
    Requirement(
        "S38",
        "on the back, knees bent, feet flat",
        "done",
        "the start pose that is waited for",
        "exercises:hip_flexion.bent",
    ),
    Requirement(
        "S39", "hand under the back", "spoken", "in the how-to", "phrases:howto.hip_flexion.bent"
    ),
    Requirement(
        "S40", "in on the lift", "spoken", "--breath paces it; in the how-to", "phrases:breath.in"
    ),
    Requirement(
        "S41",
        "without pressing the hand",
        "spoken",
        "the person feels it; the end point is theirs",
        "phrases:ask.calibrate",
    ),
    Requirement(
        "S42",
        "keep the curve",
        "spoken",
        "told, not seen: a camera sees no spine",
        "phrases:howto.hip_flexion.bent",
    ),
    Requirement(
        "S43",
        "some flattening is normal",
        "done",
        "ten degrees past the own end point are let be",
        "exercises:hip_flexion.bent",
    ),
    Requirement(
        "S44",
        "up to just before the hand is pressed",
        "asked",
        "found once: two still seconds there",
        "daily.practice:Practice",
    ),
    Requirement(
        "S45",
        "that is the end point",
        "done",
        "kept a side and level; later reps are held against it",
        "records.history:History",
    ),
    Requirement(
        "S46",
        "out on the return",
        "spoken",
        "--breath paces it; in the how-to",
        "phrases:breath.out",
    ),
    Requirement(
        "S47",
        "do not widen the gap",
        "spoken",
        "in the how-to; the hand feels it",
        "phrases:howto.hip_flexion.bent",
    ),
    Requirement(
        "S48",
        "harder once mastered",
        "done",
        "the gates of the ladder",
        "programme.progression:after_session",
    ),
    Requirement(
        "S49",
        "the right curve at every level",
        "spoken",
        "the how-to of each level",
        "phrases:howto.hip_flexion.free",
    ),
    Requirement("S50", "from straight legs", "done", "a level", "exercises:hip_flexion.straight"),
    Requirement(
        "S51",
        "at the wall, chair beside",
        "asked",
        "a level; wall and chair are the person's word",
        "exercises:hip_flexion.wall_chair",
    ),
    Requirement("S52", "at the wall, no chair", "asked", "a level", "exercises:hip_flexion.wall"),
    Requirement(
        "S53",
        "chair for balance (unclear line)",
        "asked",
        "a level, read as: off the wall, a chair in reach",
        "exercises:hip_flexion.chair",
    ),
    Requirement("S54", "no chair", "done", "the last level", "exercises:hip_flexion.free"),
    Requirement(
        "S55",
        "abs and stability",
        "information",
        "left to the article; nothing is promised of muscles",
        "phrases:about.credit",
    ),
    Requirement(
        "S56",
        "plank of 20-30 s first",
        "timed",
        "20 s at the same incline open the movement",
        "programme.ladder:GATE_S",
    ),
    Requirement(
        "S57",
        "begin in a plank",
        "done",
        "the start pose that is waited for",
        "exercises:plank_hip_flexion.floor",
    ),
    Requirement(
        "S58",
        "knee to chest, plank unchanged",
        "done",
        "sag, pike and drift are judged",
        "coaching.watch:Watch",
    ),
    Requirement(
        "S59",
        "back, and the other side",
        "done",
        "sides are counted apart",
        "coaching.movements:RepKeeper",
    ),
    Requirement(
        "S60",
        "too hard: easier",
        "done",
        "steps back; after three cues offers an easier level",
        "coaching.cues:EASIER",
    ),
    Requirement(
        "S61",
        "at the wall",
        "done",
        "a level, told by the incline",
        "exercises:plank_hip_flexion.wall",
    ),
    Requirement(
        "S62",
        "on a chair",
        "asked",
        "a level, told by the incline; the chair is the person's",
        "exercises:plank_hip_flexion.chair",
    ),
    Requirement(
        "S63",
        "from upright to level",
        "done",
        "three inclines, in order",
        "programme.ladder:TRACKS",
    ),
    Requirement(
        "S64",
        "flexors, abs, stability",
        "information",
        "left to the article; nothing is promised of muscles",
        "phrases:about.credit",
    ),
    Requirement(
        "S65", "hard at first", "spoken", "said to who is new", "phrases:plan.note_hard_at_first"
    ),
    Requirement(
        "S66", "gets easier", "spoken", "said to who is new", "phrases:plan.note_hard_at_first"
    ),
    Requirement(
        "S67",
        "back flat in the dead bug",
        "spoken",
        "told, not seen: a camera sees no spine",
        "phrases:howto.dead_bug.hold",
    ),
    Requirement(
        "S68",
        "on the back, feet flat",
        "done",
        "the start pose that is waited for",
        "exercises:dead_bug.hold",
    ),
    Requirement(
        "S69",
        "press the back down, 90 degrees",
        "done",
        "the angles are judged, the pressing is told",
        "exercises:dead_bug.hold",
    ),
    Requirement(
        "S70", "hold 2 s", "timed", "counted down; too short is a fault", "exercises:dead_bug.hold"
    ),
    Requirement(
        "S71", "little effort: go on", "asked", "0 to 10 after each set", "phrases:ask.effort"
    ),
    Requirement(
        "S72",
        "a face that tightens",
        "asked",
        "0 to 10 decides; --face may ask softly",
        "coaching.effort:EffortWatch",
    ),
    Requirement(
        "S73",
        "right leg out, right arm to left knee",
        "done",
        "the hand's place is judged",
        "exercises:dead_bug.reach",
    ),
    Requirement(
        "S74",
        "slowly back",
        "timed",
        "the length of each way is judged",
        "exercises:dead_bug.reach",
    ),
    Requirement(
        "S75", "the other side", "done", "sides are counted apart", "coaching.movements:RepKeeper"
    ),
    Requirement("S76", "it adds up", "spoken", "said now and then", "phrases:plan.note_often"),
    Requirement(
        "S77",
        "often, once a day at least",
        "timed",
        "the daily reminder",
        "programme.reminders:upcoming_reminders",
    ),
    Requirement(
        "S78",
        "perseverance, patience",
        "spoken",
        "said now and then; nothing is promised",
        "phrases:plan.note_patience",
    ),
    Requirement(
        "S79",
        "information only",
        "spoken",
        "at the set-up, in the report, in the README",
        "phrases:about.disclaimer",
    ),
    Requirement(
        "S80",
        "in doubt ask a specialist",
        "spoken",
        "with the disclaimer and the advice",
        "phrases:about.disclaimer",
    ),
    Requirement(
        "S81",
        "written by Michelle Torres",
        "spoken",
        "credited, without her endorsement",
        "phrases:about.credit",
    ),
)
