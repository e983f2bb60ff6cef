import { describe, expect, it } from "vitest";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

const template = "{{ tone }} {{ who }}";

const wrong = [
  [{ tonne: {} }, '"tonne" is no variable of the template (did you mean "tone"?)'],
  [{ tone: { descripton: "How" } }, 'did you mean "description"?'],
  [{ tone: { aliases: ["who"] } }, '"tone" cannot have the alias "who"'],
] as const;

describe("declared arguments that are wrong", () => {
  it.each(wrong)("are refused as tag of register_prompt: %j", async (declared, problem) => {
    const registry = emptyRegistry();
    const client = await connect(sessionOf(registry));
    const tags = { "mcp.arguments": JSON.stringify(declared) };
    for (const dry_run of [false, true]) {
      const args = { name: "greet", template, tags, dry_run };
      const { isError, text } = await callTool(client, "register_prompt", args);
      expect(isError).toBe(true);
      expect(text).toContain("Nothing was registered");
      expect(text).toContain(problem);
    }
    await expect(registry.getPrompt("greet")).rejects.toMatchObject({ kind: "not_found" });
  });

  it("are refused as arguments of register_prompt, with the nearest name", async () => {
    const client = await connect(sessionOf(emptyRegistry()));
    const args = { name: "greet", template, arguments: { whoo: { required: true } } };
    const { isError, text } = await callTool(client, "register_prompt", args);
    expect(isError).toBe(true);
    expect(text).toContain('"whoo" is no variable of the template (did you mean "who"?)');
  });

  it.each(wrong)("are refused as tag of a version: %j", async (declared, problem) => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text(template));
    const client = await connect(sessionOf(registry));
    const tags = { "mcp.arguments": JSON.stringify(declared) };
    const answer = await callTool(client, "update_prompt", { name: "greet", version: 1, tags });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain("No tag was changed");
    expect(answer.text).toContain(problem);
    const { tags: kept } = await registry.getVersion("greet", { version: 1 });
    expect(kept).not.toHaveProperty(["mcp.arguments"]);
  });

  it("are refused on the prompt itself, where they have no meaning", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text(template));
    const client = await connect(sessionOf(registry));
    const tags = { "mcp.arguments": "{}" };
    const answer = await callTool(client, "update_prompt", { name: "greet", tags });
    expect(answer.text).toContain("mcp.arguments is a tag of one version");
    expect((await registry.getPrompt("greet")).tags).toEqual({});
  });

  it("of a stored version are named by load_prompt", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text(template, { "mcp.arguments": '{"tonne":{}}' }));
    const client = await connect(sessionOf(registry));
    const { structured, text: words } = await callTool(client, "load_prompt", { name: "greet" });
    const problem = expect.stringContaining('the tag mcp.arguments is wrong: "tonne"');
    expect(structured).toMatchObject({ problem });
    expect(words).toEqual(problem);
  });
});

describe("a renamed variable", () => {
  /** Version 2 calls "style" "tone", and accepts the old name. */
  async function renamed() {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text("Be {{ style }}."));
    await registry.setAlias("greet", "production", 1);
    const client = await connect(sessionOf(registry));
    const answer = await callTool(client, "register_prompt", {
      name: "greet",
      template: "Be {{ tone }}!",
      base_version: 1,
      arguments: { tone: { aliases: ["style"], enum: ["kind", "terse"], required: true } },
    });
    return { registry, client, answer };
  }

  it("with its old name as alias breaks no caller, and is promoted", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text("Be {{ style }}."));
    await registry.setAlias("greet", "production", 1);
    const client = await connect(sessionOf(registry));
    const { structured } = await callTool(client, "register_prompt", {
      name: "greet",
      template: "Be {{ tone }}!",
      base_version: 1,
      arguments: { tone: { aliases: ["style"] } },
    });
    expect(structured).toMatchObject({ contract_change: { verdict: "compatible" } });
    const move = { name: "greet", alias: "production", version: 2 };
    expect((await callTool(client, "set_prompt_alias", move)).structured).toMatchObject({
      moved: true,
    });
    const { messages } = await client.getPrompt({ name: "greet", arguments: { style: "kind" } });
    expect(messages).toMatchObject([{ content: { text: "Be kind!" } }]);
  });

  it("takes a value under either name, not under both", async () => {
    const { client } = await renamed();
    const name = "greet/2";
    for (const used of ["style", "tone"]) {
      const given = { [used]: "kind" };
      const { messages } = await client.getPrompt({ name, arguments: given });
      expect(messages).toMatchObject([{ content: { text: "Be kind!" } }]);
      const version = { name: "greet", version: 2, variables: given };
      expect((await callTool(client, "render_prompt", version)).text).toBe("Be kind!");
    }
    const both = { style: "kind", tone: "terse" };
    await expect(client.getPrompt({ name, arguments: both })).rejects.toMatchObject({
      code: -32_602,
      message: expect.stringContaining('"tone" is given twice, as "style" and as "tone"'),
    });
    const rendered = await callTool(client, "render_prompt", {
      name: "greet",
      version: 2,
      variables: both,
    });
    expect(rendered.text).toContain("is given twice");
  });

  it("is checked and completed under its old name as under the new one", async () => {
    const { client } = await renamed();
    await expect(
      client.getPrompt({ name: "greet/2", arguments: { style: "loud" } }),
    ).rejects.toThrow('must be one of "kind", "terse"');
    for (const name of ["style", "tone"]) {
      const { completion } = await client.complete({
        ref: { type: "ref/prompt", name: "greet/2" },
        argument: { name, value: "t" },
      });
      expect(completion.values).toEqual(["terse"]);
    }
  });

  it("is listed once, under its new name", async () => {
    const { registry, client, answer } = await renamed();
    await registry.setAlias("greet", "production", 2);
    const { prompts } = await client.listPrompts();
    expect(prompts).toMatchObject([{ arguments: [{ name: "tone", required: true }] }]);
    expect(prompts[0]?.arguments).toHaveLength(1);
    expect(answer.structured).toMatchObject({
      arguments: [{ name: "tone", aliases: ["style"] }],
    });
    expect(answer.text).toContain("also accepted as style");
  });
});
