import { describe, expect, test } from "vitest";
import { splitTemplate, variablesIn } from "../../src/view/text/variables.ts";

describe("the tags of a template", () => {
  test("are split from the text, with the names of variables", () => {
    expect(splitTemplate("Hi {{ name }}, {% if x %}{{ y | upper }}{% endif %}!")).toEqual([
      { kind: "text", text: "Hi " },
      { kind: "variable", text: "{{ name }}", name: "name" },
      { kind: "text", text: ", " },
      { kind: "tag", text: "{% if x %}" },
      { kind: "tag", text: "{{ y | upper }}" },
      { kind: "tag", text: "{% endif %}" },
      { kind: "text", text: "!" },
    ]);
  });

  test.each(["", "{", "{{", "a {{ b", "}} {{x}} {", "{{{ name }}}", "{a}", "{{ }}", "\r\n{{x}}\0"])(
    "leave nothing of %j out",
    (text) => {
      expect(
        splitTemplate(text)
          .map((part) => part.text)
          .join(""),
      ).toBe(text);
    },
  );

  test("give each variable once", () => {
    expect(variablesIn("{{ b }} {{a}} {{b}} {{ user.name }} {{größe}} {{ 1 }}")).toEqual([
      "b",
      "a",
      "user.name",
      "größe",
    ]);
  });

  test("are found in 100,000 braces at once", () => {
    const text = "{{".repeat(50_000);
    const started = performance.now();
    expect(splitTemplate(text)).toEqual([{ kind: "text", text }]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
