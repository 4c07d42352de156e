"""An exercise file is taken whole or refused in one line that says what is wrong and where."""

import re
from math import inf

import pytest

from formcoach.errors import SpecError
from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.exercises.parsing import parse_spec
from formcoach.exercises.spec import ExerciseSpec, Isometric, Limit, Movement
from formcoach.pose.signals import Signal

GOOD = """
id = "nod"

[movement]
signal = "hip_flexion_deg"
direction = "up"
sides = "each"
end_deg = 80
range_deg = 70
turn = { knee_flexion_deg = [40, 180] }
source = "proposal"

[[levels]]
id = "low"
posture = { trunk_inclination_deg = [-35, 35] }
start = { hip_flexion_deg = [-45, 35] }
source = "proposal"

[[levels]]
id = "high"
posture = { trunk_inclination_deg = [-35, 35] }
start = { hip_flexion_deg = [-45, 35] }
source = "proposal"

[[checks]]
id = "trunk_leans"
kind = "limit"
signal = "trunk_inclination_deg"
limb = "midline"
compare = "away"
on = 20
off = 12
persist_s = 0.4
source = "rules B3"
"""

HOLD = """
id = "stand"

[isometric]
inside = { body_line_deg = [-10, 10] }
outside = { body_line_deg = [-20, 20] }
grace_s = 1.0
source = "proposal"

[[levels]]
posture = { trunk_inclination_deg = [-35, 35] }
start = { body_line_deg = [-10, 10] }
source = "proposal"
"""


LEVELS = ("low", "high")


def changed(old: str, new: str, text: str = GOOD) -> str:
    assert old in text
    return text.replace(old, new, 1)


def refused(text: str) -> str:
    with pytest.raises(SpecError) as error:
        parse_spec(text, "nod.toml")
    message = str(error.value)
    assert message.startswith("nod.toml: ")
    assert "\n" not in message
    return message


def test_a_good_file_is_taken() -> None:
    spec = parse_spec(GOOD, "nod.toml")
    assert spec.movement is not None
    assert spec.movement.signal is Signal.HIP_FLEXION
    assert [level.id for level in spec.levels] == ["low", "high"]
    assert isinstance(spec.checks[0], Limit)
    assert parse_spec(HOLD, "stand.toml").isometric is not None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("end_deg = 80", "end_deg = 80\ntop_deg = 90", r"unknown field `top_deg`"),
        ('id = "trunk_leans"', 'id = "trunk_leans"\nloud = true', r"unknown field `loud`"),
        ('signal = "hip_flexion_deg"', 'signal = "hip_flex"', r"'hip_flex'.*movement\.signal"),
        ('kind = "limit"', 'kind = "bounds"', r"'bounds'.*checks"),
        ('direction = "up"', 'direction = "sideways"', r"'sideways'.*direction"),
        ('source = "rules B3"', "", r"required field `source`"),
        ('source = "rules B3"', 'source = "?"', r"length >= 3"),
        ("range_deg = 70", "range_deg = 0", r"> 0.*range_deg"),
        ("persist_s = 0.4", "persist_s = -1", r"> 0.*persist_s"),
        ("end_deg = 80", 'end_deg = "80"', r"Expected `float`.*end_deg"),
        ("[movement]", "[movement", r"correct it there|Invalid"),
        ("off = 12", "off = 24", r"check trunk_leans: off must be below on, got 24 and 20"),
        ("off = 12", "off = 20", r"check trunk_leans: off must be below on, got 20 and 20"),
        ("off = 12", "off = 19", r"check trunk_leans: off must be 16 at most, got 19"),
        (
            "posture = { trunk_inclination_deg = [-35, 35] }",
            "posture = { trunk_inclination_deg = [35, -35] }",
            r"level 'low' posture: trunk_inclination_deg must go from low to high, got 35",
        ),
        (
            "start = { hip_flexion_deg = [-45, 35] }",
            "start = { hip_flexion_deg = [35, 35] }",
            r"level 'low' start: hip_flexion_deg must go from low to high",
        ),
        ("[40, 180]", "[180, 40]", r"level 'low' turn: knee_flexion_deg must go from low to high"),
        ('id = "high"', 'id = "low"', r"levels must differ, got low, low"),
        ('id = "high"\n', "", r"each of several levels needs an id"),
        (
            'id = "trunk_leans"',
            'id = "trunk_leans"\nlevels = ["top"]',
            r"trunk_leans: no level top",
        ),
        ('id = "high"', 'id = "high"\nmovement_as = "top"', r"level 'high': no level 'top'"),
        (
            "range_deg = 70",
            "range_deg = 70\nmin_deg = 300",
            r"level 'low': min_deg must be below range_deg, .*got 300 and 70",
        ),
        (
            "range_deg = 70",
            "range_deg = 70\nusual_rep_s = [60, 1]",
            r"level 'low': usual_rep_s must go from low to high, got 60 and 1",
        ),
        ("end_deg = 80", 'end_deg = 0\nshare_of = "end"', r"end_deg must be above 0 .*got 0;"),
        (
            'direction = "up"',
            'direction = "down"\nshare_of = "end"',
            r"level 'low': a share of the end is for what goes up, got down; take one of the range",
        ),
        (
            'signal = "hip_flexion_deg"\ndirection',
            'signal = "trunk_inclination_deg"\ndirection',
            r"level 'low' counts trunk_inclination_deg, which has no left and right",
        ),
        ('limb = "midline"\ncompare', 'limb = "midline"\ncompair', r"did you mean compare\?"),
        (
            'signal = "trunk_inclination_deg"\nlimb',
            'signal = "hip_flexion_deg"\nlimb',
            r"trunk_leans: hip_flexion_deg is of left or right, got limb midline",
        ),
        ("end_deg = 80", "end_deg = nan", r"movement\.end_deg must be .*got nan"),
        ("end_deg = 80", "end_deg = -inf", r"movement\.end_deg must be .*got -inf"),
        ("end_deg = 80", "end_deg = 1e300", r"movement\.end_deg must be .*got 1e\+300"),
        ("end_deg = 80", f"end_deg = {'9' * 30}", r"movement\.end_deg must be .*got 9{30}"),
        ("end_deg = 80", f"end_deg = {'9' * 5000}", r"digits"),
        ("[40, 180]", "[nan, 180]", r"movement\.turn\.knee_flexion_deg\[0\] must .*got nan"),
        ("[-45, 35]", "[-45, inf]", r"levels\[0\]\.start\.hip_flexion_deg\[1\] must .*got inf"),
        ('id = "nod"', f"id = {'[' * 5000}{']' * 5000}", r"nested too deep"),
        ('id = "nod"', 'id = ""', r"id '' must be of a-z"),
        ('id = "nod"', 'id = "../../x"', r"id '\.\./\.\./x' must be of a-z"),
        ('id = "nod"', 'id = "[red]My <b> nod\\n"', r"id '\[red\]My <b> nod\\n' must be"),
        ('id = "low"', 'id = "very low"', r"id 'very low' must be of a-z"),
        ('id = "trunk_leans"', 'id = "Trunk"', r"id 'Trunk' must be of a-z"),
        ("end_deg = 80", "end_dog = 80", r"`end_dog`.*did you mean end_deg"),
        ('direction = "up"', 'direction = "upp"', r"'upp'.*did you mean up\? correct it there"),
        ('direction = "up"', 'direction = "left"', r"'left'.*there are down, up; correct it there"),
        ('signal = "hip_flexion_deg"', 'signal = "hip"', r"'hip'.*did you mean hip_flexion_deg or"),
        ('kind = "limit"', 'kind = "limits"', r"'limits'.*did you mean limit"),
        ("persist_s = 0.4", "persist_t = 0.4", r"`persist_t`.*did you mean persist_s"),
        ("{ trunk_inclination_deg", "{ trunk_incline_deg", r"did you mean trunk_inclination_deg"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, message: str) -> None:
    assert re.search(message, refused(changed(old, new)))


def test_what_falls_is_not_held_against_an_end_point_of_ones_own() -> None:
    check = '\n[[checks]]\nid = "past_end"\nkind = "personal_end"\npast_deg = 10\nsource = "mine"\n'
    assert parse_spec(GOOD + check, "nod.toml")
    falls = changed('direction = "up"', 'direction = "down"', GOOD + check)
    assert "level 'low': check past_end is for what goes up, got down; leave it" in refused(falls)
    falls_at_high = GOOD[GOOD.index("[movement]") : GOOD.index("[[levels]]")]
    falls_at_high = falls_at_high.replace("[movement]", "[levels.movement]").replace("up", "down")
    mixed = changed("[[checks]]", falls_at_high + "[[checks]]", GOOD + check)
    assert "level 'high': check past_end is" in refused(mixed)
    assert parse_spec(changed("past_deg", 'levels = ["low"]\npast_deg', mixed), "nod.toml")


def test_a_check_twice_is_refused_where_it_is_of_one_level() -> None:
    check = GOOD[GOOD.index("[[checks]]") :]
    assert "check trunk_leans of trunk_inclination_deg is there 2 times" in refused(GOOD + check)
    low, high = (check.replace("source", f'levels = ["{level}"]\nsource') for level in LEVELS)
    assert len(parse_spec(GOOD.replace(check, low + high), "nod.toml").checks) == 2


def test_a_spec_has_a_movement_or_a_hold_and_not_both() -> None:
    start, end = GOOD.index("[movement]"), GOOD.index("[[levels]]")
    neither = GOOD[:start] + GOOD[end:]
    assert "either a movement or an isometric" in refused(neither)
    both = HOLD.replace("[[levels]]", GOOD[start:end] + "[[levels]]")
    assert "either a movement or an isometric" in refused(both)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("outside = { body_line_deg = [-20, 20] }", "outside = {}", "name the same signals"),
        ("[-20, 20]", "[-10, 20]", "outside must be wider than inside for body_line_deg"),
        ("[-20, 20]", "[-20, 9]", "outside must be wider than inside for body_line_deg"),
        ("[-10, 10] }\noutside", "[10, -10] }\noutside", "isometric inside: body_line_deg"),
        ("grace_s", 'broken_by = ["sags"]\ngrace_s', "broken_by names no check, got sags"),
    ],
)
def test_what_is_wrong_in_a_hold_is_said(old: str, new: str, message: str) -> None:
    assert message in refused(changed(old, new, HOLD))


def test_a_mark_at_the_beginning_of_a_file_is_passed_over() -> None:
    assert parse_spec(b"\xef\xbb\xbf" + GOOD.encode(), "nod.toml") == parse_spec(GOOD, "nod.toml")


def test_what_is_no_text_at_all_is_refused_too() -> None:
    with pytest.raises(SpecError, match=r"bad\.toml: .*correct it there"):
        parse_spec(b'id = "\xff\xfe"', "bad.toml")


def test_an_unknown_level_offers_the_nearest() -> None:
    spec = load_exercise("hip_flexion")
    assert spec.level(None).id == "bent"
    assert spec.level("free").id == "free"
    with pytest.raises(
        SpecError, match=r"hip_flexion has no level 'strait'; did you mean straight"
    ):
        spec.level("strait")
    with pytest.raises(SpecError, match=r"no level 'zzz'; there are bent, .*wall"):
        spec.level("zzz")
    with pytest.raises(SpecError, match=r"squat has only one level, got 'deep'; leave --level out"):
        load_exercise("squat").level("deep")


@pytest.mark.parametrize("exercise", exercise_ids())
def test_a_shipped_exercise_is_sound(exercise: str) -> None:
    spec = load_exercise(exercise)
    assert spec.id == exercise
    for level in spec.levels:
        movement = spec.movement_of(level)
        if movement is None:
            assert isinstance(spec.isometric, Isometric)
        else:
            assert_sound(movement)
        keys = [(c.id, getattr(c, "signal", None)) for c in spec.checks_of(level)]
        assert len(set(keys)) == len(keys), f"{exercise} {level.id} judges the same thing twice"


def assert_sound(movement: Movement) -> None:
    """Counting and judging share no number, and a rep is more than the least excursion."""
    assert movement.min_deg < movement.range_deg
    low, high = movement.usual_rep_s
    assert 0 <= low < high < inf
    if movement.share_of == "range":
        assert movement.complete_share * movement.range_deg >= movement.min_deg


@pytest.mark.parametrize("exercise", exercise_ids())
def test_every_threshold_of_a_shipped_exercise_says_where_it_comes_from(exercise: str) -> None:
    spec: ExerciseSpec = load_exercise(exercise)
    sources = [level.source for level in spec.levels]
    sources += [check.source for check in spec.checks]
    sources += [m.source for lv in spec.levels if (m := spec.movement_of(lv)) is not None]
    for source in sources:
        assert re.search(r"proposal|rules [A-E]\d|article S\d|^as |measured", source), source


def test_what_a_check_measures_has_a_unit() -> None:
    units = {
        (check.id, check.unit) for name in exercise_ids() for check in load_exercise(name).checks
    }
    assert {
        ("trunk_leans", "deg"),
        ("shoulders_drift", "ratio"),
        ("too_fast", "s"),
        ("hold_short", "s"),
        ("range_short", "deg"),
        ("not_ninety", "deg"),
        ("past_end", "deg"),
        ("balance", "ratio"),
        ("wrong_hand", "ratio"),
        ("asymmetry", "ratio"),
    } <= units


@pytest.mark.parametrize(
    ("aliases", "seen"),
    [
        ('["Knik"]', "alias 'Knik' must be of a-z, 0-9 and _, in small letters"),
        ('["knik", "knik"]', "alias 'knik' is there already"),
        ('["nod"]', "alias 'nod' is there already"),
        ("[7]", "aliases"),
    ],
)
def test_other_names_are_written_as_ids_and_once(aliases: str, seen: str) -> None:
    text = GOOD.replace('id = "nod"\n', f'id = "nod"\naliases = {aliases}\n')
    with pytest.raises(SpecError, match=re.escape(seen)):
        parse_spec(text, "nod.toml")


def test_a_stretch_is_held() -> None:
    held = HOLD.replace('id = "stand"\n', 'id = "stand"\nstretch = true\n')
    assert parse_spec(held, "stand.toml").stretch
    with pytest.raises(SpecError, match="a stretch is held"):
        parse_spec(GOOD.replace('id = "nod"\n', 'id = "nod"\nstretch = true\n'), "nod.toml")
