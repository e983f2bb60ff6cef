import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { extendAliasHistory } from "../../src/registry/versions/alias-history.ts";
import type { Session } from "../../src/session/session.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

/** Version 2 needs a variable that version 1 does not need. */
async function greeting(
  session: Partial<Session> = {},
  change: (registry: PromptRegistry) => void = () => {},
) {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", text("Hello {{ name }}"));
  await registry.registerVersion("greet", text("Hi {{ name }} from {{ place }}"));
  change(registry);
  const client = await connect(sessionOf(registry, { serve: ["production"], ...session }));
  const call = (tool: string, args: Readonly<Record<string, unknown>> = {}) =>
    callTool(client, tool, { name: "greet", ...args });
  return { registry, call };
}

const live = { alias: "production" };

describe("the history of aliases", () => {
  it("says from where to where an alias moved, when, who moved it and why", async () => {
    const { call } = await greeting({ who: "ann" });
    await call("set_prompt_alias", { ...live, version: 1 });
    await call("set_prompt_alias", {
      ...live,
      version: 2,
      reason: "Ready for the fair",
      allow_breaking: true,
    });
    await call("delete_prompt_alias", {
      ...live,
      reason: "Over",
      confirm: "greet",
      allow_breaking: true,
    });

    const { structured, text } = await call("list_prompt_versions");

    const by = "ann";
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(structured).toMatchObject({
      alias_history: [
        { ...live, from_version: 2, at, by, reason: "Over", allow_breaking: true },
        {
          ...live,
          from_version: 1,
          to_version: 2,
          at,
          by,
          reason: "Ready for the fair",
          allow_breaking: true,
        },
        { ...live, to_version: 1, at, by },
      ],
    });
    expect(text).toMatch(
      /^- \S+Z: production moved from version 1 to version 2, by ann, with allow_breaking, reason: Ready for the fair$/m,
    );
    expect(text).toMatch(/^- \S+Z: production created at version 1, by ann$/m);
    expect(text).toMatch(/^- \S+Z: production deleted, it pointed at version 2, by ann/m);
  });

  it("has the aliases that went with a version", async () => {
    const { call } = await greeting();
    await call("set_prompt_alias", { alias: "old", version: 1 });

    await call("delete_prompt_version", { version: 1, confirm: "greet" });

    const { structured } = await call("list_prompt_versions");
    expect(structured).toMatchObject({
      alias_history: [{ alias: "old", from_version: 1 }, { to_version: 1 }],
    });
  });

  it("has the alias that a registration moved", async () => {
    const { call } = await greeting();
    const version = { template: "Hey {{ name }}", base_version: 2, alias: "staging" };

    await call("register_prompt", { ...version, reason: "For the trial" });

    const { structured } = await call("list_prompt_versions");
    expect(structured).toMatchObject({
      alias_history: [{ alias: "staging", to_version: 3, reason: "For the trial" }],
    });
  });

  it("names the client where no user is known", async () => {
    const { call } = await greeting();
    await call("set_prompt_alias", { alias: "old", version: 1 });

    const { structured } = await call("list_prompt_versions");

    expect(structured).toMatchObject({ alias_history: [{ by: "test/1.0.0" }] });
  });

  it("is on the first page alone", async () => {
    const { call } = await greeting();
    await call("set_prompt_alias", { alias: "old", version: 1 });

    const first = await call("list_prompt_versions", { limit: 1 });
    const { next_cursor } = z.object({ next_cursor: z.string() }).parse(first.structured);
    const second = await call("list_prompt_versions", { limit: 1, cursor: next_cursor });

    expect(first.structured).toHaveProperty("alias_history");
    expect(second.structured).not.toHaveProperty("alias_history");
    expect(second.text).not.toContain("Moves of aliases");
  });

  it("is not among the tags, and no tool sets or deletes it", async () => {
    const { call, registry } = await greeting();
    await call("set_prompt_alias", { alias: "old", version: 1 });

    const refused = await call("register_prompt", {
      template: "New",
      tags: { "mcp.alias_history": "[]" },
    });

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("history of the prompt's aliases");
    expect((await registry.getPrompt("greet")).tags).toEqual({});
  });

  it("that cannot be written is told as a warning, and does not hide the move", async () => {
    const unrecorded = "MLflow refuses it.";
    const { call, registry } = await greeting({}, (registry) => {
      const { setAlias, deleteAlias } = registry;
      registry.setAlias = async (...args) => {
        await setAlias.apply(registry, args);
        return { unrecorded };
      };
      registry.deleteAlias = async (...args) => {
        await deleteAlias.apply(registry, args);
        return { unrecorded };
      };
    });

    const moved = await call("set_prompt_alias", { alias: "old", version: 1 });
    const deleted = await call("delete_prompt_alias", { alias: "old", confirm: "greet" });

    expect(moved.structured).toMatchObject({ moved: true });
    expect(deleted.structured).toMatchObject({ deleted: true });
    for (const answer of [moved, deleted]) {
      expect(answer.structured).toMatchObject({
        warnings: [expect.stringContaining(`does not have it: ${unrecorded}`)],
      });
      expect(answer.text).toContain(`Warning: The change is made`);
    }
    expect((await registry.getPrompt("greet")).aliases).toEqual({});
  });
});

describe('version "previous"', () => {
  it("goes back to where the alias pointed before its last move, and forth again", async () => {
    const { call, registry } = await greeting();
    await call("set_prompt_alias", { ...live, version: 1 });
    await call("set_prompt_alias", { ...live, version: 2, allow_breaking: true });
    const target = async () => (await registry.getPrompt("greet")).aliases.production;

    const back = await call("set_prompt_alias", { ...live, version: "previous" });
    expect(back.structured).toMatchObject({ version: 1, previous_version: 2, moved: true });
    expect(await target()).toBe(1);
    await call("set_prompt_alias", { ...live, version: "previous" });
    expect(await target()).toBe(2);
  });

  it("brings back an alias that was deleted", async () => {
    const { call, registry } = await greeting();
    await call("set_prompt_alias", { alias: "old", version: 1 });
    await call("delete_prompt_alias", { alias: "old", confirm: "greet" });

    await call("set_prompt_alias", { alias: "old", version: "previous" });

    expect((await registry.getPrompt("greet")).aliases).toEqual({ old: 1 });
  });

  it.each([
    [
      "was moved by another program",
      (registry: PromptRegistry) => registry.setAlias("greet", "old", 1),
    ],
    ["was created by its last move", async () => {}],
  ])("is refused when the alias %s", async (_, meanwhile) => {
    const { call, registry } = await greeting();
    await call("set_prompt_alias", { alias: "old", version: 2 });
    await meanwhile(registry);
    const before = await registry.getPrompt("greet");

    const refused = await call("set_prompt_alias", { alias: "old", version: "previous" });

    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(
      /was not moved: which version .* is not known.*list_prompt_versions/,
    );
    expect(await registry.getPrompt("greet")).toEqual(before);
  });

  it("is refused when that version is gone", async () => {
    const { call } = await greeting();
    await call("set_prompt_alias", { alias: "old", version: 1 });
    await call("set_prompt_alias", { alias: "old", version: 2 });
    await call("delete_prompt_version", { version: 1, confirm: "greet" });

    const refused = await call("set_prompt_alias", { alias: "old", version: "previous" });

    expect(refused.text).toContain("has no version 1");
  });
});

describe("a version that set_prompt_alias gets", () => {
  it("may be another alias", async () => {
    const { call, registry } = await greeting();
    await call("set_prompt_alias", { alias: "staging", version: "latest" });

    await call("set_prompt_alias", { alias: "canary", version: "staging" });

    expect((await registry.getPrompt("greet")).aliases).toEqual({ staging: 2, canary: 2 });
  });
});

describe("going back to what a protected alias left", () => {
  /** Production points at version 3, which takes another variable than versions 1 and 2. */
  const promoted = async (minutesAgo: number) => {
    const at = new Date(Date.now() - minutesAgo * 60_000).toISOString();
    const opened = await greeting();
    const { registry } = opened;
    await registry.registerVersion("greet", text("Hey {{ nick }}"));
    await registry.setAlias("greet", "production", 3);
    const history = extendAliasHistory(undefined, [
      { ...live, from_version: 1, to_version: 3, at },
    ]);
    const { getPrompt } = registry;
    registry.getPrompt = async (...args) => ({
      ...(await getPrompt.apply(registry, args)),
      aliasHistory: history,
    });
    return { ...opened, at };
  };
  const back = { ...live, version: 1 };

  it("needs no allow_breaking within a day, and the verdict is said all the same", async () => {
    const { call, at, registry } = await promoted(24 * 60 - 1);

    const moved = await call("set_prompt_alias", back);

    expect(moved.isError).toBe(false);
    expect(moved.structured).toMatchObject({
      version: 1,
      left_at: at,
      contract_change: { verdict: "breaking" },
    });
    expect(moved.text).toContain(`pointed at version 1 until ${at}, less than a day ago`);
    expect((await registry.getPrompt("greet")).aliases).toMatchObject({ production: 1 });
  });

  it("is for what the alias itself pointed at, and for nothing else", async () => {
    const { call } = await promoted(1);

    const refused = await call("set_prompt_alias", { ...live, version: 2 });

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("call again with allow_breaking true");
  });

  it("needs allow_breaking after a day", async () => {
    const { call } = await promoted(24 * 60 + 1);

    const refused = await call("set_prompt_alias", back);

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("call again with allow_breaking true");
  });
});
