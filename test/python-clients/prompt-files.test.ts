import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { newPromptFile } from "../../src/prompt-files/forms.ts";
import type { PromptContent } from "../../src/prompt-files/prompt-file.ts";
import { installPackages, packageBin, versionsIn } from "../support/python-packages.ts";

const folder = "prompt-file-readers";
const packages = {
  prompty: "2.1.0",
  "langchain-prompty": "1.0.0",
  jinja2: "3.1.6",
  chevron: "0.14.0",
};
const script = fileURLToPath(new URL("prompt_files.py", import.meta.url));

const messages = z.array(z.object({ role: z.string(), content: z.unknown() }));
const answer = z.object({ failed: z.string().optional(), messages: messages.optional() }).loose();
const answers = z.array(z.object({ prompty: answer, langchain: answer }));

beforeAll(async () => {
  await installPackages({
    title: "The readers of prompt files",
    folder,
    packages: Object.entries(packages).map(([name, version]) => `${name}==${version}`),
    isComplete: async (bin) =>
      (await versionsIn(bin, Object.keys(packages))) === Object.values(packages).join(" "),
  });
}, 600_000);

/** Writes each content as a new file, and opens those with both packages. */
async function open(contents: readonly PromptContent[], values: Readonly<Record<string, string>>) {
  const at = mkdtempSync(join(tmpdir(), "prompt-files-"));
  onTestFinished(() => rmSync(at, { recursive: true }));
  const given = contents.map((content, index) => {
    const { fileName, text } = newPromptFile(`p${index}`, content);
    const path = join(at, fileName);
    writeFileSync(path, text);
    return [path, values];
  });
  const output = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      join(packageBin(folder), "python"),
      [script],
      { maxBuffer: 100_000_000 },
      (error, stdout) => (error ? reject(error) : resolve(stdout)),
    );
    child.stdin?.end(JSON.stringify(given));
  });
  const read = answers.parse(JSON.parse(output));
  return given.map(([path], index) => {
    const one = read[index];
    if (one === undefined) throw new Error(`Nothing was read of ${path}.`);
    return { path: String(path), ...one };
  });
}

describe("a new file", () => {
  it("is opened by Prompty and by LangChain with the same messages, inputs and model", async () => {
    const content: PromptContent = {
      template: {
        kind: "chat",
        messages: [
          {
            role: "system",
            content: "# Task\n\nSort tickets.\n\n  - calm\n\n---\n+++\nBe {{ tone }}.",
          },
          { role: "assistant", content: 'Yes: "it\'s" 100 % fine' },
          { role: "user", content: "{{ ticket }}" },
        ],
      },
      description: 'Sorts --- tickets: "yes" # no\nand +++ mail\u2028\u0085',
      arguments: {
        ticket: { description: "The mail", required: true },
        tone: { default: "no", enum: ["no", "calm"], aliases: ["mood"] },
        count: { type: { type: "integer", minimum: 1 }, default: "1" },
      },
      modelConfig: {
        provider: "openai",
        model_name: "gpt-4o",
        temperature: 0.5,
        extra_params: { seed: 7, x: [1] },
      },
      responseFormat: { type: "object", properties: { team: { type: "string" } } },
      tags: { team: "on", "a---b": "1.0" },
    };
    const [read] = await open([content], { ticket: "Help {{ me }}", tone: "calm" });

    const expected = [
      { role: "system", content: "# Task\n\nSort tickets.\n\n  - calm\n\n---\n+++\nBe calm." },
      { role: "assistant", content: 'Yes: "it\'s" 100 % fine' },
      { role: "user", content: "Help {{ me }}" },
    ];
    expect(read?.path).toMatch(/\.prompty$/);
    expect(read?.prompty).toEqual({
      messages: expected,
      inputs: {
        ticket: { description: "The mail", default: null, required: true },
        tone: { description: null, default: "no", required: null },
        count: { description: null, default: "1", required: null },
      },
      model: "gpt-4o",
    });
    expect(read?.langchain.messages?.slice(0, 3)).toEqual(expected);
  });

  it("of a text is one message of the user for both", async () => {
    const [read] = await open(
      [{ template: { kind: "text", text: "Hello {{ name }},\n\nyours" } }],
      {
        name: "Ada",
      },
    );

    const expected = [{ role: "user", content: "Hello Ada,\n\nyours" }];
    expect(read?.prompty.messages).toEqual(expected);
    expect(read?.langchain.messages?.slice(0, 1)).toEqual(expected);
  });

  it("with Jinja2 is opened by Prompty, and refused by LangChain, which would send it as it is", async () => {
    const [read] = await open(
      [{ template: { kind: "text", text: "{% if x %}Hi {{ x }}{% endif %}" } }],
      {
        x: "Ada",
      },
    );

    expect(read?.prompty.messages).toEqual([{ role: "user", content: "Hi Ada" }]);
    expect(read?.langchain.failed).toContain("jinja2");
  });

  it("with mustache sections is opened by both", async () => {
    const content: PromptContent = {
      template: { kind: "text", text: "{{#x}}Hi {{ x }}{{/x}}{{^y}}!{{/y}}" },
      tags: { "mcp.template_format": "mustache" },
    };
    const [read] = await open([content], { x: "Ada" });

    expect(read?.prompty.messages).toEqual([{ role: "user", content: "Hi Ada!" }]);
    expect(read?.langchain.messages?.slice(0, 1)).toEqual([{ role: "user", content: "Hi Ada!" }]);
  });

  it("is a .prompty only if both read each message as it is", async () => {
    const word = fc.constantFrom(
      "a",
      "user:",
      "# system:",
      "Tool:",
      "![x](",
      "b)",
      "---",
      "\n",
      "\n\n",
      " ",
      "\t",
      "\r\n",
      "\u0085",
      "\u2028",
      "\f",
      "é",
      "- x",
      "{",
      "`",
    );
    const content = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(""));
    const role = fc.constantFrom("system", "user", "assistant");
    const chat = fc.array(fc.record({ role, content }), { minLength: 1, maxLength: 3 });
    const chats = fc.sample(chat, { numRuns: 400, seed: 7 });
    const read = await open(
      chats.map((list) => ({ template: { kind: "chat", messages: list } })),
      {},
    );

    const written = read.flatMap((one, index) =>
      one.path.endsWith(".prompty") ? [{ one, list: chats[index] ?? [] }] : [],
    );
    expect(written.length).toBeGreaterThan(20);
    for (const { one, list } of written) {
      expect(one.prompty).toMatchObject({ messages: list });
      expect(one.langchain.messages?.slice(0, list.length)).toEqual(list);
    }
  });
});
