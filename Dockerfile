# The image of every Rapport service: one locked environment, code that its user cannot change.
# Built by docker-compose.yml; nothing secret is copied in or passed as a build argument.
ARG PYTHON_IMAGE=python:3.11.15-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
# The version the Makefile brings, too; a test holds the two together.
ARG UV_VERSION=0.13.9
RUN python -m pip install --no-cache-dir --disable-pip-version-check "uv==${UV_VERSION}"
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    UV_CACHE_DIR=/var/cache/uv
WORKDIR /opt/rapport
# First what others wrote: this layer is rebuilt only when the lock changes.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN --mount=type=cache,target=/var/cache/uv uv sync --frozen --no-dev --no-install-project
# Then what we wrote.
COPY rapport ./rapport
COPY extractors ./extractors
COPY modelling ./modelling
COPY quality ./quality
COPY reporting ./reporting
COPY operations ./operations
COPY emulator ./emulator
COPY dbt_project ./dbt_project
COPY dags ./dags
RUN --mount=type=cache,target=/var/cache/uv uv sync --frozen --no-dev

FROM ${PYTHON_IMAGE} AS rapport
# Volumes that Docker makes take their owner from these folders.
RUN groupadd --gid 10001 rapport \
    && useradd --uid 10001 --gid rapport --no-create-home --home-dir /var/lib/airflow rapport \
    && install -d -o rapport -g rapport -m 0750 /var/lib/rapport /var/lib/airflow
COPY --from=build /opt/rapport /opt/rapport
ENV PATH=/opt/rapport/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    RAPPORT_HOME=/var/lib/rapport \
    AIRFLOW_HOME=/var/lib/airflow
WORKDIR /opt/rapport
USER rapport
# Alone, the image is healthy when its home can be read and rapport.toml is sound; services bring their own.
HEALTHCHECK --interval=60s --timeout=20s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from rapport.config import load_settings; load_settings()"]
CMD ["rapport", "--help"]
