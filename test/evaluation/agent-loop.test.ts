import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { AuditEvent } from "../../src/log/audit.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyFile, sessionOf } from "../support/embedded-session.ts";
import { type AskedModel, fakeModel } from "../support/fake-model.ts";
import { modelsAt } from "../support/models.ts";

const documented = z.strictObject({
  tool: z.string(),
  arguments: z.looseObject({}),
});
/** Step 0 and the seven steps. */
const loop = z.tuple([
  documented,
  documented,
  documented,
  documented,
  documented,
  documented,
  documented,
  documented,
]);
type Documented = z.infer<typeof documented>;

const suggested = z.looseObject({
  edits: z.array(z.object({ why: z.string(), call: z.string() })),
  dropped: z.array(z.string()).default([]),
});

const evaluated = z.looseObject({ versions: z.array(z.looseObject({ run_id: z.string() })) });

/** The calls of the section "An agent's loop", in their order. */
function documentedCalls(): readonly unknown[] {
  const text = readFileSync("docs/improving.md", "utf8");
  const [, section = ""] = text.split("## An agent's loop\n");
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(/```json\n([^`]*)```/g)].map(([, block = ""]) => JSON.parse(block));
}

function contents({ body }: AskedModel): string[] {
  return z
    .array(z.looseObject({ content: z.string() }))
    .parse(body.messages)
    .map(({ content }) => content);
}

/** What the scripted model suggests, of which some cannot be made. */
const suggestions = [
  {
    why: "Answers are sentences where a word is expected.",
    commit_message: "Ask for the name alone",
    edits: [{ old_text: "Answer the question.", new_text: "Answer with the name alone." }],
  },
  {
    why: "Shorter.",
    commit_message: "Drop the question",
    edits: [{ old_text: "{{ question }}", new_text: "" }],
  },
  {
    why: "Better.",
    commit_message: "Replace",
    edits: [{ old_text: "not in the prompt", new_text: "x" }],
  },
  { why: "Same.", commit_message: "Same", edits: [{ old_text: "Answer", new_text: "Answer" }] },
];

const capitals: Readonly<Record<string, string>> = {
  ...{ France: "Paris", Italy: "Rome", Spain: "Madrid", Austria: "Vienna" },
  ...{ Norway: "Oslo", Greece: "Athens", Ireland: "Dublin", Poland: "Warsaw" },
};

/** Answers in a sentence unless the prompt asks for the name alone, and suggests that it should. */
function scripted(asked: AskedModel): string {
  const [first = "", second] = contents(asked);
  if (second !== undefined) return JSON.stringify({ suggestions });
  const capital = capitals[/Capital of (\w+)/.exec(first)?.[1] ?? ""] ?? "unknown";
  return first.includes("name alone") ? capital : `I think that it is ${capital}.`;
}

async function setUp(answer: (asked: AskedModel) => string = scripted) {
  const { registry, evaluations } = emptyFile();
  const model = await fakeModel(answer);
  const audited: AuditEvent[] = [];
  const session = sessionOf(registry, {
    ...modelsAt({ url: model.url, names: ["m"] }),
    evaluations,
    audit: (event) => audited.push(event),
  });
  const client = await connect(session);
  const call = ({ tool, arguments: args }: Documented) => callTool(client, tool, args);
  return { call, asked: model.asked, audited };
}

describe("an agent that improves a prompt as docs/improving.md says", () => {
  it("measures, gets a suggestion, edits, measures again and promotes through the gate", async () => {
    const { call, asked, audited } = await setUp();
    const [register, add, gate, measure, suggest, edit, compare, promote] = loop.parse(
      documentedCalls(),
    );

    await call(register);
    const added = await call(add);
    await call(gate);
    const before = evaluated.parse((await call(measure)).structured);
    const runs = before.versions.map(({ run_id }) => run_id);
    const review = await call({ ...suggest, arguments: { ...suggest.arguments, runs } });
    const { edits, dropped } = suggested.parse(review.structured);
    const [, data = ""] = contents(asked.at(-1) ?? { path: "", headers: {}, body: {} });
    const edited = await call(edit);
    const early = await call(promote);
    const after = await call(compare);
    const late = await call(promote);

    expect(added.text).toContain("8 rows added");
    expect(data).toContain("I think that it is Paris.");
    expect(data).toMatch(/^BEGIN DATA (\w{32})\n[^\n]+\nEND DATA \1$/);
    expect(edits.map((one) => JSON.parse(one.call))).toEqual([edit.arguments]);
    expect(dropped).toEqual([
      "It removed the variables question.",
      "A passage does not occur exactly once.",
      "It changed nothing.",
    ]);
    expect(edited.text).toContain("Registered version 2 of capital");
    expect(early.isError).toBe(true);
    expect(early.text).toContain("evaluate_prompt");
    expect(after.text).toContain("Against the baseline: better");
    expect(late.isError).toBe(false);
    expect(late.text).toContain("capital@production");
    expect(audited.map(({ operation }) => operation)).toContain("suggest_improvements");
  });

  it("gets an error where the model answers in another form, and nothing is stored", async () => {
    const { call } = await setUp(() => "You could write it better.");
    await call({
      tool: "register_prompt",
      arguments: { name: "capital", template: "Answer the question. {{ question }}" },
    });
    const { isError, text: said } = await call({
      tool: "suggest_improvements",
      arguments: { name: "capital", use_model: true },
    });
    expect(isError).toBe(true);
    expect(said).toContain("answered in another form than was asked for");
  });
});
