import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/session/policy.ts";
import { callTool } from "../support/call-tool.ts";
import {
  type Asked,
  connect,
  emptyRegistry,
  sessionOf,
  text,
} from "../support/embedded-session.ts";

/** Production and staging point at version 1. Version 2 has another wording; 3 needs one more variable. */
async function promoted(policy: Partial<Policy> = {}, asked?: Asked) {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", text("Hello {{ name }}"));
  await registry.registerVersion("greet", text("Hi {{ name }}"));
  await registry.registerVersion("greet", text("Hi {{ name }} from {{ place }}"));
  await registry.setAlias("greet", "production", 1);
  await registry.setAlias("greet", "staging", 1);
  const client = await connect(sessionOf(registry, policy), asked);
  const call = (tool: string, args: Readonly<Record<string, unknown>>) =>
    callTool(client, tool, { name: "greet", ...args });
  const aliases = async () => (await registry.getPrompt("greet")).aliases;
  return { registry, call, aliases };
}

describe("a protected alias", () => {
  it("moves to a compatible version, and the result has the rollback", async () => {
    const { call, aliases } = await promoted();

    const moved = await call("set_prompt_alias", { alias: "production", version: 2 });

    expect(moved.structured).toMatchObject({
      previous_version: 1,
      version: 2,
      contract_change: { verdict: "compatible" },
      rollback: {
        tool: "set_prompt_alias",
        arguments: { name: "greet", alias: "production", version: 1, expected_version: 2 },
      },
    });
    expect(moved.text).not.toMatch(/allow_breaking|confirm/);
    expect(moved.text).toContain("To undo it: set_prompt_alias {");
    expect(await aliases()).toEqual({ production: 2, staging: 1 });
  });

  it("does not move to a breaking version without allow_breaking", async () => {
    const { call, aliases } = await promoted();
    const args = { alias: "production", version: 3 };

    const refused = await call("set_prompt_alias", args);
    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(/not moved.*protected.*requires the new variable "place"/);
    expect(await aliases()).toMatchObject({ production: 1 });

    const moved = await call("set_prompt_alias", { ...args, allow_breaking: true });
    expect(moved.structured).toMatchObject({ contract_change: { verdict: "breaking" } });
    expect(await aliases()).toMatchObject({ production: 3 });
  });

  it("does not move to a version that may break its callers", async () => {
    const { call, registry } = await promoted();
    await registry.registerVersion("greet", text("{% if name %}{{ (name | int) + 1 }}{% endif %}"));

    const refused = await call("set_prompt_alias", { alias: "production", version: 4 });

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("may break");
  });

  it("is not deleted, and neither is its version or its prompt", async () => {
    const { call, aliases, registry } = await promoted();

    for (const [tool, args] of [
      ["delete_prompt_alias", { alias: "production", confirm: "greet" }],
      ["delete_prompt_version", { version: 1, confirm: "greet" }],
      ["delete_prompt", { confirm: "greet" }],
    ] as const) {
      const refused = await call(tool, args);
      expect(refused.isError, tool).toBe(true);
      expect(refused.text).toMatch(/"production"/);
    }
    expect(await aliases()).toMatchObject({ production: 1 });
    expect((await registry.listVersions("greet", { limit: 10 })).items).toHaveLength(3);

    const args = { alias: "production", confirm: "greet", allow_breaking: true };
    await call("delete_prompt_alias", args);
    expect(await aliases()).toEqual({ staging: 1 });
  });

  it("keeps the arguments that its callers use", async () => {
    const { call, registry } = await promoted();
    const strict = { "mcp.arguments": JSON.stringify({ name: { enum: ["Ada"] } }) };

    const refused = await call("update_prompt", { version: 1, tags: strict });
    const elsewhere = await call("update_prompt", { version: 2, tags: strict });
    const asked = await call("update_prompt", { version: 1, tags: strict, allow_breaking: true });

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("protected alias");
    expect([elsewhere.isError, asked.isError]).toEqual([false, false]);
    expect((await registry.getVersion("greet", { version: 1 })).tags).toMatchObject(strict);
  });

  it("is what the operator configures", async () => {
    const { call } = await promoted({ protectedAliases: ["staging"], serve: ["staging"] });

    expect((await call("set_prompt_alias", { alias: "production", version: 3 })).isError).toBe(
      false,
    );
    expect((await call("set_prompt_alias", { alias: "staging", version: 3 })).isError).toBe(true);
  });
});

describe("set_prompt_alias", () => {
  it("moves nothing when the alias does not point at the expected version", async () => {
    const { call, aliases } = await promoted();

    const moved = await call("set_prompt_alias", {
      alias: "staging",
      version: 2,
      expected_version: 3,
    });
    const taken = await call("set_prompt_alias", {
      alias: "staging",
      version: 2,
      expected_version: 0,
    });
    const fresh = await call("set_prompt_alias", {
      alias: "canary",
      version: 2,
      expected_version: 0,
    });

    expect([moved.isError, taken.isError, fresh.isError]).toEqual([true, true, false]);
    expect(moved.text).toContain("points at version 1");
    expect(await aliases()).toEqual({ canary: 2, production: 1, staging: 1 });
  });

  it.each(["set_prompt_alias", "delete_prompt_alias"])(
    "%s leaves alone what the operator keeps to others",
    async (tool) => {
      const { call, aliases } = await promoted({ writableAliases: ["staging"] });
      const version = tool === "set_prompt_alias" ? { version: 2 } : { confirm: "greet" };

      const refused = await call(tool, { alias: "production", ...version });
      const allowed = await call(tool, { alias: "staging", ...version });

      expect(refused.isError).toBe(true);
      expect(refused.text).toContain("allows only staging");
      expect(allowed.isError).toBe(false);
      expect(await aliases()).toMatchObject({ production: 1 });
    },
  );
});

describe("with a client that supports elicitation", () => {
  const accept = (confirm: boolean): Asked => ({
    questions: [],
    answer: () => ({ action: "accept", content: { confirm } }),
  });

  it("the person is asked before something is deleted", async () => {
    const asked = accept(true);
    const { call, registry } = await promoted({}, asked);

    const answer = await call("delete_prompt_version", { version: 2 });

    expect(asked.questions).toEqual(["Permanently delete version 2 of greet?"]);
    expect(answer.structured).toMatchObject({ deleted: true });
    expect((await registry.listVersions("greet", { limit: 10 })).items).toHaveLength(2);
  });

  it.each<[string, Asked]>([
    ["no", accept(false)],
    ["nothing", { questions: [], answer: () => ({ action: "decline" }) }],
  ])("nothing is deleted when the person says %s", async (_, asked) => {
    const { call, registry } = await promoted({ protectedAliases: [] }, asked);

    const answer = await call("delete_prompt", {});

    expect(asked.questions).toHaveLength(1);
    expect(asked.questions[0]).toContain("3 versions");
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain("the person declined");
    expect((await registry.listVersions("greet", { limit: 10 })).items).toHaveLength(3);
  });

  it("closing the question is no answer: nothing is deleted, and the model may ask again", async () => {
    const asked: Asked = { questions: [], answer: () => ({ action: "cancel" }) };
    const { call, registry } = await promoted({}, asked);

    const deleting = await call("delete_prompt_version", { version: 2 });
    const moving = await call("set_prompt_alias", {
      alias: "production",
      version: 3,
      allow_breaking: true,
    });

    expect(deleting.text).toMatch(
      /Nothing was deleted: the person closed the question without answering.*call again if/,
    );
    expect(moving.text).toMatch(/Nothing was changed: the person closed the question/);
    expect(`${deleting.text}${moving.text}`).not.toContain("declined");
    expect((await registry.listVersions("greet", { limit: 10 })).items).toHaveLength(3);
    expect((await registry.getPrompt("greet")).aliases).toMatchObject({ production: 1 });
  });

  it("the person is not asked about a call that is refused anyway", async () => {
    const asked = accept(true);
    const { call } = await promoted({}, asked);

    expect((await call("delete_prompt", {})).isError).toBe(true);
    expect((await call("set_prompt_alias", { alias: "production", version: 3 })).isError).toBe(
      true,
    );
    expect((await call("delete_prompt_version", { version: 2, confirm: "no" })).isError).toBe(true);

    expect(asked.questions).toEqual([]);
  });

  const calls: Readonly<Record<string, readonly [string, Readonly<Record<string, unknown>>]>> = {
    "Permanently delete version 2 of greet?": [
      "delete_prompt_version",
      { version: 2, confirm: "greet" },
    ],
    "Permanently delete the alias staging of greet, which points at version 1?": [
      "delete_prompt_alias",
      { alias: "staging", confirm: "greet" },
    ],
    'Permanently delete the alias production of greet, which points at version 1? The alias "production" is protected: callers that load the prompt by it would fail. This server serves version 1 of "greet" and would serve version 3 instead, which would break its callers. Breaks callers: requires the new variable "place". It also changes the wording.':
      ["delete_prompt_alias", { alias: "production", confirm: "greet", allow_breaking: true }],
    'Move greet@production from version 1 to version 3? The alias "production" is protected, and version 3 would break the callers of version 1. Breaks callers: requires the new variable "place". It also changes the wording.':
      ["set_prompt_alias", { alias: "production", version: 3, allow_breaking: true }],
    'Update greet? A protected alias points at version 1 of "greet", and these tags would break its callers. Breaks callers: accepts only "Ada" for "name".':
      [
        "update_prompt",
        {
          version: 1,
          tags: { "mcp.arguments": JSON.stringify({ name: { enum: ["Ada"] } }) },
          allow_breaking: true,
        },
      ],
  };

  it.each(Object.entries(calls))(
    "their no counts more than the model's yes: %s",
    async (question, [tool, args]) => {
      const asked = accept(false);
      const { call, registry } = await promoted({}, asked);
      const state = async () => [
        await registry.getPrompt("greet"),
        await registry.listVersions("greet", { limit: 10 }),
      ];
      const before = await state();

      const answer = await call(tool, args);

      expect(asked.questions).toEqual([question]);
      expect(answer.isError).toBe(true);
      expect(answer.text).toContain("the person declined");
      expect(await state()).toEqual(before);
    },
  );

  it.each(Object.values(calls))(
    "their yes does what the model asked for: %s %j",
    async (tool, args) => {
      const asked = accept(true);
      const { call, registry } = await promoted({}, asked);
      const before = await registry.getPrompt("greet");
      const versions = await registry.listVersions("greet", { limit: 10 });

      const answer = await call(tool, args);

      expect(asked.questions).toHaveLength(1);
      expect(answer.isError).toBe(false);
      expect([
        await registry.getPrompt("greet"),
        await registry.listVersions("greet", { limit: 10 }),
      ]).not.toEqual([before, versions]);
    },
  );
});
