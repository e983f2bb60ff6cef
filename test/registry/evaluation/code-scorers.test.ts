import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { codeScorer } from "../../../src/registry/evaluation/scorers/code-scorer.ts";
import { scoreWithCode } from "../../../src/registry/evaluation/scorers/score-with-code.ts";
import { jsonObject } from "../../../src/registry/json.ts";
import { TemplateWorkers } from "../../../src/template-workers/template-workers.ts";

function score(settings: object, output: string, expectations: object = {}, usd?: number) {
  return scoreWithCode(codeScorer.parse(settings), {
    output,
    expectations: jsonObject.parse(expectations),
    latencyMs: 40,
    ...(usd === undefined ? {} : { usd }),
  });
}

const expected = (expected_response: unknown) => ({ expected_response });

describe("a scorer without a model", () => {
  it.each<[string, object, string, object, object]>([
    ["same text", { type: "exact_match" }, "Paris", expected("Paris"), { value: true }],
    [
      "outer and double spaces",
      { type: "exact_match" },
      " a  b\n",
      expected("a b"),
      { value: true },
    ],
    ["another case", { type: "exact_match" }, "paris", expected("Paris"), { value: false }],
    [
      "another case that does not matter",
      { type: "exact_match", ignore_case: true },
      "paris",
      expected("Paris"),
      { value: true },
    ],
    [
      "spaces that matter",
      { type: "exact_match", ignore_space: false },
      "Paris ",
      expected("Paris"),
      { value: false },
    ],
    ["a number that is expected", { type: "exact_match" }, "42", expected(42), { value: true }],
    [
      "no expectation",
      { type: "exact_match" },
      "x",
      {},
      { error: "The row has no expectation expected_response." },
    ],
    ["a text of the settings", { type: "contains", text: "b" }, "abc", {}, { value: true }],
    [
      "texts that are missing",
      { type: "contains", text: ["a", "x", "y"] },
      "abc",
      {},
      { value: false, reason: 'Missing: "x", "y"' },
    ],
    ["texts of the row", { type: "contains" }, "abc", { contains: ["a", "c"] }, { value: true }],
    [
      "a list that is none of texts",
      { type: "contains" },
      "abc",
      { contains: [1] },
      { error: "The row has no expectation contains." },
    ],
    ["a pattern", { type: "regex", pattern: "^\\d{4}$" }, "2026", {}, { value: true }],
    ["a pattern that is not there", { type: "regex", pattern: "x" }, "2026", {}, { value: false }],
    ["any JSON", { type: "json_schema" }, "[1]", {}, { value: true }],
    [
      "no JSON",
      { type: "json_schema" },
      "Sure: [1]",
      {},
      { value: false, reason: "it is not JSON" },
    ],
    [
      "JSON of another form",
      { type: "json_schema", answer_schema: { type: "object", required: ["a"] } },
      "{}",
      {},
      { value: false, reason: 'as a whole: Instance does not have required property "a".' },
    ],
    [
      "fields, one of two the same",
      { type: "json_fields" },
      '{"a": 1.0, "b": "x", "c": 0}',
      expected({ a: 1, b: "y" }),
      { value: 0.5, reason: "Different: b" },
    ],
    [
      "the field that was asked for",
      { type: "json_fields", fields: ["a"] },
      '{"a": [1, {"x": 2}]}',
      expected('{"a": [1, {"x": 2}], "b": 1}'),
      { value: 1 },
    ],
    [
      "fields of no JSON",
      { type: "json_fields" },
      "a is 1",
      expected({ a: 1 }),
      { value: 0, reason: "The answer is not a JSON object." },
    ],
    ["the last number", { type: "numeric" }, "6 * 7 = 42.", expected("42"), { value: true }],
    [
      "a number with commas within its tolerance",
      { type: "numeric", relative: 0.01 },
      "about $1,234,567.8",
      expected(1_230_000),
      { value: true },
    ],
    [
      "a number outside of its tolerance",
      { type: "numeric", absolute: 1 },
      "-3e2",
      expected(-298),
      { value: false, reason: "-300 is not -298." },
    ],
    [
      "no number",
      { type: "numeric" },
      "many",
      expected(3),
      { value: false, reason: "The answer has no number." },
    ],
    [
      "a length within its bounds",
      { type: "length", max_words: 2, min_characters: 3 },
      "a 😀",
      {},
      { value: true, reason: "3 characters, 2 words." },
    ],
    [
      "a length beyond a bound",
      { type: "length", max_words: 1 },
      "a b",
      {},
      { value: false, reason: "3 characters, 2 words." },
    ],
    ["the time", { type: "latency" }, "", {}, { value: 40 }],
    ["no price", { type: "cost" }, "", {}, { error: "No price of the model is known." }],
    ["the same but for case", { type: "similarity" }, "ABC", expected("abc"), { value: 1 }],
    ["one of four characters", { type: "similarity" }, "abcd", expected("abcx"), { value: 0.75 }],
    ["nothing and nothing", { type: "similarity" }, "", expected(""), { value: 1 }],
  ])("scores %s", (_, settings, output, expectations, wanted) => {
    expect(score(settings, output, expectations)).toEqual(wanted);
  });

  it("scores a cost that is known", () => {
    expect(score({ type: "cost" }, "", {}, 0.002)).toEqual({ value: 0.002 });
  });

  it("says why a pattern and a long text cannot be scored", () => {
    expect(score({ type: "regex", pattern: "(" }, "x").error).toContain(
      "The pattern cannot be used",
    );
    expect(score({ type: "similarity" }, "x".repeat(20_001), expected("y")).error).toBe(
      "A text has more than 20000 characters.",
    );
  });

  it("fails alone where a pattern takes exponential time", async () => {
    const scorer = codeScorer.parse({ type: "regex", pattern: "^(a+)+$" });
    const scored = { output: `${"a".repeat(40)}!`, expectations: {}, latencyMs: 1 };
    const workers = new TemplateWorkers();
    onTestFinished(() => workers.close());
    const { value, error } = await workers.engineFor("caller").score(scorer, scored);
    expect(value).toBeUndefined();
    expect(error).toContain("Scoring");
  });

  it("refuses settings that mean nothing", () => {
    expect(codeScorer.safeParse({ type: "length" }).error).toBeInstanceOf(z.ZodError);
    expect(codeScorer.safeParse({ type: "contains", text: [] }).success).toBe(false);
    expect(codeScorer.safeParse({ type: "numeric", absolute: -1 }).success).toBe(false);
    expect(codeScorer.safeParse({ type: "exact_match", ignorecase: true }).success).toBe(false);
  });
});
