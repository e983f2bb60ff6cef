import { describe, expect, it } from "vitest";
import { areLookAlikes } from "../../../src/registry/text/look-alikes.ts";
import { findUnsafeContent } from "../../../src/registry/text/unsafe-content.ts";

const inTemplate = (text: string) => findUnsafeContent({ template: { kind: "text", text } });

describe("unsafe content in a text", () => {
  it.each([
    ["zero\u200bwidth", "invisible characters: U+200B (once, first in line 1)"],
    ["soft\u00adhyphen and\n\u2060joiner", "U+00AD, U+2060 (2 times, first in line 1)"],
    ["tags \u{e0069}\u{e0067}\u{e006e}", "U+E0069, U+E0067, U+E006E (3 times"],
    ["a\u200d b", "U+200D"],
    ["selectors \u{1f600}\u{e0100}\u{e0101}", "invisible characters"],
    ["a\ufe01b\ufe02c", "U+FE01, U+FE02"],
    ["\ufefftext", "U+FEFF"],
    ["filler \u3164", "U+3164"],
    ["abc \u202e txet \u202c", "change the direction of text: U+202E, U+202C (2 times"],
    ["\u2066a\u2069", "U+2066, U+2069"],
    ["mark \u200f", "directional marks: U+200F"],
    ["escape \u001b[2J", "control characters: U+001B"],
    ["C1 \u009b31m next \u0085line", "U+009B, U+0085"],
    ["separator \u2028", "U+2028"],
    ["one\ntwo !`id -un`", 'run as a command: "!`id -un`" (once, first in line 2)'],
    ["vanishing !$1$23$ARGUMENTS`id`", "run as a command"],
    ["!{id}", 'run as a command or replace by a file: "!{id}"'],
    ["@{/etc/passwd}", '"@{/etc/passwd}"'],
  ])("%j", (text, says) => {
    const [sentence, ...others] = inTemplate(text);
    expect(sentence).toContain(says);
    expect(others).toEqual([]);
  });

  it.each([
    "Plain text\n\twith tabs,\r\nand CRLF! `code` ! `code` !{{ name }} @{{ name }} @{% if a %}",
    "👩‍👩‍👧 ❤️ 1️⃣ #️⃣ 🇩🇪 café",
    "می‌خواهم",
    "שלום \u200f world \u200e",
    "क्‍ष",
    "葛\u{e0100}飾",
  ])("is not %j", (text) => {
    expect(inTemplate(text)).toEqual([]);
  });

  it("is reported with its position", () => {
    const found = findUnsafeContent({
      template: {
        kind: "chat",
        messages: [
          { role: "system", content: "fine" },
          { role: "user", content: [{ type: "text", text: "!`id`" }] },
          { role: "us\u200ber", content: null },
        ],
      },
      commitMessage: "approved\u0085",
      tags: {
        team: "a\u202eb",
        "mcp.arguments": String.raw`{"name":{"default":"\u0021\u0060id\u0060"}}`,
      },
    });
    expect(found.map((sentence) => sentence.split(" has ")[0])).toEqual([
      "The message 2",
      "The message 3",
      "The commit message",
      'The tag "team"',
      'The tag "mcp.arguments"',
    ]);
  });

  it("is reported briefly, however much there is", () => {
    for (const evil of ["\u200b", "\u202e", "\u0085", "!`", "!{", "!$1", "\ufe01", "\u200d"]) {
      const text = evil.repeat(100_000 / evil.length);
      expect(inTemplate(text).join("").length).toBeLessThan(500);
    }
    expect(inTemplate("\u202e".repeat(5_000))[0]).toContain("1000 times or more");
  });
});

describe("a name that looks like another name", () => {
  it.each([
    "Production",
    "PRODUCTION",
    "рroduction",
    "prоductiоn",
    "prοduction",
    "ｐroduction",
    "𝐩𝐫𝐨𝐝𝐮𝐜𝐭𝐢𝐨𝐧",
    "pr0duction",
    "productlon",
    "producti\u200bon",
    "próduction",
    "РRОDUСТIОN",
  ])("%s looks like production", (alias) => {
    expect(areLookAlikes(alias, "production")).toBe(true);
  });

  it.each(["production", "staging", "production2", "prod", "reproduction", "生产"])(
    "%s is not",
    (alias) => {
      expect(areLookAlikes(alias, "production")).toBe(false);
    },
  );
});
