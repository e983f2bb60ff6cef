import { describe, expect, it } from "vitest";
import { initializeRaw, type RawMessage, type RawStdio, startRaw } from "../support/raw-stdio.ts";

/** Names that every JavaScript object has already. */
const inherited = ["__proto__", "constructor", "toString", "hasOwnProperty"];

async function open(capabilities: object = {}) {
  const stdio = startRaw();
  await initializeRaw(stdio, capabilities);
  return { stdio, ask: (method: string, params: object) => ask(stdio, method, params) };
}

async function ask(stdio: RawStdio, method: string, params: object): Promise<unknown> {
  stdio.send({ id: 1, method, params });
  const { result, error } = await next(stdio);
  expect(error).toBeUndefined();
  return result;
}

/** The next message that tells of no change. */
async function next(stdio: RawStdio): Promise<RawMessage> {
  const message = await stdio.next();
  return message.method?.startsWith("notifications/") ? next(stdio) : message;
}

/** An object with one key, which is its own whatever it is called. */
const named = (name: string, value: unknown) => Object.fromEntries([[name, value]]);

const templates: readonly (readonly [string, (name: string) => object])[] = [
  ["a plain template", (name) => ({ template: `Hi {{ ${name} }}` })],
  ["Jinja2", (name) => ({ template: `{% if ${name} %}Hi {{ ${name} }}{% endif %}` })],
  [
    "mustache",
    (name) => ({
      template: `{{#${name}}}Hi {{.}}{{/${name}}}`,
      tags: { "mcp.template_format": "mustache" },
    }),
  ],
];

describe.each(inherited)("a variable named %s", (name) => {
  it.each(templates)("is an argument like any other, in %s", async (_, prompt) => {
    const { ask } = await open();
    const contract = named(name, { description: "Who", enum: ["Ann", "Bob"] });
    const registering = { name: "a", ...prompt(name), arguments: contract };
    await ask("tools/call", { name: "register_prompt", arguments: registering });
    const argument = { name, value: "a" };
    const ref = { type: "ref/prompt", name: "a" };

    expect(JSON.stringify(await ask("prompts/list", {}))).toContain(`"name":"${name}"`);
    expect(await ask("prompts/get", { name: "a", arguments: named(name, "Ann") })).toMatchObject({
      messages: [{ content: { text: "Hi Ann" } }],
    });
    const rendering = { name: "a", variables: named(name, "Bob") };
    expect(await ask("tools/call", { name: "render_prompt", arguments: rendering })).toMatchObject({
      content: [{ text: "Hi Bob" }],
    });
    expect(await ask("completion/complete", { ref, argument })).toMatchObject({
      completion: { values: ["Ann"] },
    });
  });

  it("is asked for when it is missing", async () => {
    const { stdio, ask } = await open({ elicitation: {} });
    const registering = { name: "a", template: `Hi {{ ${name} }}` };
    await ask("tools/call", { name: "register_prompt", arguments: registering });

    stdio.send({ id: 2, method: "prompts/get", params: { name: "a" } });
    const question = await next(stdio);
    const form: unknown = question.params?.requestedSchema;
    const [field = ""] = Object.keys(Object(Object(form).properties));
    stdio.send({ id: question.id, result: { action: "accept", content: named(field, "Ann") } });

    expect((await next(stdio)).result).toMatchObject({
      messages: [{ content: { text: "Hi Ann" } }],
    });
  });

  it("can be a tag and an alias as well", async () => {
    const { ask } = await open();
    const registering = { name: "a", template: "Hi", tags: named(name, "one") };
    await ask("tools/call", { name: "register_prompt", arguments: registering });
    const pointing = { name: "a", alias: name, version: 1 };
    const load = () =>
      ask("tools/call", { name: "load_prompt", arguments: { name: "a", alias: name } });

    expect(await load()).toMatchObject({ isError: true });
    await ask("tools/call", { name: "set_prompt_alias", arguments: pointing });
    expect(await load()).toMatchObject({
      content: [{ text: expect.stringContaining(`${name}`) }],
      structuredContent: { aliases: [name] },
    });
    const tagging = { name: "a", tags: named(name, "two") };
    await ask("tools/call", { name: "update_prompt", arguments: tagging });
    const found = await ask("tools/call", {
      name: "list_prompts",
      arguments: { tags: named(name, "two") },
    });
    expect(JSON.stringify(found)).toContain(`"${name}":"two"`);
  });
});
