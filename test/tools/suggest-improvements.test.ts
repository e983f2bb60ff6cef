import { describe, expect, it } from "vitest";
import type { Session } from "../../src/session/session.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";
import { fakeModel } from "../support/fake-model.ts";
import { modelsAt } from "../support/models.ts";

interface Given {
  readonly hasModel?: boolean;
  /** What the model says. */
  readonly suggestions?: readonly object[];
  readonly tags?: Readonly<Record<string, string>>;
}

async function setUp(
  template: string,
  fields: Partial<Session> = {},
  { hasModel = true, suggestions = [], tags = {} }: Given = {},
) {
  const model = await fakeModel(() => JSON.stringify({ suggestions }));
  const registry = emptyRegistry();
  await registry.registerVersion("qa", text(template, tags));
  const models = hasModel ? modelsAt({ url: model.url, names: ["m"] }) : {};
  const client = await connect(sessionOf(registry, { ...models, ...fields }));
  const suggest = (args: object = {}) =>
    callTool(client, "suggest_improvements", { name: "qa", ...args });
  return { client, registry, suggest, asked: model.asked };
}

describe("suggest_improvements", () => {
  it("shows each passage, why it may make answers worse, and what to change", async () => {
    const { suggest } = await setUp(
      "Be brief.\nExplain everything in detail.\nTranslate {{ text }} now.",
    );

    const { structured, text } = await suggest();

    expect(structured).toEqual({
      name: "qa",
      version: 1,
      uri: "prompts:/qa/1",
      fixed_tokens: 14,
      found: [
        {
          rule: "contradiction",
          passages: [
            { line: 1, text: "Be brief" },
            { line: 2, text: "Explain everything in detail" },
          ],
          why: "One passage wants short answers, the other detailed ones. A model follows now the one and now the other.",
          todo: "Delete one of them, or say in which case each counts.",
        },
        {
          rule: "injection",
          passages: [{ line: 3, text: "Translate {{ text }} now." }],
          why: expect.stringContaining("text is text of others in the middle of your instructions"),
          todo: expect.stringContaining("<text> and </text>"),
        },
      ],
      without_model: "Only rules were asked. use_model asks a model for edits too.",
    });
    expect(text.split("\n").slice(0, 6)).toEqual([
      "qa version 1: about 14 tokens without its variables (an estimate)",
      "contradiction: One passage wants short answers, the other detailed ones. A model follows now the one and now the other. Delete one of them, or say in which case each counts.",
      'line 1 (each line begins with "| "):',
      "| Be brief",
      'line 2 (each line begins with "| "):',
      "| Explain everything in detail",
    ]);
  });

  it("says that it found nothing", async () => {
    const { suggest } = await setUp("Answer in one sentence.\n\nQuestion: {{ question }}");

    const { structured, text } = await suggest();

    expect(structured).toMatchObject({ found: [] });
    expect(text).toContain("The rules found nothing.");
  });

  it("takes descriptions, response formats and mustache into account", async () => {
    const { suggest, registry } = await setUp("Be kind.\n\n{{ x }}");
    await registry.registerVersion("qa", {
      ...text("Classify it, for example as good.\n\n{{ x }}", {
        "mcp.arguments": JSON.stringify({ x: { description: "A review" } }),
      }),
      responseFormat: { type: "object" },
    });

    expect((await suggest({ version: 1 })).structured).toMatchObject({
      found: [{ rule: "unexplained_variable" }],
    });
    expect((await suggest()).structured).toMatchObject({ version: 2, found: [] });
  });

  it("reads the rules without a model, and says what a model would add", async () => {
    const { suggest, client } = await setUp(
      "Be brief.\nExplain everything in detail.",
      {},
      {
        hasModel: false,
      },
    );

    const { structured, text } = await suggest();
    const asked = await suggest({ use_model: true });

    expect((await client.listTools()).tools.map(({ name }) => name)).toContain(
      "suggest_improvements",
    );
    expect(structured).toMatchObject({ found: [{ rule: "contradiction" }] });
    expect(text).toContain("A model would suggest edits too: the operator of this server sets");
    expect(asked).toMatchObject({ isError: true });
    expect(asked.text).toContain("This server has no model to ask");
  });

  it("reads the rules on a read-only server, where a model may be asked as with run_prompt", async () => {
    const { suggest, asked } = await setUp("Be brief.", { readOnly: true });

    expect(await suggest()).toMatchObject({ isError: false });
    expect(asked).toHaveLength(0);
    expect(await suggest({ use_model: true })).toMatchObject({ isError: false });
    expect(asked).toHaveLength(1);
  });

  it("reads the rules for a token that may only read, and asks no model for it", async () => {
    const { suggest, asked } = await setUp("Be brief.", { granted: new Set(["reads"]) });

    const { text, isError } = await suggest();
    const refused = await suggest({ use_model: true });

    expect(isError).toBe(false);
    expect(text).toContain("with a token that may call run_prompt");
    expect(refused).toMatchObject({ isError: true });
    expect(refused.text).toContain("use_model needs the scope that run_prompt needs");
    expect(asked).toHaveLength(0);
  });

  it("takes a model's edits of a mustache template as its own format reads them", async () => {
    const edit = {
      why: "Lists are easier to read.",
      commit_message: "Number the items",
      edits: [{ old_text: "- {{ name }}", new_text: "* {{ name }}" }],
    };
    const lost = {
      ...edit,
      edits: [{ old_text: "{{# items }}\n- {{ name }}\n{{/ items }}", new_text: "None." }],
    };
    const { suggest } = await setUp(
      "Sum up:\n{{# items }}\n- {{ name }}\n{{/ items }}",
      {},
      { suggestions: [edit, lost], tags: { "mcp.template_format": "mustache" } },
    );

    const { structured, text } = await suggest({ use_model: true });

    expect(structured, text).toMatchObject({
      edits: [{ why: "Lists are easier to read." }],
      dropped: ["It removed the variables items, name."],
    });
  });
});
