"""Writes the bench's figures as the tables of docs/accuracy.md.

A table stands between two marks and is written anew between them; the words around it stay.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from statistics import median
from typing import Any

from accuracy.bootstrap import Figure
from accuracy.curves import shares
from accuracy.distortions import DISTORTIONS
from accuracy.scores import Tally
from accuracy.totals import TARGETS, Target, fault_totals, totals

__all__ = ["all_tables", "fill", "overview"]

LIMBS = {"near_hip": "near hip", "far_hip": "far hip", "near_knee": "near knee"} | {
    "far_knee": "far knee"
}
MODELS = ("lite", "full", "heavy")
DEFAULT = "full"
NONE = "-"
OVERALL = (
    ("rep_mae", "rep count, mean error", 2, ""),
    ("exact", "count exact", 0, " %"),
    ("within_one", "count within one", 0, " %"),
    ("sides", "left or right", 0, " %"),
    ("near_start", "start of a rep, near", 2, " s"),
    ("near_turn", "turn of a rep, near", 2, " s"),
    ("near_end", "end of a rep, near", 2, " s"),
    ("far_start", "start of a rep, far", 2, " s"),
    ("far_turn", "turn of a rep, far", 2, " s"),
    ("far_end", "end of a rep, far", 2, " s"),
    ("hip_rom", "range of a rep, hip, near", 1, "°"),
    ("knee_rom", "range of a rep, knee, near", 1, "°"),
    ("fault_f1", "faults, macro-F1", 2, ""),
    ("false_cues", "false cues in 20 good reps", 2, ""),
    ("unsure", "time unsure", 1, " %"),
    ("rightly", "of it rightly", 0, " %"),
    ("right", "recognised", 0, " %"),
    ("wrong", "taken for another", 0, " %"),
    ("pose_rate", "frames with a pose", 1, " %"),
    ("frame_ms", "landmarker, a frame", 0, " ms"),
)
PEOPLE = (
    ("exact", "count exact", 0, " %"),
    ("within_one", "count within one", 0, " %"),
    ("silent", "sets lost without a word", 0, ""),
    ("negative_reps", "most reps where there are none", 0, ""),
    ("holds", "holds within 0.5 s", 0, " %"),
    ("sides", "left or right", 0, " %"),
    ("false_cues", "false cues in 20 reps judged", 2, ""),
    ("unsure", "time unsure", 1, " %"),
    ("why_right", "unsure reps with the right reason", 0, " %"),
    ("right", "recognised", 0, " %"),
    ("wrong", "taken for another", 0, " %"),
    ("named", "other movements given a name", 0, ""),
)
HELD = slice(2, None, 3)
"""Of the real clips in the order of their names, the third that no threshold was chosen by."""


def fill(page: str, found: Mapping[str, str]) -> str:
    """Put tables between their marks; raise ValueError where the page lacks a mark."""
    for name, table in found.items():
        parts = re.split(rf"(<!-- /?{name} -->)", page)
        if len(parts) != 5:
            raise ValueError(f"the page must have a pair of marks for {name!r}")
        parts[2] = f"\n{table}"
        page = "".join(parts)
    return page


def overview(figures: Mapping[str, Any]) -> str:
    """Return the tables of what was promised, of the angles and of all counts, as Markdown."""
    models = _models(figures)
    sums = _sums(models)
    kinds = [_clips(models, kind) for kind in ("samples", "real")]
    return "\n".join([_targets(sums), _limbs(sums), *kinds])


def all_tables(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return every table, as Markdown, by the name of its mark; the sweeps' where there are any."""
    models = _models(figures)
    sums = _sums(models)
    default = models[DEFAULT]
    swept = {"sweeps": _sweep_table(figures["sweeps"])} if "sweeps" in figures else {}
    return {
        "targets": _targets(sums),
        "thirds": _thirds(models),
        "sides": _sides(models),
        "limbs": _limbs(sums),
        "clip-angles": _clip_angles(default["samples"]),
        "overall": _overall(sums),
        "clips": _clips(models, "samples"),
        "real": _clips(models, "real"),
        "faults": _faults(default["samples"], figures["synthetic"]),
        "wrongly": _wrongly(models),
        "tried": _tried(figures["tried"]),
        "mirrored": _mirrored(figures["mirrored"]),
        **swept,
    }


def _models(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: figures["models"][name] for name in MODELS if name in figures["models"]}


def _sums(models: Mapping[str, Any]) -> dict[str, dict[str, dict[str, Figure]]]:
    return {
        name: {kind: totals(clips) for kind, clips in model.items()}
        for name, model in models.items()
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _number(value: float | None, digits: int = 1, unit: str = "") -> str:
    if value is None or isnan(value):
        return NONE
    return f"{round(value, digits) + 0.0:.{digits}f}{unit}"


def _figure(figure: Figure, digits: int = 1, unit: str = "") -> str:
    """Write a figure with its interval: ``5.6° [4.1, 7.0]``."""
    if isnan(figure.value):
        return NONE
    low, high = (_number(value, digits) for value in (figure.low, figure.high))
    return f"{_number(figure.value, digits, unit)} [{low}, {high}]"


def _targets(sums: Mapping[str, Mapping[str, Mapping[str, Figure]]]) -> str:
    rows = []
    for target in TARGETS:
        for kind, limit in (("samples", target.samples), ("real", target.real)):
            if limit is None:
                continue
            cells = [_judged(target, sums[model][kind][target.key], limit) for model in sums]
            sign = "≥" if target.least else "≤"
            place = "samples" if kind == "samples" else "real clips"
            rows.append([target.words, place, f"{sign} {limit:g}{target.unit}", *cells])
    return _table(["what", "on", "promised", *sums], rows)


def _judged(target: Target, figure: Figure, limit: float) -> str:
    if isnan(figure.value):
        return NONE
    verdict = "hit" if target.met(figure.value, limit) else "**miss**"
    digits = 0 if target.unit == " %" else 1 if target.unit else 2
    return f"{_figure(figure, digits, target.unit)} {verdict}"


def _limbs(sums: Mapping[str, Mapping[str, Mapping[str, Figure]]]) -> str:
    rows = []
    for model, kinds in sums.items():
        for limb, words in LIMBS.items():
            cells = [
                _figure(kinds["samples"][f"{limb}_{what}"])
                for what in ("mae", "bias", "remainder", "p95")
            ]
            rows.append([model, words, *cells])
    return _table(["model", "joint", "MAE", "offset", "remainder", "95 %"], rows)


def _clip_angles(clips: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for name, clip in clips.items():
        cells = []
        for limb in LIMBS:
            error = clip["angles"][limb]
            mae = f"{_number(error['mae'])} [{_number(error['low'])}, {_number(error['high'])}]"
            rest = (_number(error[what]) for what in ("bias", "remainder", "p95"))
            cells.append(f"{mae}; {'; '.join(rest)}")
        rows.append([name, *cells])
    return _table(["clip", *LIMBS.values()], rows)


def _overall(sums: Mapping[str, Mapping[str, Mapping[str, Figure]]]) -> str:
    rows = []
    for key, words, digits, unit in OVERALL:
        cells = [_figure(sums[model]["samples"][key], digits, unit) for model in sums]
        rows.append([words, *cells])
    return _table(["samples", *sums], rows)


def _clips(models: Mapping[str, Mapping[str, Any]], kind: str) -> str:
    rows = []
    for name, clip in models[DEFAULT][kind].items():
        others = [model[kind][name] for model in models.values()]
        reps = clip["reps"]
        true = str(reps["min"]) if reps["min"] == reps["max"] else f"{reps['min']}-{reps['max']}"
        found = " / ".join(str(other["reps"]["found"]) for other in others)
        if clip["holds"]["true_s"] is not None:
            true = f"{_number(clip['holds']['true_s'])} s"
            found = " / ".join(_number(other["holds"]["found_s"]) for other in others)
        cells = [name, _exercise(clip), true, found]
        cells.append(" / ".join(_recognised(other) for other in others))
        cells.append(" / ".join(_unsure(other) for other in others))
        cells.append(" / ".join(_cues(other) for other in others))
        rows.append(cells)
    each = " / ".join(models)
    head = [
        "clip",
        "exercise",
        "true",
        f"counted ({each})",
        "recognised",
        "unsure, %",
        "fault cues",
    ]
    return _table(head, rows)


def _cues(clip: Mapping[str, Any]) -> str:
    said, false = clip["cues"]["faults"], clip.get("false_cues")
    return str(said) if false in (None, 0) else f"{said}, {false} false"


def _thirds(models: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the real clips' figures, of the third set aside and of the others."""
    columns = {}
    for model, kinds in models.items():
        held = set(sorted(kinds["real"])[HELD])
        for title, is_held in (("two thirds", False), ("held third", True)):
            clips = {name: c for name, c in kinds["real"].items() if (name in held) == is_held}
            columns[f"{model}, {title}"] = totals(clips)
    rows = [
        [words, *(_figure(column[key], digits, unit) for column in columns.values())]
        for key, words, digits, unit in PEOPLE
    ]
    return _table(["real clips", *columns], rows)


def _sides(models: Mapping[str, Mapping[str, Any]]) -> str:
    """Return for each real clip whose limbs take turns how many reps got their side."""
    rows = []
    for name, clip in models[DEFAULT]["real"].items():
        if clip.get("sides_seen"):
            found = [model["real"][name]["sides"] for model in models.values()]
            cells = [f"{sum(sides)} of {len(sides)}" for sides in found]
            rows.append([name, str(clip["sides_seen"]), *cells])
    return _table(["clip", "reps seen", *(f"right, {model}" for model in models)], rows)


def _exercise(clip: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (clip["exercise"], clip["level"])))


def _recognised(clip: Mapping[str, Any]) -> str:
    name = clip["recognised"]["exercise"]
    if name is None:
        return "not sure"
    return "yes" if name == clip["exercise"] else f"as {name}"


def _unsure(clip: Mapping[str, Any]) -> str:
    return _number(100.0 * clip["unsure"]["s"] / clip["time_s"], 0)


def _faults(clips: Mapping[str, Mapping[str, Any]], synthetic: Mapping[str, Any]) -> str:
    seen = fault_totals(clips.values())
    drawn = {name: Tally(**counts) for name, counts in synthetic["faults"].items()}
    rows = [
        [f"`{name}`", *_tally(seen.get(name)), *_tally(drawn.get(name))]
        for name in sorted(seen.keys() | drawn.keys())
    ]
    rows.append(["partial reps", *[NONE] * 4, *_tally(Tally(**synthetic["partials"]))])
    kinds = [f"{kind}: {what}" for kind in ("samples", "drawn") for what in ("n", "P", "R", "F1")]
    return _table(["fault", *kinds], rows)


def _tally(tally: Tally | None) -> list[str]:
    if tally is None:
        return [NONE] * 4
    values = (tally.precision, tally.recall, tally.f1)
    return [str(tally.hits + tally.missed), *(_number(value, 2) for value in values)]


def _wrongly(models: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for model, kinds in models.items():
        for clips in kinds.values():
            for name, clip in clips.items():
                for asked, count in clip["asked_wrongly"].items():
                    rows.append([model, name, asked, str(count)])
    return _table(["model", "clip", "asked for", "counted"], rows) if rows else "None.\n\n"


def _tried(found: Mapping[str, float]) -> str:
    rows = [
        [what, f"{value:.0f}" if what.endswith("frames") else f"{value:.1f}°"]
        for what, value in found.items()
    ]
    return _table(["what", "figure"], rows)


def _mirrored(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the samples with a rep that is not right in the mirror, and what all come to."""
    kinds = ("right", "unsure", "wrong")
    lines = [
        [row["clip"], *(str(row[kind]) for kind in kinds)]
        for row in rows
        if row["unsure"] or row["wrong"]
    ]
    lines.append(["all samples", *(str(sum(row[kind] for row in rows)) for kind in kinds)])
    return _table(["in a mirror", *kinds], lines)


def _sweep_table(sweeps: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return a row for every step of every distortion, over all clips swept."""
    rows = [["as filmed", "", *_swept(sweeps["none"])]]
    for distortion in DISTORTIONS:
        for step in distortion.steps:
            here = [row for row in sweeps[distortion.id] if row["step"] == step]
            rows.append([distortion.words, f"{step:g}", *_swept(here)])
    head = ["what", "step", "right", "unsure", "wrong", "time unsure", "near hip", "near knee"]
    return _table(head, rows)


def _swept(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    part = shares(rows)
    cells = [_number(100.0 * part[what], 0, " %") for what in ("right", "unsure", "wrong")]
    cells.append(_number(100.0 * sum(row["unsure_share"] for row in rows) / len(rows), 0, " %"))
    for what in ("hip_remainder", "knee_mae"):
        known = [row[what] for row in rows if row[what] is not None]
        cells.append(_number(median(known), 1, "°") if known else NONE)
    return cells
