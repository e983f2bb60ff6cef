import { expect, it } from "vitest";
import { startStub } from "../../../mlflow/stub.ts";
import { modelReply, routes, version } from "../../../mlflow/wire-data.ts";
import { openSession, post, postModern, rpc, startService } from "../../../support/http-service.ts";
import { listeningClients } from "../../../support/listening-clients.ts";
import { audience, startIssuer } from "../../../support/oauth-issuer.ts";

/**
 * A service that exchanges tokens, before an MLflow that lets only what the token of `azp: full` is
 * exchanged for read the prompt "x". Both tokens are of the same subject.
 */
async function scene() {
  const issuer = await startIssuer();
  const mlflow = await startStub();
  const service = await startService({
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    MLFLOW_PROMPTS_SERVE: "latest",
    MLFLOW_PROMPTS_AUTH: "oauth",
    MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.url.href,
    MLFLOW_PROMPTS_OAUTH_AUDIENCE: audience,
    MLFLOW_PROMPTS_OAUTH_TOKEN_URL: issuer.tokenUrl.href,
    MLFLOW_PROMPTS_OAUTH_CLIENT_ID: "prompts",
    MLFLOW_PROMPTS_OAUTH_CLIENT_SECRET: "client-secret",
  });
  const tokenOf = async (azp: string) => ({
    authorization: `Bearer ${await issuer.sign({ azp, scope: "prompts:read prompts:write" })}`,
  });
  const full = await tokenOf("full");
  const limited = await tokenOf("limited");
  const text = modelReply("x", { latest: [version("x", 1, { text: "The secret text" })] });
  mlflow.on(routes.searchModels, { json: {} });
  // The first token to be exchanged is the full one.
  mlflow.on(routes.getModel, ({ headers }) =>
    headers.authorization === "Bearer mlflow-1" ? text : { status: 403, text: "Permission denied" },
  );
  const got = await post(service.url, rpc("prompts/get", { name: "x" }), full);
  expect(got.text).toContain("The secret text");
  return { mlflow, full, limited, ...service };
}

const get = rpc("prompts/get", { name: "x" });
const load = rpc("tools/call", { name: "load_prompt", arguments: { name: "x" } });

it("a narrow token is not given what a broad one of the same subject has read", async () => {
  const { url, mlflow, full, limited } = await scene();

  for (const answered of [
    await post(url, get, limited),
    await post(url, load, limited),
    await postModern(url, "prompts/get", { name: "x" }, limited),
  ]) {
    expect(answered.text).not.toContain("The secret text");
  }
  expect((await post(url, get, full)).text).toContain("The secret text");
  const asked = mlflow.arrived.filter(({ route }) => route === routes.getModel);
  expect(asked.some(({ headers }) => headers.authorization === "Bearer mlflow-2")).toBe(true);
});

it("nor while MLflow is away", async () => {
  const { url, mlflow, full, limited } = await scene();
  await post(url, load, limited);
  await mlflow.stop();

  expect((await post(url, load, limited)).text).not.toContain("The secret text");
  expect((await post(url, load, full)).text).toContain("The secret text");
});

it("nor through a request that is under way", async () => {
  const { url, mlflow, full, limited } = await scene();
  const waiting: (() => void)[] = [];
  const bothAsked = () => {
    if (waiting.length === 2) for (const answer of waiting) answer();
  };
  mlflow.on(routes.getAlias, ({ headers }) => ({
    raw: (response) => {
      const reply =
        headers.authorization === "Bearer mlflow-1"
          ? { model_version: version("x", 2, { text: "The secret text" }) }
          : { error_code: "PERMISSION_DENIED", message: "no" };
      waiting.push(() => {
        response.writeHead("model_version" in reply ? 200 : 403).end(JSON.stringify(reply));
      });
      bothAsked();
    },
  }));
  const byAlias = rpc("tools/call", {
    name: "load_prompt",
    arguments: { name: "x", alias: "canary" },
  });

  const [broad, narrow] = await Promise.all([
    post(url, byAlias, full),
    post(url, byAlias, limited),
  ]);

  expect(broad.text).toContain("The secret text");
  expect(narrow.text).not.toContain("The secret text");
});

it("nor through a session or its streams, which are the broad token's alone", async () => {
  const { url, full, limited } = await scene();
  const session = await openSession(url, full);
  await post(url, get, { ...full, ...session });

  expect(await post(url, get, { ...limited, ...session })).toMatchObject({ status: 404 });
  const resuming = [["last-event-id", `${session["mcp-session-id"]}/1`]] as const;
  for (const resumed of [[], resuming]) {
    const headers = new Headers({ accept: "text/event-stream", ...limited, ...session });
    for (const [name, value] of resumed) headers.set(name, value);
    const stream = await fetch(url, { headers });
    expect(stream.status).toBe(404);
    await stream.body?.cancel();
  }
});

it("nor told of what happens to a prompt that it may not read", async () => {
  const { url, mlflow, full, limited } = await scene();
  mlflow.on(routes.tagModel, { json: {} });
  const uri = "prompts:/x";
  const listen = listeningClients["2026-07-28"];
  const broad = await listen(url, full, [uri]);
  const narrow = await listen(url, limited, [uri]);
  const session = await openSession(url, limited);
  const subscribed = await post(url, rpc("resources/subscribe", { uri }), {
    ...limited,
    ...session,
  });
  const tag = { name: "update_prompt", arguments: { name: "x", tags: { a: "b" } } };

  // Whatever the first change told would be there before what the second tells.
  for (const changes of [1, 2]) {
    await post(url, rpc("tools/call", tag), full);
    await expect
      .poll(() => narrow.filter((told) => told === "prompts").length)
      .toBeGreaterThanOrEqual(changes);
  }

  await expect.poll(() => broad).toContain(uri);
  expect(narrow).not.toContain(uri);
  expect(subscribed.message?.error?.message).toContain("Permission denied");
});
