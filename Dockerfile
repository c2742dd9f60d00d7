# The image of every Rapport service: one locked environment, code that its user cannot change.
# Built by docker-compose.yml; nothing secret is copied in or passed as a build argument.
# What changes seldom comes first: another version of our code is a layer of a few megabytes.

# A tag is moved when its image is rebuilt. To hold on to one image: docs/deployment.md, "Images".
ARG PYTHON_IMAGE=python:3.11.15-slim-bookworm

# What the lock says of the packages that run here. A change of pyproject.toml or uv.lock that leaves this list as it
# is leaves the layer of packages as it is.
FROM ${PYTHON_IMAGE} AS uv
# The version the Makefile brings, too; a test holds the two together.
ARG UV_VERSION=0.13.9
RUN python -m pip install --no-cache-dir --disable-pip-version-check "uv==${UV_VERSION}"
ENV UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    UV_CACHE_DIR=/var/cache/uv

FROM uv AS locked
WORKDIR /locked
COPY pyproject.toml uv.lock ./
# With the extra that finds topics by meaning: nobody can add one to an image. Spark needs Java, and is not there.
RUN uv export --frozen --offline --no-dev --extra topics --no-emit-project --quiet --output-file packages.txt

FROM uv AS packages
WORKDIR /opt/rapport
COPY --from=locked /locked/packages.txt ./
RUN --mount=type=cache,target=/var/cache/uv \
    uv venv --quiet .venv \
    && uv pip install --python .venv --require-hashes --no-deps --compile-bytecode --requirement packages.txt

# What we wrote. COPY keeps the modes of the checkout; whoever made it with umask 077 alone could read the image.
FROM ${PYTHON_IMAGE} AS code
WORKDIR /opt/rapport
COPY pyproject.toml README.md LICENSE ./
COPY rapport ./rapport
COPY extractors ./extractors
COPY modelling ./modelling
COPY quality ./quality
COPY reporting ./reporting
COPY operations ./operations
COPY emulator ./emulator
COPY dbt_project ./dbt_project
COPY dags ./dags
RUN chmod -R u=rwX,go=rX .

FROM ${PYTHON_IMAGE} AS rapport
# What draws the board page as PDF, and fonts for the scripts in which people write their names (docs/delivery.md). Debian
# keeps no older versions, so the base image's release is what pins them.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/rapport
COPY --from=packages /opt/rapport/.venv ./.venv
# Volumes that Docker makes take their owner from these folders. Airflow asks for a user with a name. A group of the
# host may have a number that the image's own groups have, too.
ARG RAPPORT_UID=10001
ARG RAPPORT_GID=10001
RUN groupadd --non-unique --gid "${RAPPORT_GID}" rapport \
    && useradd --uid "${RAPPORT_UID}" --gid rapport --no-create-home --home-dir /var/lib/airflow rapport \
    && install -d -o "${RAPPORT_UID}" -g "${RAPPORT_GID}" -m 0700 /var/lib/rapport /var/lib/airflow
ENV PATH=/opt/rapport/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    RAPPORT_HOME=/var/lib/rapport \
    AIRFLOW_HOME=/var/lib/airflow
COPY --from=code /opt/rapport ./
# Only the command and the place of the code: the packages are there.
RUN --mount=type=bind,from=uv,source=/usr/local/bin/uv,target=/mnt/uv \
    --mount=type=cache,target=/var/cache/uv \
    UV_CACHE_DIR=/var/cache/uv UV_LINK_MODE=copy \
    /mnt/uv pip install --python .venv --no-deps --editable .
USER rapport
# Alone, the image is healthy when its home can be read and rapport.toml is sound; services bring their own.
HEALTHCHECK --interval=60s --timeout=20s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from rapport.config import load_settings; load_settings()"]
CMD ["rapport", "--help"]
