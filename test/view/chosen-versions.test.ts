import { expect, it } from "vitest";
import { chooseVersions } from "../../src/view/text/chosen-versions.ts";

const aliases = { production: 2, staging: 4 };

it.each([
  [["2", "5"], [2, 5], []],
  [["@production", "latest"], [2, 5], []],
  [["production", "2", "@staging"], [2, 4], []],
  [
    ["@nowhere", "3", "6", "0", "@constructor", ""],
    [3],
    ["@nowhere", "6", "0", "@constructor", ""],
  ],
])("of %j chooses %j, and does not know %j", (named, versions, unknown) => {
  expect(chooseVersions(named, aliases, 5)).toEqual({ versions, unknown });
});
