import { describe, expect, it } from "vitest";
import { readPastedRows } from "../../src/view/text/pasted-rows.ts";

describe("pasted rows", () => {
  it.each([
    ["tabs, as spreadsheets copy", "a\tb\n1\t2"],
    ["semicolons", "a;b\n1;2"],
    ["commas", "a,b\n1,2"],
    ["CR LF and an empty last line", "a,b\r\n1,2\r\n\r\n"],
    ["names with spaces around them", " a , b \n1,2"],
    ["quotes around everything", '"a","b"\n"1","2"'],
  ])("are a table of names and values, with %s", (_, text) => {
    expect(readPastedRows(text)).toEqual({ rows: [{ inputs: { a: "1", b: "2" } }] });
  });

  it("keep separators, quotes and line ends that are in quotes", () => {
    const text = 'a,b\n"one, two","say ""hi""\nthen go"\n"x""",y"z';

    expect(readPastedRows(text)).toEqual({
      rows: [
        { inputs: { a: "one, two", b: 'say "hi"\nthen go' } },
        { inputs: { a: 'x"', b: 'y"z' } },
      ],
    });
  });

  it("have empty values where a line is short, and nothing of what is beyond the names", () => {
    expect(readPastedRows("a\tb\n1\n1\t2\t3")).toEqual({
      rows: [{ inputs: { a: "1", b: "" } }, { inputs: { a: "1", b: "2" } }],
    });
  });

  it("have the expected answer and other expectations apart from the inputs", () => {
    expect(readPastedRows("q\texpected\texpected_facts\nWhy?\tBecause.\tone\nHow?\t\t")).toEqual({
      rows: [
        {
          inputs: { q: "Why?" },
          expectations: { expected_response: "Because.", expected_facts: "one" },
        },
        { inputs: { q: "How?" }, expectations: { expected_facts: "" } },
      ],
    });
  });

  it("are JSON objects, as columns or as a dataset has them", () => {
    const text = `[{"q": 1, "expected": "2"}, {"inputs": {"q": [3]}, "expectations": {"n": 4}}]`;

    expect(readPastedRows(text)).toEqual({
      rows: [
        { inputs: { q: 1 }, expectations: { expected_response: "2" } },
        { inputs: { q: [3] }, expectations: { n: 4 } },
      ],
    });
    expect(readPastedRows('{"q": "one"}')).toEqual({ rows: [{ inputs: { q: "one" } }] });
  });

  it.each([
    ["empty", " \n\t"],
    ["empty", "a\tb"],
    ["empty", "[]"],
    ["json", '[{"a": 1]'],
    ["objects", "[1, 2]"],
    ["objects", "[[1]]"],
    ["header", "a\ta\n1\t2"],
    ["header", "a,,b\n1,2,3"],
  ])("have the problem %s: %j", (problem, text) => {
    expect(readPastedRows(text)).toEqual({ problem });
  });

  it("are at most 1,000", () => {
    const table = (count: number) => ["q", ...Array.from({ length: count }, (_, at) => at)];

    expect(readPastedRows(table(1_000).join("\n"))).toMatchObject({ rows: { length: 1_000 } });
    expect(readPastedRows(table(1_001).join("\n"))).toEqual({ problem: "many" });
  });

  it("take time that grows with their length alone, also in one cell", () => {
    const started = performance.now();

    readPastedRows(`q\n"${"x".repeat(1_000_000)}"`);

    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
