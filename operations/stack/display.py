"""Progress for people: moving bars in a terminal; elsewhere (CI, a file) one line after the other."""

import time
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from operations.stack.watch import RunProgress

# In a log file, a line every second would bury the others.
QUIET_SECONDS = 10.0


class Display:
    """Shows what runs, how far it is and how long it has taken. Use as a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._is_live = console.is_terminal
        self._bars = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f} of {task.total:.0f} tasks"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[now]}"),
            console=console,
            # Drawing more often would take time from the run itself.
            refresh_per_second=2,
            disable=not self._is_live,
        )
        self._ids: dict[tuple[str, str], TaskID] = {}
        self._printed: dict[tuple[str, str], tuple[object, float]] = {}

    def __enter__(self) -> "Display":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def say(self, words: str) -> None:
        """One line, with the time since the start."""
        self._console.print(f"[dim]{self._clock()}[/dim]  {escape(words)}", soft_wrap=True)

    def phase(self, words: str) -> None:
        """The same in bold, and the bars start again."""
        for task_id in self._ids.values():
            self._bars.remove_task(task_id)
        self._ids, self._printed = {}, {}
        self._console.print(f"[dim]{self._clock()}[/dim]  [bold]{escape(words)}[/bold]", soft_wrap=True)

    def line(self, words: str) -> None:
        """One line without a time."""
        self._console.print(escape(words), soft_wrap=True)

    def blank(self) -> None:
        self._bars.stop()
        self._console.print()

    def show(self, runs: list[RunProgress]) -> None:
        """The state of the runs; called about once a second."""
        for run in runs:
            if self._is_live:
                self._show_bar(run)
            self._print_line(run)

    def _show_bar(self, run: RunProgress) -> None:
        key = (run.dag_id, run.run_id)
        if key not in self._ids:
            self._ids[key] = self._bars.add_task(f"{run.dag_id:17}", total=max(1, run.task_count), now="")
        doing = ", ".join(run.now[:3]) or ("" if run.state == "success" else run.state)
        self._bars.update(self._ids[key], completed=run.done_count, total=max(1, run.task_count), now=doing)

    def _print_line(self, run: RunProgress) -> None:
        """Prints a line when a run ends. Without a terminal also when its tasks change, but not too often."""
        key, now = (run.dag_id, run.run_id), time.monotonic()
        last_state, printed_at = self._printed.get(key, (None, 0.0))
        has_ended = run.state == "success"
        state = (run.state, run.done_count, run.now)
        if state == last_state or (isinstance(last_state, tuple) and last_state[0] == "success"):
            return
        if has_ended or (not self._is_live and now - printed_at >= QUIET_SECONDS):
            self._printed[key] = (state, now)
            doing = "done" if has_ended else ", ".join(run.now) or run.state
            self.say(f"{run.dag_id}: {run.done_count} of {run.task_count} tasks; {doing}")

    def _clock(self) -> str:
        seconds = int(time.monotonic() - self._started)
        return f"{seconds // 60}:{seconds % 60:02d}"
