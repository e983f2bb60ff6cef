import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson, plainJsonOrUndefined } from "../../src/registry/json.ts";
import { readJson } from "../../src/registry/read-json.ts";
import { parseMessage } from "../../src/server/parse-message.ts";
import { runs } from "../support/runs.ts";

/** After these, V8 of Node 24 to 26 reads other names that are written with an escape as these. */
function readNamesThatBeginWithABackslash(): void {
  JSON.parse('{"a":0,"\\\\":1}');
  JSON.parse('{"a":0,"\\\\u":1}');
  JSON.parse('{"\\\\":1}');
}

describe("reading JSON", () => {
  it.each([
    ["a character", '{"a":0,"\\u00e9":1}', { a: 0, é: 1 }],
    ["two characters", '{"a":0,"\\u65e5\\u672c":1}', { a: 0, 日本: 1 }],
    ["a quotation mark", '{"a":0,"\\"":1}', { a: 0, '"': 1 }],
    ["a backslash", '{"a":0,"\\\\" : 1}', { a: 0, "\\": 1 }],
    ["a name in a list", '[{"a":0,"\\n":[{"a":0,"\\/":1}]}]', [{ a: 0, "\n": [{ a: 0, "/": 1 }] }]],
    ["a name twice, of which the last counts", '{"é":0,"\\u00e9":1}', { é: 1 }],
    ["a text that looks like a name", '{"a":"\\"b\\": 1"}', { a: '"b": 1' }],
  ])("keeps a name that is written with an escape: %s", (_, text, value) => {
    readNamesThatBeginWithABackslash();
    expect(readJson(text)).toEqual(value);
    expect(parseJson(text)).toEqual(value);
    expect(plainJsonOrUndefined(text)).toEqual(value);
    expect(parseMessage(text)).toEqual(value);
  });

  it("keeps __proto__ as a name, and the order of the members", () => {
    const value = readJson('{"b":1,"__proto__":2,"\\u0061":3,"c":4}');
    expect(Object.entries(value ?? {})).toEqual([
      ["b", 1],
      ["__proto__", 2],
      ["a", 3],
      ["c", 4],
    ]);
  });

  it("reads any value in any spelling of its names, and nests as deep as JSON.parse", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ noUnicodeString: false }),
        fc.infiniteStream(fc.boolean()),
        (value, escapes) => {
          readNamesThatBeginWithABackslash();
          const text = spell(value, escapes);
          expect(JSON.stringify(readJson(text))).toBe(JSON.stringify(value));
        },
      ),
      { numRuns: runs(2_000) },
    );
    const deep = `${'{"\\u0061":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    expect(Object.keys(readJson(deep) ?? {})).toEqual(["a"]);
  });

  it("refuses what is no JSON in JavaScript's words", () => {
    for (const text of ['{"\\u00e9":}', '{"\\u00e":1}', '{"\\', '"\\"']) {
      expect(() => readJson(text)).toThrow(SyntaxError);
    }
  });
});

function spell(value: unknown, escapes: fc.Stream<boolean>): string {
  if (Array.isArray(value)) return `[${value.map((one) => spell(one, escapes)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${spellName(name, escapes)}:${spell(member, escapes)}`,
  );
  return `{${members.join(",")}}`;
}

function spellName(name: string, escapes: fc.Stream<boolean>): string {
  const units = Array.from({ length: name.length }, (_, at) => name.charCodeAt(at));
  const spelled = units.map((unit) =>
    escapes.next().value
      ? `\\u${unit.toString(16).padStart(4, "0")}`
      : JSON.stringify(String.fromCharCode(unit)).slice(1, -1),
  );
  return `"${spelled.join("")}"`;
}
