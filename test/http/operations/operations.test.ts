import { readFileSync } from "node:fs";
import { request } from "node:http";
import { get } from "node:https";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { certificate, startStub } from "../../mlflow/stub.ts";
import { openSession, post, postModern, rpc, startService } from "../../support/http-service.ts";

async function at(url: string, path: string) {
  const response = await fetch(new URL(path, url));
  return { status: response.status, text: await response.text() };
}

/** Sends a request line and a Host as they are written here, which fetch would tidy up. */
function sent(url: string, path: string, host?: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sending = request({ hostname, port, path, headers: host ? { host } : {} }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sending.on("error", reject).end();
  });
}

describe("a path is refused unless it is normal", () => {
  it.each([
    "//x/metrics",
    "//metrics",
    "/mcp/../metrics",
    "/mcp/./../metrics",
    "/mcp/%2e%2e/metrics",
    "/mcp/.%2E/metrics",
    "/mcp/..%2fmetrics",
    "/mcp%2f..%2fmetrics",
    "/mcp/..%5Cmetrics",
    "/mcp\\..\\metrics",
    "/\\x/metrics",
    "/mcp//metrics",
    "/metrics/.",
    "/%6detrics/..",
    "http://server/metrics",
    "http://x:1/metrics",
    "*",
  ])("%s", async (path) => {
    const { url } = await startService();

    const { status, text } = await sent(url, path);

    expect(status).toBe(400);
    expect(text).toContain("not in its normal form");
  });

  it.each([
    ["/metrics", 200],
    ["/metrics?a=//b/../c", 200],
    ["/%6detrics", 404],
    ["/mcp/..;/metrics", 404],
    ["/mcp/%252e%252e", 400],
    ["/nowhere", 404],
  ])("and %s is", async (path, expected) => {
    const { url } = await startService();

    const { status, text } = await sent(url, path);

    expect(status).toBe(expected);
    expect(text).not.toContain("not in its normal form");
  });
});

describe("a foreign Host", () => {
  it.each(["/metrics", "/readyz"])("is refused at %s", async (path) => {
    const { url } = await startService();

    for (const host of [
      "evil.example",
      "evil.example:80",
      "127.0.0.1.evil.example",
      "127.0.0.1@x",
    ]) {
      expect((await sent(url, path, host)).status).toBe(403);
    }
    for (const host of ["localhost", "127.0.0.1", "10.1.2.3:8080", "[2001:db8::1]:8080"]) {
      expect((await sent(url, path, host)).status).toBe(200);
    }
  });

  it("is not looked at where it is only told that the process lives", async () => {
    const { url } = await startService();

    expect((await sent(url, "/healthz", "evil.example")).status).toBe(200);
    expect((await sent(url, "/mcp", "10.1.2.3:8080")).status).toBe(403);
  });
});

describe("--operations-port", () => {
  it("has /metrics and /readyz, which the other port has no more", async () => {
    const { url, logged } = await startService({ MLFLOW_PROMPTS_OPERATIONS_PORT: "0" });
    const own = String(logged.find(({ message }) => message === "listening")?.operations);

    for (const path of ["/metrics", "/readyz"]) {
      expect((await sent(url, path)).status).toBe(404);
      expect((await sent(own, path)).status).toBe(200);
      expect((await sent(own, path, "evil.example")).status).toBe(403);
    }
    expect((await sent(url, "/healthz")).status).toBe(200);
    expect((await sent(own, "/healthz")).status).toBe(200);
    expect((await sent(own, "/mcp")).status).toBe(404);
    expect((await post(url, rpc("prompts/list"))).status).toBe(200);
  });

  it("that is taken is named, and nothing is left listening", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address ? String(address.port) : "";

    await expect(startService({ MLFLOW_PROMPTS_OPERATIONS_PORT: port })).rejects.toThrow(
      "choose another one with --operations-port",
    );
    taken.close();
  });
});

describe("MLFLOW_TRACKING_INSECURE_TLS", () => {
  it("is said at the start and in /readyz", async () => {
    const mlflow = await startStub({ tls: true });
    const { url, logged } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
      MLFLOW_TRACKING_INSECURE_TLS: "true",
    });

    expect(logged[0]).toMatchObject({ level: "error", message: "insecure_tls" });
    const { status, text } = await at(url, "/readyz");
    expect(status).toBe(200);
    expect(text).toContain("MLFLOW_TRACKING_INSECURE_TLS is set");
  });
});

describe("/healthz and /readyz", () => {
  it("say that the process lives and that the registry can be reached", async () => {
    const { url } = await startService();

    expect(await at(url, "/healthz")).toEqual({ status: 200, text: "ok\n" });
    expect(await at(url, "/readyz")).toMatchObject({ status: 200 });
    expect((await fetch(new URL("/readyz", url), { method: "POST" })).status).toBe(405);
  });

  it("ask MLflow at most once a second, and say why it is not ready", async () => {
    const mlflow = await startStub();
    mlflow.on("GET /health", { status: 503, text: "starting" });
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
    });

    const answers = await Promise.all(Array.from({ length: 5 }, () => at(url, "/readyz")));

    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    expect(answers[0]?.text).toContain("503");
    expect(mlflow.routes()).toEqual(["GET /health"]);
    expect(await at(url, "/healthz")).toMatchObject({ status: 200 });
  });

  it("do not wait for an MLflow that hangs", async () => {
    const mlflow = await startStub();
    mlflow.on("GET /health", { raw: () => {} });
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
    });

    expect(await at(url, "/readyz")).toEqual({
      status: 503,
      text: "The registry has not answered within 2 s.\n",
    });
  });
});

describe("/metrics", () => {
  it("counts requests by method, tool and how they ended", async () => {
    const { url } = await startService();
    await post(url, rpc("prompts/list"));
    await postModern(url, "tools/call", { name: "load_prompt", arguments: { name: "absent" } });
    await postModern(url, "tools/call", { name: "load_prompt", arguments: { name: "summarize" } });
    await post(url, "{");
    await post(url, rpc("made/up"));

    const { text } = await at(url, "/metrics");

    const counted = (labels: string) => `mlflow_prompts_requests_total{${labels}} 1`;
    expect(text).toContain(counted('method="prompts/list",tool="",outcome="ok"'));
    expect(text).toContain(counted('method="tools/call",tool="load_prompt",outcome="not_found"'));
    expect(text).toContain(counted('method="tools/call",tool="load_prompt",outcome="ok"'));
    expect(text).toContain(counted('method="none",tool="",outcome="400"'));
    expect(text).toMatch(/requests_total\{method="other",tool="",outcome="[^"]+"\} 1/);
    expect(text).toContain(
      'mlflow_prompts_request_seconds_count{method="tools/call",tool="load_prompt"} 2',
    );
    expect(text).toContain("mlflow_prompts_sessions 0");
    expect(text).toContain("mlflow_prompts_upstream_reachable 1");
  });

  it("times MCP operations under the names of OpenTelemetry's conventions, on both paths", async () => {
    const { url } = await startService();
    const session = await openSession(url);
    await post(url, rpc("prompts/list"), session);
    await post(url, rpc("prompts/get", { name: "absent" }), session);
    await postModern(url, "prompts/list");
    await postModern(url, "tools/call", { name: "load_prompt", arguments: { name: "absent" } });
    await postModern(url, "tools/call", { name: "load_prompt", arguments: { name: "summarize" } });
    await postModern(url, "tools/call", { name: "made_up" });
    await fetch(url, { method: "DELETE", headers: session });

    const { text } = await at(url, "/metrics");

    const counted = (method: string, tool: string, error: string, revision: string) =>
      `mcp_server_operation_duration_seconds_count{network_transport="tcp",mcp_method_name="${method}",gen_ai_tool_name="${tool}",error_type="${error}",mcp_protocol_version="${revision}"} 1`;
    expect(text).toContain(counted("initialize", "", "", ""));
    expect(text).toContain(counted("prompts/list", "", "", "2025-11-25"));
    expect(text).toContain(counted("prompts/get", "", "-32602", "2025-11-25"));
    expect(text).toContain(counted("prompts/list", "", "", "2026-07-28"));
    expect(text).toContain(counted("tools/call", "load_prompt", "tool_error", "2026-07-28"));
    expect(text).toContain(counted("tools/call", "load_prompt", "", "2026-07-28"));
    expect(text).toContain(counted("tools/call", "", "-32602", "2026-07-28"));
    expect(text).toContain('mcp_server_session_duration_seconds_count{network_transport="tcp"} 1');
    expect(text).not.toContain("absent");
    expect(bucketsOf(text, "mcp_server_operation_duration_seconds")).toEqual(
      "0.01 0.02 0.05 0.1 0.2 0.5 1 2 5 10 30 60 120 300 +Inf".split(" "),
    );
  });

  it("counts what MLflow is asked, and lookups in what is remembered", async () => {
    const mlflow = await startStub();
    const search = "/api/2.0/mlflow/registered-models/search";
    mlflow.on(`GET ${search}`, { json: {} }, { status: 503, text: "" }, { json: {} });
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
    });
    await post(url, rpc("prompts/list"), { authorization: "Bearer a" });
    await post(url, rpc("tools/list"), { authorization: "Bearer a" });

    const { text } = await at(url, "/metrics");

    expect(text).toContain(`upstream_requests_total{endpoint="GET ${search}",outcome="2xx"} 2`);
    expect(text).toContain(`upstream_requests_total{endpoint="GET ${search}",outcome="5xx"} 1`);
    expect(text).toContain("mlflow_prompts_upstream_retries_total 1");
    expect(text).toContain('cache_lookups_total{cache="admission",outcome="miss"} 1');
    expect(text).toContain('cache_lookups_total{cache="admission",outcome="hit"} 1');
  });

  it("names no prompt, workspace, caller or credential", async () => {
    const mlflow = await startStub();
    mlflow.on("GET /api/3.0/mlflow/server-info", { json: { workspaces_enabled: true } });
    mlflow.on("GET /api/3.0/mlflow/workspaces", {
      json: { workspaces: [{ name: "hidden-workspace" }] },
    });
    mlflow.on("GET /api/2.0/mlflow/registered-models/search", { json: {} });
    for (const read of ["alias", "get"]) {
      mlflow.on(`GET /api/2.0/mlflow/registered-models/${read}`, {
        status: 404,
        json: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "no" },
      });
    }
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
    });
    const asked = rpc("prompts/get", { name: "hidden-prompt" });
    await post(`${url}/hidden-workspace`, asked, { authorization: "Bearer hidden-token" });
    await post(url, rpc("tools/call", { name: "hidden-tool" }), { authorization: "Bearer hidden" });

    expect((await at(url, "/metrics")).text).not.toMatch(/hidden|127\.0\.0\.1/);
  });
});

describe("the audit", () => {
  it("has one line for each write, well or not, and none for reading", async () => {
    const { url, logged } = await startService();
    const tool = (name: string, args: object) =>
      postModern(url, "tools/call", { name, arguments: args }, { "x-request-id": `r-${name}` });

    await tool("register_prompt", { name: "a", template: "Hi {{ who }}" });
    await tool("load_prompt", { name: "a" });
    await tool("register_prompt", { name: "a", template: "Hi {{ who }}" });
    await tool("set_prompt_alias", { name: "a", alias: "staging", version: 1 });
    await tool("set_prompt_alias", { name: "a", alias: "canary", version: 7 });
    await tool("update_prompt", { name: "a", tags: { team: "search" } });
    await tool("delete_prompt_alias", { name: "a", alias: "staging", confirm: "a" });
    await tool("delete_prompt_version", { name: "a", version: 1 });
    await tool("delete_prompt_version", { name: "a", version: 1, confirm: "a" });
    await tool("delete_prompt", { name: "a", confirm: "a" });

    const lines = logged.filter(({ message }) => message === "audit");
    const said = lines.map(({ operation, version, alias, outcome }) =>
      [operation, version, alias, outcome].filter((part) => part !== undefined).join(" "),
    );
    expect(said).toEqual([
      "register_version 1 ok",
      "register_version 1 unchanged",
      "set_alias 1 staging ok",
      "set_prompt_alias 7 canary not_found",
      "tag_prompt ok",
      "delete_alias staging ok",
      "delete_version 1 ok",
      "delete_prompt ok",
    ]);
    expect(lines[0]).toEqual({
      level: "info",
      message: "audit",
      workspace: "default",
      who: "anonymous",
      client: "test/1.0.0",
      operation: "register_version",
      prompt: "a",
      version: 1,
      alias: undefined,
      outcome: "ok",
      request: "r-register_prompt",
    });
  });

  it("names a caller by a hash of its credential that stays the same", async () => {
    const mlflow = await startStub();
    mlflow.on("GET /api/2.0/mlflow/registered-models/search", { json: {} });
    mlflow.on("GET /api/2.0/mlflow/registered-models/get", {
      status: 403,
      json: { error_code: "PERMISSION_DENIED", message: "Permission denied" },
    });
    const { url, logged } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
    });
    const call = rpc("tools/call", {
      name: "delete_prompt",
      arguments: { name: "a", confirm: "a" },
    });
    for (const token of ["one", "one", "two"]) {
      await post(
        url,
        rpc("tools/call", { name: "update_prompt", arguments: { name: "a", tags: { b: "c" } } }),
        {
          authorization: `Bearer ${token}`,
        },
      );
    }
    expect(call.method).toBe("tools/call");

    const who = logged.filter(({ message }) => message === "audit").map((line) => line.who);
    expect(who).toHaveLength(3);
    expect(who[0]).toBe(who[1]);
    expect(who[0]).not.toBe(who[2]);
    expect(who[0]).toMatch(/^credential:[\w-]{16}$/);
  });
});

describe("TLS", () => {
  it("is served with a certificate and its key", async () => {
    const pem = certificate("server");
    const { url } = await startService({
      MLFLOW_PROMPTS_TLS_CERT: pem,
      MLFLOW_PROMPTS_TLS_KEY: pem,
    });

    const status = await new Promise((resolve, reject) => {
      get(new URL("/healthz", url), { ca: readFileSync(certificate("authority")) }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject);
    });

    expect(url).toMatch(/^https:/);
    expect(status).toBe(200);
  });
});

/** The upper bounds of a histogram's buckets. */
function bucketsOf(text: string, name: string): readonly string[] {
  const bounds = [...text.matchAll(new RegExp(`^${name}_bucket\\{le="([^"]+)"`, "gm"))];
  return [...new Set(bounds.map(([, bound = ""]) => bound))];
}
