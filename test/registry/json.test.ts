import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  jsonObject,
  jsonValue,
  parseJson,
  record,
  stringifyJson,
  withPlainNumbers,
} from "../../src/registry/json.ts";

const withProto = (value: unknown): unknown => JSON.parse(`{"__proto__":${JSON.stringify(value)}}`);

describe("a record", () => {
  it("has every given key as its own", () => {
    const schema = record(z.number());
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }), (given) => {
        expect(schema.parse(given)).toEqual(given);
      }),
    );
    expect(Object.entries(schema.parse(withProto(7)))).toEqual([["__proto__", 7]]);
  });

  it.each([[7], ["x"], [null], [[]], [new Map()]])("is not %j", (given) => {
    expect(record(z.unknown()).safeParse(given).error?.issues).toMatchObject([
      { path: [], message: "must be an object" },
    ]);
  });

  it("names the invalid member", () => {
    expect(record(z.number()).safeParse({ a: 1, b: "x" }).error?.issues).toMatchObject([
      { path: ["b"] },
    ]);
    expect(record(z.number()).safeParse(withProto("x")).error?.issues).toMatchObject([
      { path: ["__proto__"] },
    ]);
  });
});

describe("a JSON value", () => {
  it("is any result of JSON.parse, unchanged", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(jsonValue.parse(value)).toBe(value);
      }),
    );
    const proto = withProto(1);
    expect(jsonObject.parse(proto)).toBe(proto);
    const deep: unknown = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
    expect(jsonValue.parse(deep)).toBe(deep);
  });

  it.each([[undefined], [Number.NaN], [() => 1], [new Date()], [{ a: undefined }], [[1n]]])(
    "is not %s",
    (value) => {
      expect(jsonValue.safeParse(value).success).toBe(false);
    },
  );

  it.each([[7], ["x"], [null], [[]]])("is not an object when it is %j", (value) => {
    expect(jsonObject.safeParse(value).success).toBe(false);
  });
});

describe("JSON text", () => {
  it.each([
    '{"a":1.0,"b":[1e3,-0,1234567890123456789,0.10,1E+2],"c":"1.0\\"\\\\"}',
    '{"__proto__":{"__proto__":1.50},"constructor":-1.0}',
    "1e400",
    '"1.0"',
    "[]",
  ])("keeps the spelling of its numbers: %s", (text) => {
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it("is read as JSON.parse reads it, but for the spelling of numbers", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        expect(JSON.parse(stringifyJson(parseJson(text)))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
    expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 });
    expect(() => parseJson("[1.0")).toThrow(SyntaxError);
    const deep = `${"[".repeat(50_000)}1.0${"]".repeat(50_000)}`;
    expect(() => parseJson(deep)).not.toThrow();
  });

  it("is read in linear time", () => {
    const texts = [`["${'\\"'.repeat(1_000_000)}",1.0]`, `["${"\\\\".repeat(1_000_000)}",1.0]`];
    for (const text of texts) {
      const before = performance.now();
      parseJson(text);
      expect(performance.now() - before).toBeLessThan(2_000);
    }
  });
});

describe("for programs with JavaScript's numbers", () => {
  it.each([
    ["1.0", 1],
    ["1e3", 1_000],
    ["0.10", 0.1],
    ["-0", 0],
    ["1E+2", 100],
    ["1234567890123456789", "1234567890123456789"],
    ["0.1000000000000000055", "0.1000000000000000055"],
    ["1e400", "1e400"],
    ["1e-400", "1e-400"],
  ])("%s is %j", (spelling, expected) => {
    const { number } = withPlainNumbers({ number: parseJson(spelling) });
    expect(number === 0 ? 0 : number).toBe(expected);
  });
});
