import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { jsonObject, jsonValue, record } from "../../src/registry/json.ts";

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
