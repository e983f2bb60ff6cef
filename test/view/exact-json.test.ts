import { describe, expect, it } from "vitest";
import { sentArguments, structuredOf } from "../../src/view/connection/results.ts";
import { changedValues } from "../../src/view/text/changed-values.ts";
import { parseExact, SpelledNumber, spellJson } from "../../src/view/text/exact-json.ts";

describe("JSON in the view", () => {
  it.each([
    '{"a":1.0,"b":[1e3,-0,1E+2],"c":{"d":1234567890123456789}}',
    "1.50",
    '{"text":"1.0 and \\"2.0\\" \\\\","1.0":"\\u0031"}'.replace("\\u0031", "1"),
    '["a\\\\",1.0,"",0.1,-7,true,null]',
  ])("keeps the spelling of the numbers in %s", (json) => {
    expect(spellJson(parseExact(json))).toBe(json);
  });

  it("leaves numbers as they are that JavaScript spells in the same way", () => {
    expect(parseExact('{"a":1,"b":[0.5,-2]}')).toEqual({ a: 1, b: [0.5, -2] });
  });

  it("shows a number as it is spelled", () => {
    expect(String(parseExact("1.0"))).toBe("1.0");
    expect(spellJson({ a: new SpelledNumber("1e3") }, 2)).toBe('{\n  "a": 1e3\n}');
  });

  it("compares numbers by their spelling", () => {
    const [before, after] = ['{"a":{"b":1,"c":1.0}}', '{"a":{"b":1.0,"c":1.0}}'].map(parseExact);
    expect(changedValues(before, after)).toEqual([{ key: "a.b", before: "1", after: "1.0" }]);
  });

  it("refuses what is no JSON", () => {
    expect(() => parseExact('{"a":1.0')).toThrow(SyntaxError);
    expect(() => parseExact("01")).toThrow(SyntaxError);
  });
});

describe("a call of the view", () => {
  it("reads the result's exact text before its plain numbers", () => {
    const result = {
      structuredContent: { llm_config: { temperature: 1 } },
      _meta: { exact: '{"llm_config":{"temperature":1.0}}' },
    };
    expect(spellJson(structuredOf(result))).toBe('{"llm_config":{"temperature":1.0}}');
  });

  it("sends what has such a number as text, and all else as it is", () => {
    const config = parseExact('{"temperature":1.0}');
    expect(sentArguments({ name: "a", llm_config: config, tags: { a: "1.0" } })).toEqual({
      ...{ name: "a", llm_config: '{"temperature":1.0}', tags: { a: "1.0" } },
    });
  });
});
