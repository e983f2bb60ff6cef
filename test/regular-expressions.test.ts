import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkSync } from "recheck";
import { parseSync } from "vite";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { limits } from "../src/registry/limits.ts";
import { pythonSpace } from "../src/registry/template/python-space.ts";

/** What patterns are made of besides literals, by how it is written; never what a caller chose. */
const parts: Readonly<Record<string, string>> = {
  pythonSpace,
  "limits.nameLength": String(limits.nameLength),
};

interface Found {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

const literal = z.object({
  type: z.literal("Literal"),
  regex: z.object({ pattern: z.string(), flags: z.string() }),
});
const expression = z.looseObject({ start: z.number(), end: z.number() });
const made = expression.extend({
  type: z.enum(["NewExpression", "CallExpression"]),
  callee: z.object({ name: z.literal("RegExp") }),
  arguments: z.array(expression),
});
const string = z.object({ type: z.literal("Literal"), value: z.string() });
const template = z.object({
  type: z.literal("TemplateLiteral"),
  quasis: z.array(z.object({ value: z.object({ cooked: z.string() }) })),
  expressions: z.array(expression),
});
const declared = z.object({
  type: z.literal("VariableDeclarator"),
  id: z.object({ name: z.string() }),
  init: expression,
});

/** Every regular expression of a program, literal or made. */
function expressionsIn(file: string, code: string): readonly Found[] {
  const { program, errors } = parseSync(file, code);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed.`);
  const found: Found[] = [];
  const known = new Map(Object.entries(parts));
  visitAll(program, (node) => {
    const constant = declared.safeParse(node).data;
    const text = constant && textOf(constant.init, code, known);
    if (text !== undefined) known.set(constant?.id.name ?? "", text);
    const written = literal.safeParse(node).data;
    if (written) found.push({ file, source: written.regex.pattern, flags: written.regex.flags });
    const call = made.safeParse(node).data;
    if (call === undefined) return;
    const [source, flags = ""] = call.arguments.map((it) => textOf(it, code, known));
    if (source === undefined) {
      throw new Error(
        `${file} makes a regular expression of what is not written in it: ${code.slice(call.start, call.end)}. If no caller chooses that, add it to the parts this test knows.`,
      );
    }
    found.push({ file, source, flags });
  });
  return found;
}

function visitAll(node: unknown, visit: (node: object) => void): void {
  if (typeof node !== "object" || node === null) return;
  visit(node);
  for (const member of Object.values(node)) visitAll(member, visit);
}

/** The text that an expression is, if that is known before the program runs. */
function textOf(
  node: z.infer<typeof expression>,
  code: string,
  known: ReadonlyMap<string, string>,
): string | undefined {
  const text = string.safeParse(node).data;
  if (text) return text.value;
  const { quasis, expressions } = template.safeParse(node).data ?? {
    quasis: [],
    expressions: [node],
  };
  const inserted = expressions.map(({ start, end }) => known.get(code.slice(start, end)));
  if (inserted.includes(undefined)) return undefined;
  const between = quasis.map(({ value }) => value.cooked);
  return inserted.reduce<string>(
    (before, part, at) => before + part + (between[at + 1] ?? ""),
    between[0] ?? "",
  );
}

/** Counts the characters that are read. A time, which is this machine's, decides nothing. */
const byCount = { timeout: 600_000, incubationTimeout: null, attackTimeout: null };

function statusOf(source: string, flags: string): string {
  return checkSync(source, flags, byCount).status;
}

beforeAll(() => {
  process.env.RECHECK_BACKEND = "pure";
});

const root = join(import.meta.dirname, "../src");
/** Callers' own patterns, which run in worker processes alone: `test/registry/evaluation/code-scorers.test.ts`. */
const inWorkers = join("registry", "evaluation", "scorers", "pattern.ts");
const all = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && file !== inWorkers)
  .flatMap((file) => expressionsIn(file, readFileSync(join(root, file), "utf8")));

test("the search finds the expressions there are", () => {
  const inserted = (name: string) => `new RegExp(\`^\${${name}}y\`, "g")`;
  const code = `const a = /x+$/u; const b = ${inserted("pythonSpace")}; RegExp("z");`;
  expect(expressionsIn("example.ts", code)).toEqual([
    { file: "example.ts", source: "x+$", flags: "u" },
    { file: "example.ts", source: `^${pythonSpace}y`, flags: "g" },
    { file: "example.ts", source: "z", flags: "" },
  ]);
  expect(() => expressionsIn("example.ts", inserted("name"))).toThrow("not written in it");
  expect(() => expressionsIn("example.ts", "new RegExp(name)")).toThrow("not written in it");
  expect(all.length).toBeGreaterThan(100);
});

test.each([
  ["(a+)+$", ""],
  ["\\s*x", ""],
  ["\\/+$", ""],
])("the check knows that /%s/ takes more than linear time", (source, flags) => {
  expect(statusOf(source, flags)).toBe("vulnerable");
});

describe("takes linear time, whatever the text", () => {
  const once = new Map(all.map((it) => [`${it.file} /${it.source}/${it.flags}`, it]));

  test.each([...once])("%s", (_, { source, flags }) => {
    expect(statusOf(source, flags)).toBe("safe");
  });
});
