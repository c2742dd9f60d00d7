"""Dockerfile and .dockerignore, held against what can be known without a Docker engine."""

import re
import subprocess

import pytest

from extractors.topics import meaning
from reporting.board import pdf
from tests import needs
from tests.deployment.compose import ROOT

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
# One instruction a line: comments away, continued lines joined.
INSTRUCTIONS = [
    line.strip()
    for line in re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", TEXT, flags=re.MULTILINE)).splitlines()
    if line.strip()
]


def of_kind(word: str) -> list[str]:
    return [line.split(maxsplit=1)[1] for line in INSTRUCTIONS if line.split()[0] == word]


def copied() -> list[str]:
    """What is copied from the project (not from an earlier stage)."""
    return [
        source for line in of_kind("COPY") if not line.startswith("--from") for source in line.split()[:-1]
    ]


def stages() -> dict[str, list[str]]:
    """Name → the instructions of every stage, in the file's order."""
    found: dict[str, list[str]] = {}
    for line in INSTRUCTIONS:
        if line.startswith("FROM "):
            found[line.split()[-1]] = []
        elif found:
            found[list(found)[-1]].append(line)
    return found


def in_git(path: str) -> bool:
    result = subprocess.run(
        ["git", "ls-files", "--", path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return bool(result.stdout.strip())


@pytest.mark.parametrize("source", sorted(set(copied())))
def test_what_is_copied_is_in_git(source: str) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git work tree")
    assert in_git(source)


def test_every_package_that_is_installed_is_copied() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^packages = (\[.*\])$", pyproject, flags=re.MULTILINE)
    assert listed
    assert set(re.findall(r'"([a-z_]+)"', listed[1])) <= set(copied())


def test_dockerignore_lets_through_exactly_what_is_copied() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert "*" in lines, "everything is kept out first"
    assert sorted(line[1:] for line in lines if line.startswith("!")) == sorted(set(copied()))


def test_base_image_is_pinned_to_an_exact_version() -> None:
    argument = next(line for line in of_kind("ARG") if line.startswith("PYTHON_IMAGE="))
    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.11\.\d+-slim-\w+", argument)
    earlier: set[str] = {"${PYTHON_IMAGE}"}
    for line in of_kind("FROM"):
        base, _, name = line.split()
        assert base in earlier
        earlier.add(name)
    assert of_kind("FROM")[-1] == "${PYTHON_IMAGE} AS rapport", "what built the packages is left behind"


def test_image_ends_as_a_user_without_rights_and_with_a_health_check() -> None:
    assert of_kind("USER")[-1] not in {"root", "0"}
    last_stage = TEXT[TEXT.rindex("\nFROM ") :]
    assert "\nUSER rapport" in last_stage
    assert len(of_kind("HEALTHCHECK")) == 1


def test_nothing_is_installed_that_is_not_pinned() -> None:
    for line in of_kind("RUN"):
        for wanted in re.findall(r"pip install (.*)", line):
            if "--require-hashes --no-deps" in wanted and wanted.endswith("--requirement packages.txt"):
                continue  # what the lock says, see below
            if wanted.endswith("--no-deps --editable ."):
                continue  # our own code
            names = [word.strip('"') for word in wanted.split() if not word.startswith("-")]
            assert names and all("==" in name for name in names), line
        assert "curl" not in line and "wget" not in line


def test_packages_are_those_of_the_lock_without_the_development_group() -> None:
    [exported] = [line for line in of_kind("RUN") if line.startswith("uv export")]
    assert {"--frozen", "--no-dev", "--no-emit-project"} <= set(exported.split())
    assert re.findall(r"--extra (\S+)", exported) == ["topics"]
    assert exported.endswith("--output-file packages.txt")
    assert "COPY --from=locked /locked/packages.txt ./" in stages()["packages"]


def test_uv_keeps_its_cache_where_the_builds_share_it() -> None:
    cache_dirs = set(re.findall(r"UV_CACHE_DIR=(\S+)", TEXT))
    mounts = [
        re.findall(r"--mount=type=cache,target=(\S+)", line)
        for line in of_kind("RUN")
        if "uv pip install" in line
    ]
    assert [set(found) for found in mounts] == [cache_dirs, cache_dirs]
    assert len(cache_dirs) == 1


def test_layers_that_change_often_come_last() -> None:
    """Packages (hundreds of megabytes) hang on nothing of ours but the list that the lock gives."""
    assert not [
        line for line in stages()["packages"] if line.startswith("COPY") and "--from=locked" not in line
    ]
    last = [line for line in stages()["rapport"] if line.startswith(("COPY", "RUN", "ARG"))]
    assert "apt-get install" in last[0], "the system's libraries and fonts change least of all"
    assert last[1] == "COPY --from=packages /opt/rapport/.venv ./.venv"
    users = next(number for number, line in enumerate(last) if "useradd" in line)
    assert users < last.index("COPY --from=code /opt/rapport ./")


def test_what_draws_the_board_page_is_in_the_image_in_ci_and_in_the_docs() -> None:
    installed = next(line for line in stages()["rapport"] if "apt-get install" in line)
    for package in pdf.PACKAGES:
        assert package in installed.split()
        for name in (".ci/run", "docs/delivery.md"):
            assert package in (ROOT / name).read_text(encoding="utf-8"), (package, name)
    assert {"fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji"} <= set(installed.split())
    assert "rm -rf /var/lib/apt/lists/*" in installed


def test_image_can_be_read_whatever_the_umask_of_the_checkout_was() -> None:
    """COPY keeps modes. So code comes into the image by way of a stage that opens it."""
    assert stages()["code"][-1] == "RUN chmod -R u=rwX,go=rX ."
    assert all("--from=" in line for line in stages()["rapport"] if line.startswith("COPY"))


def test_user_has_the_ids_that_it_is_built_with_and_owns_its_folders() -> None:
    assert {"RAPPORT_UID=10001", "RAPPORT_GID=10001"} <= set(of_kind("ARG"))
    [made] = [line for line in stages()["rapport"] if "useradd" in line]
    assert re.search(r'useradd --uid "\$\{RAPPORT_UID\}"', made)
    assert re.search(
        r'install -d -o "\$\{RAPPORT_UID\}" -g "\$\{RAPPORT_GID\}" -m 0700 /var/lib/rapport /var/lib/airflow',
        made,
    )


def test_uv_is_the_one_that_make_brings() -> None:
    in_make = re.search(
        r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    in_image = re.search(r"^ARG UV_VERSION=(\S+)$", TEXT, flags=re.MULTILINE)
    assert in_make and in_image and in_make[1] == in_image[1]


def test_no_secret_is_built_in() -> None:
    assert not re.search(r"PASSWORD|SECRET|TOKEN|_KEY", " ".join(of_kind("ENV") + of_kind("ARG")))
    assert ".env" not in copied()


def test_emulator_runs_without_the_development_packages() -> None:
    """The image has no dev group: what the emulator serves with has to come with the rest (Airflow brings it)."""
    command = [
        needs.uv(),
        "export",
        "--frozen",
        "--offline",
        "--no-dev",
        "--extra",
        "topics",
        "--no-hashes",
        "--no-emit-project",
        "--quiet",
    ]
    exported = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert exported.returncode == 0, exported.stderr
    names = {line.split("==")[0] for line in exported.stdout.splitlines() if "==" in line}
    assert {"fastapi", "uvicorn", "apache-airflow", "dbt-duckdb"} <= names
    assert meaning.PACKAGE in names, "topics are found by meaning in the image, as docs/topics.md says"
    assert not {"pytest", "playwright", "pyspark"} & names
