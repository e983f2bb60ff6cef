import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { initialize, post, rpc, startService } from "../support/http-service.ts";

const list = rpc("prompts/list");

describe("the endpoint", () => {
  it("answers /mcp, and every path that there is not with 404", async () => {
    const { url } = await startService();

    expect(await post(url, list)).toMatchObject({ status: 200 });
    for (const path of [
      "/",
      "/other",
      "/mcp/a/b",
      "/mcp/",
      "/.well-known/oauth-protected-resource",
    ]) {
      expect(await post(url.replace("/mcp", path), list)).toMatchObject({ status: 404 });
    }
  });

  it("takes GET, POST and DELETE", async () => {
    const { url } = await startService();

    const response = await fetch(url, { method: "PUT" });

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, POST, DELETE");
  });

  it("answers another content type with 415", async () => {
    const { url } = await startService();

    expect(await post(url, list, { "content-type": "text/plain" })).toMatchObject({ status: 415 });
  });

  it("answers a body that is too large with 413, and goes on", async () => {
    const { url } = await startService({ MLFLOW_PROMPTS_MAX_BODY: "2048" });

    expect(await post(url, " ".repeat(2_049))).toMatchObject({ status: 413 });
    expect(await post(url, list)).toMatchObject({ status: 200 });
  });

  it.each(["{", "", "[1, 2", "\u0000"])(
    "answers %j, which is no JSON, with 400 and -32700",
    async (text) => {
      const { url } = await startService();

      expect(await post(url, text)).toMatchObject({
        status: 400,
        message: { error: { code: -32_700 } },
      });
    },
  );

  it.each([["null"], ["7"], ['"x"'], ["{}"], ["[]"]])(
    "answers %s, which is no JSON-RPC, with 400",
    async (text) => {
      const { url } = await startService();

      expect((await post(url, text)).status).toBe(400);
    },
  );

  it("refuses a batch of more than 100 messages, and goes on", async () => {
    const { url } = await startService();

    expect(await post(url, Array(101).fill(list))).toMatchObject({
      status: 400,
      message: { error: { code: -32_600, message: expect.stringContaining("at most 100") } },
    });
    expect(await post(url, list)).toMatchObject({ status: 200 });
  });

  it("refuses arguments that are nested too deep, and goes on", async () => {
    const { url } = await startService();
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const call = JSON.stringify(rpc("prompts/get", { name: "summarize", arguments: { text: 0 } }));

    const answered = await post(url, call.replace('{"text":0}', `{"text":${deep}}`));

    expect(answered.message?.error).toMatchObject({
      code: -32_602,
      message: expect.stringContaining("nested too deep"),
    });
    expect(await post(url, list)).toMatchObject({ status: 200 });
  });

  it("names each request, by the client's own name where it has a fit one", async () => {
    const { url } = await startService();

    const named = await post(url, list, { "x-request-id": "mine-1" });
    const unfit = await post(url, list, { "x-request-id": "a b" });

    expect(named.headers.get("x-request-id")).toBe("mine-1");
    expect(unfit.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("answers a target that is no URL with 400", async () => {
    const { url } = await startService();

    const status = await new Promise((resolve, reject) => {
      request(url, { path: "//", method: "GET" }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });

    expect([400, 404]).toContain(status);
  });
});

describe("what may call", () => {
  it("is not a page under a name that is not the server's", async () => {
    const { url } = await startService();

    expect(await hostStatus(url, "evil.example.com")).toBe(403);
    expect(await hostStatus(url, "localhost")).toBe(200);
  });

  it("is whoever uses a name that is listed, or that of the public address", async () => {
    const { url } = await startService({
      MLFLOW_PROMPTS_ALLOWED_HOSTS: "Prompts.internal",
      MLFLOW_PROMPTS_PUBLIC_URL: "https://prompts.example.com",
    });

    expect(await hostStatus(url, "prompts.internal:8080")).toBe(200);
    expect(await hostStatus(url, "prompts.example.com")).toBe(200);
    expect(await hostStatus(url, "prompts.example.com.evil.com")).toBe(403);
  });

  it("believes a forwarded host from a trusted proxy alone", async () => {
    const forwarded = { "x-forwarded-host": "prompts.example.com" };
    const trusting = await startService({
      MLFLOW_PROMPTS_TRUST_PROXY: "loopback",
      MLFLOW_PROMPTS_PUBLIC_URL: "https://prompts.example.com",
    });
    const strict = await startService();

    expect(await hostStatus(trusting.url, "10.0.0.1:8080", forwarded)).toBe(200);
    expect(
      await hostStatus(strict.url, "evil.example.com", { "x-forwarded-host": "localhost" }),
    ).toBe(403);
  });

  it("is no page of a foreign origin, and gets no CORS headers", async () => {
    const { url } = await startService();

    const foreign = await post(url, list, { origin: "https://evil.example.com" });
    const opaque = await post(url, list, { origin: "null" });
    const local = await post(url, list, { origin: "http://localhost:6274" });

    expect(foreign.status).toBe(403);
    expect(opaque.status).toBe(403);
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
    expect(local.status).toBe(200);
    expect(local.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("is a page of a listed origin, with CORS", async () => {
    const origin = "https://app.example.com";
    const { url } = await startService({ MLFLOW_PROMPTS_ALLOWED_ORIGINS: origin });

    const preflight = await fetch(url, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, mcp-session-id",
      },
    });
    const called = await post(url, initialize(), { origin });

    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("mcp-session-id");
    expect(called.headers.get("access-control-allow-origin")).toBe(origin);
    expect(called.headers.get("access-control-expose-headers")).toContain("mcp-session-id");
    expect((await post(url, list, { origin: "https://other.example.com" })).status).toBe(403);
  });
});

/** The status of a list that is asked for under another name; `fetch` sends none of one's own. */
function hostStatus(
  url: string,
  host: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: "POST",
      headers: {
        host,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
    });
    sending.on("error", reject);
    sending.on("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sending.end(JSON.stringify(list));
  });
}
