import { Agent } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openSession, post, rpc } from "../support/http-service.ts";
import { audience, startIssuer, type TestIssuer } from "../support/oauth-issuer.ts";
import { type FakeMlflow, startFakeMlflow } from "./support/fake-mlflow.ts";
import { many } from "./support/many.ts";
import { underAttack } from "./support/measured.ts";
import { startAttacked } from "./support/program.ts";
import { askFrom, type Got, sendFrom, statusCounts } from "./support/raw.ts";
import { startSecondCaller } from "./support/second-caller.ts";

const attacker = "127.0.0.2";
const secretText = "only for those who may";
const list = rpc("prompts/list");

function basic(pair: string) {
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

const ann = basic("ann:right");

/** An MLflow that knows ann, and takes 400 ms of one of its four workers to say no. */
async function mlflowWithUsers(): Promise<FakeMlflow> {
  const mlflow = await startFakeMlflow();
  mlflow.store.plant("plain", secretText);
  let busy = 0;
  mlflow.intercept = async ({ authorization }, response) => {
    if (authorization === ann.authorization) return false;
    while (busy >= 4) await pause(5);
    busy += 1;
    await pause(400);
    busy -= 1;
    response.writeHead(401).end("You are not authenticated.");
    return true;
  };
  return mlflow;
}

function forwarding(mlflow: FakeMlflow) {
  return { MLFLOW_TRACKING_URI: mlflow.url, MLFLOW_PROMPTS_AUTH: "forward" };
}

describe("--auth forward:", () => {
  it("300 connections that guess a password", { retry: 3 }, async (context) => {
    const mlflow = await mlflowWithUsers();
    const { url, pid, audit } = await startAttacked(forwarding(mlflow), "--cache-ttl", "0");
    const prompt = { name: "plain", values: {} };
    const second = await startSecondCaller({ url, prompt, headers: ann });
    await underAttack(context, { pid, second, limit: 1_000, memory: 512 }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 300 });
      const got = await many(3_000, 300, (index) =>
        sendFrom({ url, from: attacker, agent, body: list, headers: basic(`ann:guess-${index}`) }),
      );
      agent.destroy();
      for (const { status } of got) expect([401, 429]).toContain(status);
      const guessed = mlflow.arrived.filter(({ authorization }) => authorization?.startsWith("B"));
      const asked = guessed.filter((one) => one.authorization !== ann.authorization).length;
      expect(asked).toBeLessThan(50);
      const lines = audit().filter(({ status }) => status === 429);
      expect(lines.length).toBeLessThanOrEqual(1);
      return `${statusCounts(got)}; MLflow was asked for ${asked} of them`;
    });
  });

  it("spellings of one credential, to have more than one caller's rate", async (context) => {
    const mlflow = await startFakeMlflow();
    mlflow.store.plant("plain", secretText);
    const { url, pid } = await startAttacked(forwarding(mlflow), "--rate-limit", "20");
    // The last letter has four bits that stand for nothing.
    const base64 = Buffer.from("ann:rights").toString("base64").replace(/w==$/, "");
    const pairs = [..."wxyz0123456789+/"].map((last) => `${base64}${last}==`);
    const schemes = ["Basic ", "basic ", "BASIC ", "bAsIc ", "Basic  "];
    const spellings = schemes.flatMap((scheme) => pairs.map((pair) => `${scheme}${pair}`));
    await underAttack(context, { pid }, async () => {
      const got = await many(100, 1, (index) =>
        sendFrom({
          url,
          from: attacker,
          body: list,
          headers: { authorization: spellings[index % spellings.length] ?? "" },
        }),
      );
      expect(got.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(20);
      return statusCounts(got);
    });
  });

  it("a credential that was never accepted, while MLflow is away", async (context) => {
    const mlflow = await startFakeMlflow();
    mlflow.store.plant("plain", secretText);
    const { url, pid } = await startAttacked({
      ...forwarding(mlflow),
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    });
    const prompt = { name: "plain", values: {} };
    const second = await startSecondCaller({ url, prompt, headers: ann });
    await underAttack(context, { pid, second }, async () => {
      mlflow.down = true;
      const stranger = basic("mallory:anything");
      const notifications = { promptsListChanged: true };
      const got = [
        await sendFrom({ url, from: attacker, body: list, headers: stranger }),
        await askFrom(attacker, url, "subscriptions/listen", { notifications }, stranger),
        await askFrom(attacker, url, "prompts/get", { name: "plain" }, stranger),
        await askFrom(attacker, url, "resources/read", { uri: "prompts:/plain" }, stranger),
      ];
      for (const { status, text } of got) {
        expect(status).toBeGreaterThanOrEqual(400);
        expect(text).not.toContain(secretText);
      }
      return statusCounts(got);
    });
  });

  it("an API key in the place of the user name", async (context) => {
    const mlflow = await startFakeMlflow();
    const { url, pid, lines } = await startAttacked(forwarding(mlflow));
    await underAttack(context, { pid }, async () => {
      const args = { name: "signed", template: "Hello" };
      const params = { name: "register_prompt", arguments: args };
      const got = await askFrom(attacker, url, "tools/call", params, basic("sk-key-7f3a:"));
      expect(got.status).toBe(200);
      const stored = JSON.stringify(mlflow.arrived.map(({ body }) => body));
      expect(`${stored}${lines().join("\n")}${got.text}`).not.toContain("sk-key");
      return "registered; the key is in no tag, no log and no answer";
    });
  });
});

describe("--auth oauth:", () => {
  async function startOAuth(variables: Readonly<Record<string, string>> = {}) {
    const issuer = await startIssuer();
    const program = await startAttacked({
      MLFLOW_PROMPTS_AUTH: "oauth",
      MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.url.href,
      MLFLOW_PROMPTS_OAUTH_AUDIENCE: audience,
      ...variables,
    });
    return { issuer, ...program };
  }

  async function bearer(issuer: TestIssuer, claims = {}, header = {}) {
    const token = await issuer.sign({ scope: "prompts:read", ...claims }, header);
    return { authorization: `Bearer ${token}` };
  }

  it("a narrow token of a subject whose broad one has read a prompt", async (context) => {
    const mlflow = await startFakeMlflow();
    mlflow.store.plant("plain", secretText);
    mlflow.intercept = ({ authorization }, response) => {
      if (authorization === "Bearer full") return false;
      response.writeHead(403).end("Permission denied");
      return true;
    };
    const issuer = await startIssuer();
    const { url, pid } = await startAttacked({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "oauth",
      MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.url.href,
      MLFLOW_PROMPTS_OAUTH_AUDIENCE: audience,
      MLFLOW_PROMPTS_OAUTH_TOKEN_URL: issuer.tokenUrl.href,
      MLFLOW_PROMPTS_OAUTH_CLIENT_ID: "prompts",
      MLFLOW_PROMPTS_OAUTH_CLIENT_SECRET: "a client's secret",
    });
    const exchangedFor = (access_token: string) =>
      issuer.answers.set("/token", {
        json: {
          access_token,
          issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
          token_type: "Bearer",
          expires_in: 300,
        },
      });
    await underAttack(context, { pid }, async () => {
      const get = (headers: Readonly<Record<string, string>>) =>
        askFrom(attacker, url, "prompts/get", { name: "plain" }, headers);
      const narrow = await bearer(issuer, { azp: "limited" });
      const broad = await bearer(issuer, { azp: "full" });
      exchangedFor("limited");
      const before = await get(narrow);
      exchangedFor("full");
      const full = await get(broad);
      expect(full.text).toContain(secretText);
      const after = await get(narrow);
      for (const { status, text } of [before, after]) {
        expect(status).toBe(403);
        expect(text).not.toContain(secretText);
      }
      return `before ${before.status}, the broad one ${full.status}, after ${after.status}`;
    });
  });

  it("resuming a stream without the scope that its answers need", async (context) => {
    const { issuer, url, pid } = await startOAuth();
    await underAttack(context, { pid }, async () => {
      const reader = await bearer(issuer);
      const session = await openSession(url, reader);
      const streamed = await post(url, rpc("prompts/get", { name: "summarize" }), {
        ...reader,
        ...session,
      });
      const eventId = /^id: (.+)$/m.exec(streamed.text)?.[1] ?? "none";
      const narrow = await bearer(issuer, { scope: "prompts:write" });
      const headers = { accept: "text/event-stream", ...narrow, ...session };
      const resumed = await fetch(url, { headers: { ...headers, "last-event-id": eventId } });
      expect(resumed.status).toBe(403);
      await resumed.body?.cancel();
      return String(resumed.status);
    });
  });

  it("tokens of another kind, and such as belong to a key", async (context) => {
    const { issuer, url, pid } = await startOAuth();
    await underAttack(context, { pid }, async () => {
      const tokens = [
        await bearer(issuer, {}, { typ: "logout+jwt" }),
        await bearer(issuer, {}, { typ: "dpop+jwt" }),
        await bearer(issuer, { cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } }),
      ];
      const got: Got[] = [];
      for (const headers of tokens) got.push(await sendFrom({ url, body: list, headers }));
      expect(statusCounts(got)).toBe("3 × 401");
      const good = await sendFrom({ url, body: list, headers: await bearer(issuer) });
      expect(good.status).toBe(200);
      return statusCounts(got);
    });
  });
});
