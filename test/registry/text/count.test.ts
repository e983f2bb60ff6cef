import { expect, it } from "vitest";
import { countOf, nameAliases } from "../../../src/registry/text/count.ts";

it.each([
  [0, "no versions"],
  [1, "1 version"],
  [2, "2 versions"],
])("counts %i of a thing", (count, text) => {
  expect(countOf(count, "version")).toBe(text);
});

it.each([
  [["staging"], "alias staging"],
  [["staging", "live"], "aliases staging, live"],
])("names the aliases %j", (aliases, text) => {
  expect(nameAliases(aliases)).toBe(text);
});
