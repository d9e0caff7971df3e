# The server, run by a user without rights over a data folder that is mounted at /data and belongs to user 10001.
#   docker build -t hefboom .
#   docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     -v ./hefboom-data:/data -p 127.0.0.1:8080:8080 hefboom
# Other commands: docker run ... hefboom hefboom publish public
FROM python:3.11-slim AS build
WORKDIR /source
COPY . .
RUN python -m venv /opt/hefboom \
    && /opt/hefboom/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt \
    && /opt/hefboom/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 hefboom
COPY --from=build /opt/hefboom /opt/hefboom
ENV PATH=/opt/hefboom/bin:$PATH HEFBOOM_DATA=/data HEFBOOM_HOST=0.0.0.0 PYTHONDONTWRITEBYTECODE=1
USER hefboom
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --start-period=20s CMD ["python", "-c", \
  "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health', timeout=3)"]
CMD ["hefboom", "serve"]
