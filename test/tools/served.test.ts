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

/** Version 1 and 2 take the same variables; 3 needs one more. Without aliases, 3 is served. */
async function served(policy: Partial<Policy> = {}, asked?: Asked) {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", text("Hello {{ name }}"));
  await registry.registerVersion("greet", text("Hi {{ name }}"));
  await registry.registerVersion("greet", text("Hi {{ name }} from {{ place }}"));
  const client = await connect(sessionOf(registry, policy), asked);
  const call = async (tool: string, args: Readonly<Record<string, unknown>>) => {
    const answer = await callTool(client, tool, { name: "greet", ...args });
    return { ...answer, firstLine: answer.text.split("\n")[0] };
  };
  return { registry, call };
}

describe("what this server serves is said in the first line of every deletion", () => {
  it("that changes it", async () => {
    const { call } = await served({ protectedAliases: [] });

    const version = { version: 3, confirm: "greet", allow_breaking: true };
    const deleted = await call("delete_prompt_version", version);
    const gone = await call("delete_prompt", { confirm: "greet" });

    expect(deleted.firstLine).toBe(
      "Deleted version 3 of greet. This server now serves version 2; before, it served version 3.",
    );
    expect(deleted.structured).toMatchObject({ served: { before: 3, after: 2 } });
    expect(gone.firstLine).toMatch(/This server now serves none; before, it served version 2\.$/);
    expect(gone.structured).toMatchObject({ served: { before: 2 } });
    expect(gone.structured).not.toHaveProperty("served.after");
  });

  it("that does not change it", async () => {
    const { call } = await served();

    const deleted = await call("delete_prompt_version", { version: 1, confirm: "greet" });

    expect(deleted.firstLine).toMatch(/This server serves version 3, as before\.$/);
    expect(deleted.structured).toMatchObject({ served: { before: 3, after: 3 } });
  });

  it("that waits for a confirmation", async () => {
    const { call, registry } = await served();
    await registry.setAlias("greet", "live", 1);

    const prompt = await call("delete_prompt", {});
    const version = await call("delete_prompt_version", { version: 3, allow_breaking: true });
    const alias = await call("delete_prompt_alias", { alias: "live" });

    expect(prompt.firstLine).toContain("This server would serve none; now it serves version 3.");
    expect(version.firstLine).toContain(
      "This server would serve version 2; now it serves version 3.",
    );
    expect(version.structured).toMatchObject({ deleted: false, served: { before: 3, after: 2 } });
    expect(alias.firstLine).toContain("This server would still serve version 3.");
  });
});

describe("a deletion that breaks the callers of the served version", () => {
  it.each([
    [
      "another version is served then",
      "live",
      { version: 1 },
      "version 3 instead, which would break",
    ],
    ["none is served then", "only", { version: 1 }, "would serve none"],
  ])("needs allow_breaking: %s", async (_, alias, { version }, effect) => {
    const serve = alias === "only" ? [alias] : [alias, "latest"];
    const { call, registry } = await served({ serve, protectedAliases: [] });
    await registry.setAlias("greet", alias, version);

    for (const [tool, args] of [
      ["delete_prompt_alias", { alias }],
      ["delete_prompt_version", { version }],
    ] as const) {
      const refused = await call(tool, { ...args, confirm: "greet" });

      expect(refused.isError, tool).toBe(true);
      expect(refused.text).toContain("was not deleted");
      expect(refused.text).toContain('This server serves version 1 of "greet"');
      expect(refused.text).toContain(effect);
      expect(refused.text).toContain("call again with allow_breaking true");
    }
    expect((await registry.getPrompt("greet")).aliases).toEqual({ [alias]: version });

    const args = { alias, confirm: "greet", allow_breaking: true };
    expect((await call("delete_prompt_alias", args)).isError).toBe(false);
  });

  it("does not need it where the version served then takes the same values", async () => {
    const { call, registry } = await served({ serve: ["live", "latest"] });
    await registry.setAlias("greet", "live", 3);

    const deleted = await call("delete_prompt_alias", { alias: "live", confirm: "greet" });

    expect(deleted.firstLine).toMatch(/This server serves version 3, as before\.$/);
  });

  it("is put to the person with what it breaks", async () => {
    const asked: Asked = {
      questions: [],
      answer: () => ({ action: "accept", content: { confirm: true } }),
    };
    const { call } = await served({ serve: ["latest"] }, asked);

    await call("delete_prompt_version", { version: 3, allow_breaking: true });

    expect(asked.questions).toEqual([
      expect.stringMatching(
        /^Permanently delete version 3 of greet\? This server serves version 3 of "greet" and would serve version 2 instead/,
      ),
    ]);
  });
});

describe("moving an alias", () => {
  it("says in the first line what it changes in what this server serves", async () => {
    const { call } = await served({ serve: ["live", "latest"] });

    const first = await call("set_prompt_alias", { alias: "live", version: 3 });
    const back = await call("set_prompt_alias", {
      alias: "live",
      version: 2,
      allow_breaking: true,
    });
    const other = await call("set_prompt_alias", { alias: "other", version: 1 });

    expect(first.firstLine).toBe(
      "greet@live is new and points at version 3. This server serves version 3, as before.",
    );
    expect(back.firstLine).toBe(
      "greet@live moved from version 3 to version 2. This server now serves version 2; before, it served version 3.",
    );
    expect(back.structured).toMatchObject({ served: { before: 3, after: 2 } });
    expect(other.firstLine).toMatch(/This server serves version 2, as before\.$/);
  });

  it.each([
    ["creates an alias that is served from then on", undefined],
    ["moves an alias that is served and not protected", 3],
  ])("that breaks callers needs allow_breaking when it %s", async (_, from) => {
    const { call, registry } = await served({ serve: ["live", "latest"] });
    if (from !== undefined) await registry.setAlias("greet", "live", from);
    const args = { alias: "live", version: 1 };

    const refused = await call("set_prompt_alias", args);

    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(
      /greet@live was not moved\. This server serves version 3 of "greet" and would serve version 1 instead, which would break its callers\. .*call again with allow_breaking true/,
    );
    expect((await registry.getPrompt("greet")).aliases).toEqual(from ? { live: from } : {});
    expect((await call("set_prompt_alias", { ...args, allow_breaking: true })).isError).toBe(false);
  });

  it("that is not served breaks nobody here", async () => {
    const { call } = await served();

    expect((await call("set_prompt_alias", { alias: "other", version: 3 })).isError).toBe(false);
    expect((await call("set_prompt_alias", { alias: "other", version: 1 })).isError).toBe(false);
  });
});
