# OncoCue in a container: the locked packages, an unprivileged user, nothing written to the image.
# For production give both stages an image by digest: --build-arg PYTHON=python@sha256:…
ARG PYTHON=python:3.13-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
RUN python -m venv /opt/oncocue
ENV PATH=/opt/oncocue/bin:$PATH
WORKDIR /build
COPY requirements.lock requirements-servers.lock ./
RUN pip install --require-hashes --only-binary :all: --requirement requirements-servers.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY oncology/ oncology/
COPY guidance/ guidance/
COPY cds_hooks/ cds_hooks/
COPY smartapp/ smartapp/
COPY sandbox/ sandbox/
COPY fixtures/ fixtures/
COPY oncocue/ oncocue/
RUN pip install --no-deps --no-build-isolation . \
    && pip uninstall --yes pip setuptools \
    && python -m compileall -q /opt/oncocue/lib

FROM ${PYTHON}
LABEL org.opencontainers.image.title="OncoCue" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 oncocue \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent oncocue \
    && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/oncocue
COPY --from=build /opt/oncocue /opt/oncocue
# The state folder is all it may write, and with PostgreSQL it writes nothing there.
ENV PATH=/opt/oncocue/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATE_DIRECTORY=/var/lib/oncocue \
    ONCOCUE_CONFIG=/etc/oncocue/oncocue.toml
USER 10001:10001
WORKDIR /var/lib/oncocue
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["oncocue"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
