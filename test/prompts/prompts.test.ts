import { describe, expect, it } from "vitest";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

describe("prompts/list", () => {
  it("shows each prompt once, with title, description, arguments and the version served", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("qa-assistant", {
      ...text("{{ tone }} {{ question }}", {
        "mcp.arguments": JSON.stringify({
          tone: { description: "How to sound", enum: ["kind", "terse"], default: "kind" },
        }),
      }),
      commitMessage: "Answers questions",
    });
    const { prompts } = await (await connect(sessionOf(registry))).listPrompts();
    expect(prompts).toEqual([
      {
        name: "qa-assistant",
        title: "Qa assistant",
        description: "Answers questions",
        arguments: [
          { name: "question", description: "Value of {{ question }}", required: true },
          {
            name: "tone",
            description: "How to sound. One of: kind, terse. Default: kind",
            required: false,
          },
        ],
        _meta: { uri: "prompts:/qa-assistant/1", version: 1, aliases: [] },
      },
    ]);
  });

  it("serves production before the newest version", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text("Hello {{ name }}"));
    await registry.registerVersion("greet", text("Hello {{ first }} {{ last }}"));
    await registry.setAlias("greet", "production", 1);
    const { prompts } = await (await connect(sessionOf(registry))).listPrompts();
    expect(prompts[0]?._meta?.version).toBe(1);
    expect(prompts[0]?.arguments?.map(({ name }) => name)).toEqual(["name"]);
  });

  it("leaves out what is not published", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("hidden", text("a"));
    await registry.tagPrompt("hidden", { "mcp.publish": "false" });
    await registry.registerVersion("draft", text("b"));
    await registry.registerVersion("live", text("c"));
    await registry.setAlias("live", "production", 1);
    await registry.createPrompt("empty", {});
    const names = async (serve: string[]) =>
      (await (await connect(sessionOf(registry, { serve }))).listPrompts()).prompts.map(
        ({ name }) => name,
      );
    expect(await names(["production", "latest"])).toEqual(["draft", "live"]);
    expect(await names(["production"])).toEqual(["live"]);
  });

  it("describes a prompt that has no description of its own", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("bare", text("{{ a }}"));
    const { prompts } = await (await connect(sessionOf(registry))).listPrompts();
    expect(prompts[0]?.description).toBe("Version 1. Variables: a.");
  });

  it("offers a dotted variable under a name that every client accepts", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("dotted", text("{{ user.name }}"));
    const client = await connect(sessionOf(registry));
    const { prompts } = await client.listPrompts();
    expect(prompts[0]?.arguments?.[0]?.name).toBe("user_name");
    const { messages } = await client.getPrompt({
      name: "dotted",
      arguments: { user_name: "Ada" },
    });
    expect(messages).toEqual([{ role: "user", content: { type: "text", text: "Ada" } }]);
  });
});

describe("prompts/get", () => {
  async function twoVersions() {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", { ...text("Hello {{ name }}"), commitMessage: "One" });
    await registry.registerVersion("greet", { ...text("Hi {{ name }}"), commitMessage: "Two" });
    await registry.setAlias("greet", "production", 1);
    return registry;
  }

  it.each([
    ["greet", 1],
    ["greet/2", 2],
    ["greet@production", 1],
    ["greet@latest", 2],
    ["prompts:/greet/1", 1],
    ["prompts:/greet@production", 1],
    ["prompts:/greet", 1],
  ])("resolves %s to version %i", async (name, version) => {
    const client = await connect(sessionOf(await twoVersions(), { workspace: "search" }));
    const result = await client.getPrompt({ name, arguments: { name: "Ada" } });
    expect(result._meta).toMatchObject({
      uri: `prompts:/greet/${version}`,
      name: "greet",
      version,
      aliases: version === 1 ? ["production"] : [],
      workspace: "search",
    });
    expect(result.description).toBe(version === 1 ? "One" : "Two");
  });

  it("treats omitted arguments as empty", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("plain", text("No variables"));
    const client = await connect(sessionOf(registry));
    const { messages } = await client.getPrompt({ name: "plain" });
    expect(messages).toEqual([{ role: "user", content: { type: "text", text: "No variables" } }]);
  });

  it("names every missing, wrong and extra argument in one error", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion(
      "strict",
      text("{{ a }} {{ b }} {{ c }}", {
        "mcp.arguments": JSON.stringify({
          a: { description: "First" },
          c: { enum: ["x", "y"] },
        }),
      }),
    );
    const client = await connect(sessionOf(registry));
    const call = client.getPrompt({ name: "strict", arguments: { c: "z", d: "1" } });
    await expect(call).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(/"a" is missing \(First\).*"b" is missing.*"z".*"x".*"d"/s),
    });
  });

  it("returns the template with $1 in place for a host that substitutes it later", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion(
      "slash",
      text("{{ a }} {{ b }}", { "mcp.arguments": JSON.stringify({ b: { enum: ["x"] } }) }),
    );
    const client = await connect(sessionOf(registry));
    const { messages } = await client.getPrompt({
      name: "slash",
      arguments: { a: "$1", b: "$2" },
    });
    expect(messages[0]?.content).toEqual({ type: "text", text: "$1 $2" });
  });

  it("returns a valid image although its data has no padding", async () => {
    const registry = emptyRegistry();
    const content = [
      { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo" } },
    ];
    await registry.registerVersion("look", {
      template: { kind: "chat", messages: [{ role: "user", content }] },
    });
    const { messages } = await (await connect(sessionOf(registry))).getPrompt({ name: "look" });
    expect(messages[0]?.content).toEqual({
      type: "image",
      mimeType: "image/png",
      data: "iVBORw0KGgo=",
    });
  });

  it("suggests the closest names when there is no such prompt", async () => {
    const client = await connect(sessionOf(await twoVersions()));
    await expect(client.getPrompt({ name: "gret" })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('No prompt named "gret". Closest name: "greet".'),
    });
  });

  it("says what to do when the prompt has none of the served aliases", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("draft", text("a"));
    const client = await connect(sessionOf(registry, { serve: ["production"] }));
    await expect(client.getPrompt({ name: "draft" })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('Prompt "draft" is not published'),
    });
    await expect(client.getPrompt({ name: "draft/1" })).resolves.toBeDefined();
  });

  it("renders mustache sections only for a tagged prompt", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("plain", text("{{#a}}yes{{/a}}"));
    const tag = { "mcp.template_format": "mustache" };
    await registry.registerVersion("by-version", text("{{#a}}yes {{a}}{{/a}}", tag));
    await registry.registerVersion("by-prompt", text("{{#a}}yes{{/a}}"));
    await registry.tagPrompt("by-prompt", tag);
    const client = await connect(sessionOf(registry));
    const rendered = async (name: string, args?: Record<string, string>) =>
      (await client.getPrompt({ name, arguments: args })).messages[0]?.content;
    expect(await rendered("plain")).toEqual({ type: "text", text: "{{#a}}yes{{/a}}" });
    expect(await rendered("by-version", { a: "1" })).toEqual({ type: "text", text: "yes 1" });
    expect(await rendered("by-prompt", { a: "1" })).toEqual({ type: "text", text: "yes" });
  });
});
