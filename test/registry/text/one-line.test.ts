import { describe, expect, it } from "vitest";
import { RegistryError } from "../../../src/registry/errors.ts";
import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import {
  toJsonText,
  toOneLine,
  toPlainDiff,
  toPlainLines,
} from "../../../src/registry/text/one-line.ts";
import { ElicitationRequest } from "../../../src/session/elicitation.ts";
import { tools } from "../../../src/tools/catalogue.ts";
import { ToolText } from "../../../src/tools/output/tool-text.ts";
import { callTool } from "../../support/call-tool.ts";
import { type Asked, connect, emptyFile, sessionOf } from "../../support/embedded-session.ts";
import { chatCompletion, fakeModel } from "../../support/fake-model.ts";
import { forged, HostileRegistry, lineBreaks } from "../../support/hostile-registry.ts";
import { modelsAt } from "../../support/models.ts";

describe("a unified diff", () => {
  it("keeps the ends of its lines, so that a program can apply it", () => {
    const diff = "--- a\n+++ b\n@@ -1,1 +1,1 @@\n-été\r\n+🦉\t\r\n";
    expect(toPlainDiff(diff)).toBe(diff);
  });

  it("says when it has escapes, in a line that no program applies", () => {
    expect(toPlainDiff("+a\rb\u200b\r\n")).toBe(
      "Hidden characters are escaped as in JSON. Load the versions for the exact texts.\n+a\\rb\\u200b\r\n",
    );
  });
});

/** Calls of each tool. The caller's text appears in the result, with line breaks in it. */
function callsOf(evil: string): Readonly<Record<string, readonly Record<string, unknown>[]>> {
  const greet = { name: "greet" };
  return {
    list_prompts: [{}, { query: "hello", limit: 1 }, { query: evil }, { name: `greet${evil}` }],
    open_prompt: [{}, { prompt: evil }],
    load_prompt: [
      greet,
      { name: "chat" },
      { name: `gret${evil}` },
      { ...greet, alias: `x${evil}` },
      { ...greet, [`unknown${evil}`]: 1 },
    ],
    // Its result is only the finished prompt. Here it is the reason why there is none.
    render_prompt: [greet, { ...greet, version: 9 }, { name: "chat", variables: {} }],
    run_prompt: [
      { ...greet, model: "fine" },
      { ...greet, model: evil },
      { ...greet, model: "fine", llm_config: { n: 1 } },
    ],
    list_datasets: [{}, { name: "greet" }, { name: evil }],
    add_to_dataset: [
      { dataset: `d${evil}`, rows: [{ inputs: { name: evil } }] },
      { dataset: "rows", prompt: "greet", rows: [{ inputs: { [`x${evil}`]: evil } }] },
      { dataset: "rows", from_traces: { alias: `x${evil}`, limit: 5 } },
    ],
    evaluate_prompt: [
      {
        ...{ ...greet, versions: [1, 2], model: "fine", judge_model: "judge" },
        rows: [{ inputs: { name: evil }, expectations: { expected_response: evil } }],
        scorers: ["exact_match", "safety", { type: "contains", text: evil, name: `c${evil}` }],
      },
      { ...greet, versions: [1], rows: [{ inputs: { [evil]: "x" } }], scorers: [evil] },
      { ...greet, versions: [`x${evil}`], dataset: evil, scorers: ["latency"] },
    ],
    compare_evaluations: [greet, { runs: [`x${evil}`] }, { name: evil }],
    replay_prompt: [
      { ...greet, version: 1, candidate: 2, model: "fine" },
      { ...greet, candidate: evil },
    ],
    request_labels: [{ runs: [evil], label: evil, instruction: evil }],
    evaluation_rows: [{ run: `x${evil}` }],
    label_answers: [
      {
        ...{ run: `x${evil}`, name: evil },
        labels: [{ trace_id: evil, value: evil, reason: evil }],
      },
    ],
    list_examples: [greet, { name: evil }],
    suggest_improvements: [greet, { ...greet, use_model: true, model: "fine" }],
    prompt_usage: [greet, { name: evil }],
    prompt_discussion: [greet, { name: evil }],
    comment_on_prompt: [
      { ...greet, version: 1, text: evil },
      { ...greet, version: 1, text: "x", passage: { quote: evil } },
      { ...greet, version: 1, resolve: evil },
    ],
    review_prompt: [
      { ...greet, version: 1, action: "request", reviewers: [evil], reason: evil },
      { ...greet, version: 1, action: "decline", reason: evil },
      { ...greet, version: 1, action: evil },
    ],
    list_prompt_versions: [greet, { ...greet, limit: 1 }, { name: evil }],
    compare_prompt_versions: [
      { ...greet, from_version: 1, to_version: 2 },
      { name: "chat", from_version: 1, to_version: 2 },
      { ...greet, from_version: 1, to_version: 9 },
    ],
    register_prompt: [
      { ...greet, template: `Hi${evil}`, commit_message: `M${evil}`, tags: { a: evil } },
      { ...greet, template: `Hi${evil}!`, dry_run: true },
      { ...greet, template: `Ho${evil}`, base_version: 1 },
      { name: evil, template: "x" },
      { ...greet, template: "x", arguments: { [`a${evil}`]: { requried: true } } },
      { ...greet, template: "x", tags: { [evil]: "x" } },
    ],
    edit_prompt: [
      { ...greet, base_version: 1, edits: [{ old_text: "Hello", new_text: `Hi${evil}` }] },
      { ...greet, base_version: 1, edits: [{ old_text: `Helo${evil}`, new_text: "x" }] },
      { name: "chat", base_version: 1, edits: [{ old_text: evil, new_text: "x", message: 0 }] },
      { ...greet, base_version: 1, edits: [{ old_text: "x", [`unknown${evil}`]: 1 }] },
    ],
    restore_prompt_version: [
      { ...greet, version: 1 },
      { name: "chat", version: 1, base_version: 1 },
    ],
    set_prompt_alias: [
      { ...greet, alias: "production", version: 2 },
      { ...greet, alias: "production", version: 3 },
      { ...greet, alias: "production", version: 3, allow_breaking: true },
      { ...greet, alias: evil, version: 1 },
      { ...greet, alias: "staging", version: 1, expected_version: 3 },
    ],
    delete_prompt_alias: [
      { ...greet, alias: "production" },
      { ...greet, alias: "staging" },
      { ...greet, alias: "staging", confirm: `x${evil}` },
      { ...greet, alias: "staging", confirm: "greet" },
    ],
    update_prompt: [
      { ...greet, tags: { team: evil, draft: null } },
      { ...greet, tags: { [evil]: "x" } },
      { ...greet, version: 2, tags: { "mcp.arguments": '{"name":{"enum":["Ada"]}}' } },
      { ...greet, title: evil, description: evil },
      { ...greet, new_name: `x${evil}` },
      { ...greet, new_name: "welcome" },
    ],
    copy_prompt: [
      { ...greet, new_name: "copy" },
      { ...greet, new_name: `x${evil}` },
      { ...greet, new_name: "other", versions: [evil] },
      { ...greet, workspace: evil },
    ],
    delete_prompt_version: [
      { ...greet, version: 2 },
      { ...greet, version: 3 },
      { ...greet, version: 3, confirm: "greet" },
    ],
    delete_prompt: [{ name: "chat" }, greet, { name: "chat", confirm: "chat" }],
    describe_registry: [{}],
  };
}

async function hostile(lineBreak: string, asked?: Asked) {
  const evil = `x${lineBreak}${forged}`;
  const model = await fakeModel(({ body }) => {
    if (body.model !== "fine") return { status: 400, body: { error: { message: evil } } };
    const message = { content: evil, refusal: evil, tool_calls: [{ id: evil }] };
    const choices = [{ finish_reason: evil, message }];
    return { body: { ...chatCompletion({}), model: evil, choices } };
  });
  const { registry, evaluations } = emptyFile();
  await fill(registry);
  const spoiled = new HostileRegistry(registry, lineBreak);
  const models = modelsAt({ url: model.url });
  return connect(
    sessionOf(spoiled, { serve: ["production", "latest"], evaluations, ...models }),
    asked,
  );
}

async function fill(registry: PromptRegistry): Promise<void> {
  for (const text of ["Hello {{ name }}", "Hi {{ name }}", "Hi {{ name }} from {{ place }}"]) {
    await registry.registerVersion("greet", {
      template: { kind: "text", text },
      commitMessage: `Says ${text}`,
      tags: { team: "search", "mcp.arguments": '{"name":{"description":"Who"}}' },
      modelConfig: { model_name: "m" },
    });
  }
  await registry.setAlias("greet", "production", 1);
  await registry.setAlias("greet", "staging", 2);
  for (const content of ["Hello", "Hello, {{ name }}"]) {
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "tool", content, name: "t" },
    ];
    await registry.registerVersion("chat", { template: { kind: "chat", messages } });
  }
}

/** The lines of a text by any definition of a line break, without indentation. */
function forgedIn(text: string): readonly string[] {
  return text
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .filter((one) => one.startsWith(forged.slice(0, 23)) || one.startsWith(forged.slice(1, 23)));
}

describe.each(lineBreaks.map((one) => [JSON.stringify(one), one] as const))(
  "content that goes on behind %s",
  (_, lineBreak) => {
    const evil = `${lineBreak}${forged}`;

    it("starts no line in the result of any tool", async () => {
      const client = await hostile(lineBreak);
      const calls = callsOf(evil);
      expect(Object.keys(calls).toSorted()).toEqual(tools.map(({ name }) => name).toSorted());

      for (const [tool, ways] of Object.entries(calls)) {
        for (const args of ways) {
          const { text } = await callTool(client, tool, args);
          expect(text, `${tool} ${JSON.stringify(args)}`).not.toBe("");
          expect(forgedIn(text), `${tool} ${JSON.stringify(args)}`).toEqual([]);
        }
      }
    });

    it("starts none in an elicitation", async () => {
      const questions: string[] = [];
      const answer = () => ({ action: "decline" as const });
      const client = await hostile(lineBreak, { questions, answer });

      for (const [tool, args] of [
        ["delete_prompt", { name: "chat" }],
        ["delete_prompt_version", { name: "greet", version: 3 }],
        ["delete_prompt_alias", { name: "greet", alias: "staging" }],
        [
          "set_prompt_alias",
          { name: "greet", alias: "production", version: 3, allow_breaking: true },
        ],
      ] as const) {
        await callTool(client, tool, args);
      }
      await client.getPrompt({ name: "greet" }).catch(() => undefined);

      expect(questions).toHaveLength(5);
      expect(questions.flatMap(forgedIn)).toEqual([]);
    });

    it("starts none in lists of prompts and resources, in resources, and in protocol errors", async () => {
      const client = await hostile(lineBreak);
      const { prompts } = await client.listPrompts();
      const { resources } = await client.listResources();
      const shown = [
        ...prompts.flatMap(({ title, description, arguments: args = [] }) => [
          title,
          description,
          ...args.map((one) => one.description),
        ]),
        ...resources.flatMap(({ name, title, description }) => [name, title, description]),
      ];
      const uris = ["prompts:/greet", "prompts:/greet/1", "prompts:/chat/1...2"];
      for (const uri of uris) {
        const { contents } = await client.readResource({ uri });
        shown.push(...contents.map((one) => ("text" in one ? one.text : "")));
      }
      for (const name of [`gret${evil}`, "greet", `greet@x${evil}`]) {
        const failing = client.getPrompt({ name, arguments: { [`x${evil}`]: "1" } });
        shown.push(
          await failing.then(
            () => "",
            (error: Error) => error.message,
          ),
        );
      }
      const { description } = await client.getPrompt({ name: "greet", arguments: { name: "Ada" } });

      expect(shown.length).toBeGreaterThan(15);
      expect([...shown, description].flatMap((one) => forgedIn(one ?? ""))).toEqual([]);
    });
  },
);

describe("one line", () => {
  it.each([
    ["plain", "plain"],
    ["a\nb\tc\r\n", "a\\nb\\tc\\r\\n"],
    ["\u0000\u001b[2J\u007f\u0085", "\\u0000\\u001b[2J\\u007f\\u0085"],
    ["a\u202eb\u2066c\u200bd\ufeff", "a\\u202eb\\u2066c\\u200bd\\ufeff"],
    ["\u{e0041}a", "\\udb40\\udc41a"],
    ["\u2065\u206a\u2027\u202f\u205f\u00a0\ufefe", "\u2065\u206a\u2027\u202f\u205f\u00a0\ufefe"],
    ["\u{e0100}\u{10080}\udc41\udb40", "\u{e0100}\u{10080}\udc41\udb40"],
    ["👩‍👩‍👧 می‌خواهم \u200f", "👩‍👩‍👧 می‌خواهم \u200f"],
  ])("of %j is %j", (text, shown) => {
    expect(toOneLine(text)).toBe(shown);
    expect(toOneLine(shown)).toBe(shown);
  });

  it("escapes every character of the kinds, and no other", () => {
    const kinds =
      /^[\p{Cc}\u2028\u2029\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]$/u;
    const all = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code));
    const wrong = all.filter((one) => (toOneLine(`a${one}b`) === `a${one}b`) === kinds.test(one));
    expect(wrong).toEqual([]);
  });

  it("is the form of errors and elicitations", () => {
    expect(new RegistryError("invalid", `No "a\nb".`).message).toBe('No "a\\nb".');
    expect(new RegistryError("conflict", "No.", {}, { diff: "-a\n+b\n" }).diff).toBe("-a\n+b\n");
  });

  it("marks each line of a body, also of an empty text and after the last line break", () => {
    expect(`${ToolText.block("Text", "a\n\n- b\u2028c\n")}`.split("\n")).toEqual([
      'Text (each line begins with "| "):',
      "| a",
      "|",
      "| - b\\u2028c",
      "|",
    ]);
    expect(`${ToolText.block("Text", "")}`).toMatch(/:\n\|$/);
    expect(`${ToolText.diff("Diff", "-a\n+b\n")}`).toMatch(/:\n\| -a\n\| \+b$/);
  });

  it("keeps line feeds and tabs where several lines are permitted", () => {
    expect(toPlainLines("a\n\tb\r\nc\u2028d\u0085")).toBe("a\n\tb\\r\nc\\u2028d\\u0085");
  });

  it("is the same value in JSON", () => {
    const value = { "a\u2028": "\u0085\n\u{e0041}\u202e", b: ["ä", 1] };
    expect(JSON.parse(toJsonText(value, 2))).toEqual(value);
    expect(toJsonText("\u2028\u{e0041}")).toBe('"\\u2028\\udb40\\udc41"');
  });
});

it("an elicitation is on one line", async () => {
  const { z } = await import("zod");
  expect(new ElicitationRequest("key", "Delete a\nb?", z.object({})).message).toBe("Delete a\\nb?");
});
