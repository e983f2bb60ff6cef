import { readFileSync, writeFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RegistryError } from "../../src/registry/errors.ts";
import { jsonObject, parseJson } from "../../src/registry/json.ts";
import { mlflowAvailable, type Release, title } from "../support/mlflow-install.ts";
import { renderTemplate } from "../support/templates.ts";
import { refusedHere } from "./differences.ts";
import { renderInPython } from "./python.ts";
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

/** Python prints the address of some objects in memory, which is another in each run. */
function hasAddress(text: string): boolean {
  return / at 0x[\da-f]+>/.test(text);
}

describe.skipIf(!mlflow.ok)(title(`beside MLflow ${release}'s Python client`, mlflow), () => {
  it(`renders the same in ${count} generated cases, or says that it cannot`, async () => {
    const template = fc.oneof(
      { weight: 4, arbitrary: jinjaTemplate },
      { weight: 1, arbitrary: plainTemplate },
    );
    const cases = fc.sample(fc.record({ template, values }), { numRuns: count, seed });
    const there = renderInPython(release, cases);
    const other: object[] = [];
    const refused: object[] = [];
    let rendered = 0;
    for (const [index, one] of cases.entries()) {
      const [here, expected] = [await renderHere(one), there[index]];
      if ("text" in here && here.text === expected) rendered += 1;
      else if ("text" in here) other.push({ ...one, here: here.text, there: expected });
      else if (expected !== undefined && !hasAddress(expected)) {
        refused.push({ ...one, here: here.refused, there: expected });
      }
    }
    // A generator of templates that all fail would show nothing.
    expect(rendered).toBeGreaterThan(count / 2);
    expect(other).toEqual([]);
    expect(refused.length, JSON.stringify(refused.slice(0, 20), undefined, 1)).toBeLessThanOrEqual(
      count * refusedPart,
    );
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
