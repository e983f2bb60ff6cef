import { describe, expect, it } from "vitest";
import { RegistryError } from "../../src/registry/errors.ts";
import type { Policy } from "../../src/session/policy.ts";
import { callTool } from "../support/call-tool.ts";
import {
  type Asked,
  connect,
  emptyRegistry,
  sessionOf,
  text,
} from "../support/embedded-session.ts";

/** A prompt "greet" with versions 1 and 2; production points at version 1. */
async function greeted(policy: Partial<Policy> = {}, asked?: Asked) {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", { ...text("Hi {{ name }}"), commitMessage: "First" });
  await registry.registerVersion("greet", text("Hello {{ name }}"));
  await registry.setAlias("greet", "production", 1);
  const client = await connect(sessionOf(registry, policy), asked);
  const update = (args: Readonly<Record<string, unknown>>) =>
    callTool(client, "update_prompt", { name: "greet", ...args });
  const listed = async () => (await client.listPrompts()).prompts;
  return { registry, client, update, listed };
}

const strict = { "mcp.arguments": JSON.stringify({ name: { enum: ["Ada"] } }) };

describe("update_prompt", () => {
  it("changes description and title, which people see in lists, and nothing else", async () => {
    const { registry, client, update, listed } = await greeted();
    const { updatedAt: _, ...before } = await registry.getPrompt("greet");

    const answer = await update({
      description: "Greets a customer.",
      title: " Customer greeting ",
    });

    expect(answer.isError).toBe(false);
    expect(answer.text).toBe('Updated greet: new description; title "Customer greeting".');
    expect(answer.structured).toEqual({
      name: "greet",
      description: "Greets a customer.",
      title: "Customer greeting",
      set: [],
      deleted: [],
    });
    const { updatedAt: __, ...after } = await registry.getPrompt("greet");
    expect(after).toEqual({
      ...before,
      description: "Greets a customer.",
      tags: { "mcp.title": "Customer greeting" },
    });
    expect(await listed()).toMatchObject([
      { name: "greet", title: "Customer greeting", description: "Greets a customer." },
    ]);
    for (const [tool, args] of [
      ["load_prompt", { name: "greet" }],
      ["list_prompts", {}],
    ] as const) {
      const shown = await callTool(client, tool, args);
      expect(shown.text, tool).toContain("Customer greeting");
      expect(JSON.stringify(shown.structured), tool).toContain('"title":"Customer greeting"');
    }

    expect((await update({ description: "", title: "" })).text).toBe(
      "Updated greet: no description; no title.",
    );

    expect(await registry.getPrompt("greet")).toMatchObject({ description: "", tags: {} });
    expect(await listed()).toMatchObject([{ title: "Greet" }]);
  });

  it("sets and deletes tags of the prompt or of a version", async () => {
    const { registry, update } = await greeted();
    await registry.tagPrompt("greet", { draft: "yes", kept: "1" });

    const answer = await update({ tags: { team: "search", draft: null } });

    expect(answer.text).toBe("Updated greet: tags set: team; tags deleted: draft.");
    expect(answer.structured).toMatchObject({ set: ["team"], deleted: ["draft"] });
    expect((await registry.getPrompt("greet")).tags).toEqual({ team: "search", kept: "1" });
    for (const [number, args] of [
      [1, { version: 1, tags: { a: "1" } }],
      [1, { version: "production", tags: { b: "1" } }],
      [1, { name: "greet@production", tags: { c: "1" } }],
      [2, { name: "prompts:/greet/2", tags: { a: "2" } }],
      [2, { version: "latest", tags: { b: "2" } }],
    ] as const) {
      const { structured } = await update(args);
      expect(structured).toMatchObject({ name: "greet", version: number });
      const { tags } = await registry.getVersion("greet", { version: number });
      expect(tags).toMatchObject(args.tags);
    }
    expect((await registry.getPrompt("greet")).tags).toEqual({ team: "search", kept: "1" });
  });

  it("takes a prompt out of the list with allow_breaking, and puts it back without", async () => {
    const { update, listed } = await greeted();

    for (const off of [{ published: false }, { tags: { "mcp.publish": "false" } }]) {
      const refused = await update(off);
      expect(refused.isError).toBe(true);
      expect(refused.text).toContain('"greet" disappears from the prompts that this server lists');
      expect(await listed()).toHaveLength(1);

      expect((await update({ ...off, allow_breaking: true })).isError).toBe(false);
      expect(await listed()).toEqual([]);

      expect((await update({ published: true })).text).toBe("Updated greet: published.");
      expect(await listed()).toHaveLength(1);
    }
  });

  it("unpublishes a prompt that is not served without allow_breaking", async () => {
    const { update } = await greeted({ serve: ["live"] });

    expect((await update({ published: false })).isError).toBe(false);
  });

  it("renames a prompt in use with allow_breaking, and says which references fail", async () => {
    const { registry, update } = await greeted();
    await registry.setAlias("greet", "staging", 2);

    const refused = await update({ new_name: "welcome" });

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain('old name "greet" fails');
    expect(refused.text).toContain('the protected alias "production"');
    await registry.getPrompt("greet");

    const renamed = await update({ new_name: "welcome", title: "Hi", allow_breaking: true });

    expect(renamed.structured).toEqual({
      name: "welcome",
      previous_name: "greet",
      title: "Hi",
      set: [],
      deleted: [],
      broken_references: ["prompts:/greet", "prompts:/greet@production", "prompts:/greet@staging"],
    });
    expect(renamed.text).toContain("renamed to welcome");
    expect(renamed.text).toContain("prompts:/greet@production, prompts:/greet@staging");
    expect(await registry.getPrompt("welcome")).toMatchObject({
      aliases: { production: 1, staging: 2 },
      tags: { "mcp.title": "Hi" },
    });
    await expect(registry.getPrompt("greet")).rejects.toMatchObject({ kind: "not_found" });
  });

  it("renames a prompt that nobody is served without allow_breaking", async () => {
    const { update } = await greeted({ serve: ["live"], protectedAliases: ["live"] });

    expect((await update({ new_name: "welcome" })).isError).toBe(false);
  });

  it("protects callers of the served version, with a protected alias or without", async () => {
    const { update } = await greeted({ serve: ["latest"], protectedAliases: [] });

    const renamed = await update({ new_name: "welcome" });
    const tagged = await update({ version: 2, tags: strict });
    const elsewhere = await update({ version: 1, tags: strict });

    expect(renamed.text).toContain("this server serves version 2");
    expect(tagged.text).toContain('This server serves version 2 of "greet"');
    expect([renamed.isError, tagged.isError, elsewhere.isError]).toEqual([true, true, false]);
  });

  it.each([
    [{}, "No change is given"],
    [{ tags: {} }, "No change is given"],
    [{ new_name: "greet" }, "is the prompt's name already"],
    [{ new_name: "a b", description: "x" }, "cannot be a prompt name"],
    [{ new_name: "taken", description: "x", allow_breaking: true }, "already exists"],
    [{ version: 1, description: "x" }, "Only tags can be changed of a version"],
    [{ version: 1, published: false }, "Only tags can be changed of a version"],
    [{ version: 9, tags: { a: "b" } }, "has no version 9"],
    [{ version: "absent", tags: { a: "b" } }, 'has no alias "absent"'],
    [{ title: "x", tags: { "mcp.title": "y" } }, "Both title and the tag"],
    [{ published: true, tags: { "mcp.publish": null } }, "Both published and the tag"],
    [{ tags: { "mlflow.prompt.text": "Two" }, description: "x" }, "reserved"],
    [{ version: 1, tags: { "mlflow.prompt.text": null } }, "reserved"],
    [{ description: "x", tags: { a: "y".repeat(5_001) } }, "5001 characters"],
    [{ description: "x".repeat(5_001) }, "description"],
    [{ name: "absent", description: "x" }, "No prompt named"],
  ])("refuses %j and changes nothing", async (args, says) => {
    const { registry, update } = await greeted();
    await registry.createPrompt("taken", {});
    const state = async () => [
      await registry.getPrompt("greet"),
      await registry.getPrompt("taken"),
      await registry.getVersion("greet", { version: 1 }),
    ];
    const before = await state();

    const refused = await update(args);

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(says);
    expect(await state()).toEqual(before);
  });

  it("says what was changed when a later step fails", async () => {
    const { registry, update } = await greeted();
    registry.tagPrompt = () =>
      Promise.reject(new RegistryError("unavailable", "MLflow is not reachable."));

    const failed = await update({
      ...{ new_name: "welcome", description: "New.", tags: { a: "b" } },
      allow_breaking: true,
    });

    expect(failed.isError).toBe(true);
    expect(failed.text).toContain(
      'MLflow is not reachable. Before the failure, the prompt was renamed to "welcome" and the description was changed.',
    );
    expect(await registry.getPrompt("welcome")).toMatchObject({ description: "New." });
  });
});
