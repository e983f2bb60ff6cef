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

describe("registering a version", () => {
  /** Only version 1; it is served as the newest, unless production is set. */
  async function first(policy: Partial<Policy> = {}, asked?: Asked) {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text("Hello {{ name }}"));
    const client = await connect(sessionOf(registry, policy), asked);
    const call = async (tool: string, args: Readonly<Record<string, unknown>>) => {
      const answer = await callTool(client, tool, { name: "greet", ...args });
      return { ...answer, firstLine: answer.text.split("\n")[0] };
    };
    const newest = async () => (await registry.getVersion("greet", "latest")).version;
    return { registry, call, newest };
  }
  const compatible = { template: "Hi {{ name }}", base_version: 1 };
  const breaking = { template: "Hi {{ name }} from {{ place }}", base_version: 1 };

  it("publishes it where the newest version is served, and says so in the first line", async () => {
    const { call } = await first();

    const planned = await call("register_prompt", { ...compatible, dry_run: true });
    const done = await call("register_prompt", compatible);
    const created = await call("register_prompt", { name: "other", template: "x" });

    expect(planned.firstLine).toMatch(
      /This server would serve version 2; now it serves version 1\.$/,
    );
    expect(planned.structured).toMatchObject({
      registered: false,
      served: { before: 1, after: 2 },
    });
    expect(done.firstLine).toMatch(
      /^Registered version 2 of greet.* This server now serves version 2; before, it served version 1\.$/,
    );
    expect(done.structured).toMatchObject({ registered: true, served: { before: 1, after: 2 } });
    expect(created.firstLine).toMatch(
      /This server now serves version 1; before, it served none\.$/,
    );
  });

  it("publishes nothing where an alias is served", async () => {
    const { call, registry } = await first();
    await registry.setAlias("greet", "production", 1);

    const done = await call("register_prompt", breaking);

    expect(done.isError).toBe(false);
    expect(done.firstLine).toMatch(/This server serves version 1, as before\.$/);
  });

  it("that breaks the callers of the served version needs allow_breaking", async () => {
    const { call, newest } = await first();

    const refused = await call("register_prompt", breaking);

    const reason =
      /Nothing was registered\. This server serves version 1 of "greet" and would serve version 2 instead, which would break its callers\. .*"place".*point the alias "production" at version 1.*allow_breaking true/;
    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(reason);
    expect(await newest()).toBe(1);

    const planned = await call("register_prompt", { ...breaking, dry_run: true });
    expect(planned.structured).toMatchObject({
      registered: false,
      served: { before: 1, after: 2 },
      refusal: expect.stringMatching(reason),
    });
    expect(planned.text).toMatch(/^Without dry_run it would be refused: Nothing was registered/m);
    expect(await newest()).toBe(1);

    const allowed = await call("register_prompt", { ...breaking, allow_breaking: true });
    expect(allowed.firstLine).toMatch(
      /This server now serves version 2; before, it served version 1\.$/,
    );
  });

  it("breaks nobody after what its error advises", async () => {
    const { call } = await first();

    await call("set_prompt_alias", { alias: "production", version: 1 });
    const done = await call("register_prompt", breaking);

    expect(done.firstLine).toMatch(/This server serves version 1, as before\.$/);
  });

  it("is refused for an outdated base version before anything else, with what to merge", async () => {
    const { call } = await first();
    await call("register_prompt", compatible);
    await call("register_prompt", { ...compatible, template: "Hey {{ name }}", base_version: 2 });

    const refused = await call("register_prompt", breaking);

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("base_version 3");
    expect(refused.text).not.toContain("allow_breaking");
  });

  it("with an alias says what both change together, and asks once", async () => {
    const { call, registry } = await first();

    const args = { ...breaking, alias: "production" };
    const refused = await call("register_prompt", args);
    const done = await call("register_prompt", { ...args, allow_breaking: true });

    expect(refused.text).toMatch(/^Error: Nothing was registered\. This server serves version 1/);
    expect(done.firstLine).toMatch(
      /This server now serves version 2; before, it served version 1\.$/,
    );
    expect(done.structured).toMatchObject({ served: { before: 1, after: 2 } });
    expect((await registry.getPrompt("greet")).aliases).toEqual({ production: 2 });
  });

  it("again, by restoring it, is the same", async () => {
    const { call, newest } = await first();
    await call("register_prompt", { ...breaking, allow_breaking: true });
    await call("register_prompt", {
      template: "Hey {{ nick }}",
      base_version: 2,
      allow_breaking: true,
    });

    const refused = await call("restore_prompt_version", { version: 1 });
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("would serve version 4 instead, which would break its callers");
    expect(await newest()).toBe(3);

    const restored = await call("restore_prompt_version", { version: 1, allow_breaking: true });
    expect(restored.firstLine).toMatch(
      /This server now serves version 4; before, it served version 3\.$/,
    );
  });

  it("is put to the person where it breaks callers", async () => {
    const asked: Asked = {
      questions: [],
      answer: () => ({ action: "accept", content: { confirm: false } }),
    };
    const { call, newest } = await first({}, asked);

    const refused = await call("register_prompt", { ...breaking, allow_breaking: true });

    expect(asked.questions).toEqual([
      expect.stringMatching(/^Register version 2 of greet\? This server serves version 1/),
    ]);
    expect(refused.text).toContain("the person declined version 2");
    expect(await newest()).toBe(1);
  });
});
