import { describe, expect, it } from "vitest";
import { startStub } from "../../mlflow/stub.ts";
import { routes } from "../../mlflow/wire-data.ts";
import { metric, openSession, post, rpc, startService } from "../../support/http-service.ts";
import { openListenStream } from "../../support/listen-stream.ts";
import { audience, startIssuer } from "../../support/oauth-issuer.ts";

const ann = { authorization: "Bearer ann" };
const events = { accept: "text/event-stream" };

/** A service to which callers bring their own credential, which is checked every second. */
async function scene() {
  const mlflow = await startStub();
  mlflow.on(routes.searchModels, { json: {} });
  const service = await startService({
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    MLFLOW_PROMPTS_AUTH: "forward",
    MLFLOW_PROMPTS_CREDENTIAL_CHECK: "1",
  });
  return { mlflow, ...service };
}

function listen(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  return openListenStream(url, { promptsListChanged: true }, { headers });
}

/** Resolves with what came when the stream has ended. */
async function readToItsEnd(stream: Response): Promise<string> {
  expect(stream.status).toBe(200);
  expect(stream.headers.get("content-type")).toContain("text/event-stream");
  return await stream.text();
}

describe("a stream ends", () => {
  it("at the first check that refuses its caller's credential", async () => {
    const { url, mlflow } = await scene();
    const session = await openSession(url, ann);
    const streams = [
      await fetch(url, { headers: { ...events, ...ann, ...session } }),
      await listen(url, ann),
    ].map(readToItsEnd);
    mlflow.on(routes.searchModels, { status: 401, text: "no" });

    await Promise.all(streams);

    expect((await post(url, rpc("ping"), { ...ann, ...session })).status).toBe(401);
    await expect.poll(() => metric(url, "mlflow_prompts_streams")).toBe(0);
  });

  it("at no check that MLflow does not answer", async () => {
    const { url, mlflow } = await scene();
    const ended = readToItsEnd(await listen(url, ann));
    const misses = 'mlflow_prompts_cache_lookups_total{cache="admission",outcome="miss"}';
    const before = await metric(url, misses);
    await mlflow.stop();

    await expect.poll(() => metric(url, misses), { timeout: 10_000 }).toBeGreaterThan(before + 1);
    expect(await metric(url, "mlflow_prompts_streams")).toBe(1);

    mlflow.on(routes.searchModels, { status: 403, text: "no" });
    await mlflow.start();
    await ended;
  });

  it("with the token of its caller", async () => {
    const issuer = await startIssuer();
    const { url } = await startService({
      MLFLOW_PROMPTS_AUTH: "oauth",
      MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.url.href,
      MLFLOW_PROMPTS_OAUTH_AUDIENCE: audience,
      MLFLOW_PROMPTS_OAUTH_CLOCK_SKEW: "0",
    });
    const exp = Math.floor(Date.now() / 1_000) + 3;
    const token = await issuer.sign({ scope: "prompts:read", exp });
    const bearer = { authorization: `Bearer ${token}` };
    const session = await openSession(url, bearer);

    await Promise.all(
      [
        await fetch(url, { headers: { ...events, ...bearer, ...session } }),
        await listen(url, bearer),
      ].map(readToItsEnd),
    );

    expect(Date.now()).toBeGreaterThanOrEqual(1_000 * exp);
    expect((await listen(url, bearer)).status).toBe(401);
  });
});

describe("a GET stream", () => {
  const all = "prompts:read prompts:write prompts:delete";

  async function oauthScene() {
    const issuer = await startIssuer();
    const { url } = await startService({
      MLFLOW_PROMPTS_AUTH: "oauth",
      MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.url.href,
      MLFLOW_PROMPTS_OAUTH_AUDIENCE: audience,
    });
    const bearer = async (scope: string) => ({
      authorization: `Bearer ${await issuer.sign({ scope })}`,
    });
    return { url, bearer };
  }

  async function stream(url: string, headers: Readonly<Record<string, string>>) {
    const response = await fetch(url, { headers: { ...events, ...headers } });
    await response.body?.cancel();
    return response;
  }

  it("needs the scope that reading needs, since it tells of changes", async () => {
    const { url, bearer } = await oauthScene();
    const none = await bearer("openid");
    const session = await openSession(url, none);

    const refused = await stream(url, { ...none, ...session });

    expect(refused.status).toBe(403);
    expect(refused.headers.get("www-authenticate")).toContain('scope="prompts:read"');
    const reading = { ...(await bearer("prompts:read")), ...session };
    expect((await stream(url, reading)).status).toBe(200);
  });

  it("that replays answers needs the scopes that they needed", async () => {
    const { url, bearer } = await oauthScene();
    const broad = await bearer(all);
    const session = await openSession(url, broad);
    const written = await post(
      url,
      rpc("tools/call", { name: "register_prompt", arguments: { name: "a", template: "b" } }),
      { ...broad, ...session },
    );
    const id = /^id: (.+)$/m.exec(written.text)?.[1];
    const resumed = { ...session, "last-event-id": String(id) };

    for (const scope of ["openid", "prompts:write", "prompts:read"]) {
      const refused = await stream(url, { ...(await bearer(scope)), ...resumed });
      expect(refused.status).toBe(403);
      expect(refused.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    }
    const enough = { ...(await bearer("prompts:read prompts:write")), ...resumed };
    expect((await stream(url, enough)).status).toBe(200);
  });
});
