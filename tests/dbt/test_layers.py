"""Which model may read which: the layers of dbt_project, read from what dbt understood of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from modelling.builds import NOT_READ
from rapport.networks import NETWORKS
from rapport.project import PROJECT_DIR

MODELS = PROJECT_DIR / "models"
# From the bottom up: a model reads from its own layer and from those below it. The tables of changes are no layer:
# they serve the models that are built daily, in every layer. Nor is the load profile: it is for the checks alone.
LAYERS = ["staging", "intermediate", "marts", "reports"]
# Intermediate models that read a mart all the same, with the reason.
CLIMBING = {
    # The ledger is made in one step, with its lists of posts; an intermediate table of the same rows would be another
    # copy of them: 0.6 s of CPU for 140,000 rows (2026-11-29).
    "relationship_weeks": {
        "int_engagement__weeks",
        "int_goals__measures",
    },
}
# Where a model reads a table as the last build left it (macros/changes.sql).
_BEFORE = re.compile(r"\bbefore\(\s*'(\w+)',\s*'(\w+)'")


class Project:
    """The models of the project: what each reads, and where it stands."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.nodes: dict[str, dict[str, Any]] = {
            node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"
        }
        self.sources: set[str] = {*manifest["sources"]}
        self.reads = {
            name: {
                node_id.rpartition(".")[2]
                for node_id in node["depends_on"]["nodes"]
                if node_id.startswith("model.")
            }
            for name, node in self.nodes.items()
        }

    def layer(self, name: str) -> str:
        """The first folder below models/."""
        return Path(self.folder(name)).parts[0]

    def folder(self, name: str) -> str:
        """The folder of a model below models/, such as staging/x."""
        return str(Path(self.nodes[name]["original_file_path"]).parent.relative_to("models"))

    def all_below(self, name: str) -> set[str]:
        """Every model that it reads, directly or through others."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for model in self.reads[waiting.pop()] - found:
                found.add(model)
                waiting.append(model)
        return found

    def befores(self) -> Iterator[tuple[str, str]]:
        """(model, the one that it reads as the last build left it)."""
        for name, node in self.nodes.items():
            for schema, table in _BEFORE.findall(node["raw_code"]):
                assert self.nodes[table]["schema"] == schema, (
                    f"{name} reads {schema}.{table}, which no model makes"
                )
                yield name, table


@pytest.fixture(scope="module")
def project(manifest: dict[str, Any]) -> Project:
    return Project(manifest)


def test_no_layer_climbs(project: Project) -> None:
    climbing = {
        (parent, name)
        for name, read in project.reads.items()
        for parent in read
        if {project.layer(name), project.layer(parent)} <= {*LAYERS}
        if LAYERS.index(project.layer(parent)) > LAYERS.index(project.layer(name))
    }
    assert climbing == {(mart, name) for mart, names in CLIMBING.items() for name in names}


def test_marts_and_reports_read_no_staging(project: Project) -> None:
    """But what the networks gave and what was erased, where nothing between has anything to add to it."""
    assert {
        (name, parent)
        for name, read in project.reads.items()
        for parent in read
        if project.layer(name) in ("marts", "reports") and project.layer(parent) == "staging"
    } == {
        ("account_handles", "stg_networks__account_handles"),
        ("account_handles", "stg_networks__changed_accounts"),
        ("conversation_posts", "stg_rapport__tombstones"),
        ("posts", "stg_networks__posts"),
        ("rpt_context_counts", "stg_networks__account_metrics"),
    }


def test_only_staging_reads_what_was_loaded(project: Project) -> None:
    readers = {
        source: {
            project.layer(name)
            for name, node in project.nodes.items()
            if source in node["depends_on"]["nodes"]
        }
        for source in project.sources
    }
    assert len(readers) > 12
    # a build would not see that these have changed
    assert {source.rpartition(".")[2] for source in project.sources} & {*NOT_READ} == set()
    for source, layers in readers.items():
        # the load profile is about the rows as they came
        allowed = (
            {"staging", "quality"} if source.startswith("source.rapport.raw.") else {"staging", "changes"}
        )
        assert layers <= allowed, source


def test_staging_that_only_selects_is_no_copy(project: Project) -> None:
    work = re.compile(r"\b(group by|distinct|join|over|union|each_of|only_changed)\b")
    thin = {
        name
        for name, node in project.nodes.items()
        if project.layer(name) == "staging" and not work.search(node["raw_code"])
    }
    assert len(thin) > 5
    assert {
        name for name in thin if project.nodes[name]["config"]["materialized"] not in ("view", "ephemeral")
    } == set()


def test_the_load_profile_stands_alone(project: Project) -> None:
    parts = {name for name in project.nodes if project.folder(name) == "quality"} - {"load_profile"}
    assert len(parts) > 3
    assert project.all_below("load_profile") == parts | {"stg_rapport__new_loads"}
    readers = {name for name, read in project.reads.items() if read & {"load_profile", *parts}}
    assert readers <= {"load_profile", *parts}
    assert {project.nodes[name]["config"]["materialized"] for name in parts} == {"ephemeral"}


def test_each_folder_holds_what_its_name_says(project: Project) -> None:
    patterns = {
        "staging": r"stg_{part}__[a-z_]+",
        "changes": r"_changes__[a-z_]+",
        "quality": r"load_profile(__[a-z_]+)?",
        "intermediate": r"int_{part}__[a-z_]+",
        "marts": r"(?!stg_|int_|rpt_|_)[a-z_]+",
        "reports": r"rpt_[a-z_]+",
    }
    for name in project.nodes:
        layer, *parts = Path(project.folder(name)).parts
        assert len(parts) == (1 if layer in ("staging", "intermediate") else 0), name
        assert re.fullmatch(patterns[layer].format(part="".join(parts)), name), name
        assert project.nodes[name]["schema"] == layer, name


def test_what_a_table_was_is_read_before_it_is_replaced(project: Project) -> None:
    pairs = list(project.befores())
    assert len(pairs) >= 6
    assert [
        f"{change} must be built before {table}"
        for change, table in pairs
        if change not in project.all_below(table)
    ] == []


def test_every_model_has_its_description_beside_it() -> None:
    written = {path.relative_to(MODELS).with_suffix("") for path in MODELS.rglob("*.sql")}
    described = {path.relative_to(MODELS).with_suffix("") for path in MODELS.rglob("*__*.yml")}
    assert len(written) > 100
    assert described <= written
    assert {str(path) for path in written if not (MODELS / path).with_suffix(".yml").exists()} == set()


def test_each_description_is_of_something_and_every_test_has_one(project: Project) -> None:
    described: dict[str, set[str]] = {"models": set(), "data_tests": set()}
    for path in (*MODELS.rglob("*.yml"), *(PROJECT_DIR / "tests").rglob("*.yml")):
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        for kind, names in described.items():
            names.update(thing["name"] for thing in written.get(kind, []))
    tests = {path.stem for path in (PROJECT_DIR / "tests").glob("*.sql")}
    assert len(tests) > 3
    # of a description too many dbt only warns, in a log that nobody reads
    assert described == {"models": {*project.nodes}, "data_tests": tests}


def test_a_table_of_changes_says_that_it_is_for_the_build(project: Project) -> None:
    changes = {name: node for name, node in project.nodes.items() if project.folder(name) == "changes"}
    assert len(changes) > 7
    for name, node in changes.items():
        assert node["schema"] == "changes" and name.startswith("_changes__")
        assert "not for readers" in node["description"]


def test_no_network_is_named_in_sql() -> None:
    """One set of models takes the rows of all networks; what they differ in comes from their declarations."""
    named = re.compile("|".join(rf"'{network}'|_{network}_" for network in NETWORKS))
    texts = {
        str(path.relative_to(PROJECT_DIR)): path.read_text(encoding="utf-8")
        for path in PROJECT_DIR.rglob("*.sql")
    }
    assert len(texts) > 100
    assert [path for path, text in texts.items() if named.search(text)] == []
