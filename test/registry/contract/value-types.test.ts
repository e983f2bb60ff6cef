import { describe, expect, test } from "vitest";
import { checkArgumentValues } from "../../../src/registry/contract/argument-values.ts";
import { argumentsTag } from "../../../src/registry/contract/arguments.ts";
import { readVersion } from "../../../src/registry/engine/prompt-arguments.ts";
import { type JsonValue, parseJson, stringifyJson } from "../../../src/registry/json.ts";
import { templates } from "../../support/templates.ts";

async function declare(declaration: object, text = "{{a}}") {
  const tags = { [argumentsTag]: stringifyJson({ a: declaration }) };
  return readVersion(templates, { template: { kind: "text", text }, tags });
}

async function read(declaration: object, given: JsonValue): Promise<JsonValue | undefined> {
  const { problems, values } = checkArgumentValues(await declare(declaration), { a: given });
  return problems.length === 0 ? values.a : problems.join(" ");
}

describe("a text for an argument with a declared type", () => {
  test.each<[string, string, JsonValue]>([
    ["boolean", "true", true],
    ["boolean", " False ", false],
    ["boolean", "yes", true],
    ["boolean", "off", false],
    ["boolean", "0", false],
    ["number", "42", 42],
    ["number", "1.0", parseJson("1.0")],
    ["number", "1234567890123456789", parseJson("1234567890123456789")],
    ["array", '["a", 1]', ["a", 1]],
    ["object", '{"name": "Ada"}', { name: "Ada" }],
    ["string", "true", "true"],
    ["string", "[1, 2]", "[1, 2]"],
    ["number", "$1", "$1"],
    ["array", "$ARGUMENTS", ["$ARGUMENTS"]],
    ["object", "$1", "$1"],
  ])("%s: %j is read as %j", async (type, text, value) => {
    expect(await read({ type }, text)).toEqual(value);
  });

  test.each([
    ["boolean", "maybe", 'The argument "a" is "maybe"; it must be true or false.'],
    ["number", "5 apples", 'The argument "a" is "5 apples"; it must be a number.'],
    ["number", "0x10", 'The argument "a" is "0x10"; it must be a number.'],
    ["number", "true", 'The argument "a" is "true"; it must be a number.'],
    ["array", "a, b", 'The argument "a" is "a, b"; it must be a JSON list, such as ["a", "b"].'],
    ["array", '{"a": 1}', /it must be a JSON list/],
    ["object", "[]", /it must be a JSON object, such as \{"name": "Ada"\}\.$/],
    ["boolean", "", 'The argument "a" is ""; it must be true or false.'],
  ])("%s: %j is refused", async (type, text, problem) => {
    const told = await read({ type }, text);
    if (typeof problem === "string") expect(told).toBe(problem);
    else expect(told).toMatch(problem);
  });

  test("array: what is nested too deeply to be filled in is refused", async () => {
    const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    expect(await read({ type: "array" }, deep(50_000))).toMatch("it must be a JSON list");
    expect(await read({ type: "array" }, deep(500))).toBeInstanceOf(Array);
  });

  test("an empty text stands for no value: hosts send one for what was not filled in", async () => {
    expect(await read({ type: "number", default: "3" }, "")).toBe(3);
    expect(await read({ type: "boolean", required: false }, " ")).toBe("");
  });

  test("a value that is JSON already must be of the type", async () => {
    expect(await read({ type: "array" }, ["a"])).toEqual(["a"]);
    expect(await read({ type: "boolean" }, false)).toBe(false);
    expect(await read({ type: "boolean" }, 1)).toMatch("it must be true or false");
    expect(await read({ type: "string" }, 1)).toBe('The argument "a" is 1; it must be a text.');
  });
});

describe("a text for an argument whose type the template shows", () => {
  const loop = "{% for x in a %}- {{ x }}{% endfor %}";
  const compares = "{% if a is defined and a > 3 %}many{% endif %}";
  const members = "{% if true %}{{ a.name }}{% endif %}";

  test.each<[string, string, JsonValue | undefined]>([
    [loop, "$1", ["$1"]],
    [loop, "$ARGUMENTS", ["$ARGUMENTS"]],
    [loop, "  ", ""],
    [members, "", ""],
    [compares, "", undefined],
    [compares, "4", 4],
  ])("%s: %j is read as %j", async (text, given, value) => {
    const { problems, values } = checkArgumentValues(await declare({}, text), { a: given });
    expect(problems).toEqual([]);
    expect(values.a).toEqual(value);
  });

  test.each([
    [compares, 'The argument "a" is "$1"; it must be a number.'],
    [members, 'The argument "a" is "$1"; it must be a JSON object, such as {"name": "Ada"}.'],
  ])("%s: $1 is refused", async (text, problem) => {
    const { problems } = checkArgumentValues(await declare({}, text), { a: "$1" });
    expect(problems).toEqual([problem]);
  });

  test("is refused when it is empty, required and compared with a number", async () => {
    const required = await declare({ required: true }, compares);
    const { problems } = checkArgumentValues(required, { a: "" });
    expect(problems).toEqual(['The argument "a" is ""; it must be a number.']);
  });
});

describe("a text for an argument with a JSON Schema", () => {
  test.each<[object, string, JsonValue]>([
    [{ type: "integer", minimum: 1 }, "3", 3],
    [{ type: "boolean" }, "yes", true],
    [{ type: ["string", "null"] }, "null", "null"],
    [{ type: ["array", "null"] }, "null", null],
    [{ type: "string", enum: ["a"] }, "a", "a"],
    [{ type: "array", items: { type: "string" } }, "$1", ["$1"]],
    [{ type: "array", items: { type: "object", required: ["n"] } }, '[{"n": 1}]', [{ n: 1 }]],
  ])("%j: %j is read as %j", async (type, text, value) => {
    expect(await read({ type }, text)).toEqual(value);
  });

  test.each([
    [{ type: "integer" }, "1.5", 'The argument "a" is "1.5"; it must be a whole number.'],
    [{ type: "integer", minimum: 1 }, "0", /; it must be at least 1\.$/],
    [{ type: "array", maxItems: 1 }, "[1, 2]", /; it must have at most 1 items\.$/],
    [{ type: "array", items: { type: "string" } }, '["a", 1]', /; its "\[1\]" must be a text\.$/],
    [{ type: "object" }, "Ada", /; it must be a JSON object, as JSON\.$/],
    [{ type: "string", maxLength: 2 }, "🙂🙂🙂", /; it must have at most 2 characters\.$/],
    [
      { type: "object", properties: { age: { type: "number" } }, additionalProperties: false },
      '{"age": "old"}',
      /; its "age" must be a number\.$/,
    ],
    [{ type: "object", additionalProperties: false }, '{"x": 1}', /; it must not have "x"\.$/],
    [{ type: "number", enum: [1, 2] }, "3", /; it must be one of 1, 2\.$/],
    [
      parseJson('{"type":"integer","enum":[1234567890123456789]}'),
      "1234567890123456788",
      /; it must be one of 1234567890123456789\.$/,
    ],
    [
      parseJson('{"type":"integer","maximum":9223372036854775807}'),
      "1e400",
      /a whole number|at most 9223372036854775807/,
    ],
  ])("%j: %j is refused", async (type, text, problem) => {
    const told = await read({ type }, text);
    if (typeof problem === "string") expect(told).toBe(problem);
    else expect(told).toMatch(problem);
  });

  test.each([
    [{ type: "string", pattern: "(a+)+$" }, '"pattern" is not supported; the keywords are type'],
    [{ anyOf: [] }, '"anyOf" is not supported'],
    [{}, '"type"'],
    [{ type: "array", items: { type: "text" } }, '"items.type"'],
    ["list", "must be one of string, boolean, number, array, object, or a JSON Schema"],
  ])("%j is a problem of the declaration", async (type, problem) => {
    expect((await declare({ type })).declarationProblem).toContain(problem);
  });

  test("has at most ten levels", async () => {
    const deep = (levels: number): object =>
      levels === 0 ? { type: "string" } : { type: "array", items: deep(levels - 1) };
    expect((await declare({ type: deep(9) })).declarationProblem).toBeUndefined();
    expect((await declare({ type: deep(500) })).declarationProblem).toContain("10 levels");
  });
});

describe("a declaration", () => {
  test("whose default or allowed value does not fit the type has a problem", async () => {
    const read = await declare({ type: "array", default: "a, b" });
    expect(read.declarationProblem).toBe(
      'the default "a, b" of "a" does not fit its type: it must be a JSON list, such as ["a", "b"]',
    );
    expect(read.arguments).toEqual([
      { name: "a", required: true, type: "array", isInferred: false },
    ]);
    const { declarationProblem } = await declare({ type: "number", enum: ["1", "two"] });
    expect(declarationProblem).toContain('the allowed value "two" of "a"');
  });

  test("whose default does not fit what the template does with it has one too", async () => {
    const { declarationProblem } = await declare(
      { default: "a, b" },
      "{% for x in a %}{{ x }}{% endfor %}",
    );
    expect(declarationProblem).toContain("it must be a JSON list");
  });
});

describe("an allowed value", () => {
  test("is found as completion finds it, and filled in as declared", async () => {
    expect(await read({ enum: ["Kind", "terse"] }, " kind ")).toBe("Kind");
    expect(await read({ enum: ["Kind", "kind"] }, "kind")).toBe("kind");
    expect(await read({ enum: ["Kind"] }, "loud")).toMatch('it must be one of "Kind"');
    expect(await read({ enum: ["1", "2"], type: "number" }, "2")).toBe(2);
  });
});
