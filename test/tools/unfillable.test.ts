import { describe, expect, it } from "vitest";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

/** Liquid: it has `{%` and `%}`, so MLflow takes it for Jinja2 and nobody can fill it in. */
const liquid = "Hello\n{% assign tone = 'kind' %}";
const problem = '"assign" is an unknown or misplaced tag (line 2)';

/** Mustache that only its tag makes unreadable. */
const handlebars = "{{#if vip}}Dear{{/if}} {{ name }}";
const mustache = { "mcp.template_format": "mustache" };

async function withVersions(...templates: readonly string[]) {
  const registry = emptyRegistry();
  for (const template of templates) await registry.registerVersion("greet", text(template));
  return { registry, client: await connect(sessionOf(registry)) };
}

describe("a template that nobody can fill in", () => {
  it.each([
    ["register_prompt", "of a new prompt", { name: "new", template: liquid }],
    ["register_prompt", "in a dry run", { name: "new", template: liquid, dry_run: true }],
    ["register_prompt", "of another version", { name: "greet", template: liquid, base_version: 2 }],
    [
      "register_prompt",
      "that its own tag makes so",
      { name: "new", template: handlebars, tags: mustache },
    ],
    ["restore_prompt_version", "of an old version", { name: "greet", version: 1 }],
  ])("is refused by %s: %s", async (tool, _, args) => {
    const { registry, client } = await withVersions(liquid, "Hello {{ name }}");
    const { isError, text } = await callTool(client, tool, args);
    expect(isError).toBe(true);
    expect(text).toContain("Nothing was registered: nobody could fill in this template");
    expect(text).toMatch(/\(line \d\)/);
    expect(text).toContain("set force");
    expect((await registry.getPrompt("greet")).latest?.version).toBe(2);
    await expect(registry.getPrompt("new")).rejects.toMatchObject({ kind: "not_found" });
  });

  it.each([
    ["register_prompt", { name: "greet", template: liquid, base_version: 2 }],
    ["restore_prompt_version", { name: "greet", version: 1 }],
  ])("is registered by %s with force, and the answer names the problem", async (tool, args) => {
    const { client } = await withVersions(liquid, "Hello {{ name }}");
    const { structured, text } = await callTool(client, tool, {
      ...args,
      force: true,
      allow_breaking: true,
    });
    expect(structured).toMatchObject({ version: 3, problem: expect.stringContaining(problem) });
    expect(text).toContain(problem);
  });

  it("is shown by dry_run with force", async () => {
    const { client } = await withVersions("Hello {{ name }}");
    const args = {
      ...{ name: "greet", template: liquid, base_version: 1 },
      ...{ dry_run: true, force: true },
    };
    const { structured, text } = await callTool(client, "register_prompt", args);
    expect(structured, text).toMatchObject({
      registered: false,
      problem: expect.stringContaining(problem),
      contract_change: { verdict: "breaking" },
    });
  });

  it("gets no protected alias without allow_breaking, even a new one", async () => {
    const { registry, client } = await withVersions(liquid);
    const move = { name: "greet", alias: "production", version: 1 };
    const refused = await callTool(client, "set_prompt_alias", move);
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(`nobody can fill in version 1: `);
    expect(refused.text).toContain(problem);
    expect((await registry.getPrompt("greet")).aliases).toEqual({});

    const moved = await callTool(client, "set_prompt_alias", { ...move, allow_breaking: true });
    expect(moved.structured).toMatchObject({ moved: true });
    expect((await registry.getPrompt("greet")).aliases).toEqual({ production: 1 });
  });

  it("gets another new alias, and the answer names the problem", async () => {
    const { client } = await withVersions(liquid);
    const move = { name: "greet", alias: "draft", version: 1 };
    const { structured, text } = await callTool(client, "set_prompt_alias", move);
    expect(structured).toMatchObject({ moved: true, problem: expect.stringContaining(problem) });
    expect(text).toContain(problem);
  });

  it("is loaded with the problem, and not rendered", async () => {
    const { client } = await withVersions(liquid);
    const loaded = await callTool(client, "load_prompt", { name: "greet" });
    expect(loaded.structured).toMatchObject({ problem: expect.stringContaining(problem) });
    expect(loaded.text).toContain(`Problem: `);
    const rendered = await callTool(client, "render_prompt", { name: "greet" });
    expect(rendered.isError).toBe(true);
    expect(rendered.text).toContain(problem);
  });
});

describe("the tag mcp.template_format", () => {
  it.each([
    ["of a version", { version: 1 }],
    ["of the prompt", {}],
  ])("%s is not set where it makes a good version unreadable", async (_, target) => {
    const { registry, client } = await withVersions(handlebars);
    const args = { name: "greet", ...target, tags: mustache };
    const refused = await callTool(client, "update_prompt", args);
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("nobody could fill in version 1");
    expect(refused.text).toContain('Unclosed section "if vip"');
    expect((await registry.getPrompt("greet")).tags).toEqual({});
    expect((await registry.getVersion("greet", { version: 1 })).tags).not.toMatchObject(mustache);

    const set = await callTool(client, "update_prompt", { ...args, allow_breaking: true });
    expect(set.isError).toBe(false);
  });

  it("of the prompt is set where the versions have their own", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text(handlebars, { "mcp.template_format": "mlflow" }));
    const client = await connect(sessionOf(registry));
    const answer = await callTool(client, "update_prompt", { name: "greet", tags: mustache });
    expect(answer.isError).toBe(false);
  });
});

describe("text that looks like another language", () => {
  it("is pointed out where it is registered and loaded", async () => {
    const { client } = await withVersions();
    const hint = '"{{ user-name }}" (line 1) is not listed as a variable';
    for (const [tool, args] of [
      ["register_prompt", { name: "new", template: "{{ user-name }}", dry_run: true }],
      ["register_prompt", { name: "new", template: "{{ user-name }}" }],
      ["load_prompt", { name: "new" }],
    ] as const) {
      const { structured, text } = await callTool(client, tool, args);
      expect(structured).toMatchObject({ hints: [expect.stringContaining(hint)] });
      expect(text).toContain(hint);
    }
  });
});
