import { describe, expect, it } from "vitest";
import type { PromptVersion } from "../../src/registry/types.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

const jinja = "{% for i in items %}{{ i.title }}{% endfor %}{{ tone | upper }}";
const mustache = "{{#vip}}{{ title }}{{/vip}}{{{ name }}}";

/** A prompt in each syntax. The tag of the prompt makes one of them mustache. */
async function threeSyntaxes() {
  const registry = emptyRegistry();
  await registry.registerVersion("jinja", text(jinja));
  await registry.registerVersion("jinja", text(`${jinja}{{ more }}`));
  await registry.registerVersion("mustache", text(mustache));
  await registry.tagPrompt("mustache", { "mcp.template_format": "mustache" });
  await registry.registerVersion("plain", text("{{ tone }} {{ i.title }}"));
  return { registry, client: await connect(sessionOf(registry)) };
}

const expected = {
  jinja: ["items", "tone", "more"],
  mustache: ["vip", "title", "name"],
  plain: ["tone", "i.title"],
} as const;

describe("the variables of a prompt", () => {
  it("are those of its template in the list of prompts", async () => {
    const { client } = await threeSyntaxes();
    const { structured, text } = await callTool(client, "list_prompts");
    expect(structured).toMatchObject({
      prompts: Object.entries(expected).map(([name, variables]) => ({ name, variables })),
    });
    expect(text).toContain("variables items, tone, more");
  });

  it.each(Object.entries(expected))("are the same in every view: %s", async (name, variables) => {
    const { client } = await threeSyntaxes();
    const [versions, loaded, history, version] = [
      await callTool(client, "list_prompt_versions", { name }),
      await callTool(client, "load_prompt", { name }),
      await client.readResource({ uri: `prompts:/${name}` }),
      await client.readResource({ uri: `prompts:/${name}@latest` }),
    ];
    expect(versions.structured).toMatchObject({ versions: [{ variables }, ...rest(name)] });
    expect(documentOf(history)).toMatchObject({ versions: [{ variables }, ...rest(name)] });
    expect(documentOf(version)).toMatchObject({ variables });
    const { arguments: args } = Object(loaded.structured);
    expect(args.map((one: { name: string }) => one.name).toSorted()).toEqual(
      [...variables].toSorted(),
    );
  });

  it.each([
    ["tone", ["jinja", "plain"]],
    ["i.title", ["plain"]],
    ["items", ["jinja"]],
    ["i", []],
    ["vip", ["mustache"]],
    ["title", ["mustache"]],
    ["upper", []],
  ])("find it: %s", async (variable, names) => {
    const { client } = await threeSyntaxes();
    const { structured } = await callTool(client, "list_prompts", { variable });
    const { prompts } = Object(structured);
    expect(prompts.map((one: { name: string }) => one.name)).toEqual(names);
  });

  it("are those that a comparison names", async () => {
    const { client } = await threeSyntaxes();
    const args = { name: "jinja", from_version: 1 };
    const { structured } = await callTool(client, "compare_prompt_versions", args);
    expect(structured).toMatchObject({ added_variables: ["more"], removed_variables: [] });
  });
});

describe("a version that nobody can fill in", () => {
  it("is listed with the problem", async () => {
    const { registry, client } = await threeSyntaxes();
    await registry.registerVersion("jinja", text("{% unless a %}{% endunless %}"));
    const problem = expect.stringContaining('"unless" is an unknown or misplaced tag (line 1)');
    const { structured } = await callTool(client, "list_prompts", { name: "jinja" });
    expect(structured).toMatchObject({ prompts: [{ problem }] });
    const versions = await callTool(client, "list_prompt_versions", { name: "jinja" });
    expect(versions.structured).toMatchObject({ versions: [{ version: 3, problem }, {}, {}] });
    const history = await client.readResource({ uri: "prompts:/jinja" });
    expect(documentOf(history)).toMatchObject({ versions: [{ version: 3, problem }, {}, {}] });
  });
});

/** The older versions of a prompt. */
function rest(name: string): readonly Partial<PromptVersion>[] {
  return name === "jinja" ? [{ version: 1 }] : [];
}

function documentOf({ contents }: { readonly contents: readonly object[] }): unknown {
  const [first] = contents;
  return first && "text" in first ? JSON.parse(String(first.text)) : undefined;
}
