import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { variablesOf } from "../../../src/registry/template/mlflow.ts";
import type { Template } from "../../../src/registry/types.ts";
import { runs } from "../../support/runs.ts";
import { renderTemplate } from "../../support/templates.ts";

const name = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,5}(\.[a-zA-Z_][a-zA-Z0-9_]{0,3}){0,2}$/),
  fc.constantFrom("constructor", "__proto__", "toString", "hasOwnProperty", "prompt", "self"),
);
/** Values that something would happen to if they were patterns, replacements or templates. */
const value = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("{{x}}", "{{ a }}", "$&", "$1", "$$", "$`", "\\1", "\\g<0>", "{% if x %}", "}}"),
  name.map((it) => `{{${it}}}`),
);
const plain = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[{}]/g, ""));

describe("MLflow's syntax", () => {
  test("text without braces renders unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(plain, fc.dictionary(name, value), async (text, values) => {
        expect(await rendered({ kind: "text", text }, values)).toBe(text);
      }),
    );
  });

  test("a value is inserted unchanged and never expanded again", async () => {
    const pieces = fc.array(fc.tuple(plain, name, value), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pieces, plain, async (pieces, tail) => {
        const values = new Map(pieces.map(([, name, value]) => [name, value]));
        const text = pieces.map(([before, name]) => `${before}{{ ${name} }}`).join("") + tail;
        const expected = pieces.map(([before, name]) => before + values.get(name)).join("") + tail;
        expect(await rendered({ kind: "text", text }, Object.fromEntries(values))).toBe(expected);
      }),
    );
  });

  test("with values for all variables, none is left", async () => {
    const text = fc
      .array(
        fc.oneof(
          plain,
          name.map((it) => `{{${it}}}`),
          fc.constantFrom("{", "}", "{{ ", " }}"),
        ),
      )
      .map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        const template: Template = { kind: "text", text };
        const values = Object.fromEntries(variablesOf(template).map((it) => [it, ""]));
        // What braces around a variable leave behind can look like another one.
        const leftover = await rendered(template, values);
        const before = text.replace(/\{\{\s*[\w.]+\s*\}\}/g, "");
        expect(leftover).toBe(before);
      }),
    );
  });

  test("a chat of one message is its text", async () => {
    const pieces = fc.array(fc.tuple(plain, name, value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(pieces, async (pieces) => {
        const values = Object.fromEntries(pieces.map(([, name, value]) => [name, value]));
        const content = pieces.map(([before, name]) => `${before}{{${name}}}`).join("");
        const chat = await renderTemplate(
          { kind: "chat", messages: [{ role: "user", content }] },
          values,
        );
        const text = await rendered({ kind: "text", text: content }, values);
        expect(chat).toEqual({ kind: "chat", messages: [{ role: "user", content: text }] });
      }),
    );
  });
});

describe("Jinja2", () => {
  test("a value is printed unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(value, async (value) => {
        const text = "{% if true %}{{ a }}{% endif %}";
        expect(await rendered({ kind: "text", text }, { a: value })).toBe(value);
      }),
    );
  });

  test("any template renders or is refused", async () => {
    const piece = fc.constantFrom(
      "{{",
      "}}",
      "{%",
      "%}",
      "if",
      "for",
      "in",
      "set",
      "=",
      "macro",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      "a",
      "constructor",
      "'",
      '"',
      "\\",
      "|",
      ".",
      ",",
      ":",
      "is",
      "not",
      "1",
      " ",
      "\n",
      "-",
      "#}",
      "{#",
      "endif",
      "endfor",
      "else",
      "raw",
      "endraw",
      "call",
      "filter",
      "`",
      ";",
      "~",
      "**",
      "==",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
        const text = `{% if a %}${pieces.join("")}{% endif %}`;
        const rendering = renderTemplate({ kind: "text", text }, { a: "x" });
        const outcome = await rendering.catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: "RegistryError" });
      }),
      { numRuns: runs(2_000) },
    );
  });
});

async function rendered(template: Template, values: Record<string, string>): Promise<string> {
  const result = await renderTemplate(template, values);
  return result.kind === "text" ? result.text : JSON.stringify(result.messages);
}
