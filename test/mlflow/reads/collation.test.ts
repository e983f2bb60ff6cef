import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filterPossible, findFirstAfter } from "../../../src/mlflow/reads/collation.ts";

const key = (name: string) => ({ rank: 0, name });
const dictionary = new Intl.Collator("en");

const names = fc.string({ unit: fc.constantFrom(..."ab09-_AZ.é"), maxLength: 6 });

describe("the order of a dictionary", () => {
  it("is that of Intl.Collator, whatever the names are", () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        const inOrder = filterPossible(["dictionary"], [key(one), key(other)]).length === 1;
        const behind = findFirstAfter(["dictionary"], [key(one)], key(other)) === 0;

        expect(inOrder).toBe(dictionary.compare(one, other) <= 0);
        expect(behind).toBe(dictionary.compare(one, other) > 0);
      }),
    );
  });
});
