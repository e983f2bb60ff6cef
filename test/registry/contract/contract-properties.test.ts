import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withOwnNames } from "../../../src/registry/contract/argument-names.ts";
import { argumentsTag } from "../../../src/registry/contract/arguments.ts";
import { compareContracts } from "../../../src/registry/contract/compare-contracts.ts";
import type { Contract } from "../../../src/registry/contract/contract.ts";
import type { ContractVerdict } from "../../../src/registry/contract/contract-change.ts";
import { contractOf } from "../../../src/registry/engine/contract-of.ts";
import { fillPrompt } from "../../../src/registry/engine/fill-prompt.ts";
import { readVersion } from "../../../src/registry/engine/prompt-arguments.ts";
import { RegistryError } from "../../../src/registry/errors.ts";
import type { PromptVersion, Template } from "../../../src/registry/types.ts";
import { runs } from "../../support/runs.ts";
import { templates } from "../../support/templates.ts";

/** A version and whether it opted in to mustache. */
interface Subject {
  readonly syntax: "plain" | "jinja2" | "mustache";
  readonly isChat: boolean;
  readonly pieces: readonly string[];
  readonly declared: Readonly<Record<string, object>>;
  readonly responseFormat: string | undefined;
}

const promises: readonly ContractVerdict[] = ["same", "compatible", "adds_optional"];

describe("the verdict on a new version", () => {
  test("holds for all values that the previous version accepts", async () => {
    const seen = new Map<ContractVerdict, number>();
    await fc.assert(
      fc.asyncProperty(pair, async ([before, after]) => {
        const [old, current] = [await read(before), await read(after)];
        const { verdict, line } = compareContracts(old.contract, current.contract);
        seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
        if (!promises.includes(verdict)) return;
        for (const values of valueSets(old.contract)) {
          if (!(await fills(old, values))) continue;
          expect(await fills(current, values), `${line} ${JSON.stringify(values)}`).toBe(true);
        }
      }),
      { numRuns: runs(1_500) },
    );
    // All of them came up, and none of them once by chance.
    expect([...seen.keys()].sort()).toEqual([...promises, "breaking", "unclear"].sort());
    expect(Math.min(...seen.values())).toBeGreaterThan(runs(5));
  });

  test("is breaking only when some values are refused or the form differs", async () => {
    let witnessed = 0;
    await fc.assert(
      fc.asyncProperty(pair, async ([before, after]) => {
        const [old, current] = [await read(before), await read(after)];
        const { verdict, line } = compareContracts(old.contract, current.contract);
        const isForm =
          old.version.template.kind !== current.version.template.kind ||
          before.responseFormat !== after.responseFormat;
        if (verdict !== "breaking" || isForm || !isDecidedByArguments(old.contract)) return;
        if ([old, current].some(isExempt)) return;
        const filling = await filter(valueSets(old.contract), (values) => fills(old, values));
        // Nothing can be taken from callers who never got anything.
        if (filling.length === 0) return;
        const refused = await filter(filling, async (values) => !(await fills(current, values)));
        witnessed += 1;
        expect(refused.length, line).toBeGreaterThan(0);
      }),
      { numRuns: 1_500 },
    );
    expect(witnessed).toBeGreaterThan(20);
  });

  test("is 'same' for two equal versions", async () => {
    await fc.assert(
      fc.asyncProperty(subject, async (it) => {
        const [one, other] = [await read(it), await read(it)];
        expect(compareContracts(one.contract, other.contract)).toMatchObject({
          verdict: "same",
          reasons: [],
        });
      }),
    );
  });

  test("compares two versions in one line", async () => {
    await fc.assert(
      fc.asyncProperty(pair, async ([before, after]) => {
        const { verdict, line, reasons } = compareContracts(
          (await read(before)).contract,
          (await read(after)).contract,
        );
        expect(line).toMatch(/^[A-Z][^\n]*\.$/);
        expect(reasons[0]?.effect ?? "same").toBe(verdict);
      }),
    );
  });
});

interface Read {
  readonly version: PromptVersion;
  readonly mustache: boolean;
  readonly contract: Contract;
  /** Whether a default or an allowed value does not fit its type. */
  readonly misfits: boolean;
}

async function read({ syntax, isChat, pieces, declared, responseFormat }: Subject): Promise<Read> {
  const text = pieces.join(" ");
  const messages = pieces.map((content) => ({ role: "user", content }));
  const template: Template =
    isChat && messages.length > 0 ? { kind: "chat", messages } : { kind: "text", text };
  const version: PromptVersion = {
    name: "p",
    version: 1,
    template,
    commitMessage: "",
    tags: { [argumentsTag]: JSON.stringify(declared) },
    aliases: [],
    ...(responseFormat === undefined ? {} : { responseFormat }),
    createdAt: 0,
    updatedAt: 0,
  };
  const mustache = syntax === "mustache";
  const { declarationProblem = "" } = await readVersion(templates, version, { mustache });
  const misfits = declarationProblem.includes("does not fit its type");
  return {
    version,
    mustache,
    misfits,
    contract: await contractOf(templates, version, { mustache }),
  };
}

/** Whether `prompts/get` answers with these values. */
async function fills(
  { version, mustache, contract }: Read,
  values: Readonly<Record<string, string>>,
): Promise<boolean> {
  try {
    const own = withOwnNames(contract.arguments, values);
    await fillPrompt(templates, version, contract, own, { mustache, strict: true });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(RegistryError);
    return false;
  }
}

/**
 * Every way to give or leave out each of the names that a client may know: with each allowed value
 * and a host's placeholder, or else with an empty text and with two that the other may not allow.
 */
function valueSets({ arguments: args, uncounted, objects }: Contract): Record<string, string>[] {
  const others = new Set([...uncounted, ...objects]);
  for (const { name } of args) others.delete(name);
  const known = [...args, ...[...others].map((name) => ({ name, allowed: undefined }))];
  let sets: Record<string, string>[] = [{}];
  for (const { name, allowed } of known) {
    const values = allowed ? [...allowed, "$1"] : textsFor(args.length);
    const safe = name.replace(".", "_");
    const given = sets.flatMap((set) => values.map((value) => ({ ...set, [safe]: value })));
    sets = [...sets, ...given];
  }
  if (args.length > 2) sets = [...sets, ...oneOfEachType(known.map(({ name }) => name))];
  for (const alias of args.flatMap(({ aliases = [] }) => aliases)) {
    sets = [...sets, ...sets.map((set) => ({ ...set, [alias]: "x" }))];
  }
  return sets;
}

const typedTexts = ["false", "0", "7", "[]", '[{"y":1}]', '{"name":"x"}'];

/** With few arguments, a text for each type as well. */
function textsFor(count: number): readonly string[] {
  const texts = ["", "x", "other"];
  return count > 2 ? texts : [...texts, ...typedTexts];
}

/** With many arguments, a text for each type is given to one of them: the others have none, or "x". */
function oneOfEachType(names: readonly string[]): Record<string, string>[] {
  const safe = names.map((name) => name.replace(".", "_"));
  const bases = [{}, Object.fromEntries(safe.map((name) => [name, "x"]))];
  return bases.flatMap((base) =>
    safe.flatMap((name) => typedTexts.map((value) => ({ ...base, [name]: value }))),
  );
}

/** Jinja2 that may fail, and several sections together, can rule values out that nothing else does. */
function isDecidedByArguments({ needs, logic }: Contract): boolean {
  return needs.length === 0 && logic?.neverFails !== false;
}

/** Whether a version is one of which the verdict may be breaking and no value is refused. */
function isExempt({ contract, misfits }: Read): boolean {
  // A value under the safe name of another variable fills that one in, which is no refusal. So does a
  // value under an alias that was another variable's name. And nobody can give an argument whose allowed
  // values do not fit its type: none can be registered.
  return isRespelled(contract) || hasAliases(contract) || misfits;
}

function isRespelled({ arguments: args }: Contract): boolean {
  return args.some(({ name }) => name === "user.name");
}

function hasAliases({ arguments: args }: Contract): boolean {
  return args.some(({ aliases }) => aliases !== undefined);
}

async function filter<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept: T[] = [];
  for (const item of items) if (await keep(item)) kept.push(item);
  return kept;
}

const pieces = {
  plain: [
    "Hello.",
    "Dear reader,",
    "{{a}}",
    "{{ b }}",
    "{{ user.name }}",
    "{{user_name}}",
    "{{x-y}}",
    '{{"json": 1}}',
  ],
  jinja2: [
    "Hello.",
    "Dear reader,",
    "{% if a %}{{ b }}{% endif %}",
    "{{ a | upper }}",
    "{% if true %}{{ b }}{% endif %}",
    "{% for x in a %}{{ x.y }}{% endfor %}",
    "{% if a %}{{ a.b }}{% endif %}",
    "{{ a.b }}",
    "{{ b | int + 1 }}",
    "{% if b == 'x' %}{{ 1 + b }}{% endif %}",
    "{% if b > 1 %}more{% endif %}",
    "{% if a %}yes{% endif %}",
    "{% for x in b %}{{ x }}{% endfor %}",
    "{{ f(a) if f is defined }}",
    "{% if %}",
  ],
  mustache: [
    "Hello.",
    "Dear reader,",
    "{{a}}",
    "{{b}}",
    "{{#a}}{{b}}{{/a}}",
    "{{^a}}{{b}}{{/a}}",
    "{{#b}}{{/b}}",
    "{{#b}}{{^a}}{{c}}{{/a}}{{/b}}",
    "{{#a}}{{#.}}{{.}}{{c}}{{/.}}{{/a}}",
    "{{^c}}{{> p}}{{/c}}",
    "{{=<% %>=}}<%b%>{{a}}",
    "{{#b}}{{.}}{{/b}}",
    "{{#user.ok}}{{c}}{{/user.ok}}",
    "{{! note }}{{user.name}}",
    "{{#user}}{{name}}{{/user}}",
    "{{user}}",
    "{{#a}}",
  ],
} as const;

const declaration = fc.record(
  {
    type: fc.constantFrom(
      "string",
      "boolean",
      "number",
      "array",
      "object",
      { type: "integer", minimum: 0 },
      { type: ["array", "null"] },
    ),
    required: fc.boolean(),
    default: fc.constantFrom("", "x", "z", "0", "[]"),
    enum: fc.constantFrom(["x"], ["x", "y"], ["", "y"], ["z"], [""], ["1", "true"], [" X "]),
    description: fc.constantFrom("One", "Other"),
    aliases: fc.constantFrom(["old"], ["a"], ["c", "user.name"]),
  },
  { requiredKeys: [] },
);
const declared = fc.dictionary(
  fc.constantFrom("a", "b", "c", "user.name", "user_name", "extra"),
  declaration,
  { maxKeys: 2 },
);

const subject: fc.Arbitrary<Subject> = fc
  .constantFrom("plain", "jinja2", "mustache")
  .chain((syntax) =>
    fc.record({
      syntax: fc.constant(syntax),
      isChat: fc.boolean(),
      pieces: fc.array(fc.constantFrom(...pieces[syntax]), { minLength: 1, maxLength: 3 }),
      declared,
      responseFormat: fc.option(fc.constantFrom("one", "other"), { freq: 5, nil: undefined }),
    }),
  );

/** Versions as one follows the other: mostly little differs, sometimes all. */
const pair: fc.Arbitrary<readonly [Subject, Subject]> = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(subject, subject) },
  {
    weight: 6,
    arbitrary: subject.chain((before) => fc.tuple(fc.constant(before), fc.oneof(...edits(before)))),
  },
);

/** Names a variable "z", and keeps the old name as its alias. */
function renamed(before: Subject, name: string): Subject {
  const { [name]: declaration, ...others } = before.declared;
  const z = { ...declaration, aliases: [name] };
  const pieces = before.pieces.map((piece) =>
    piece.replaceAll(new RegExp(`\\b${name}\\b`, "g"), "z"),
  );
  return { ...before, pieces, declared: { ...others, z } };
}

function edits(before: Subject): fc.Arbitrary<Subject>[] {
  const piece = fc.constantFrom(...pieces[before.syntax]);
  return [
    piece.map((it) => ({ ...before, pieces: [...before.pieces, it] })),
    piece.map((it) => ({ ...before, pieces: [it, ...before.pieces.slice(1)] })),
    fc.constant({ ...before, pieces: ["Good day.", ...before.pieces] }),
    fc.constant({ ...before, pieces: before.pieces.slice(1) }),
    declared.map((it) => ({ ...before, declared: { ...before.declared, ...it } })),
    fc.constant({ ...before, declared: {} }),
    fc.constantFrom(...(["plain", "jinja2", "mustache"] as const)).map((syntax) => ({
      ...before,
      syntax,
    })),
    fc.constant({ ...before, isChat: !before.isChat }),
    fc.constantFrom("a", "b").map((name) => renamed(before, name)),
  ];
}
