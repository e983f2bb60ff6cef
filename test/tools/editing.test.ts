import { describe, expect, it } from "vitest";
import type { WritableTemplate } from "../../src/registry/types.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";

const text = "Hello {{ name }},\n\nthank you  for your letter.\nKind regards\n";
const chat: WritableTemplate = {
  kind: "chat",
  messages: [
    { role: "system", content: "Answer in {{ language }}. Be kind.", weight: 2 },
    {
      role: "user",
      name: "Ann",
      content: [
        { type: "text", text: "Look at this. Be kind." },
        { type: "image_url", image_url: { url: "https://example.org/Be kind." } },
      ],
    },
    { role: "assistant", content: null },
  ],
};

async function editing(template: WritableTemplate = { kind: "text", text }) {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", {
    template,
    commitMessage: "First",
    tags: { team: "search" },
    modelConfig: { model_name: "m" },
  });
  const client = await connect(sessionOf(registry));
  const edit = (edits: readonly object[], more = {}) =>
    callTool(client, "edit_prompt", { name: "greet", base_version: 1, edits, ...more });
  const newest = () => registry.getVersion("greet", "latest");
  return { registry, client, edit, newest };
}

describe("edit_prompt", () => {
  it("replaces exact passages, keeps everything else, and answers with the diff", async () => {
    const { edit, newest } = await editing();

    const answer = await edit(
      [
        { old_text: "Hello", new_text: "Dear" },
        { old_text: "thank you  for", new_text: "thanks for" },
        { old_text: "\nKind regards", new_text: "" },
      ],
      { commit_message: "Shorter" },
    );

    expect(await newest()).toMatchObject({
      version: 2,
      template: { kind: "text", text: "Dear {{ name }},\n\nthanks for your letter.\n" },
      commitMessage: "Shorter",
      modelConfig: { model_name: "m" },
      tags: { team: "search", "mcp.base_version": "1" },
    });
    expect(answer.structured).toMatchObject({
      version: 2,
      registered: true,
      kept: ["llm_config", "tag team"],
      contract_change: { verdict: "compatible" },
      diff: expect.stringContaining("-Hello {{ name }},\n+Dear {{ name }},"),
    });
    expect(answer.text).toContain("| +Dear {{ name }},");
  });

  it("makes edits in order, so that one can change what an earlier one wrote", async () => {
    const { edit, newest } = await editing();

    await edit([
      { old_text: "letter", new_text: "message" },
      { old_text: "your message", new_text: "the message" },
    ]);

    expect((await newest()).template).toMatchObject({
      text: text.replace("your letter", "the message"),
    });
  });

  it("takes a change of arguments, model and tags beside the edits", async () => {
    const { edit, newest } = await editing();

    await edit([{ old_text: "Hello", new_text: "Hi" }], {
      arguments: { name: { default: "you" } },
      llm_config: null,
      tags: { stage: "draft" },
    });

    const version = await newest();
    expect(version.tags).toMatchObject({
      team: "search",
      stage: "draft",
      "mcp.arguments": '{"name":{"default":"you"}}',
    });
    expect(version.modelConfig).toBeUndefined();
  });

  it("keeps the parts, the other keys and the other messages of a chat", async () => {
    const { edit, newest } = await editing(chat);

    await edit([{ old_text: "Be kind.", new_text: "Be brief.", message: 1 }]);

    const [system, , assistant] = chat.messages;
    expect((await newest()).template).toEqual({
      kind: "chat",
      messages: [
        system,
        {
          role: "user",
          name: "Ann",
          content: [
            { type: "text", text: "Look at this. Be brief." },
            { type: "image_url", image_url: { url: "https://example.org/Be kind." } },
          ],
        },
        assistant,
      ],
    });
  });

  it("finds a passage in any message without message", async () => {
    const { edit, newest } = await editing(chat);

    await edit([{ old_text: "Answer in", new_text: "Write in" }]);

    expect((await newest()).template).toMatchObject({
      messages: [{ content: "Write in {{ language }}. Be kind.", weight: 2 }, {}, {}],
    });
  });

  it.each([
    [
      "is not there, with the nearest one",
      { old_text: "thank you for your leter", new_text: "x" },
      /edits\[0] cannot be made in version 1 of "greet": old_text does not occur\. Copy the passage exactly, white space included\. From old_text to the nearest passage, in line 3 \(each line begins with "\| "\):[\s\S]*\| -thank you for your leter\n[\s\S]*\| \+thank you {2}for your letter\.$/,
    ],
    [
      "is there several times, with the places",
      { old_text: "e", new_text: "x" },
      /old_text occurs more than once: line 1; line 1; line 3; line 3; line 4\. Give more of the text around it\./,
    ],
    [
      "resembles nothing",
      { old_text: "{% xyzzy %}", new_text: "x" },
      /old_text does not occur, nor anything like it/,
    ],
    [
      "is sought in a message of a text",
      { old_text: "Hello", new_text: "x", message: 0 },
      /is a text and has no messages\. Leave out message/,
    ],
    ["is empty", { old_text: "", new_text: "x" }, /edits\.0\.old_text/],
  ])("refuses a passage that %s", async (_, wrong, sentence) => {
    const { edit, newest } = await editing();

    const answer = await edit([wrong]);

    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(sentence);
    expect((await newest()).version).toBe(1);
  });

  it.each([
    [
      { old_text: "Be kind.", new_text: "x" },
      /message 0, line 1; message 1, part 0, line 1\. .* or message\./,
    ],
    [
      { old_text: "Look at", new_text: "x", message: 0 },
      /not in message 0\. It is in message 1, part 0/,
    ],
    [{ old_text: "Answer", new_text: "x", message: 7 }, /no message 7\. The messages are 0 to 2/],
    [
      { old_text: "Answer in {{language}}", new_text: "x" },
      /nearest passage, in message 0, line 1/,
    ],
    [{ old_text: "example.org", new_text: "x" }, /does not occur/],
  ])("refuses in a chat %j", async (wrong, sentence) => {
    const { edit, newest } = await editing(chat);

    const answer = await edit([wrong]);

    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(sentence);
    expect((await newest()).version).toBe(1);
  });

  it("shows a long passage from shortly before the first difference", async () => {
    const rules = Array.from({ length: 300 }, (_, index) => `Rule ${index} says to be kind.`);
    const { edit } = await editing({ kind: "text", text: rules.join(" ") });
    const wrong = rules.slice(0, 200).join(" ").replace("Rule 150 says", "Rule 150 said");

    const { text: shown } = await edit([{ old_text: wrong, new_text: "x" }]);

    expect(shown).toContain("Rule 150 said");
    expect(shown).toContain("Rule 150 says");
    expect(shown).not.toContain("Rule 140");
    expect(shown.length).toBeLessThan(5_000);
  });

  it("counts places that overlap as several", async () => {
    const { edit } = await editing({ kind: "text", text: "One --- two" });

    const answer = await edit([{ old_text: "--", new_text: "-" }]);

    expect(answer.text).toContain("old_text occurs more than once");
  });

  it("makes all edits or none", async () => {
    const { edit, newest } = await editing();

    const answer = await edit([
      { old_text: "Hello", new_text: "Dear" },
      { old_text: "Hello", new_text: "Hi" },
    ]);

    expect(answer.text).toContain("edits[1] cannot be made");
    expect(answer.text).toContain("after the edits before it");
    expect((await newest()).version).toBe(1);
  });

  it("shows what to merge when the base version is not the newest", async () => {
    const { edit, registry } = await editing();
    await registry.registerVersion("greet", { template: { kind: "text", text: `PS\n${text}` } });

    const answer = await edit([{ old_text: "Hello", new_text: "Dear" }]);

    expect(answer.isError).toBe(true);
    expect(answer.text).toContain("register again with base_version 2");
    expect(answer.text).toContain("| +PS");
  });

  it("says with dry_run what the real call says, and writes nothing", async () => {
    const { edit, newest } = await editing();
    const edits = [{ old_text: "{{ name }}", new_text: "{{ first_name }}" }];
    const agreed = { allow_breaking: true };

    const dry = await edit(edits, { ...agreed, dry_run: true });
    expect((await newest()).version).toBe(1);
    const real = await edit(edits, agreed);

    expect(dry.structured).toEqual({ ...Object(real.structured), registered: false });
  });

  it("registers nothing for edits that change nothing", async () => {
    const { edit, newest } = await editing();

    const answer = await edit([{ old_text: "Hello", new_text: "Hello" }]);

    expect(answer.structured).toMatchObject({ version: 1, registered: false });
    expect((await newest()).version).toBe(1);
  });

  it("refuses edits that are too many or too long before it makes them", async () => {
    const { edit } = await editing();
    const one = { old_text: "Hello", new_text: "Hello" };
    const long = { old_text: "Hello", new_text: "x".repeat(100_000) };

    for (const edits of [Array.from({ length: 51 }, () => one), [long, long, long, long, long]]) {
      const answer = await edit(edits);
      expect(answer.isError).toBe(true);
      expect(answer.text).toContain("edits");
    }
  });

  it.each([
    ["of many lines", "\n"],
    ["of one line", " "],
  ])(
    "costs few hundred characters for one word of a prompt of 24,000, %s",
    async (_, separator) => {
      const rules = Array.from({ length: 1_300 }, (_, index) => `Rule ${index}: be kind.`);
      const long = rules.join(separator);
      const { edit, client } = await editing({ kind: "text", text: long });
      const edits = [{ old_text: "Rule 400: be kind", new_text: "Rule 400: be brief" }];
      const given = { name: "greet", base_version: 1, edits };

      const answer = await edit(edits);
      const refused = await callTool(client, "edit_prompt", { ...given, base_version: 1 });

      expect(long.length).toBeGreaterThan(24_000);
      expect(JSON.stringify(given).length).toBeLessThan(150);
      expect(answer.structured).toMatchObject({ version: 2, registered: true });
      expect(answer.text).toContain("Rule 400: be brief.");
      expect(answer.text.length).toBeLessThan(800);
      expect(JSON.stringify(answer.structured).length).toBeLessThan(900);
      expect(refused.isError).toBe(true);
      expect(refused.text).toContain("Rule 400: be brief.");
      expect(refused.text.length).toBeLessThan(900);
    },
  );

  it("takes the base version in the name", async () => {
    const { client, newest } = await editing();
    const edits = [{ old_text: "Hello", new_text: "Dear" }];

    const without = await callTool(client, "edit_prompt", { name: "greet", edits });
    const other = await callTool(client, "edit_prompt", {
      ...{ name: "greet/1", base_version: 2, edits },
    });
    expect((await newest()).version).toBe(1);
    const named = await callTool(client, "edit_prompt", { name: "prompts:/greet/1", edits });

    expect(without.text).toContain(
      'base_version is missing. Give the version of "greet" that you change',
    );
    expect(other.isError).toBe(true);
    expect(other.text).toContain('The name "greet/1" gives version 1');
    expect(named.structured).toMatchObject({ version: 2, registered: true });
    expect((await newest()).tags).toMatchObject({ "mcp.base_version": "1" });
  });

  it.each([
    [{ name: "absent" }, 'No prompt named "absent"'],
    [{ base_version: 7 }, "no version 7"],
    [{ base_version: 0 }, "base_version"],
  ])("refuses %j", async (wrong, sentence) => {
    const { edit } = await editing();

    const answer = await edit([{ old_text: "Hello", new_text: "Dear" }], wrong);

    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(sentence);
  });
});
