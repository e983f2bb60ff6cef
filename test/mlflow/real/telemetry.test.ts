import { once } from "node:events";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { startRaw } from "../../support/raw-stdio.ts";
import { suiteServer } from "./suite-server.ts";

const release: Release = "3.17.2";
const mlflow = await mlflowAvailable(release);

const trace = z.object({
  trace_id: z.string(),
  state: z.string(),
  request_preview: z.string().optional(),
  response_preview: z.string().optional(),
});
const found = z.object({ traces: z.array(trace) });
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe.skipIf(!mlflow.ok)(title(`traces exported to MLflow ${release}`, mlflow), () => {
  const server = suiteServer({ release });

  async function tracesOf() {
    const locations = [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: "0" } }];
    const response = await fetch(`${server.url}/api/3.0/mlflow/traces/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ locations, max_results: 50 }),
    });
    return found.parse(await response.json()).traces;
  }

  it("are whole, with previews, though clients name a span of theirs", async () => {
    const { send, next, child } = startRaw([], {
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_PROMPTS_POLL_INTERVAL: "0",
      MLFLOW_PROMPTS_CLIENT_TRACE: "link",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${server.url}/v1/traces`,
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-mlflow-experiment-id=0",
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true",
    });
    const clientInfo = { name: "test", version: "1.0.0" };
    const hello = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    send({ id: 1, method: "initialize", params: hello });
    await next();
    send({ method: "notifications/initialized" });
    const register = { name: "triage", template: "Sort {{ ticket }}" };
    const meta = { _meta: { traceparent } };
    send({
      id: 2,
      method: "tools/call",
      params: { name: "register_prompt", arguments: register, ...meta },
    });
    await next();
    const given = { name: "triage", arguments: { ticket: "printer" }, ...meta };
    send({ id: 3, method: "prompts/get", params: given });
    let answer = await next();
    // Notifications of the new prompt come before it.
    while (answer.id !== 3) answer = await next();
    expect(JSON.stringify(answer)).toContain("Sort printer");
    const closed = once(child, "close");
    child.stdin.end();
    await closed;

    const traces = await tracesOf();
    expect(traces.map(({ state }) => state)).toEqual(traces.map(() => "OK"));
    const got = traces.find((one) => one.request_preview?.includes("printer"));
    expect(got?.response_preview).toContain("Sort printer");
    const registered = traces.find((one) => one.request_preview?.includes("{{ ticket }}"));
    expect(registered?.response_preview).toContain("triage");
    expect(traces.map(({ trace_id }) => trace_id)).not.toContain(
      "tr-0af7651916cd43dd8448eb211c80319c",
    );
  });
});
