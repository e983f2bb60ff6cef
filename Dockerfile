# Base images are arguments: a mirror or a hardened Node.js image works as well. Both need glibc, and
# the second one needs `node` on its PATH, or in /nodejs/bin as distroless images have it, and no shell.
ARG BUILD_IMAGE=docker.io/library/node:24-trixie-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

# hadolint ignore=DL3006
FROM ${BUILD_IMAGE} AS build
ARG NPM_CONFIG_REGISTRY=https://registry.npmjs.org/
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# npm installs the SQLite driver for both C libraries, and glibc's is the one that the image can load.
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@libsql/*-musl* node_modules/.package-lock.json \
  && mkdir -p /image/app /image/data /image/home/nonroot \
  && mv dist node_modules package.json LICENSE deploy/health.mjs /image/app

# hadolint ignore=DL3006
FROM ${RUNTIME_IMAGE}
ARG VERSION
ARG REVISION
ARG CREATED
LABEL org.opencontainers.image.title="mlflow-prompts-mcp" \
  org.opencontainers.image.description="MCP server that turns an MLflow Prompt Registry into prompts, tools and resources for AI agents" \
  org.opencontainers.image.url="https://github.com/mlflow-prompts-mcp/mlflow-prompts-mcp" \
  org.opencontainers.image.source="https://github.com/mlflow-prompts-mcp/mlflow-prompts-mcp" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.created="${CREATED}" \
  io.modelcontextprotocol.server.name="io.github.mlflow-prompts-mcp/mlflow-prompts-mcp"
COPY --from=build /image/app /app
# Of the user: the embedded registry is in /data, and ~/.mlflow/credentials may be mounted.
COPY --from=build --chown=65532:65532 /image/data /data
COPY --from=build --chown=65532:65532 /image/home/nonroot /home/nonroot
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/nodejs/bin \
  HOME=/home/nonroot \
  XDG_DATA_HOME=/data \
  MLFLOW_PROMPTS_HOST=0.0.0.0
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["node", "/app/health.mjs"]
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["http"]
