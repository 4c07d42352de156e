"""Work for a process that is killed by one of its tasks, as by a decoder that crashes."""

import os

from formcoach.commands.analyze import AnalyzeOptions
from formcoach.commands.many import Result, Task
from formcoach.errors import SourceError

__all__ = ["deadly"]


def deadly(task: Task, options: AnalyzeOptions) -> Result | None:
    del options
    if task.name == "deadly":
        os._exit(11)
    return SourceError(task.name)
