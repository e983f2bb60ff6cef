import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { tools } from "../../../../src/tools/catalogue.ts";
import { startStub } from "../../../mlflow/stub.ts";
import { openSession, post, postModern, rpc, startService } from "../../../support/http-service.ts";
import { audience, startIssuer, type TestIssuer } from "../../../support/oauth-issuer.ts";

const all = "prompts:read prompts:write prompts:delete";
const list = rpc("prompts/list");

/** The service with tokens of the issuer, on an embedded registry unless told. */
async function startOAuth(issuer: TestIssuer, variables: Readonly<Record<string, string>> = {}) {
  return startService({
    MLFLOW_PROMPTS_AUTH: "oauth",
    MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.url.href,
    MLFLOW_PROMPTS_OAUTH_AUDIENCE: audience,
    ...variables,
  });
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` };
}

function tool(name: string, args: Readonly<Record<string, unknown>>) {
  return rpc("tools/call", { name, arguments: args });
}

describe("the service with --auth oauth", () => {
  it("tells clients where tokens are issued", async () => {
    const issuer = await startIssuer();
    const { url } = await startOAuth(issuer);

    const refused = await post(url, list);
    const metadata = /resource_metadata="([^"]+)"/.exec(
      refused.headers.get("www-authenticate") ?? "",
    )?.[1];
    const found = await fetch(String(metadata));
    const document = z
      .looseObject({ authorization_servers: z.array(z.string()) })
      .parse(await found.json());

    expect(refused.status).toBe(401);
    expect(document).toMatchObject({
      resource: url,
      scopes_supported: ["prompts:read", "prompts:write", "prompts:delete"],
    });
    expect(document.authorization_servers).toEqual([issuer.url.href]);
    expect(found.headers.get("access-control-allow-origin")).toBe("*");
    expect((await fetch(new URL("/.well-known/openid-configuration", url))).status).toBe(404);
  });

  it("answers an expired token 401 invalid_token, in both eras", async () => {
    const issuer = await startIssuer();
    const { url } = await startOAuth(issuer);
    const expired = bearer(
      await issuer.sign({ scope: all, exp: Math.floor(Date.now() / 1_000) - 60 }),
    );

    for (const answered of [
      await post(url, list, expired),
      await postModern(url, "prompts/list", {}, expired),
    ]) {
      expect(answered.status).toBe(401);
      expect(answered.headers.get("www-authenticate")).toMatch(/error="invalid_token".*expired/);
    }
  });

  it.each([
    ["prompts:read", list],
    ["prompts:read", tool("list_prompts", {})],
    ["prompts:write", tool("register_prompt", { name: "a", template: "b" })],
    ["prompts:write", tool("set_prompt_alias", { name: "a", alias: "b", version: 1 })],
    ["prompts:write", tool("update_prompt", { name: "a", tags: { b: "c" } })],
    ["prompts:delete", tool("delete_prompt", { name: "a" })],
  ])("wants the scope %s for a call, and names it when it is missing: %#", async (scope, call) => {
    const issuer = await startIssuer();
    const { url } = await startOAuth(issuer);
    const others = all
      .split(" ")
      .filter((one) => one !== scope)
      .join(" ");

    const lacking = await post(url, call, bearer(await issuer.sign({ scope: others })));
    const having = await post(url, call, bearer(await issuer.sign({ scope })));

    expect(lacking.status).toBe(403);
    expect(lacking.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    expect(lacking.headers.get("www-authenticate")).toContain(`scope="${scope}"`);
    expect(having.status).toBe(200);
  });

  it("looks at every call of a batch", async () => {
    const issuer = await startIssuer();
    const { url } = await startOAuth(issuer);
    const batch = [list, { ...tool("delete_prompt", { name: "a", confirm: "a" }), id: 2 }];

    const answered = await post(url, batch, bearer(await issuer.sign({ scope: "prompts:read" })));

    expect(answered.status).toBe(403);
  });

  it("serves the real client with its token, and lets a session go on under a renewed one", async () => {
    const issuer = await startIssuer();
    const { url, logged } = await startOAuth(issuer);
    const token = await issuer.sign({ scope: all });
    const client = new Client({ name: "test", version: "1.0.0" });
    const requestInit = { headers: bearer(token) };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    onTestFinished(() => client.close());
    await client.callTool({ name: "register_prompt", arguments: { name: "a", template: "b" } });

    const session = await openSession(url, bearer(token));
    const renewed = bearer(await issuer.sign({ scope: all, jti: "2" }));
    const stranger = bearer(await issuer.sign({ scope: all, sub: "eve" }));
    expect((await post(url, list, { ...renewed, ...session })).status).toBe(200);
    expect((await post(url, list, { ...stranger, ...session })).status).toBe(404);
    expect(logged.find(({ message }) => message === "audit")).toMatchObject({ who: "ada" });
    expect(JSON.stringify(logged)).not.toContain(token.slice(-20));
  });

  it("keeps callers in the workspaces that their tokens list", async () => {
    const issuer = await startIssuer();
    const mlflow = await startStub();
    mlflow.on("GET /api/3.0/mlflow/server-info", { json: { workspaces_enabled: true } });
    mlflow.on("GET /api/2.0/mlflow/registered-models/search", { json: {} });
    mlflow.on("GET /api/3.0/mlflow/workspaces", { json: { workspaces: [{ name: "red" }] } });
    const { url } = await startOAuth(issuer, {
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_TRACKING_TOKEN: "the-service",
    });
    const token = await issuer.sign({ scope: all, workspaces: ["red"] });

    expect((await post(`${url}/red`, list, bearer(token))).status).toBe(200);
    expect((await post(url, list, bearer(token))).status).toBe(200);
    const elsewhere = await post(`${url}/blue`, list, bearer(token));
    expect(elsewhere.status).toBe(403);
    expect(elsewhere.message?.error?.message).toContain('"blue"');

    const searches = mlflow.arrived.filter(({ route }) => route.endsWith("/search"));
    expect(new Set(searches.map(({ headers }) => headers["x-mlflow-workspace"]))).toEqual(
      new Set(["red"]),
    );
    expect(new Set(searches.map(({ headers }) => headers.authorization))).toEqual(
      new Set(["Bearer the-service"]),
    );
  });

  it("copies into no workspace that the token does not list", async () => {
    const issuer = await startIssuer();
    const mlflow = await startStub();
    mlflow.on("GET /api/3.0/mlflow/server-info", { json: { workspaces_enabled: true } });
    mlflow.on("GET /api/2.0/mlflow/registered-models/search", { json: {} });
    const visible = { workspaces: [{ name: "red" }, { name: "blue" }] };
    mlflow.on("GET /api/3.0/mlflow/workspaces", { json: visible });
    mlflow.on("GET /version", { text: "3.17.2" });
    const { url } = await startOAuth(issuer, {
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_TRACKING_TOKEN: "the-service",
    });
    const token = bearer(await issuer.sign({ scope: all, workspaces: ["red"] }));

    const copy = tool("copy_prompt", { name: "x", workspace: "blue" });
    const refused = await post(`${url}/red`, copy, token);
    expect(refused.text).toContain("does not list it");
    const asked = mlflow.arrived.filter(({ headers }) => headers["x-mlflow-workspace"] === "blue");
    expect(asked).toEqual([]);
    const described = await post(`${url}/red`, tool("describe_registry", {}), token);
    expect(described.message?.result).toMatchObject({
      structuredContent: { workspaces: ["red"], read_only: false },
    });
  });

  it.each([
    ["prompts:read", ["reads"], "lacks the scopes prompts:write and prompts:delete"],
    ["prompts:read prompts:write", ["reads", "adds", "moves"], "lacks the scope prompts:delete"],
    [all, ["reads", "adds", "moves", "deletes"], "Writing is allowed."],
  ])("offers what a token of the scopes %s allows, and says so", async (scope, allowed, said) => {
    const issuer = await startIssuer();
    const { url } = await startOAuth(issuer);
    const token = bearer(await issuer.sign({ scope }));

    const listed = await post(url, rpc("tools/list", {}), token);
    const { tools: offered } = z
      .object({ tools: z.array(z.object({ name: z.string() })) })
      .parse(listed.message?.result);
    const expected = tools.filter(
      ({ effect, model, view }) =>
        allowed.includes(effect) && (model ?? "optional") === "optional" && view !== "used",
    );
    expect(offered.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
    const described = await post(url, tool("describe_registry", {}), token);
    expect(described.message?.result).toMatchObject({
      content: [{ text: expect.stringContaining(said) }],
      structuredContent: { allowed, read_only: allowed.length === 1 },
    });
  });

  it("calls MLflow with an exchanged token, and never with the caller's", async () => {
    const issuer = await startIssuer();
    const mlflow = await startStub();
    mlflow.on("GET /api/2.0/mlflow/registered-models/search", { json: {} });
    const { url, logged } = await startOAuth(issuer, {
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_OAUTH_TOKEN_URL: issuer.tokenUrl.href,
      MLFLOW_PROMPTS_OAUTH_CLIENT_ID: "prompts",
      MLFLOW_PROMPTS_OAUTH_CLIENT_SECRET: "client-secret",
      MLFLOW_PROMPTS_CACHE_TTL: "0",
    });
    const token = await issuer.sign({ scope: all });

    await post(url, list, bearer(token));
    await post(url, list, bearer(token));

    expect(issuer.exchanges).toHaveLength(1);
    // Two lists, and before them whether the caller is let in.
    expect(mlflow.arrived.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer mlflow-1",
      "Bearer mlflow-1",
      "Bearer mlflow-1",
    ]);
    const metrics = await (await fetch(new URL("/metrics", url))).text();
    expect(metrics).toContain('cache_lookups_total{cache="token_exchange",outcome="hit"} 1');
    expect(metrics + JSON.stringify(logged)).not.toMatch(/mlflow-1|client-secret|ada/);
  });
});
