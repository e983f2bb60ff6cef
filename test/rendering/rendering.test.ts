import { readFileSync, writeFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argumentsTag } from "../../src/registry/contract/arguments.ts";
import { isOfType } from "../../src/registry/contract/json-schema.ts";
import { fillPrompt } from "../../src/registry/engine/fill-prompt.ts";
import { readVersion } from "../../src/registry/engine/prompt-arguments.ts";
import { RegistryError } from "../../src/registry/errors.ts";
import { type JsonValue, jsonObject, parseJson, stringifyJson } from "../../src/registry/json.ts";
import type { PromptVersion } from "../../src/registry/types.ts";
import { mlflowAvailable, type Release, title } from "../support/mlflow-install.ts";
import { renderTemplate, templates } from "../support/templates.ts";
import { refusedHere } from "./differences.ts";
import { type PythonResult, renderInPython } from "./python.ts";
import { jinjaTemplate, plainTemplate } from "./templates.ts";
import { values } from "./values.ts";

const release: Release = "3.17.2";
const mlflow = await mlflowAvailable(release);
const count = Number(process.env.RENDERING_CASES ?? 24_000);
const seed = Number(process.env.RENDERING_SEED ?? 15);
/** Of all cases, this part may be refused here although MLflow renders it. */
const refusedPart = 0.001;

interface Case {
  readonly template: string;
  /** The text of a JSON object. */
  readonly values: string;
}

type Outcome = { readonly text: string } | { readonly refused: string };

async function renderHere({ template, values: given }: Case): Promise<Outcome> {
  try {
    const json = jsonObject.parse(parseJson(given));
    const rendered = await renderTemplate({ kind: "text", text: template }, json);
    return { text: rendered.kind === "text" ? rendered.text : "" };
  } catch (error) {
    if (error instanceof RegistryError) return { refused: error.message };
    throw error;
  }
}

const types = ["string", "boolean", "number", "array", "object"] as const;

/** The type of a value; a JSON Schema for `null`, which no type names. */
function typeOf(value: JsonValue) {
  return types.find((type) => isOfType(type, value)) ?? ({ type: "null" } as const);
}

/**
 * Renders as `prompts/get` does, with every value as a text. A type is declared for each argument whose
 * type the template does not show, or shows as another one than the value has.
 */
async function renderFromTexts({ template, values: given }: Case): Promise<Outcome & Declaring> {
  const json = jsonObject.parse(parseJson(given));
  const version = versionOf(template, {});
  const { arguments: args } = await readVersion(templates, version);
  const taken = args.filter(({ name }) => Object.hasOwn(json, name));
  const declared = taken.flatMap(({ name, type = "string" }) => {
    const actual = typeOf(json[name] ?? null);
    return actual === type ? [] : [[name, { type: actual }] as const];
  });
  const texts = taken.map(({ name }) => {
    const value = json[name] ?? null;
    return [name, typeof value === "string" ? value : stringifyJson(value)] as const;
  });
  const isDeclared = declared.length > 0;
  try {
    const typed = versionOf(template, Object.fromEntries(declared));
    const read = await readVersion(templates, typed);
    const filling = { mustache: false, strict: true };
    const rendered = await fillPrompt(templates, typed, read, Object.fromEntries(texts), filling);
    return { text: rendered.kind === "text" ? rendered.text : "", isDeclared };
  } catch (error) {
    if (error instanceof RegistryError) return { refused: error.message, isDeclared };
    throw error;
  }
}

interface Declaring {
  readonly isDeclared: boolean;
}

function versionOf(template: string, declared: object): PromptVersion {
  return {
    name: "p",
    version: 1,
    template: { kind: "text", text: template },
    commitMessage: "",
    tags: { [argumentsTag]: JSON.stringify(declared) },
    aliases: [],
    createdAt: 0,
    updatedAt: 0,
  };
}

/** Python prints the address of some objects in memory, which is another in each run. */
function hasAddress(text: string): boolean {
  return / at 0x[\da-f]+>/.test(text);
}

/** No text may be another one, and only few may be refused that Python renders. */
function expectSame(
  cases: readonly Case[],
  outcomes: readonly Outcome[],
  there: readonly PythonResult[],
): void {
  const other: object[] = [];
  const refused: object[] = [];
  let rendered = 0;
  for (const [index, one] of cases.entries()) {
    const [here, expected] = [outcomes[index], there[index]];
    if (here === undefined) continue;
    if ("text" in here && here.text === expected) rendered += 1;
    else if ("text" in here) other.push({ ...one, here: here.text, there: expected });
    else if (expected !== undefined && !hasAddress(expected)) {
      refused.push({ ...one, here: here.refused, there: expected });
    }
  }
  // A generator of templates that all fail would show nothing.
  expect(rendered).toBeGreaterThan(cases.length / 2);
  expect(other).toEqual([]);
  expect(refused.length, JSON.stringify(refused.slice(0, 20), undefined, 1)).toBeLessThanOrEqual(
    cases.length * refusedPart,
  );
}

describe.skipIf(!mlflow.ok)(title(`beside MLflow ${release}'s Python client`, mlflow), () => {
  const template = fc.oneof(
    { weight: 4, arbitrary: jinjaTemplate },
    { weight: 1, arbitrary: plainTemplate },
  );
  const cases = fc.sample(fc.record({ template, values }), { numRuns: count, seed });
  let rendered: readonly PythonResult[] | undefined;
  const inPython = () => {
    rendered ??= renderInPython(release, cases);
    return rendered;
  };

  it(`renders the same in ${count} generated cases, or says that it cannot`, async () => {
    expectSame(cases, await Promise.all(cases.map(renderHere)), inPython());
  }, 1_800_000);

  it("renders the same with every value as a text, as prompts/get has it", async () => {
    const here = await Promise.all(cases.map(renderFromTexts));
    expectSame(cases, here, inPython());
    // Not all of them declare the types.
    const plain = here.filter(({ isDeclared }) => !isDeclared).length;
    expect(plain).toBeGreaterThan(count / 3);
  }, 1_800_000);

  it("refuses what docs/templates.md says, and MLflow renders it", async () => {
    const given =
      '{"name": "Ada", "text": "a long text of more than one word", "words": ["a"], "d": {"a": 1}}';
    const cases = refusedHere.map(({ example }) => ({ template: example, values: given }));
    const there = renderInPython(release, cases);
    const rows: string[] = [];
    for (const [index, { example, reason, error }] of refusedHere.entries()) {
      const here = await renderHere({ template: example, values: given });
      expect("refused" in here ? here.refused : here.text).toMatch(error);
      expect(there[index], example).toBeTypeOf("string");
      const shown = /^\{% if true %\}(.*)\{% endif %\}$/.exec(example)?.[1] ?? example;
      rows.push(`| \`${shown.replaceAll("|", "\\|")}\` | ${reason} |\n`);
    }
    const path = new URL("../../docs/templates.md", import.meta.url);
    const document = readFileSync(path, "utf8");
    const table = /(\| Refused \| Why \|\n\| --- \| --- \|\n)((?:\|.*\n)*)/;
    if (process.env.RENDERING_UPDATE !== undefined) {
      writeFileSync(
        path,
        document.replace(table, (_, head) => head + rows.join("")),
      );
    } else expect(table.exec(document)?.[2]).toBe(rows.join(""));
  }, 300_000);
});
