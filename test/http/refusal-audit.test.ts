import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HttpRefusal } from "../../src/http/refusal.ts";
import { RefusalAudit } from "../../src/http/refusal-audit.ts";
import type { Actor, AuditEvent } from "../../src/log/audit.ts";
import { startStub } from "../mlflow/stub.ts";
import { post, postModern, rpc, startService } from "../support/http-service.ts";
import { audience, startIssuer } from "../support/oauth-issuer.ts";
import { startWebhookRoute } from "../support/webhook-route.ts";

type Logged = Readonly<Record<string, unknown>>;

/** The audit's lines, without what every line has. */
function audited(logged: readonly Logged[]): readonly Logged[] {
  return logged
    .filter(({ message }) => message === "audit")
    .map(({ level: _, message: __, request: ___, client: ____, ...line }) =>
      Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined)),
    );
}

async function startEmbedded(variables: Readonly<Record<string, string>> = {}) {
  const { url, logged } = await startService(variables);
  const tool = (name: string, args: object) =>
    postModern(url, "tools/call", { name, arguments: args });
  return { url, logged, tool };
}

describe("the audit of writes", () => {
  it("shows where an alias pointed before, which tags changed, and that a break was allowed", async () => {
    const { logged, tool } = await startEmbedded();
    await tool("register_prompt", { name: "a", template: "Hi {{ who }}" });
    await tool("set_prompt_alias", { name: "a", alias: "production", version: 1 });
    await tool("register_prompt", {
      name: "a",
      template: "Hi {{ who }} {{ name }}",
      base_version: 1,
    });
    const from = logged.length;

    await tool("set_prompt_alias", {
      ...{ name: "a", alias: "production", version: 2 },
      ...{ allow_breaking: true, expected_version: 1 },
    });
    await tool("update_prompt", { name: "a", tags: { team: "search", owner: null } });

    expect(audited(logged.slice(from))).toEqual([
      {
        ...{ workspace: "default", who: "anonymous", operation: "set_alias", outcome: "ok" },
        ...{ prompt: "a", alias: "production", version: 2, previousVersion: 1 },
        allowBreaking: true,
      },
      {
        ...{ workspace: "default", who: "anonymous", operation: "tag_prompt", outcome: "ok" },
        ...{ prompt: "a", tags: ["team", "owner"] },
      },
    ]);
  });
});

describe("the audit of refused writes", () => {
  it("has a line for what protection refuses", async () => {
    const { logged, tool } = await startEmbedded();
    await tool("register_prompt", { name: "a", template: "Hi" });
    await tool("set_prompt_alias", { name: "a", alias: "production", version: 1 });
    await tool("register_prompt", { name: "a", template: "Hi {{ who }}", base_version: 1 });
    const from = logged.length;

    await tool("set_prompt_alias", { name: "a", alias: "production", version: 2 });
    await tool("delete_prompt", { name: "a", confirm: "a" });

    expect(audited(logged.slice(from))).toEqual([
      expect.objectContaining({
        ...{ operation: "set_prompt_alias", outcome: "conflict" },
        ...{ prompt: "a", alias: "production", version: 2 },
        reason: expect.stringContaining("production"),
      }),
      expect.objectContaining({ operation: "delete_prompt", outcome: "conflict", prompt: "a" }),
    ]);
  });

  it("has a line for an alias that the operator keeps to others", async () => {
    const { logged, tool } = await startEmbedded({ MLFLOW_PROMPTS_WRITABLE_ALIASES: "staging" });
    await tool("register_prompt", { name: "a", template: "Hi" });
    const from = logged.length;

    await tool("set_prompt_alias", { name: "a", alias: "production", version: 1 });

    expect(audited(logged.slice(from))).toEqual([
      expect.objectContaining({
        ...{ operation: "set_prompt_alias", outcome: "forbidden", alias: "production" },
      }),
    ]);
  });

  it("has a line for a write on a read-only server, and none for what only reads", async () => {
    const { logged, tool } = await startEmbedded({ MLFLOW_PROMPTS_READ_ONLY: "true" });

    await tool("register_prompt", { name: "a", template: "Hi" });
    await tool("load_prompt", { name: "missing" });
    await tool("no_such_tool", {});

    expect(audited(logged)).toEqual([
      expect.objectContaining({ operation: "register_prompt", outcome: "invalid", prompt: "a" }),
    ]);
  });

  it("has a line for input that breaks a rule, and none for a dry run", async () => {
    const { logged, tool } = await startEmbedded();

    await tool("register_prompt", { name: "a/b", template: "Hi", dry_run: true });
    await tool("update_prompt", { name: "a", tags: { team: "search" }, color: "red" });

    expect(audited(logged)).toEqual([
      expect.objectContaining({ operation: "update_prompt", outcome: "invalid", tags: ["team"] }),
    ]);
  });

  it("has a line for a scope that the token lacks", async () => {
    const issuer = await startIssuer();
    const { url, logged } = await startService({
      MLFLOW_PROMPTS_AUTH: "oauth",
      MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.url.href,
      MLFLOW_PROMPTS_OAUTH_AUDIENCE: audience,
    });
    const token = await issuer.sign({ scope: "prompts:read" });
    const write = rpc("tools/call", { name: "delete_prompt", arguments: { name: "a" } });

    const { status } = await post(url, write, { authorization: `Bearer ${token}` });

    expect(status).toBe(403);
    expect(audited(logged)).toEqual([
      expect.objectContaining({
        ...{ operation: "tools/call delete_prompt", outcome: "refused", status: 403 },
        who: expect.any(String),
        reason: expect.stringContaining("prompts:delete"),
      }),
    ]);
  });

  it("has a line for a request without a credential, and for one that MLflow refuses", async () => {
    const mlflow = await startStub();
    mlflow.on("GET /api/2.0/mlflow/registered-models/search", { status: 401, text: "no" });
    const { url, logged } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
    });

    await post(url, rpc("prompts/list"));
    await post(url, rpc("prompts/list"), { authorization: "Bearer guessed" });

    const [line, ...others] = audited(logged);
    expect(line).toMatchObject({ operation: "request", outcome: "refused", status: 401 });
    expect(line).toHaveProperty("address");
    expect(line).not.toHaveProperty("who");
    expect(others).toEqual([]);
    expect(JSON.stringify(logged)).not.toContain("guessed");
  });

  it("has a line for a webhook whose signature is wrong", async () => {
    const refused = vi.fn();
    const { url } = await startWebhookRoute({ onRefused: refused });

    const response = await fetch(url, { method: "POST", body: "{}" });

    expect(response.status).toBe(401);
    expect(refused).toHaveBeenCalledOnce();
    expect(refused.mock.calls[0]?.[0]).toBeInstanceOf(HttpRefusal);
  });
});

describe("refusals that a caller could have without end", () => {
  const recorded: [Actor, AuditEvent][] = [];
  const audit = {
    record: (actor: Actor, event: AuditEvent) => void recorded.push([actor, event]),
    close: () => {},
  };
  beforeEach(() => {
    recorded.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("are recorded as the first at once, and the others of a minute in one line that counts them", () => {
    const refusals = new RefusalAudit(audit);
    const guess = (address: string) =>
      refusals.record(new HttpRefusal(401, "Wrong."), { address, request: "r" });

    for (let times = 0; times < 300; times++) guess("192.0.2.1");
    guess("192.0.2.2");
    expect(recorded.map(([actor]) => actor.address)).toEqual(["192.0.2.1", "192.0.2.2"]);
    vi.advanceTimersByTime(60_000);

    expect(recorded).toHaveLength(3);
    expect(recorded[2]).toEqual([
      { address: "192.0.2.1" },
      expect.objectContaining({ outcome: "refused", status: 401, reason: "Wrong.", times: 299 }),
    ]);
    vi.advanceTimersByTime(120_000);
    expect(recorded).toHaveLength(3);
  });

  it("do not gather what is forbidden to somebody who is known", () => {
    const refusals = new RefusalAudit(audit);
    for (let times = 0; times < 3; times++) {
      refusals.record(new HttpRefusal(403, "No."), { address: "192.0.2.1" });
    }
    expect(recorded).toHaveLength(3);
  });

  it("are none of the requests that are merely wrong", () => {
    new RefusalAudit(audit).record(new HttpRefusal(400, "What?"), { address: "192.0.2.1" });
    expect(recorded).toEqual([]);
  });
});
