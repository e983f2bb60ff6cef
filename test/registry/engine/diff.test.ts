import { describe, expect, test } from "vitest";
import { diffVersions } from "../../../src/registry/engine/diff.ts";
import type { PromptVersion, Template } from "../../../src/registry/types.ts";
import { templates } from "../../support/templates.ts";

describe("diffVersions", () => {
  test("shows changed text as a unified diff", async () => {
    expect(
      await diffVersions(templates, version(1, "Hi {{a}}\nBye\n"), version(2, "Hi {{b}}\nBye\n")),
    ).toEqual({
      diff: "--- prompts:/greet/1\n+++ prompts:/greet/2\n@@ -1,2 +1,2 @@\n-Hi {{a}}\n+Hi {{b}}\n Bye\n",
      otherChanges: [],
    });
  });

  test("equal texts have no diff", async () => {
    expect((await diffVersions(templates, version(1, "a"), version(2, "a"))).diff).toBe("");
  });

  test.each([
    ["a\r\nb\r\n", "a\nb\n", "CR LF before, LF after"],
    ["a\nb\n", "a\r\nb\r\n", "LF before, CR LF after"],
    ["a\r\nb\n", "a\nb\n", "CR LF before, LF after"],
    ["a\r\nb\n", "a\nb\r\n", "CR LF and LF before, CR LF and LF after"],
  ])("says in one line that only line ends differ: %j and %j", async (before, after, said) => {
    expect((await diffVersions(templates, version(1, before), version(2, after))).diff).toBe(
      `Only the line ends differ: ${said}. All lines are the same.\n`,
    );
    const chats = [before, after].map(
      (content, index): PromptVersion =>
        version(index + 1, { kind: "chat", messages: [{ role: "user", content }] }),
    );
    const [from, to] = chats;
    expect(from && to && (await diffVersions(templates, from, to)).diff).toContain(said);
  });

  test("says it of CR too, and of a part of the lines", async () => {
    const { diff } = await diffVersions(templates, version(1, "a\rb\r\n"), version(2, "a\nb\r\n"));
    expect(diff).toContain("CR before, LF after");
  });

  test("shows a diff when a line differs as well", async () => {
    const { diff } = await diffVersions(templates, version(1, "a\r\nb"), version(2, "a\nc"));
    expect(diff).toContain("@@");
  });

  test("shows a chat under its roles, with its parts", async () => {
    const before: Template = { kind: "chat", messages: [{ role: "system", content: "Be kind." }] };
    const image = { type: "image_url", image_url: { url: "https://x/1.png" } };
    const after: Template = {
      kind: "chat",
      messages: [
        { role: "system", content: "Be terse." },
        { role: "user", content: [{ type: "text", text: "Look:" }, image] },
      ],
    };
    expect((await diffVersions(templates, version(1, before), version(2, after))).diff).toBe(
      [
        "--- prompts:/greet/1",
        "+++ prompts:/greet/2",
        "@@ -1,2 +1,6 @@",
        " [system]",
        "-  Be kind.",
        "+  Be terse.",
        "+",
        "+[user]",
        "+  Look:",
        '+  {"type":"image_url","image_url":{"url":"https://x/1.png"}}',
        "",
      ].join("\n"),
    );
  });

  test("describes each other change in a sentence", async () => {
    const chat: Template = { kind: "chat", messages: [{ role: "user", content: "a" }] };
    const from = { ...version(1, "a"), modelConfig: { t: 1 }, tags: { "mcp.arguments": "{}" } };
    const to = { ...version(2, chat), modelConfig: { t: 2 }, responseFormat: {} };
    expect((await diffVersions(templates, from, to)).otherChanges).toEqual([
      "The template changed from text to chat.",
      "The LLM config changed.",
      "The response format was added.",
      "The tag mcp.arguments was removed.",
    ]);
  });

  test("the order of members does not matter", async () => {
    const from = { ...version(1, "a"), modelConfig: { a: 1, b: { c: 1, d: 2 } } };
    const to = { ...version(2, "a"), modelConfig: { b: { d: 2, c: 1 }, a: 1 } };
    expect((await diffVersions(templates, from, to)).otherChanges).toEqual([]);
  });

  test("texts with nothing in common are diffed in bounded time", async () => {
    const lines = (letter: string) =>
      Array.from({ length: 25_000 }, (_, index) => `${letter}${index % 100}`).join("\n");
    const [before, after] = [lines("a").slice(0, 100_000), lines("b").slice(0, 100_000)];
    const { diff } = await diffVersions(templates, version(1, before), version(2, after));
    const shown = diff.split("\n");
    expect(shown.filter((line) => /^-(?!--)/.test(line))).toHaveLength(before.split("\n").length);
    expect(shown.filter((line) => /^\+(?!\+\+)/.test(line))).toHaveLength(after.split("\n").length);
  });
});

function version(version: number, template: Template | string): PromptVersion {
  return {
    name: "greet",
    version,
    template: typeof template === "string" ? { kind: "text", text: template } : template,
    commitMessage: "",
    tags: {},
    aliases: [],
    createdAt: 0,
    updatedAt: 0,
  };
}
