"""Does under a real Docker engine what docs/deployment.md says, says each step, and how long it took.

`make walk-containers`. It needs Docker with Compose v2, and takes about twenty minutes. Projects, images and volumes
have names of their own and are removed at its end; no other project is touched. The first step that does not hold ends
it with exit code 1 and the end of the logs.
"""

import os
import secrets
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from operations.stack.watch import is_built
from rapport.errors import RapportError
from tests.deployment.walk.project import (
    LASTING,
    Project,
    WalkFailed,
    checkout,
    docker,
    need,
    run,
    timed,
    until,
)  # fmt: skip

DAYS = 28
RUN_SECONDS = 1200
PUBLISHED = "/var/lib/rapport/published"
FOUND = "select (select count(*) from marts.posts), (select count(*) from reports.rpt_relationships)"
SOMEBODY = (
    "select client_id, handle from reports.rpt_relationships where handle is not null order by all limit 1"
)
NOTES = "select count(*) from reports.rpt_notes"
ASK = (
    "import duckdb, sys; print(*duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchone())"
)
KILL_ALL = "import os; os.kill(-1, 9)"
begun = time.monotonic()


def say(what: str) -> None:
    print(f"{time.monotonic() - begun:6.0f} s  {what}", flush=True)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what it has made is removed on the way out
    if run(["docker", "compose", "version"], check=False).returncode != 0 or not docker("info", check=False):
        print(
            "There is no Docker engine with Compose v2 that answers: `docker compose version`, `docker info`."
        )
        return 2
    name = f"rapport-walk-{secrets.token_hex(3)}"
    with tempfile.TemporaryDirectory(prefix=f"{name}-", ignore_cleanup_errors=True) as folder:
        base = Path(folder)
        base.chmod(0o711)  # a user of the host has to reach the home in it
        try:
            with Project(name, checkout(base / "checkout")) as project:
                try:
                    walk(project, base)
                    with on_host(project, base) as hosted:
                        walk_on_host(hosted, base)
                finally:
                    own(base, os.getuid(), os.getgid(), project.image)
        except (WalkFailed, RapportError) as problem:
            say(f"STOPPED: {problem}")
            return 1
    left = docker("ps", "--all", "--quiet", "--filter", f"name={name}") + docker(
        "volume", "ls", "--quiet", "--filter", f"name={name}"
    )
    need(not left, f"left behind: {left}")
    say("all of it held; nothing is left behind")
    return 0


def walk(project: Project, base: Path) -> None:
    """Everything with the volumes that Docker makes."""
    say(
        f"built in {project.build():.0f} s from a checkout of umask 077; ours is {project.own_megabytes():.1f} MB of it"
    )
    project.run_once("rapport", "init", "--emulator")
    say(f"all services healthy {project.up():.0f} s after `up`")
    doctor(project)
    fetch_window(project)
    for service in LASTING:
        restart(project, service)
    reboot(project)
    kill_in_build(project)
    upgrade(project)
    back_up_and_restore(project, base)
    need(not project.leaks(), f"a log shows {project.leaks()}")
    say("no log shows a secret")


def fetch_window(project: Project) -> None:
    """A window by hand, as in the trigger form, to its publication."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = today - timedelta(days=today.weekday())
    window = {"window_start": (end - timedelta(days=DAYS)).isoformat(), "window_end": end.isoformat()}
    project.inside("airflow", "dags", "unpause", "x_extract")
    run_id = project.api().trigger("x_extract", window)
    seconds = timed(partial(done, project, "x_extract", run_id)) + timed(partial(built_of, project, run_id))
    daily = [run["state"] for run in project.api().runs("x_extract") if run["run_type"] == "scheduled"]
    need(daily == ["success"], f"switched on, the daily schedule fetched yesterday: {daily}")
    project.inside(
        "airflow", "dags", "pause", "x_extract"
    )  # what is published is to stay the same from here on
    project.inside("rapport", "status")
    done(project, "cleanup", project.api().trigger("cleanup", {}))
    posts, relationships = found(project)
    need(posts > 100 and relationships > 10, f"{posts} posts, {relationships} relationships were published")
    say(f"{DAYS} days fetched and published in {seconds:.0f} s: {posts} posts, {relationships} relationships")
    target = project.source / "out"
    project.compose("cp", f"scheduler:{PUBLISHED}", str(target))
    need(bool(list(target.glob("reports/*/*-W*/index.html"))), "no report came out with `docker compose cp`")
    need(bool(list(target.glob("reports/*/*-W*/board.pdf"))), "no board page was drawn as PDF")
    say("the reports are on the host, by `docker compose cp`")


def restart(project: Project, service: str) -> None:
    """Stopped and started, then killed from within: the engine starts it again."""
    stopping = timed(partial(project.compose, "stop", service))
    code = project.state(service, "ExitCode")
    need(code != "137", f"{service} was killed at its stop, after {stopping:.0f} s")
    project.compose("start", service)
    healthy = project.wait_until_healthy(service)
    crashed = "the server itself stays"
    if service != "postgres":  # it has no init of ours, so its first process cannot be killed from within
        before = project.state(service, "StartedAt")
        project.inside("python", "-c", KILL_ALL, service=service, check=False)
        for _ in until(time.monotonic() + 60, f"{service} to be started again"):
            if project.state(service, "StartedAt") != before:
                break
        crashed = f"{project.wait_until_healthy(service):.0f} s after kill -9"
    say(f"{service}: stopped in {stopping:.1f} s, healthy {healthy:.0f} s after its start, {crashed}")
    project.wait_until_healthy()


def reboot(project: Project) -> None:
    stopping = timed(partial(project.compose, "stop"))
    killed = [name for name in LASTING if project.state(name, "ExitCode") == "137"]
    need(not killed, f"killed at the stop of all: {killed}")
    project.compose("start")
    say(
        f"all stopped in {stopping:.0f} s, none killed; healthy {project.wait_until_healthy():.0f} s after their start"
    )
    doctor(project)


def kill_in_build(project: Project) -> None:
    """The scheduler's container is killed while dbt runs in it: readers keep what they have, the run is taken up."""
    before = found(project)
    note(project, "Kept before a build that is killed.")
    run_id = project.api().trigger("engagement_build", {})
    for _ in until(time.monotonic() + 300, "dbt to run"):
        if "dbt" in project.compose("top", "scheduler"):
            break
    project.compose("kill", "scheduler")
    need(found(project, service="triggerer") == before, "readers see something else after the kill")
    project.compose("start", "scheduler")
    seconds = timed(partial(done, project, "engagement_build", run_id))
    need(found(project) == before, "the build that was killed has changed what is published")
    need(asked(project, NOTES) == ["1"], "what was new for that build is not published")
    say(
        f"killed in mid-build: readers kept theirs, and the same run was done {seconds:.0f} s after the start"
    )


def upgrade(project: Project) -> None:
    """`git pull` with the services running, then the steps of the docs."""
    before, layers = found(project), project.layers()
    new = project.source / "rapport" / "walked.py"
    new.touch(mode=0o600)
    for dag in (project.source / "dags").glob("[a-z]*.py"):
        dag.write_text(f"import rapport.walked\n{dag.read_text('utf-8')}", encoding="utf-8")
    old = project.inside("cat", "/opt/rapport/dags/x_extract.py", service="dag-processor")
    need("walked" not in old, "what `git pull` brings reaches what runs")
    seconds, kept = project.build(), [layer for layer in project.layers() if layer in layers]
    need(len(kept) >= len(layers) - 2, f"only {len(kept)} of {len(layers)} layers stayed")
    down = timed(partial(project.compose, "down"))
    healthy = project.up()
    project.inside("python", "-c", "import rapport.walked")
    need(not project.api().import_errors() and found(project) == before, "something is missing afterwards")
    doctor(project)
    note(project, "Kept after the upgrade.")
    done(project, "engagement_build", project.api().trigger("engagement_build", {}))
    need(asked(project, NOTES) == ["2"], "the next build was not published")
    say(
        f"upgraded: built in {seconds:.0f} s ({project.own_megabytes():.1f} MB are new), down in {down:.0f} s, "
        f"healthy in {healthy:.0f} s, and the next build published"
    )


def back_up_and_restore(project: Project, base: Path) -> None:
    """To a folder of the host, and back over a home with a broken rapport.toml and no warehouse."""
    place = base / "backups"
    place.mkdir()
    own(place, 10001, 10001, project.image)
    override = f"services:\n  scheduler:\n    volumes:\n      - {place}:{place}\n"
    (project.source / "docker-compose.override.yml").write_text(override, encoding="utf-8")
    project.compose("up", "--detach", "--wait")
    before = found(project)
    taking = timed(partial(project.inside, "rapport", "backup", "--to", str(place)))
    config = project.run_once("sh", "-c", 'cat "$RAPPORT_HOME/rapport.toml"')
    put = 'umask 077; cat > "$RAPPORT_HOME/rapport.toml"'
    project.run_once("sh", "-c", put, input=config + "\n[[clients]\n")
    need(
        "rapport.toml" in project.inside("rapport", "doctor", "--offline", check=False), "doctor saw no fault"
    )
    project.run_once("sh", "-c", 'rm -r "$RAPPORT_HOME"/warehouse.duckdb "$RAPPORT_HOME"/published')
    project.compose("stop", "scheduler")
    backup = project.run_once("sh", "-c", f"ls -d {place}/2*").split()[-1]
    restoring = timed(partial(project.run_once, "rapport", "restore", backup, "--yes"))
    project.compose("start", "scheduler")
    project.wait_until_healthy()
    need(found(project) == before, "the restore brought something else")
    need(
        project.run_once("sh", "-c", 'cat "$RAPPORT_HOME/rapport.toml"') == config, "rapport.toml is another"
    )
    doctor(project)
    say(
        f"backed up to a folder of the host in {taking:.0f} s, restored over damage in {restoring:.0f} s: {before}"
    )


def on_host(project: Project, base: Path) -> Project:
    """A second project whose home is a folder of the host, run as one of its users, with the backup of the first."""
    uid, gid = (os.getuid(), os.getgid()) if os.getuid() else (1000, 1000)
    project.compose("down", "--volumes")
    project.set(RAPPORT_UID=str(uid), RAPPORT_GID=str(gid), RAPPORT_HOME_VOLUME=str(base / "home"))
    told = project.compose("run", "--rm", "--no-deps", "-T", "airflow-init", check=False)
    need("See docs/deployment.md" in told, f"airflow-init does not say what to do about other ids:\n{told}")
    return Project(f"{project.name}-host", project.source, **project.values)


def walk_on_host(project: Project, base: Path) -> None:
    """RAPPORT_HOME_VOLUME with the ids of a user of the host, whose tools read what is published."""
    uid, gid = int(project.values["RAPPORT_UID"]), int(project.values["RAPPORT_GID"])
    home = base / "home"
    project.build()
    for folder in (home, base / "backups"):
        folder.mkdir(exist_ok=True)
        own(folder, uid, gid, project.image)
    backup = project.run_once("sh", "-c", f"ls -d {base}/backups/2*").split()[-1]
    project.run_once("rapport", "restore", backup, "--yes")
    say(f"as {uid}:{gid}, with a folder of the host: healthy {project.up():.0f} s after `up`")
    doctor(project)
    reboot(project)
    file = home / "published" / "engagement.duckdb"
    need(can_read(file, uid, gid), "the user whose home it is can't read what is published")
    if os.getuid():
        say("its user's tools read what is published; other users can be tried by root only")
        return
    need(
        not can_read(file, uid + 1, gid + 1), "another user can read what is published, though nobody said so"
    )
    config = home / "rapport.toml"
    for setting, reader in (("group", (uid + 1, gid)), ("everyone", (uid + 1, gid + 1))):
        text = config.read_text("utf-8").partition("\n[privacy]\n")[0]
        config.write_text(f'{text}\n[privacy]\npublished = "{setting}"\n', encoding="utf-8")
        project.inside("rapport", "publish")
        need(can_read(file, *reader), f'"{setting}" does not open the published file')
        need(not can_read(home / "warehouse.duckdb", *reader), f'"{setting}" opens the warehouse, too')
    need(not can_read(config, uid + 1, gid + 1), "others can read rapport.toml")
    doctor(project)
    need(not project.leaks(), f"a log shows {project.leaks()}")
    say("its user's tools read what is published, others when [privacy] says so, and nothing else")


def can_read(file: Path, uid: int, gid: int) -> bool:
    """Whether a tool of that user of the host gets at the file: rows of a database, or bytes."""
    how: dict[str, Any] = {} if os.getuid() else {"user": uid, "group": gid, "extra_groups": []}
    command = ["/bin/cat", str(file)]
    if run(command, check=False, cwd="/", errors="replace", **how).returncode != 0:
        return False
    if file.suffix == ".duckdb":
        rows = run([sys.executable, "-c", ASK, str(file), FOUND], check=False, cwd="/")
        need(rows.returncode == 0, f"{file} is no database: {rows.stderr[-300:]}")
    return True


def own(folder: Path, uid: int, gid: int, image: str) -> None:
    """Gives a folder of the host away by way of the engine: whoever walks may not be root."""
    owner = f"chown --recursive {uid}:{gid} /folder && chmod u=rwx,g-rw,o-rw /folder"
    place = ("--volume", f"{folder}:/folder", "--network", "none", "--user", "root")
    docker("run", "--rm", *place, image, "sh", "-c", owner)


def doctor(project: Project) -> None:
    told = project.inside("rapport", "doctor")
    need("all of it is healthy" in told, f"doctor does not find Airflow healthy:\n{told}")
    need("can be drawn as PDF" in told, f"the image lacks what draws board pages:\n{told}")
    model = project.inside("python", "-c", "from extractors.topics import meaning; print(meaning.version())")
    need(model.strip() not in ("", "None"), "the image lacks the model that reads topics by their examples")


def found(project: Project, service: str = "scheduler") -> tuple[int, int]:
    """How many posts and relationships are published, as a reader in another container finds them."""
    posts, relationships = map(int, asked(project, FOUND, service))
    return posts, relationships


def asked(project: Project, query: str, service: str = "scheduler") -> list[str]:
    """The one row that is published there for a query, its values parted by blanks."""
    return project.inside(
        "python", "-c", ASK, f"{PUBLISHED}/engagement.duckdb", query, service=service
    ).split()


def note(project: Project, words: str) -> None:
    """Keeps a note, as somebody does by hand: where nothing is new no build is made."""
    client, handle = asked(project, SOMEBODY)
    project.inside(
        "rapport", "note", "add", "--client", client, "--about", f"@{handle}", "--basis", "consent", words
    )


def done(project: Project, dag_id: str, run_id: str) -> None:
    for _ in until(time.monotonic() + RUN_SECONDS, f"{dag_id} {run_id} to end"):
        state = project.api().run(dag_id, run_id)["state"]
        need(state != "failed", f"{dag_id} {run_id} failed")
        if state == "success":
            return


def built_of(project: Project, run_id: str) -> None:
    """Waits until a build that began after this extraction's load is published."""
    api = project.api()
    for _ in until(time.monotonic() + RUN_SECONDS, f"a build after {run_id}"):
        builds = api.runs("engagement_build")
        need(all(build["state"] != "failed" for build in builds), "engagement_build failed")
        is_idle = all(build["state"] == "success" for build in builds)
        if is_idle and is_built(api, [api.run("x_extract", run_id)], builds):
            return


if __name__ == "__main__":
    sys.exit(main())
