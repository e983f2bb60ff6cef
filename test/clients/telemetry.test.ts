import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { startStub } from "../mlflow/stub.ts";
import { model, routes, version, versionReply } from "../mlflow/wire-data.ts";
import { openSession, post, postModern, rpc } from "../support/http-service.ts";
import { type Collector, startCollector } from "../support/otlp-collector.ts";
import { isolated, startHttp } from "../support/program.ts";
import { startRaw } from "../support/raw-stdio.ts";

const server = 2;
const client = 3;
const failed = 2;
const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const traceparent = `00-${traceId}-${spanId}-01`;
const hello = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "t", version: "1" },
};

/** An MLflow that has the prompt `triage`. */
async function startMlflow() {
  const mlflow = await startStub();
  const text = { text: "Secret text for {{ word }}", aliases: ["production"] };
  const latest = [version("triage", 1, text)];
  const triage = model("triage", { latest, aliases: { production: 1 } });
  mlflow.on(routes.searchModels, { json: { registered_models: [triage] } });
  const missing = { error_code: "RESOURCE_DOES_NOT_EXIST", message: "There is none." };
  mlflow.on(routes.getModel, { status: 404, json: missing });
  mlflow.on(routes.getAlias, versionReply("triage", 1, text));
  return mlflow;
}

/** Variables that export to the collector as JSON, spans at once. */
function exporting(collector: Collector, more: Readonly<Record<string, string>> = {}) {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer collector-key",
    OTEL_BSP_SCHEDULE_DELAY: "50",
    OTEL_METRIC_EXPORT_INTERVAL: "200",
    MLFLOW_PROMPTS_POLL_INTERVAL: "0",
    ...more,
  };
}

/** Lets a 2025-era client over stdio get the prompt, and leaves. */
async function callOverStdio(variables: Readonly<Record<string, string>>, name = "triage") {
  const { send, next, child } = startRaw([], variables);
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  send({ id: 1, method: "initialize", params: hello });
  await next();
  send({ method: "notifications/initialized" });
  const meta = { traceparent, tracestate: "vendor=1" };
  send({ id: 2, method: "prompts/get", params: { name, arguments: { word: "w" }, _meta: meta } });
  const got = await next();
  send({
    id: 3,
    method: "tools/call",
    params: { name: "load_prompt", arguments: { name: "absent" } },
  });
  await next();
  const closed = once(child, "close");
  child.stdin.end();
  await closed;
  return { got, code: child.exitCode, errors };
}

describe("OpenTelemetry over stdio", () => {
  it("exports each request as a span below the client's, with what MLflow was asked, as the client leaves", async () => {
    const [collector, mlflow] = await Promise.all([startCollector(), startMlflow()]);

    const { code } = await callOverStdio(
      exporting(collector, {
        MLFLOW_TRACKING_URI: mlflow.url,
        MLFLOW_PROMPTS_CACHE_TTL: "0",
        OTEL_SERVICE_NAME: "prompts",
        OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
      }),
    );

    expect(code).toBe(0);
    expect(collector.resource()).toMatchObject({
      "service.name": "prompts",
      "deployment.environment.name": "test",
    });
    const get = collector.spans().find(({ name }) => name === "prompts/get triage");
    expect(get).toMatchObject({ kind: server, traceId, parentSpanId: spanId, status: {} });
    expect(get?.attributes).toEqual({
      "mcp.method.name": "prompts/get",
      "gen_ai.prompt.name": "triage",
      "jsonrpc.request.id": "2",
      "mcp.protocol.version": "2025-11-25",
      "network.transport": "pipe",
    });
    const asked = collector.spans().filter(({ parentSpanId }) => parentSpanId === get?.spanId);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked[0]).toMatchObject({
      kind: client,
      traceId,
      attributes: { "http.request.method": "GET", "http.response.status_code": 200 },
    });
    expect(asked[0]?.name).toMatch(/^GET \/api\/2\.0\/mlflow\/[a-z/-]+$/);
    for (const one of asked) {
      expect(one.startTimeUnixNano).toBeGreaterThanOrEqual(get?.startTimeUnixNano ?? 0n);
      expect(one.endTimeUnixNano).toBeLessThanOrEqual(get?.endTimeUnixNano ?? 0n);
    }
    const load = collector.spans().find(({ name }) => name === "tools/call load_prompt");
    expect(load).toMatchObject({ kind: server, parentSpanId: "", status: { code: failed } });
    expect(load?.attributes).toMatchObject({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "load_prompt",
      "error.type": "tool_error",
    });
    expect(collector.requests[0]?.headers.authorization).toBe("Bearer collector-key");
  });

  it("exports durations under the conventions' names, and no text, value or name of a prompt in them", async () => {
    const [collector, mlflow] = await Promise.all([startCollector(), startMlflow()]);

    await callOverStdio(exporting(collector, { MLFLOW_TRACKING_URI: mlflow.url }));

    const [first] = collector.histogram("mcp.server.operation.duration");
    expect(first?.explicitBounds).toEqual([
      0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
    ]);
    const measured = collector
      .histogram("mcp.server.operation.duration")
      .map(({ attributes }) => attributes);
    expect(measured).toContainEqual({
      "mcp.method.name": "tools/call",
      "gen_ai.tool.name": "load_prompt",
      "error.type": "tool_error",
      "mcp.protocol.version": "2025-11-25",
      "network.transport": "pipe",
    });
    expect(collector.histogram("mcp.server.session.duration")).toHaveLength(1);
    expect(JSON.stringify(measured)).not.toContain("triage");
    const all = collector.requests.map(({ body }) => body.toString()).join("\n");
    expect(all).not.toContain("Secret text");
    expect(all).not.toContain('"absent"');
  });

  it("makes the client's span a link where the operator says so", async () => {
    const [collector, mlflow] = await Promise.all([startCollector(), startMlflow()]);

    await callOverStdio(
      exporting(collector, {
        MLFLOW_TRACKING_URI: mlflow.url,
        MLFLOW_PROMPTS_CLIENT_TRACE: "link",
      }),
    );

    const get = collector.spans().find(({ name }) => name === "prompts/get triage");
    expect(get).toMatchObject({ parentSpanId: "", links: [{ traceId, spanId }] });
    expect(get?.traceId).not.toBe(traceId);
  });

  it("sends protobuf unless it is told otherwise, to the path of each signal", async () => {
    const [collector, mlflow] = await Promise.all([startCollector(), startMlflow()]);

    await callOverStdio(
      exporting(collector, {
        MLFLOW_TRACKING_URI: mlflow.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: "",
        OTEL_METRICS_EXPORTER: "none",
      }),
    );

    // A busy machine sends in several requests.
    const { requests } = collector;
    const types = new Set(requests.map(({ headers }) => headers["content-type"]));
    expect([...types]).toEqual(["application/x-protobuf"]);
    const bodies = requests.map(({ body }) => body.toString("latin1"));
    expect(bodies.join("")).toContain("prompts/get triage");
    expect(requests.map(({ path }) => path)).not.toContain("/v1/metrics");
  });

  it("answers every request while the collector refuses, and says so once for each signal", async () => {
    const [collector, mlflow] = await Promise.all([startCollector(), startMlflow()]);
    collector.answer(400);

    const { got, code, errors } = await callOverStdio(
      exporting(collector, { MLFLOW_TRACKING_URI: mlflow.url }),
    );

    expect(got.result).toHaveProperty("messages");
    expect(code).toBe(0);
    const said = errors.split("\n").filter((line) => line.includes('"telemetry"'));
    expect(said.filter((line) => line.includes('"traces"'))).toHaveLength(1);
    expect(said.filter((line) => line.includes('"metrics"'))).toHaveLength(1);
    expect(errors).not.toContain("collector-key");
  });

  it.each<Record<string, string>>([
    { OTEL_SDK_DISABLED: "true" },
    { OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" },
  ])("exports nothing with %o", async (variables) => {
    const [collector, mlflow] = await Promise.all([startCollector(), startMlflow()]);

    const { got } = await callOverStdio(
      exporting(collector, { MLFLOW_TRACKING_URI: mlflow.url, ...variables }),
    );

    expect(got.result).toHaveProperty("messages");
    expect(collector.requests).toEqual([]);
  });

  it("says which protocol it has not, and goes on", async () => {
    const [collector, mlflow] = await Promise.all([startCollector(), startMlflow()]);

    const { got, errors } = await callOverStdio(
      exporting(collector, {
        MLFLOW_TRACKING_URI: mlflow.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      }),
    );

    expect(got.result).toHaveProperty("messages");
    expect(errors).toContain(
      'OTEL_EXPORTER_OTLP_PROTOCOL is \\"grpc\\", so no traces are exported. Supported: http/protobuf, http/json.',
    );
    expect(collector.requests).toEqual([]);
  });
});

describe("OpenTelemetry over HTTP", () => {
  it("exports requests of both eras and both paths, each with what MLflow was asked for it", async () => {
    const [collector, mlflow] = await Promise.all([startCollector(), startMlflow()]);
    const { url } = await startHttp(
      isolated(
        exporting(collector, {
          MLFLOW_TRACKING_URI: mlflow.url,
          MLFLOW_PROMPTS_AUTH: "forward",
          MLFLOW_PROMPTS_CACHE_TTL: "0",
        }),
      ).environment,
    );
    const ambient = "00-11111111111111111111111111111111-2222222222222222-01";
    const headers = (user: string) => ({ authorization: `Bearer ${user}`, traceparent: ambient });
    const session = await openSession(url, headers("first-user"));
    const get = { name: "triage", arguments: { word: "w" }, _meta: { traceparent } };

    await post(url, rpc("prompts/get", get), { ...session, ...headers("first-user") });
    await postModern(url, "prompts/get", get, headers("second-user"));

    const found = () => collector.spans().filter(({ name }) => name === "prompts/get triage");
    await expect.poll(() => found().length).toBe(2);
    expect(found().map(({ attributes }) => attributes["mcp.protocol.version"])).toEqual([
      "2025-11-25",
      "2026-07-28",
    ]);
    for (const one of found()) {
      expect(one).toMatchObject({ traceId, parentSpanId: spanId });
      expect(one.links).toEqual([{ traceId: "1".repeat(32), spanId: "2".repeat(16) }]);
      expect(one.attributes).toMatchObject({ "network.transport": "tcp" });
      const below = collector.spans().filter(({ parentSpanId }) => parentSpanId === one.spanId);
      expect(below.length).toBeGreaterThan(0);
    }
    expect(found()[0]?.attributes["mcp.session.id"]).toBe(session["mcp-session-id"]);
    const all = collector.requests.map(({ body }) => body.toString()).join("\n");
    for (const secret of ["first-user", "second-user", "Secret text"]) {
      expect(all).not.toContain(secret);
    }
  });
});
