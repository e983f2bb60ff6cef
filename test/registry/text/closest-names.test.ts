import { expect, test } from "vitest";
import { findClosestNames } from "../../../src/registry/text/closest-names.ts";

const names = ["summarize", "summarize-long", "translate", "triage", "greet", "qa"];

test.each([
  ["sumarize", ["summarize"]],
  ["SUMMARIZE", ["summarize", "summarize-long"]],
  ["summ", ["summarize", "summarize-long"]],
  ["long", ["summarize-long"]],
  ["transalte", ["translate"]],
  ["gret", ["greet"]],
  ["qq", []],
  ["q", []],
  ["database", []],
  ["", []],
])("%s -> %j", (wanted, closest) => {
  expect(findClosestNames(wanted, names)).toEqual(closest);
});

test("returns at most the given number, equally good ones in order", () => {
  const many = ["name-b", "name-a", "name-c", "name-d"];
  expect(findClosestNames("name-x", many)).toEqual(["name-b", "name-a", "name-c"]);
  expect(findClosestNames("name-x", many, 1)).toEqual(["name-b"]);
});
