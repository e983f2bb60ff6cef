import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/log/audit.ts";
import type { Session } from "../../src/session/session.ts";
import { callTool } from "../support/call-tool.ts";
import {
  type Asked,
  connect,
  emptyRegistry,
  sessionOf,
  text,
} from "../support/embedded-session.ts";

const gate = {
  alias: "production",
  dataset: "questions",
  scorers: { correctness: { at_least: 0.9 } },
};
const looser = { ...gate, scorers: { correctness: { at_least: 0.5 } } };
const override = { override_gate: true, reason: "The dataset is being replaced" };

/** A prompt "greet", and the tools of a client. */
async function greeted(policy: Partial<Session> = {}, asked?: Asked) {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", text("Hi {{ name }}"));
  const client = await connect(sessionOf(registry, policy), asked);
  const call = (tool: string, args: Readonly<Record<string, unknown>>) =>
    callTool(client, tool, { name: "greet", ...args });
  const stored = async () => (await registry.getPrompt("greet")).tags["mcp.gate"];
  return { registry, call, stored };
}

function person(action: "accept" | "decline"): Asked {
  const answer = () => (action === "accept" ? { action, content: { confirm: true } } : { action });
  return { questions: [], answer };
}

describe("the gate of a prompt", () => {
  it("is set and removed by update_prompt, and shown by load_prompt", async () => {
    const { call, stored } = await greeted({ protectedAliases: [] });

    const set = await call("update_prompt", { gate });
    expect(set.text).toBe("Updated greet: new gate.");
    expect(JSON.parse((await stored()) ?? "")).toEqual(gate);
    const shown = "production: correctness at least 0.9, on the dataset questions";
    const loaded = await call("load_prompt", {});
    expect(loaded.structured).toMatchObject({ gates: [shown] });
    expect(loaded.text).toContain(`Gate of ${shown}`);

    const removed = await call("update_prompt", { gate: null });
    expect(removed.text).toBe("Updated greet: no gate.");
    expect(await stored()).toBeUndefined();
    expect((await call("load_prompt", {})).structured).not.toHaveProperty("gates");
  });

  it("is shown with the operator's own", async () => {
    const { call } = await greeted({ promotionGates: [looser] });
    await call("update_prompt", { gate });

    expect((await call("load_prompt", {})).structured).toMatchObject({
      gates: [expect.stringContaining("at least 0.9"), expect.stringContaining("at least 0.5")],
    });
  });

  it.each([
    [{ gate: { ...gate, scorers: {} } }, "has no criterion"],
    [{ gate: { ...gate, minrows: 3 } }, 'Unrecognized key: "minrows"'],
    [{ tags: { "mcp.gate": "production" } }, "it is not JSON"],
    [{ version: 1, tags: { "mcp.gate": JSON.stringify(gate) } }, "is a tag of the prompt"],
    [{ version: 1, gate }, "gate and new_name belong to the prompt"],
    [{ gate, tags: { "mcp.gate": null } }, 'Both gate and the tag "mcp.gate"'],
  ])("is refused when it is wrong: %j", async (args, problem) => {
    const { call, stored } = await greeted();

    const refused = await call("update_prompt", args);

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(problem);
    expect(await stored()).toBeUndefined();
  });

  it("is not a tag of a version that is registered", async () => {
    const { call } = await greeted();

    const refused = await call("register_prompt", {
      name: "new",
      template: "Hi",
      tags: { "mcp.gate": JSON.stringify(gate) },
    });

    expect(refused.text).toContain("mcp.gate is a tag of the prompt");
  });

  it("is left alone by callers who may not set its aliases", async () => {
    const { call, registry, stored } = await greeted({ writableAliases: ["staging"] });
    const refused = await call("update_prompt", { gate });
    await registry.tagPrompt("greet", { "mcp.gate": JSON.stringify(gate) });
    const removed = await call("update_prompt", { gate: null, ...override });
    const own = await call("update_prompt", { gate: { ...gate, alias: "staging" }, ...override });

    for (const { text } of [refused, removed, own]) {
      expect(text).toContain('does not allow the alias "production"');
    }
    expect(JSON.parse((await stored()) ?? "")).toEqual(gate);
  });
});

describe("loosening the gate of a protected alias", () => {
  it.each([
    ["a lower value", { gate: looser }],
    ["removing it", { gate: null }],
    ["deleting the tag", { tags: { "mcp.gate": null } }],
  ])("needs override_gate with a reason: %s", async (_, args) => {
    const events: AuditEvent[] = [];
    const { call, registry, stored } = await greeted({ audit: (event) => events.push(event) });
    await registry.tagPrompt("greet", { "mcp.gate": JSON.stringify(gate) });

    const refused = await call("update_prompt", args);
    const noReason = await call("update_prompt", { ...args, override_gate: true });
    const broken = await call("update_prompt", { ...args, allow_breaking: true });

    expect(refused.text).toMatch(
      /"production" of "greet" would move with less evidence.*override_/,
    );
    expect(noReason.text).toContain("override_gate needs reason");
    expect(broken.isError).toBe(true);
    expect(JSON.parse((await stored()) ?? "")).toEqual(gate);
    expect((await call("update_prompt", { ...args, ...override })).isError).toBe(false);
    expect(await stored()).not.toBe(JSON.stringify(gate));
    expect(events.map(({ overrideGate }) => overrideGate)).toEqual([undefined, "", undefined]);
  });

  it("is asked of the person", async () => {
    const no = person("decline");
    const declined = await greeted({}, no);
    await declined.call("update_prompt", { gate });
    const yes = person("accept");
    const accepted = await greeted({}, yes);
    await accepted.call("update_prompt", { gate });

    const refused = await declined.call("update_prompt", { gate: null, ...override });
    const done = await accepted.call("update_prompt", { gate: null, ...override });

    expect(refused.text).toContain("the person declined this update");
    expect(await declined.stored()).toBeDefined();
    expect(done.isError).toBe(false);
    expect(await accepted.stored()).toBeUndefined();
    for (const { questions } of [no, yes]) {
      expect(questions).toEqual([expect.stringContaining("would move with less evidence")]);
    }
  });

  it("needs nothing where it is made stricter, or guards another alias", async () => {
    const { call } = await greeted();
    await call("update_prompt", { gate: [gate, { ...gate, alias: "staging" }] });

    const stricter = await call("update_prompt", { gate: [{ ...gate, max_age_days: 3 }] });

    expect(stricter.isError).toBe(false);
  });

  it("includes replacing one that cannot be read", async () => {
    const { call, registry } = await greeted();
    await registry.tagPrompt("greet", { "mcp.gate": "{" });

    expect((await call("load_prompt", {})).text).toContain("cannot be read (it is not JSON)");
    expect((await call("update_prompt", { gate })).text).toContain("override_gate");
    expect((await call("update_prompt", { gate, ...override })).isError).toBe(false);
  });
});
