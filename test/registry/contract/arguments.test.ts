import { describe, expect, test } from "vitest";
import {
  checkArgumentValues,
  strictProblems,
} from "../../../src/registry/contract/argument-values.ts";
import { argumentsTag, type PromptArgument } from "../../../src/registry/contract/arguments.ts";
import { declaredDefault } from "../../../src/registry/contract/declaration.ts";
import { readVersion } from "../../../src/registry/engine/prompt-arguments.ts";
import type { Tags } from "../../../src/registry/types.ts";
import { templates } from "../../support/templates.ts";

describe("arguments", () => {
  test("are the variables, required, in order", async () => {
    expect(await argumentsOf("{{b}} {{a}}")).toEqual([
      { name: "b", required: true },
      { name: "a", required: true },
    ]);
  });

  test("of Jinja2 are optional", async () => {
    expect(await argumentsOf("{% for i in items %}{{ i }}{% endfor %}")).toEqual([
      { name: "items", required: false, type: "array", isInferred: true },
    ]);
  });

  test("of mustache are required outside of sections", async () => {
    const text = "{{#vip}}{{title}}{{/vip}}{{name}}";
    expect(await argumentsOf(text, {}, true)).toEqual([
      { name: "name", required: true },
      { name: "vip", required: false, type: "section", isInferred: true },
      { name: "title", required: false },
    ]);
  });

  test("include their declarations", async () => {
    const declared = {
      "x-y": {},
      tone: { default: "kind", enum: ["kind", "terse"], required: true },
      who: { description: "Whom to greet" },
      note: { required: false },
    };
    expect(await argumentsOf("{{note}} {{tone}} {{who}} {{x-y}}", declared)).toEqual([
      { name: "who", description: "Whom to greet", required: true },
      { name: "note", required: false, default: "" },
      { name: "tone", required: false, default: "kind", allowed: ["kind", "terse"] },
      { name: "x-y", required: false },
    ]);
  });

  test("declared optional, default to empty when the template needs them", async () => {
    const declared = { note: { required: false }, more: { required: false } };
    expect(await argumentsOf("{{note}}", declared)).toEqual([
      { name: "note", required: false, default: "" },
      { name: "more", required: false },
    ]);
    const jinja = "{% if note %}{{ note }}{% endif %}{{ more }}";
    expect(await argumentsOf(jinja, declared)).toEqual([
      { name: "note", required: false },
      { name: "more", required: false },
    ]);
  });

  test("names of prototypes are names", async () => {
    const declared = JSON.parse('{"toString":{"description":"d"}}');
    expect(await argumentsOf("{{constructor}} {{toString}}", declared)).toEqual([
      { name: "constructor", required: true },
      { name: "toString", description: "d", required: true },
    ]);
  });

  test.each([
    ["no JSON", "it is not JSON"],
    ["[]", ""],
    ['{"a":{"enum":[]}}', '"a.enum": '],
    ['{"a":{"descripton":"x"}}', '"a": unknown key "descripton" (did you mean "description"?)'],
    ['{"a":1}', '"a": '],
  ])("ignore the declaration %s, and tell what is wrong", async (tag, problem) => {
    const template = { kind: "text", text: "{{a}}" } as const;
    expect(await readVersion(templates, { template, tags: { [argumentsTag]: tag } })).toEqual({
      arguments: [{ name: "a", required: true }],
      declarationProblem: expect.stringContaining(problem),
    });
  });

  test.each([
    [{ tonne: {} }, '"tonne" is no variable of the template (did you mean "tone"?)'],
    [{ zzz: {} }, '"zzz" is no variable of the template: its variables are "tone", "who", "x-y"'],
    [{ tone: { aliases: ["who"] } }, '"tone" cannot have the alias "who"'],
    [{ tone: { aliases: ["tone"] } }, '"tone" cannot have the alias "tone"'],
    [{ tone: { aliases: ["x-y"] } }, '"tone" cannot have the alias "x-y"'],
    [{ tone: { aliases: ["s"] }, who: { aliases: ["s"] } }, '"who" cannot have the alias "s"'],
  ])("have a problem if the declaration is %j", async (declared, problem) => {
    const template = { kind: "text", text: "{{tone}} {{who}} {{x-y}}" } as const;
    const tags = { [argumentsTag]: JSON.stringify(declared) };
    const { declarationProblem } = await readVersion(templates, { template, tags });
    expect(declarationProblem).toContain(problem);
  });

  test("that the template does not use are never required", async () => {
    expect(await argumentsOf("Hi", { typo: { required: true } })).toEqual([
      { name: "typo", required: false },
    ]);
  });

  test("have aliases, but no alias that is another name", async () => {
    const declared = { tone: { aliases: ["style", "who"] }, who: { aliases: ["style", "name"] } };
    expect(await argumentsOf("{{tone}} {{who}}", declared)).toEqual([
      { name: "tone", required: true, aliases: ["style"] },
      { name: "who", required: true, aliases: ["name"] },
    ]);
  });

  test.each([undefined, '{"a":{"required":true,"aliases":["b"]}}'])(
    "have no problem with the declaration %s",
    async (tag) => {
      const template = { kind: "text", text: "{{a}}" } as const;
      const tags: Tags = tag === undefined ? {} : { [argumentsTag]: tag };
      const { declarationProblem } = await readVersion(templates, { template, tags });
      expect(declarationProblem).toBeUndefined();
    },
  );
});

describe("checkArgumentValues", () => {
  const args: readonly PromptArgument[] = [
    { name: "who", description: "Whom to greet", required: true },
    { name: "when", required: true },
    { name: "tone", required: false, default: "kind", allowed: ["kind", "terse"] },
  ];

  test("adds defaults", () => {
    expect(checkArgumentValues({ arguments: args }, { who: "Ada", when: "now" })).toEqual({
      problems: [],
      values: { who: "Ada", when: "now", tone: "kind" },
    });
  });

  test("reports all problems at once", () => {
    const { problems } = checkArgumentValues({ arguments: args }, { tone: "loud" });
    expect(problems).toEqual([
      'The argument "who" is missing (Whom to greet).',
      'The argument "when" is missing.',
      'The argument "tone" is "loud"; it must be one of "kind", "terse".',
    ]);
  });

  test("accepts placeholders of hosts", () => {
    const values = { who: "$1", when: "$2", tone: "$3" };
    expect(checkArgumentValues({ arguments: args }, values)).toEqual({ problems: [], values });
  });

  test("an empty value is a value", () => {
    expect(checkArgumentValues({ arguments: args }, { who: "", when: "" }).problems).toEqual([]);
  });

  test("names of prototypes are names", () => {
    const own = [{ name: "constructor", required: true }];
    expect(checkArgumentValues({ arguments: own }, {}).problems).toHaveLength(1);
    expect(
      checkArgumentValues({ arguments: own }, JSON.parse('{"__proto__":"x"}')).problems,
    ).toHaveLength(1);
  });
});

describe("strictProblems", () => {
  const template = { kind: "text", text: "{{ who }} {{x-y}}" } as const;
  const known = [{ name: "who", required: true }];

  test("names the values without an argument, and the arguments of the prompt", () => {
    expect(
      strictProblems(template, { arguments: known }, { who: "Ada", whom: "Bob", x: "1" }),
    ).toEqual(['The prompt has no arguments "whom", "x". Its arguments are "who".']);
    expect(strictProblems({ kind: "text", text: "" }, { arguments: [] }, { a: "1" })).toEqual([
      'The prompt has no argument "a". It takes no arguments.',
    ]);
  });

  test("accepts names that MLflow replaces although they are not valid variables", () => {
    expect(strictProblems(template, { arguments: known }, { "x-y": "1" })).toEqual([]);
  });

  test.each([
    ["a text in double braces", "{{insert the topic}}", "insert the topic"],
    ["JSON in double braces", '{{"a": 1}}', '"a": 1'],
    ["what Jinja2 subtracts", "{% if x %}{{ x-y }}{% endif %}", "x-y"],
    ["a mustache section", "{{#x}}", "#x"],
  ])("does not take %s for a name", (_, text, name) => {
    expect(strictProblems({ kind: "text", text }, { arguments: [] }, { [name]: "1" })).toHaveLength(
      1,
    );
  });

  test("names the values that are not strings", () => {
    expect(strictProblems(template, { arguments: known }, { who: 5 })).toEqual([
      'The argument "who" is 5; it must be a string.',
    ]);
  });
});

describe("declaredDefault", () => {
  test("is the default in the tag for this name", () => {
    const tags = { [argumentsTag]: '{"a":{"default":"x"},"b":{"required":false}}' };
    expect(declaredDefault(tags, "a")).toBe("x");
    expect(declaredDefault(tags, "b")).toBeUndefined();
    expect(declaredDefault(tags, "constructor")).toBeUndefined();
    expect(declaredDefault({}, "a")).toBeUndefined();
  });
});

async function argumentsOf(text: string, declared: object = {}, mustache = false) {
  const version = {
    template: { kind: "text", text },
    tags: { [argumentsTag]: JSON.stringify(declared) },
  } as const;
  return (await readVersion(templates, version, { mustache })).arguments;
}

describe("the error for thousands of wrong arguments", () => {
  test("names the first ones and the number of the rest", () => {
    const values = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, at) => [`x${at}`, "y".repeat(150)]),
    );
    const template = { kind: "text", text: "Hi" } as const;

    const [surplus = ""] = strictProblems(template, { arguments: [] }, values);

    expect(surplus).toMatch(/^The prompt has no arguments "x0", .*, "x49", and 19950 more\. /);
    expect(surplus.length).toBeLessThan(1_000);
  });

  test("shows the beginning of a long value", () => {
    const template = { kind: "text", text: "Hi {{ who }}" } as const;
    const [problem = ""] = strictProblems(
      template,
      { arguments: [] },
      { who: ["x".repeat(1_000_000)] },
    );
    expect(problem.length).toBeLessThan(200);
  });
});
