"""docker-compose.yml against the compose schema, and against what this project promises of it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from rapport import config_environment
from tests.deployment.compose import COMPOSE_PATH, ROOT, MissingVariable, raw, read_env, resolved, variables

SECRETS = {
    "POSTGRES_PASSWORD",
    "AIRFLOW_ADMIN_PASSWORD",
    "AIRFLOW_FERNET_KEY",
    "AIRFLOW_JWT_SECRET",
    "AIRFLOW_API_SECRET_KEY",
}
FILLED = {name: f"a-value-of-{name.lower()}" for name in SECRETS}
SERVICES = resolved(FILLED)["services"]
LASTING = {name: service for name, service in SERVICES.items() if service.get("restart") != "no"}


def validate(path: Path) -> subprocess.CompletedProcess[str]:
    """check-jsonschema with the compose schema that it carries: nothing is fetched."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_file_keeps_the_compose_schema(tmp_path: Path) -> None:
    result = validate(COMPOSE_PATH)
    assert result.returncode == 0, result.stdout

    filled_in = tmp_path / "docker-compose.yml"
    filled_in.write_text(yaml.safe_dump(resolved(FILLED)), encoding="utf-8")
    assert validate(filled_in).returncode == 0


def test_schema_refuses_what_compose_would_refuse(tmp_path: Path) -> None:
    broken = raw()
    broken["services"]["postgres"]["port"] = ["127.0.0.1:5432:5432"]
    path = tmp_path / "docker-compose.yml"
    path.write_text(yaml.safe_dump(broken), encoding="utf-8")
    assert validate(path).returncode != 0


def test_services_are_those_of_airflow_3() -> None:
    assert set(SERVICES) == {
        "postgres", "airflow-init", "api-server", "scheduler", "dag-processor", "triggerer", "emulator",
    }  # fmt: skip
    assert SERVICES["emulator"]["profiles"] == ["emulator"]
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["emulator"]


@pytest.mark.parametrize("name", SERVICES)
def test_image_is_pinned_to_a_version(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].rpartition(":")
    assert image, f"{name} has no tag"
    assert re.match(r"\d+\.\d+", tag), f"{name}: '{tag}' is not an exact version"


@pytest.mark.parametrize("name", SERVICES)
def test_service_runs_as_somebody_without_rights(name: str) -> None:
    service = SERVICES[name]
    assert str(service["user"]).split(":")[0] not in {"", "0", "root"}
    assert "privileged" not in service
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", LASTING)
def test_lasting_service_has_a_health_check_and_is_started_again(name: str) -> None:
    service = LASTING[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])
    assert service["restart"] == "unless-stopped"


def test_only_the_one_that_ends_by_itself_goes_without_health_check() -> None:
    assert set(SERVICES) - set(LASTING) == {"airflow-init"}
    waiting = [name for name, service in LASTING.items() if "airflow-init" in service.get("depends_on", {})]
    assert {"api-server", "scheduler", "dag-processor", "triggerer"} <= set(waiting)
    for name in waiting:
        assert LASTING[name]["depends_on"]["airflow-init"]["condition"] == "service_completed_successfully"


def test_ports_are_bound_to_loopback() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(ports) == {"api-server"}, "only Airflow's pages are offered to the host"
    assert all(port.startswith("127.0.0.1:") for port in ports["api-server"])
    assert all(service.get("network_mode") != "host" for service in SERVICES.values())


@pytest.mark.parametrize("name", sorted(SECRETS))
@pytest.mark.parametrize("value", [None, ""])
def test_refuses_to_start_without_a_secret(name: str, value: str | None) -> None:
    values = {key: value for key, value in FILLED.items() if key != name} | (
        {} if value is None else {name: value}
    )
    with pytest.raises(MissingVariable, match=rf"set {name} in \.env"):
        resolved(values)


def test_no_secret_stands_in_the_file() -> None:
    for name, service in raw()["services"].items():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|_KEY|TOKEN", key) and not key.endswith("_FILE"):
                assert re.fullmatch(r"\$\{[A-Z_]+:(\?[^}]+|-)\}", str(value)), f"{name}: {key} is written out"
    assert not re.search(r"://[^/\s@:]+:[^@\s]+@", COMPOSE_PATH.read_text(encoding="utf-8")), (
        "a password in an address"
    )


def test_each_key_goes_only_where_it_is_used() -> None:
    def holders(key: str) -> set[str]:
        return {name for name, service in SERVICES.items() if key in service.get("environment", {})}

    for secrets in config_environment.SECRETS.values():
        assert all(holders(variable) == {"scheduler"} for variable in secrets), secrets
    assert holders("AIRFLOW_ADMIN_PASSWORD") == {"api-server"}
    # The tasks are beside it, and could make themselves a login anyway: every service has the JWT secret.
    assert holders("RAPPORT_AIRFLOW_PASSWORD") == {"scheduler"}
    for connection in ("AIRFLOW_CONN_SMTP_DEFAULT", "AIRFLOW_CONN_RAPPORT_WEBHOOK"):
        assert holders(connection) == {"scheduler", "dag-processor"}


def test_whoever_reads_a_network_is_told_where_it_is() -> None:
    """The stand-in's address, as .env.example has it. Empty, it is the network's own."""
    at = "http://emulator:8931"
    addresses = {
        "RAPPORT_X_BASE_URL": at,
        "RAPPORT_BLUESKY_BASE_URL": at,
        "RAPPORT_BLUESKY_PDS_URL": at,
        "RAPPORT_MASTODON_BASE_URL": f"{at}/mastodon/{{host}}",
    }
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert all(f"#{name}={address}\n" in example for name, address in addresses.items())
    told = resolved(FILLED | addresses)["services"]
    for service in ("scheduler", "dag-processor", "api-server"):
        assert addresses.items() <= told[service]["environment"].items()
        assert {SERVICES[service]["environment"][name] for name in addresses} == {""}


def test_rapport_in_the_scheduler_is_told_which_airflow_runs_its_home() -> None:
    environment = SERVICES["scheduler"]["environment"]
    assert environment["RAPPORT_AIRFLOW_URL"] == "http://api-server:8080"
    assert environment["RAPPORT_AIRFLOW_PASSWORD"] == FILLED["AIRFLOW_ADMIN_PASSWORD"]


def test_image_is_built_once_and_has_the_version_of_the_project() -> None:
    """Several services with the same image and a `build` each would build it as often."""
    builders = {name: service["build"] for name, service in SERVICES.items() if "build" in service}
    assert set(builders) == {"airflow-init"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = {service["image"] for name, service in SERVICES.items() if name != "postgres"}
    assert ours == {f"rapport:{project['version']}"}


def test_no_service_runs_code_of_the_checkout() -> None:
    """What runs is what was built: `git pull` changes nothing until the next build."""
    for name, service in SERVICES.items():
        assert not [volume for volume in service.get("volumes", []) if volume.startswith(".")], name
    assert SERVICES["dag-processor"]["environment"]["AIRFLOW__CORE__DAGS_FOLDER"] == "/opt/rapport/dags"
    assert SERVICES["dag-processor"]["environment"]["AIRFLOW_CONFIG"] == "/dev/null", (
        "no file of an older one"
    )


def test_ids_of_the_env_file_reach_image_user_and_memory_alike() -> None:
    services = resolved(FILLED | {"RAPPORT_UID": "1000", "RAPPORT_GID": "100"})["services"]
    assert {"RAPPORT_UID=1000", "RAPPORT_GID=100"} <= set(services["airflow-init"]["build"]["args"])
    assert {service["user"] for name, service in services.items() if name != "postgres"} == {"1000:100"}
    assert services["api-server"]["tmpfs"] == ["/run/airflow:mode=0700,uid=1000,gid=100"]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_container_prints_is_rotated(name: str) -> None:
    logging = SERVICES[name]["logging"]
    assert logging["driver"] == "json-file"
    assert set(logging["options"]) == {"max-size", "max-file"}


def test_services_that_need_longer_than_ten_seconds_to_end_get_it() -> None:
    allowed = {name: service.get("stop_grace_period") for name, service in SERVICES.items()}
    assert {name for name, seconds in allowed.items() if seconds} == {"postgres", "scheduler", "triggerer"}


def test_emulator_stands_by_itself() -> None:
    """In the scheduler's network it would end with it. The services reach it by its name."""
    emulator = SERVICES["emulator"]
    assert "network_mode" not in emulator and not emulator["depends_on"]
    assert "ports" not in emulator
    assert emulator["volumes"] == ["rapport-home:/var/lib/rapport:ro"], "it reads which world the home holds"
    assert set(emulator["environment"]) == {"RAPPORT_HOME"}, "no key of yours"


def test_home_is_shared() -> None:
    for name in ("scheduler", "dag-processor", "api-server"):
        assert "rapport-home:/var/lib/rapport" in SERVICES[name]["volumes"]
    on_host = resolved(FILLED | {"RAPPORT_HOME_VOLUME": "/srv/rapport"})["services"]["scheduler"]["volumes"]
    assert "/srv/rapport:/var/lib/rapport" in on_host


def test_everything_named_is_declared() -> None:
    volumes = set(raw()["volumes"])
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
        named = {
            volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith((".", "/"))
        }
        assert named <= volumes, name


def test_env_example_asks_for_every_variable_and_gives_no_secret() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?([A-Z_]+)=", text, flags=re.MULTILINE))
    assert set(variables()) == named
    assert {name for name, how in variables().items() if how == ":?"} == SECRETS
    assert all(value == "" for value in read_env(text).values())


def _commands(service: dict[str, Any]) -> str:
    return " ".join(service.get("command", []))


def test_pool_of_one_slot_is_made() -> None:
    assert "airflow db migrate" in _commands(SERVICES["airflow-init"])
    assert "airflow pools set warehouse 1 " in _commands(SERVICES["airflow-init"])
