import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { parseJinja } from "../../../src/registry/template/jinja/parse/parse.ts";
import { JinjaProblem } from "../../../src/registry/template/jinja/problem.ts";
import { jinjaTemplate, templatePiece } from "../../support/jinja-templates.ts";
import { binFolder, mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { unfillable } from "../../support/unfillable-templates.ts";

const release: Release = "3.17.2";
const mlflow = await mlflowAvailable(release);

const recorded: {
  readonly values: unknown;
  readonly rendered: readonly { readonly template: string; readonly expected: string }[];
  readonly refused: readonly { readonly template: string }[];
} = JSON.parse(
  readFileSync(new URL("../../registry/template/jinja/jinja2-cases.json", import.meta.url), "utf8"),
);

/** Runs Python with JSON on its standard input, for the JSON it prints. */
function python(script: string, input: unknown): unknown {
  const command = join(binFolder(release), "python");
  const options = { input: JSON.stringify(input), maxBuffer: 64 * 1024 * 1024 };
  return JSON.parse(String(execFileSync(command, ["-c", script], options)));
}

const render = `
import json, sys
from mlflow.entities.model_registry import PromptVersion
given = json.load(sys.stdin)
def rendered(template):
    try:
        return PromptVersion("p", 1, template).format(**given["values"])
    except Exception:
        return None
print(json.dumps([rendered(it) for it in given["templates"]]))
`;

const parse = `
import json, sys
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
environment = SandboxedEnvironment()
def is_read(template):
    try:
        environment.parse(template)
        return True
    except TemplateSyntaxError:
        return False
print(json.dumps([is_read(it) for it in json.load(sys.stdin)]))
`;

/** Undefined for a template with what a prompt cannot have, as another template. */
function isRead(template: string): boolean | undefined {
  try {
    parseJinja(template);
    return true;
  } catch (error) {
    if (error instanceof JinjaProblem) return error.kind === "syntax" ? false : undefined;
    throw error;
  }
}

describe.skipIf(!mlflow.ok)(title(`MLflow ${release}'s Python client`, mlflow), () => {
  it("renders Jinja2 as it is recorded", () => {
    const { values, rendered, refused } = recorded;
    const templates = [...rendered, ...refused].map(({ template }) => template);
    const expected = [...rendered.map((it) => it.expected), ...refused.map(() => null)];
    expect(python(render, { values, templates })).toEqual(expected);
  });

  it("fails on every template that nobody can fill in here", () => {
    const values = { a: "x", b: "y", c: "z", d: "2026-01-01", xs: ["x"] };
    const templates = unfillable.map(([, text]) => text);
    for (const given of [{}, values]) {
      expect(python(render, { values: given, templates })).toEqual(templates.map(() => null));
    }
  });

  it("reads every template that the parser here reads, and no other", () => {
    const mixture = fc.array(templatePiece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    const templates = [
      ...fc.sample(jinjaTemplate, { numRuns: 2_000, seed: 12 }),
      ...fc.sample(mixture, { numRuns: 10_000, seed: 12 }),
    ].filter((template) => isRead(template) !== undefined);
    const read = z.array(z.boolean()).parse(python(parse, templates));
    expect(templates.filter((template, at) => isRead(template) !== read[at])).toEqual([]);
    for (const outcome of [true, false]) {
      expect(read.filter((it) => it === outcome).length).toBeGreaterThan(1_000);
    }
  });
});
