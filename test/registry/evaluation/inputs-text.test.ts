import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inputsText } from "../../../src/registry/evaluation/inputs-text.ts";
import { isJsonObject, type JsonValue, parseJson } from "../../../src/registry/json.ts";
import { recordedInputs } from "../../support/recorded-inputs.ts";
import { runs } from "../../support/runs.ts";

describe("the text that identifies the inputs of a row", () => {
  it("is the one that Python makes of them with sorted keys", () => {
    const texts = recordedInputs.map(({ given }) => inputsText(parseJson(given)));

    expect(texts).toEqual(recordedInputs.map(({ python }) => python));
    expect(texts.length).toBeGreaterThan(300);
  });

  it("is the same in any order of the members, and read from itself", () => {
    const anyInputs = fc.constantFrom(...recordedInputs.map(({ given }) => parseJson(given)));
    fc.assert(
      fc.property(anyInputs, fc.infiniteStream(fc.nat()), (inputs, random) => {
        const text = inputsText(inputs);
        expect(inputsText(shuffled(inputs, random))).toBe(text);
        // Python's Infinity is no JSON.
        if (!text.includes("Infinity")) expect(inputsText(parseJson(text))).toBe(text);
      }),
      { numRuns: runs(1_000) },
    );
  });
});

function shuffled(value: JsonValue, random: fc.Stream<number>): JsonValue {
  if (Array.isArray(value)) return value.map((one) => shuffled(one, random));
  if (typeof value !== "object" || value === null || !isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => ({ rank: random.next().value, name, member }))
      .sort((one, other) => one.rank - other.rank)
      .map(({ name, member }) => [name, shuffled(member, random)]),
  );
}
