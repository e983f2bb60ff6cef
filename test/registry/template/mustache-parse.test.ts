import * as fc from "fast-check";
import mustache, { type TemplateSpans } from "mustache";
import { describe, expect, test } from "vitest";
import { type MustacheSpan, parseMustache } from "../../../src/registry/template/mustache-parse.ts";

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("{{a}}", "{{#a}}", "{{/a}}", "{{^b}}", "{{/b}}", "\n") },
  {
    weight: 2,
    arbitrary: fc.constantFrom("{{ a . b }}", "{{{c}}}", "{{&c}}", "{{!x}}", "{{> p }}"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("{{=<% %>=}}", "<%={{ }}=%>", "<%#a%>", "<%/a%>", "{{=|=}}"),
  },
  { weight: 2, arbitrary: fc.constantFrom(" ", "\t", "\r\n", "x", "\u00a0", "  {{!y}} \n") },
  { weight: 1, arbitrary: fc.constantFrom("{", "}", "{{", "}}", "=", "#", "/", "<%", "%>", "|") },
);

test("reads what mustache.js reads", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join("");
      const expected = readByMustache(text);
      if (expected.every(({ kind }) => kind !== "problem")) read += 1;
      expect(readHere(text)).toEqual(expected);
    }),
    { numRuns: 4_000 },
  );
  expect(read).toBeGreaterThan(1_000);
});

test.each([
  ["sections that begin and end", "{{#a}}x{{/a}}".repeat(7_000)],
  ["sections in sections", `${"{{#a}}\n".repeat(100)}${"{{/a}}".repeat(100)}`],
])("reads %s", (_, text) => {
  expect(readHere(text)).toEqual(readByMustache(text));
});

test("refuses sections without end", () => {
  const text = `${"{{#a}}".repeat(101)}${"{{/a}}".repeat(101)}`;
  expect(() => parseMustache(text)).toThrow("more than 100 sections are nested");
});

describe("reads 100,000 characters that mustache.js looks at again and again", () => {
  test.each([
    ["a tag of spaces", `{{#a}}x{{/a}}{{b${" ".repeat(95_000)}`],
    ["delimiters of spaces", `{{#a}}x{{/a}}{{=${" ".repeat(95_000)}`],
    ["spaces in braces", `{{#a}}x{{/a}}{{{b${" ".repeat(95_000)}`],
    ["spaces in a closed tag", `{{#a}}x{{/a}}{{b${" x".repeat(47_000)}}}`],
    ["lines of spaces", `{{#a}}x{{/a}}${`${" ".repeat(94)}\n`.repeat(1_000)}`],
  ])("%s", (_, text) => {
    const spans = problemOr(() => parseMustache(text));
    expect(spans).toBeDefined();
  });
});

/** Either parser's answer in one form: texts that meet are one, and empty ones are left out. */
type Read = Record<string, unknown> & { kind: string };

function readHere(text: string): Read[] {
  return problemOr(() => joined(parseMustache(text).map(plain)));
}

function plain(span: MustacheSpan): Read {
  if (span.kind !== "section") return { ...span };
  return { ...span, inner: joined(span.inner.map(plain)) };
}

function readByMustache(text: string): Read[] {
  const read = (spans: TemplateSpans): Read[] =>
    joined(
      spans.map((span): Read => {
        const [type, name, start, end, inner] = span;
        if (type === "text") return { kind: "text", text: name };
        if (type === ">") return { kind: "partial", name };
        if (Array.isArray(inner)) {
          return { kind: "section", name, inverted: type === "^", inner: read(inner) };
        }
        if (type === "!" || type === "=") return { kind: "text", text: "" };
        return { kind: "variable", name, source: text.slice(start, end) };
      }),
    );
  return problemOr(() => read(new mustache.Writer().parse(text)));
}

function joined(spans: readonly Read[]): Read[] {
  const all: Read[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (span.kind === "text" && span.text === "") continue;
    if (span.kind === "text" && last?.kind === "text") last.text = `${last.text}${span.text}`;
    else all.push(span);
  }
  return all;
}

/** The sentence of the problem without what is said around it. */
function problemOr(read: () => unknown): Read[] {
  try {
    return read() as Read[];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const said = message.replace(/^The template is marked.*as that: /s, "").replace(/\.$/, "");
    return [{ kind: "problem", said }];
  }
}
