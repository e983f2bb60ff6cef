import { describe, expect, test } from "vitest";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

async function serve(template: string, tags: Readonly<Record<string, string>> = {}) {
  const registry = emptyRegistry();
  await registry.registerVersion("p", text(template, tags));
  const client = await connect(sessionOf(registry));
  const get = async (args: Record<string, string> = {}) => {
    const { messages } = await client.getPrompt({ name: "p", arguments: args });
    const [first] = messages;
    return first?.content.type === "text" ? first.content.text : undefined;
  };
  return { client, get };
}

const mustache = { "mcp.template_format": "mustache" };
const declared = (args: object) => ({ "mcp.arguments": JSON.stringify(args) });

describe("a flag", () => {
  const template = "{% if verbose %}long{% else %}short{% endif %}";

  test.each([
    ["false", "short"],
    ["False", "short"],
    ["no", "short"],
    ["0", "short"],
    ["", "short"],
    ["true", "long"],
    ["on", "long"],
    ["whatever", "long"],
  ])("given as %j makes it %s", async (verbose, result) => {
    const { get } = await serve(template);
    expect(await get({ verbose })).toBe(result);
  });

  test("has a default that is read in the same way", async () => {
    const { get } = await serve(template, declared({ verbose: { default: "false" } }));
    expect(await get()).toBe("short");
    expect(await get({ verbose: "true" })).toBe("long");
  });

  test("is listed and completed as one", async () => {
    const { client } = await serve(template);
    const { prompts } = await client.listPrompts();
    expect(prompts[0]?.arguments).toEqual([
      {
        name: "verbose",
        description: "Value of {{ verbose }}. Takes true or false",
        required: false,
      },
    ]);
    const { completion } = await client.complete({
      ref: { type: "ref/prompt", name: "p" },
      argument: { name: "verbose", value: "f" },
    });
    expect(completion.values).toEqual(["false"]);
  });

  test("hides a mustache section", async () => {
    const { get } = await serve(
      "{{#verbose}}long{{/verbose}}{{^verbose}}short{{/verbose}}",
      mustache,
    );
    expect(await get({ verbose: "false" })).toBe("short");
    expect(await get({ verbose: "yes" })).toBe("long");
  });
});

describe("a list", () => {
  test("given as JSON is joined and looped over", async () => {
    const { get } = await serve(
      "{{ items | join(', ') }}:{% for item in items %} {{ item }}{% endfor %}",
    );
    expect(await get({ items: '["a", "b"]' })).toBe("a, b: a b");
    expect(await get({ items: "" })).toBe(":");
    await expect(get({ items: "a, b" })).rejects.toThrow(
      'The argument "items" is "a, b"; it must be a JSON list, such as ["a", "b"].',
    );
  });

  test("in a mustache section is one, and a text is still a text there", async () => {
    const { get } = await serve("{{#names}}Hi {{.}}. {{/names}}", mustache);
    expect(await get({ names: '["Ada", "Bob"]' })).toBe("Hi Ada. Hi Bob. ");
    expect(await get({ names: "no" })).toBe("Hi no. ");
  });

  test("of objects fills in a mustache section", async () => {
    const { get } = await serve("To {{#users}}{{name}} {{/users}}", mustache);
    expect(await get({ users: '[{"name": "Ada"}, {"name": "Bob"}]' })).toBe("To Ada Bob ");
    expect(await get({ users: "yes", name: "Cy" })).toBe("To Cy ");
    expect(await get({ users: "false", name: "Cy" })).toBe("To ");
  });
});

describe("a number", () => {
  test("is compared as one", async () => {
    const { get } = await serve("{% if n > 9 %}many{% else %}few{% endif %} ({{ n }})");
    expect(await get({ n: "10" })).toBe("many (10)");
    expect(await get({ n: "2.50" })).toBe("few (2.5)");
    await expect(get({ n: "ten" })).rejects.toThrow(
      'The argument "n" is "ten"; it must be a number.',
    );
  });
});

describe("a text that no type is plain for", () => {
  test.each(["null", "1.0", "[1, 2]", "false", '{"a": 1}', " x "])(
    "%j stays as typed",
    async (typed) => {
      const { get } = await serve("{% if note %}{{ note }}{% endif %}");
      expect(await get({ note: typed })).toBe(typed);
      const plain = await serve("{{ note }}");
      expect(await plain.get({ note: typed })).toBe(typed);
    },
  );
});

describe("a declared type", () => {
  test("is listed, shown by load_prompt, and read", async () => {
    const { client, get } = await serve(
      "{{ tags }} {{ user.age }}",
      declared({
        tags: { type: "array", description: "Topics." },
        "user.age": { type: { type: "integer", minimum: 18 } },
      }),
    );
    const { prompts } = await client.listPrompts();
    expect(prompts[0]?.arguments?.map(({ description }) => description)).toEqual([
      'Topics. Takes a JSON list, such as ["a", "b"]',
      "Value of {{ user.age }}. Takes a whole number",
    ]);
    const loaded = await callTool(client, "load_prompt", { name: "p" });
    expect(loaded.structured).toMatchObject({
      arguments: [
        { name: "tags", type: "array" },
        { name: "user.age", type: { type: "integer", minimum: 18 } },
      ],
    });
    expect(await get({ tags: '["a"]', user_age: "20" })).toBe("['a'] 20");
    await expect(get({ tags: "[]", user_age: "3" })).rejects.toThrow(
      'The argument "user_age" is "3"; it must be at least 18.',
    );
  });

  test("is refused where it is wrong", async () => {
    const { client } = await serve("x");
    const result = await callTool(client, "register_prompt", {
      name: "q",
      template: "{{ a }}",
      arguments: { a: { type: "list" } },
    });
    expect(result.text).toContain("must be one of string, boolean, number");
  });
});

describe("an argument in an error", () => {
  test("has the name that prompts/list gives it", async () => {
    const { client, get } = await serve(
      "{{ user.name }}",
      declared({ "user.name": { enum: ["Ada"] } }),
    );
    await expect(get()).rejects.toThrow('The argument "user_name" is missing.');
    await expect(get({ user_name: "Bob" })).rejects.toThrow('The argument "user_name" is "Bob"');
    await expect(get({ user_name: "Ada", x: "1" })).rejects.toThrow(
      'Its arguments are "user_name".',
    );
    expect(await get({ user_name: "ada" })).toBe("Ada");
    const tool = await callTool(client, "render_prompt", { name: "p" });
    expect(tool.text).toContain('"user.name" is missing');
  });
});

describe("a member of an object in mustache", () => {
  const template = "{{! note }}{{user.name}}{{#more}} ({{user.team}}){{/more}}";

  test.each<[string, Record<string, string>, string]>([
    ["by its own name", { user_name: "Ada" }, "Ada"],
    ["as a member of its object", { user: '{"name": "Ada"}' }, "Ada"],
    ["inside of a section", { user: '{"name": "Ada", "team": "x"}', more: "yes" }, "Ada (x)"],
    ["by both", { user: '{"name": "Ada"}', user_name: "Bob" }, "Bob"],
  ])("is given %s", async (_, args, result) => {
    const { get } = await serve(template, mustache);
    expect(await get(args)).toBe(result);
  });

  test("is missing where the object does not have it", async () => {
    const { get } = await serve(template, mustache);
    await expect(get({ user: "{}" })).rejects.toThrow('The argument "user_name" is missing.');
    await expect(get({ user: "Ada" })).rejects.toThrow(
      'The argument "user" is "Ada"; it must be a JSON object',
    );
  });

  test("is found by render_prompt in an object", async () => {
    const { client } = await serve(template, mustache);
    const result = await callTool(client, "render_prompt", {
      name: "p",
      variables: { user: { name: "Ada" } },
    });
    expect(result.structured).toMatchObject({ text: "Ada" });
  });

  test("is found by a name that is declared for the object", async () => {
    const args = { user: { description: "Who asks", type: "object" } };
    const { get } = await serve(template, { ...mustache, ...declared(args) });
    expect(await get({ user: '{"name": "Ada"}' })).toBe("Ada");
  });
});
