import { beforeAll, describe, expect, it } from "vitest";
import { uniqueName } from "../contract/support.ts";
import { initializeRaw, type RawMessage, type RawStdio, startRaw } from "../support/raw-stdio.ts";

/** Names that every JavaScript object has already. */
const inherited = ["__proto__", "constructor", "toString", "hasOwnProperty"];

async function open(capabilities: object = {}): Promise<RawStdio> {
  const stdio = startRaw();
  await initializeRaw(stdio, capabilities);
  return stdio;
}

let asking: RawStdio;
beforeAll(async () => {
  asking = await open({ elicitation: {} });
});

async function askOf(stdio: RawStdio, method: string, params: object): Promise<unknown> {
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
  let stdio: RawStdio;
  const ask = (method: string, params: object) => askOf(stdio, method, params);

  beforeAll(async () => {
    stdio = await open();
  });

  it.each(templates)("is an argument like any other, in %s", async (_, content) => {
    const prompt = uniqueName();
    const contract = named(name, { description: "Who", enum: ["Ann", "Bob"] });
    const registering = { name: prompt, ...content(name), arguments: contract };
    await ask("tools/call", { name: "register_prompt", arguments: registering });
    const argument = { name, value: "a" };
    const ref = { type: "ref/prompt", name: prompt };

    const listed = { name: prompt, arguments: [expect.objectContaining({ name })] };
    expect(await ask("prompts/list", {})).toMatchObject({
      prompts: expect.arrayContaining([expect.objectContaining(listed)]),
    });
    expect(await ask("prompts/get", { name: prompt, arguments: named(name, "Ann") })).toMatchObject(
      { messages: [{ content: { text: "Hi Ann" } }] },
    );
    const rendering = { name: prompt, variables: named(name, "Bob") };
    expect(await ask("tools/call", { name: "render_prompt", arguments: rendering })).toMatchObject({
      content: [{ text: "Hi Bob" }],
    });
    expect(await ask("completion/complete", { ref, argument })).toMatchObject({
      completion: { values: ["Ann"] },
    });
  });

  it("is asked for when it is missing", async () => {
    const prompt = uniqueName();
    const registering = { name: prompt, template: `Hi {{ ${name} }}` };
    await askOf(asking, "tools/call", { name: "register_prompt", arguments: registering });

    asking.send({ id: 2, method: "prompts/get", params: { name: prompt } });
    const question = await next(asking);
    const form: unknown = question.params?.requestedSchema;
    const [field = ""] = Object.keys(Object(Object(form).properties));
    asking.send({ id: question.id, result: { action: "accept", content: named(field, "Ann") } });

    expect((await next(asking)).result).toMatchObject({
      messages: [{ content: { text: "Hi Ann" } }],
    });
  });

  it("can be a tag and an alias as well", async () => {
    const prompt = uniqueName();
    const registering = { name: prompt, template: "Hi", tags: named(name, "one") };
    await ask("tools/call", { name: "register_prompt", arguments: registering });
    const pointing = { name: prompt, alias: name, version: 1 };
    const load = () =>
      ask("tools/call", { name: "load_prompt", arguments: { name: prompt, alias: name } });

    expect(await load()).toMatchObject({ isError: true });
    await ask("tools/call", { name: "set_prompt_alias", arguments: pointing });
    expect(await load()).toMatchObject({
      content: [{ text: expect.stringContaining(`${name}`) }],
      structuredContent: { aliases: [name] },
    });
    const tagging = { name: prompt, tags: named(name, "two") };
    await ask("tools/call", { name: "update_prompt", arguments: tagging });
    const found = await ask("tools/call", {
      name: "list_prompts",
      arguments: { tags: named(name, "two") },
    });
    expect(JSON.stringify(found)).toContain(`"${name}":"two"`);
  });
});
