"""The tables of the history, as steps that each raise the database's version by one.

A step that was released is never changed; a new need is a new step at the end.
"""

__all__ = ["APPLICATION_ID", "STEPS", "VERSION"]

APPLICATION_ID = 0x464F434F
"""Stands in the file's head (``FOCO``), so that no other program's database is taken for ours."""

_FIRST = (
    # Times of day are seconds since 1970 in UTC, with the offset of the place in minutes beside
    # them: the same moment sorts right, and "today" stays the day that the person lived.
    """CREATE TABLE session (
        id INTEGER PRIMARY KEY,
        exercise TEXT NOT NULL,
        level TEXT NOT NULL,
        started_utc_s REAL NOT NULL,
        started_offset_min INTEGER NOT NULL,
        ended_utc_s REAL,
        ended_offset_min INTEGER,
        lang TEXT NOT NULL,
        source TEXT NOT NULL
    )""",
    "CREATE INDEX session_by_time ON session (started_utc_s)",
    """CREATE TABLE exercise_set (
        session_id INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
        set_index INTEGER NOT NULL,
        ended INTEGER NOT NULL DEFAULT 0,
        effort INTEGER,
        pain_before INTEGER,
        pain_after INTEGER,
        breathing_normal INTEGER,
        stopped_why TEXT,
        unsure_s REAL NOT NULL DEFAULT 0,
        PRIMARY KEY (session_id, set_index)
    )""",
    """CREATE TABLE rep (
        session_id INTEGER NOT NULL,
        set_index INTEGER NOT NULL,
        rep_index INTEGER NOT NULL,
        side TEXT NOT NULL,
        start_s REAL NOT NULL,
        turn_s REAL NOT NULL,
        end_s REAL NOT NULL,
        peak_deg REAL,
        rom_deg REAL,
        hold_s REAL NOT NULL,
        quality TEXT NOT NULL,
        faults TEXT NOT NULL,
        PRIMARY KEY (session_id, set_index, rep_index),
        FOREIGN KEY (session_id, set_index)
            REFERENCES exercise_set (session_id, set_index) ON DELETE CASCADE
    )""",
    """CREATE TABLE hold (
        session_id INTEGER NOT NULL,
        set_index INTEGER NOT NULL,
        start_s REAL NOT NULL,
        end_s REAL NOT NULL,
        side TEXT NOT NULL,
        faults TEXT NOT NULL,
        PRIMARY KEY (session_id, set_index, start_s),
        FOREIGN KEY (session_id, set_index)
            REFERENCES exercise_set (session_id, set_index) ON DELETE CASCADE
    )""",
    # Every measurement stays; the newest one of a side is in force.
    """CREATE TABLE personal_end (
        id INTEGER PRIMARY KEY,
        exercise TEXT NOT NULL,
        level TEXT NOT NULL,
        side TEXT NOT NULL,
        peak_deg REAL NOT NULL,
        measured_utc_s REAL NOT NULL
    )""",
    # What is one whole and read as one: the profile, the place in the programme, the diary.
    "CREATE TABLE document (name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
)

_BACK = ("ALTER TABLE exercise_set ADD COLUMN back_kept INTEGER",)

# What was held before this was measured counts whole, where nothing was wrong with the line.
_IN_LINE = (
    "ALTER TABLE hold ADD COLUMN in_line_s REAL NOT NULL DEFAULT 0",
    """UPDATE hold SET in_line_s = end_s - start_s
        WHERE faults NOT LIKE '%hips_sag%' AND faults NOT LIKE '%hips_pike%'""",
)

STEPS: tuple[tuple[str, ...], ...] = (_FIRST, _BACK, _IN_LINE)
VERSION = len(STEPS)
