import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { record } from "../../src/registry/json.ts";
import { tools } from "../../src/tools/catalogue.ts";
import { anyJson } from "../../src/tools/input/fields.ts";
import { lenientArguments } from "../../src/tools/input/lenient-arguments.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";

const schema = z.strictObject({
  text: z.string().optional(),
  word: z
    .string()
    .refine((text) => text !== "", "must not be empty")
    .optional(),
  count: z.int().optional(),
  share: z.number().optional(),
  flag: z.boolean().default(false),
  list: z
    .array(z.strictObject({ name: z.string(), size: z.int().optional() }))
    .min(1)
    .optional(),
  options: z.strictObject({ deep: z.boolean().optional() }).optional(),
  either: z.union([z.int(), z.string().min(1)]).optional(),
  one: z.enum(["a", "b"]).optional(),
  tags: record(z.string()).optional(),
  changes: record(z.string().nullable()).optional(),
  dropped: z.strictObject({ a: z.int() }).nullable().optional(),
  values: record(anyJson).default({}),
});

describe("lenient reading", () => {
  it.each([
    ["a number as text", { count: "3", share: " 0.5 " }, { count: 3, share: 0.5 }],
    ["a boolean as text", { flag: "true" }, { flag: true }],
    ["a boolean as Python writes it", { flag: "False" }, { flag: false }],
    ["a text as number", { text: 3, word: true }, { text: "3", word: "true" }],
    ["an object as JSON text", { options: '{"deep": true}' }, { options: { deep: true } }],
    ["a list as JSON text", { list: '[{"name": "a"}]' }, { list: [{ name: "a" }] }],
    [
      "JSON text within JSON text",
      { list: '["{\\"name\\": \\"a\\", \\"size\\": \\"2\\"}"]' },
      { list: [{ name: "a", size: 2 }] },
    ],
    ["tags as JSON text, with a number", { tags: '{"n": 3}' }, { tags: { n: "3" } }],
    ["null", { text: null, count: null, flag: null, list: null, options: null, tags: null }, {}],
    ["null within an object", { options: { deep: null } }, { options: {} }],
    ["null as text", { count: "null", options: "null" }, {}],
    ["an empty text", { word: "", count: "", flag: "", list: "", one: "", either: "" }, {}],
    ["an empty list", { text: [], list: [], options: [], tags: [], either: [] }, {}],
    [
      "the keys of n8n",
      { action: "call", chatInput: "Hi", sessionId: "1", toolCallId: "2", text: "a" },
      { text: "a" },
    ],
  ])("takes %s", (_, given, read) => {
    expect(lenientArguments(schema, given)).toEqual(read);
    expect(schema.safeParse(read).success).toBe(true);
  });

  it.each([
    ["an empty text where a text may be empty", { text: "" }],
    ["null where the schema takes null", { changes: { a: null }, dropped: null }],
    ["a text that reads as JSON where a text is wanted", { text: '{"a": 1}', tags: { n: "3" } }],
    ["every value of a variable", { values: { a: "1", b: null, c: "", d: [], e: "{}", f: true } }],
    ["a text where a number would do as well", { either: "3" }],
  ])("keeps %s", (_, given) => {
    expect(lenientArguments(schema, given)).toEqual(given);
  });

  it("keeps the values of variables when the variables are JSON text, or something else is wrong", () => {
    const values = { a: "1", b: null, c: "", d: [] };
    const given = { values: JSON.stringify(values), count: "1" };
    expect(lenientArguments(schema, given)).toEqual({ values, count: 1 });
    expect(lenientArguments(schema, { values, count: "1" })).toEqual({ values, count: 1 });
  });

  it.each([
    ["a text that is no number", { count: "three" }],
    ["an unsafe number", { share: "1e999" }],
    ["a list where an object is wanted", { options: "[1]" }],
    ["a key that somebody made up", { txt: "a" }],
    ["a key of n8n within an object", { options: { action: "call" } }],
    ["null in a list", { list: [null] }],
    ["JSON that is nested too deep", { options: "[".repeat(1_000) + "]".repeat(1_000) }],
  ])("refuses %s", (_, given) => {
    expect(schema.safeParse(lenientArguments(schema, given)).success).toBe(false);
  });

  it("does not change what the caller passed", () => {
    const given = { options: { deep: "true" } };
    lenientArguments(schema, given);
    expect(given).toEqual({ options: { deep: "true" } });
  });

  it("sets no prototype", () => {
    const given: unknown = JSON.parse('{"tags": {"__proto__": 3}}');
    const read = schema.parse(lenientArguments(schema, given));
    expect(Object.entries(read.tags ?? {})).toEqual([["__proto__", "3"]]);
  });

  it("leaves valid arguments of every shape as they are", () => {
    const json = fc.jsonValue();
    const valid = fc.record(
      {
        text: fc.string(),
        word: fc.string({ minLength: 1 }),
        count: fc.integer(),
        share: fc.double({ noNaN: true, noDefaultInfinity: true }),
        flag: fc.boolean(),
        list: fc.array(fc.record({ name: fc.string(), size: fc.integer() }), { minLength: 1 }),
        options: fc.record({ deep: fc.boolean() }, { requiredKeys: [] }),
        either: fc.oneof(fc.integer(), fc.string({ minLength: 1 })),
        one: fc.constantFrom("a", "b"),
        tags: fc.dictionary(fc.string(), fc.string()),
        changes: fc.dictionary(fc.string(), fc.option(fc.string())),
        dropped: fc.option(fc.record({ a: fc.integer() })),
        values: fc.dictionary(fc.string(), json),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(valid, (given) => {
        expect(schema.safeParse(given).success).toBe(true);
        expect(lenientArguments(schema, given)).toBe(given);
      }),
    );
  });

  it("reads anything without failing, for every tool", () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.json(),
      fc.constantFrom(null, "", "1", "true", "null"),
    );
    for (const { input } of tools) {
      const args = fc.dictionary(fc.constantFrom(...Object.keys(input.shape), "action"), value);
      fc.assert(
        fc.property(args, (given) => {
          const read = lenientArguments(input, given);
          if (input.safeParse(given).success) expect(read).toBe(given);
          expect(input.safeParse(lenientArguments(input, read)).success).toBe(
            input.safeParse(read).success,
          );
        }),
        { numRuns: 50 },
      );
    }
  });

  it("gives up on more wrong values than a model makes by mistake, in the time of a check", () => {
    const given = { list: Array.from({ length: 100_000 }, () => ({ name: null })) };
    expect(lenientArguments(schema, given)).toBe(given);
  });
});

describe("a tool call as hosts send it", () => {
  it("registers and renders what was meant", async () => {
    const registry = emptyRegistry();
    const client = await connect(sessionOf(registry));
    const added = {
      action: "register_prompt",
      chatInput: "Do it",
      sessionId: "1",
      toolCallId: "2",
    };
    const registered = await callTool(client, "register_prompt", {
      ...added,
      name: "greet",
      template: "Hello {{ name }}, {{ tone }}",
      messages: [],
      commit_message: "",
      base_version: "0",
      tags: { ticket: 7 },
      arguments: '{"tone": {"required": "false", "default": "kindly", "enum": "[\\"kindly\\"]"}}',
      llm_config: { temperature: "0.5", max_tokens: null },
      dry_run: "false",
    });
    expect(registered.structured, registered.text).toMatchObject({ version: 1 });
    expect(await registry.getVersion("greet", "latest")).toMatchObject({
      tags: { ticket: "7" },
      modelConfig: { temperature: 0.5 },
    });
    const rendered = await callTool(client, "render_prompt", {
      ...added,
      name: "greet",
      version: "1",
      alias: "",
      variables: '{"name": "true"}',
    });
    expect(rendered.text).toBe("Hello true, kindly");
  });

  it("is audited as it was read", async () => {
    const registry = emptyRegistry();
    const events: unknown[] = [];
    const audit = (event: unknown) => events.push(event);
    const client = await connect(sessionOf(registry, { audit, writableAliases: ["staging"] }));
    const args = { name: "greet", alias: "production", version: "1", allow_breaking: "true" };
    const { isError } = await callTool(client, "set_prompt_alias", args);
    expect(isError).toBe(true);
    expect(events).toMatchObject([{ version: 1, alias: "production", allowBreaking: true }]);
  });

  it("changes nothing with a key that somebody made up, and lists the keys there are", async () => {
    const registry = emptyRegistry();
    const client = await connect(sessionOf(registry));
    const args = {
      name: "greet",
      template: "Hello",
      llm_confg: {},
      arguments: { a: { enums: [] } },
    };
    const { isError, text } = await callTool(client, "register_prompt", args);
    expect(isError).toBe(true);
    expect(text).toMatch(
      /unknown key "llm_confg"; the keys there are: llm_config, name, template, /,
    );
    const nested = await callTool(client, "register_prompt", { ...args, llm_confg: undefined });
    expect(nested.text).toContain('arguments.a: unknown key "enums"; the keys there are: enum, ');
    expect((await registry.searchPrompts({ limit: 10 })).items).toEqual([]);
  });

  it("names a few of thousands of wrong values and keys", async () => {
    const client = await connect(sessionOf(emptyRegistry()));
    const keys = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1]));
    const messages = Array.from({ length: 5_000 }, () => 1);
    const args = { name: "a", messages, ...keys };
    const { text } = await callTool(client, "register_prompt", args);
    expect(text).toContain("4991 more problems");
    expect(text.length).toBeLessThan(2_000);
  });
});
