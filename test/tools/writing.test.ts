import { describe, expect, it } from "vitest";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

describe("register_prompt", () => {
  it("creates a prompt with its first version", async () => {
    const registry = emptyRegistry();
    const client = await connect(sessionOf(registry));
    const answer = await callTool(client, "register_prompt", {
      name: "greet",
      template: "Hello {{ name }}",
      commit_message: "First",
      tags: { team: "search" },
      arguments: { name: { description: "Who is greeted", default: "you" } },
      llm_config: { model_name: "m", temperature: 0.2, seed: 7 },
      response_format: { type: "object" },
    });
    expect(answer.structured).toMatchObject({ name: "greet", version: 1, created_prompt: true });
    expect(answer.text).toContain("Created prompt greet with version 1.");
    expect(await registry.getVersion("greet", "latest")).toMatchObject({
      template: { kind: "text", text: "Hello {{ name }}" },
      commitMessage: "First",
      tags: {
        team: "search",
        "mcp.arguments": '{"name":{"description":"Who is greeted","default":"you"}}',
      },
      modelConfig: { model_name: "m", temperature: 0.2, seed: 7 },
      responseFormat: { type: "object" },
    });
  });

  it("adds a version and moves no alias", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text("One"));
    await registry.setAlias("greet", "production", 1);
    const client = await connect(sessionOf(registry));
    const messages = [{ role: "user", content: [{ type: "text", text: "Two" }] }];
    const answer = await callTool(client, "register_prompt", {
      name: "greet",
      messages,
      base_version: 1,
    });
    expect(answer.structured).toMatchObject({ version: 2, created_prompt: false });
    expect((await registry.getVersion("greet", "latest")).template).toEqual({
      kind: "chat",
      messages,
    });
    expect(answer.text).toContain("Registered version 2 of greet");
    expect((await registry.getPrompt("greet")).aliases).toEqual({ production: 1 });
  });

  it.each([
    [{ template: "a", messages: [{ role: "user", content: "b" }] }, "Both template and messages"],
    [{}, "Neither template nor messages"],
    [{ messages: [] }, "messages"],
    [{ messages: [{ role: "user", content: [{ type: "text" }] }] }, "must have a text"],
    [{ template: "a", name: "no spaces" }, '"no spaces" cannot be a prompt name'],
    [{ template: "x".repeat(100_001) }, "100001 characters; the limit is 100000"],
    [{ template: "a", tags: { "mlflow.prompt.text": "b" } }, "reserved by MLflow"],
    [{ template: "a", tags: { _mlflow_prompt_type: "b" } }, "reserved by MLflow"],
    [{ template: "a", llm_config: { temperature: -1 } }, "temperature"],
    [{ template: "a", arguments: { b: { requried: true } } }, "requried"],
    [
      { template: "a", arguments: {}, tags: { "mcp.arguments": "{}" } },
      "Both arguments and the tag",
    ],
  ])("refuses %j and registers nothing", async (input, sentence) => {
    const registry = emptyRegistry();
    const client = await connect(sessionOf(registry));
    const answer = await callTool(client, "register_prompt", { name: "greet", ...input });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(sentence);
    expect((await registry.searchPrompts({ limit: 1 })).items).toEqual([]);
  });
});

describe("aliases", () => {
  async function twoVersions() {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text("One"));
    await registry.registerVersion("greet", text("Two"));
    return registry;
  }

  it("are set and moved, and the result says from where", async () => {
    const registry = await twoVersions();
    const client = await connect(sessionOf(registry));
    const args = { name: "greet", alias: "production" };
    const first = await callTool(client, "set_prompt_alias", { ...args, version: 1 });
    expect(first.text).toMatch(/^greet@production is new and points at version 1\./);
    const second = await callTool(client, "set_prompt_alias", { ...args, version: 2 });
    expect(second.structured).toMatchObject({
      ...args,
      version: 2,
      previous_version: 1,
      moved: true,
    });
    expect(second.text).toContain("moved from version 1 to version 2");
    const third = await callTool(client, "set_prompt_alias", { ...args, version: 2 });
    expect(third.structured).toEqual({
      ...args,
      version: 2,
      previous_version: 2,
      moved: false,
      served: { before: 2, after: 2 },
    });
  });

  it("may have the name of a property of every object", async () => {
    const registry = await twoVersions();
    const client = await connect(sessionOf(registry, { serve: ["constructor", "latest"] }));
    const args = { name: "greet", alias: "constructor", version: 1 };
    expect((await callTool(client, "set_prompt_alias", args)).structured).toMatchObject(args);
    expect((await client.listPrompts()).prompts[0]?._meta?.version).toBe(1);
  });

  it("are deleted, the version stays", async () => {
    const registry = await twoVersions();
    await registry.setAlias("greet", "staging", 1);
    const client = await connect(sessionOf(registry));
    const args = { name: "greet", alias: "staging" };
    const asked = await callTool(client, "delete_prompt_alias", args);
    expect(asked.structured).toEqual({
      ...args,
      deleted: false,
      previous_version: 1,
      served: { before: 2, after: 2 },
    });
    expect(asked.text).toMatch(/^Nothing was deleted\. .*alias staging of greet.*version 1/);
    expect((await registry.getPrompt("greet")).aliases).toEqual({ staging: 1 });
    const answer = await callTool(client, "delete_prompt_alias", { ...args, confirm: "greet" });
    expect(answer.text).toMatch(
      /^Deleted greet@staging, which pointed at version 1\. This server serves version 2, as before\.\nTo undo it: /,
    );
    expect((await registry.getPrompt("greet")).aliases).toEqual({});
    expect((await callTool(client, "delete_prompt_alias", args)).text).toContain("no alias");
  });

  it.each([
    [{ alias: "latest", version: 1 }, "reserved"],
    [{ alias: "v2", version: 1 }, "reserved"],
    [{ alias: "a b", version: 1 }, "is not a valid alias"],
    [{ alias: "ok", version: 3 }, "has no version 3"],
  ])("refuse %j", async (input, sentence) => {
    const registry = await twoVersions();
    const client = await connect(sessionOf(registry));
    const answer = await callTool(client, "set_prompt_alias", { name: "greet", ...input });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(sentence);
    expect((await registry.getPrompt("greet")).aliases).toEqual({});
  });
});

describe("deleting", () => {
  async function doomed() {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", { ...text("One"), commitMessage: "First" });
    await registry.registerVersion("greet", text("Two"));
    await registry.setAlias("greet", "staging", 1);
    return registry;
  }

  it("a version needs a confirmation, and says what would be lost without one", async () => {
    const registry = await doomed();
    const client = await connect(sessionOf(registry));
    const args = { name: "greet", version: 1 };
    const asked = await callTool(client, "delete_prompt_version", args);
    expect(asked.structured).toEqual({
      ...args,
      deleted: false,
      aliases: ["staging"],
      commit_message: "First",
      served: { before: 2, after: 2 },
    });
    expect(asked.text).toMatch(/^Nothing was deleted. .*version 1 of greet.*staging.*"greet"/);
    expect((await registry.listVersions("greet", { limit: 10 })).items).toHaveLength(2);

    const done = await callTool(client, "delete_prompt_version", { ...args, confirm: "greet" });
    expect(done.text).toBe(
      "Deleted version 1 of greet and its alias staging. This server serves version 2, as before.",
    );
    expect((await registry.getPrompt("greet")).aliases).toEqual({});
    expect((await registry.listVersions("greet", { limit: 10 })).items).toHaveLength(1);
  });

  it("a prompt needs a confirmation, and says what would be lost without one", async () => {
    const registry = await doomed();
    const client = await connect(sessionOf(registry));
    const asked = await callTool(client, "delete_prompt", { name: "greet" });
    expect(asked.structured).toEqual({
      name: "greet",
      deleted: false,
      versions: [2, 1],
      aliases: { staging: 1 },
      served: { before: 2 },
    });
    expect(asked.text).toContain("2 versions and the alias staging (version 1)");

    const done = await callTool(client, "delete_prompt", { name: "greet", confirm: "greet" });
    expect(done.structured).toMatchObject({ deleted: true });
    await expect(registry.getPrompt("greet")).rejects.toMatchObject({ kind: "not_found" });
  });

  it.each([
    ["delete_prompt", {}],
    ["delete_prompt_version", { version: 1 }],
  ])("%s refuses a confirmation of something else", async (tool, input) => {
    const registry = await doomed();
    const client = await connect(sessionOf(registry));
    const answer = await callTool(client, tool, { name: "greet", ...input, confirm: "yes" });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain("Nothing was deleted");
    expect((await registry.listVersions("greet", { limit: 10 })).items).toHaveLength(2);
  });
});

describe("read-only mode", () => {
  it("leaves out every tool that writes, and says so when one is called", async () => {
    const client = await connect(sessionOf(emptyRegistry(), { readOnly: true }));
    const { tools } = await client.listTools();
    const others = tools.filter(({ annotations }) => !annotations?.readOnlyHint);
    // It may ask a model, which costs money, and writes nothing.
    expect(others.map(({ name }) => name)).toEqual(["suggest_improvements"]);
    expect(tools.map(({ name }) => name)).toEqual([
      "list_prompts",
      "load_prompt",
      "render_prompt",
      "suggest_improvements",
      "list_prompt_versions",
      "compare_prompt_versions",
      "describe_registry",
    ]);
    await expect(
      callTool(client, "register_prompt", { name: "a", template: "b" }),
    ).rejects.toMatchObject({ code: -32_602, message: expect.stringContaining("read-only") });
  });
});
