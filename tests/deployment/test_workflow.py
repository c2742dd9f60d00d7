"""The Makefile, CI's entry, the hooks and the docs: what a newcomer touches first."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet

from tests.deployment.compose import ROOT, read_env, resolved, variables

DOCS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)


@pytest.fixture
def bare_path(tmp_path: Path) -> str:
    """A PATH on which there is no uv, only what a fresh machine has."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "bash", "env", "make", "awk", "cat", "rm", "mkdir", "chmod"):
        found = shutil.which(name)
        assert found, f"{name} is needed for this test"
        (folder / name).symlink_to(found)
    (folder / "python3").symlink_to(sys.executable)
    return str(folder)


def make(*arguments: str, cwd: Path = ROOT, path: str | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **({"PATH": path} if path else {})}
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):  # of the make that runs these tests
        env.pop(name, None)
    return subprocess.run(["make", *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    for name in ("Makefile", ".env.example"):
        shutil.copy(ROOT / name, folder)
    return folder


def test_help_is_what_make_alone_shows_and_needs_nothing(bare_path: str) -> None:
    shown = make(path=bare_path)
    assert shown.returncode == 0, shown.stderr
    assert re.findall(r"^  make ([a-z]+) ", shown.stdout, flags=re.MULTILINE)[:5] == [
        "help",
        "demo",
        "test",
        "up",
        "down",
    ]


@pytest.mark.parametrize("target", ["demo", "up", "down"])
def test_target_sets_up_and_calls_the_command_of_its_name(target: str) -> None:
    lines = make("-n", target).stdout.splitlines()
    # an extra that is installed here stays so
    assert lines[-2].removesuffix(" --extra spark").endswith("uv sync --frozen --compile-bytecode")
    assert lines[-1].endswith(f"uv run --frozen --no-sync rapport {target}")


def test_tests_come_after_the_checks_of_style_types_imports_and_sql() -> None:
    shown = make("-n", "test").stdout
    order = [
        shown.index(tool)
        for tool in ("uv sync", "ruff check", "lint-imports", "mypy", "sqlfluff lint", "pytest")
    ]
    assert order == sorted(order)


def test_uv_is_brought_by_pip_where_there_is_none(bare_path: str, copy: Path) -> None:
    shown = make("-n", "setup", cwd=copy, path=bare_path).stdout
    assert re.search(
        r"python3 -m pip install .*--target \.tools/uv-\S+ uv==\d+\.\d+\.\d+", shown.replace("\\\n", "")
    )
    assert re.search(r"^\.tools/uv-\S+/bin/uv sync --frozen --compile-bytecode$", shown, flags=re.MULTILINE)


def test_python_without_pip_is_told_what_to_do(bare_path: str, copy: Path) -> None:
    stopped = make("setup", "PYTHON=false", cwd=copy, path=bare_path)
    assert stopped.returncode != 0
    assert "apt-get install python3-pip" in stopped.stdout


def test_env_has_secrets_of_its_own_that_nobody_else_can_read(copy: Path) -> None:
    assert make("env", cwd=copy).returncode == 0
    path = copy / ".env"
    values = read_env(path.read_text(encoding="utf-8"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    needed = {name for name, how in variables().items() if how == ":?"}
    assert all(len(values[name]) >= 43 for name in needed)
    assert len({values[name] for name in needed}) == len(needed)
    assert values["X_BEARER_TOKEN"] == ""
    Fernet(values["AIRFLOW_FERNET_KEY"])
    assert resolved(values)["services"]

    before = path.read_text(encoding="utf-8")
    again = make("env", cwd=copy)
    assert again.returncode != 0 and "already there" in again.stdout
    assert path.read_text(encoding="utf-8") == before


def test_ci_runs_what_anybody_runs() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert "set -euo pipefail" in text and "export CI=true" in text
    made = re.findall(r"^(?:.*&& )?\s*make ([\w-]+)", text, flags=re.MULTILINE)
    assert made == ["test", "test-airflow", "test-thorough", "spark", "test-spark"]
    # what is missing is said, and where it is there, a test that fails fails CI
    spark = text[text.index("&& make spark; then") :]
    assert re.search(r"^  make test-spark SPARK_TESTS=\S+$", spark, flags=re.MULTILINE)
    assert "NOT held to DuckDB" in spark and "||" not in spark
    assert "openjdk-17-jre-headless || true" in text


def test_hooks_are_the_checks_of_make_and_fetch_nothing() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    linted = make("-n", "lint").stdout
    for hook in config["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        tool = re.fullmatch(r"uv run --frozen --no-sync (\S+( (check|format|lint))?).*", hook["entry"])
        assert tool and f"uv run --frozen --no-sync {tool[1]}" in linted, hook["id"]


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_the_docs_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {
                re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings
            }, target


def test_folder_map_of_the_readme_names_every_folder() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    mapped = set(re.findall(r"^\| `([a-z_]+)/` ", text, flags=re.MULTILINE))
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not tracked:
        pytest.skip("not a git work tree")
    folders = {name.split("/")[0] for name in tracked if "/" in name and not name.startswith(".")}
    assert folders <= mapped
