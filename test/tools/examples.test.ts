import { describe, expect, it } from "vitest";
import { RegistryError } from "../../src/registry/errors.ts";
import type { EvaluationStore } from "../../src/registry/evaluation/evaluation-store.ts";
import type { JsonObject } from "../../src/registry/json.ts";
import { newTrace } from "../contract/evaluation-samples.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyFile, sessionOf, text } from "../support/embedded-session.ts";

const started = Date.parse("2026-11-01T10:00:00.000Z");

/** The prompt "qa", a dataset tied to it, and uses of its version, newest first. There is no model. */
async function remembered({
  rows = [],
  uses = [],
  refuses = [],
}: {
  readonly rows?: readonly JsonObject[];
  readonly uses?: readonly JsonObject[];
  /** What the registry does not let the caller read. */
  readonly refuses?: readonly ("listDatasets" | "listUses")[];
}) {
  const { registry, evaluations, storeTrace } = emptyFile();
  const declared = { "mcp.arguments": '{"reader":{"default":"all"},"question":{"aliases":["q"]}}' };
  await registry.registerVersion("qa", text("{{ question }} for {{ reader }}", declared));
  const dataset = await evaluations.createDataset("questions", { prompt: "qa" });
  for (const inputs of rows) await evaluations.addRows(dataset, [{ inputs, expectations: {} }]);
  const other = await evaluations.createDataset("others", { prompt: "other" });
  await evaluations.addRows(other, [{ inputs: { question: "Not mine" }, expectations: {} }]);
  const ids: string[] = [];
  for (const [index, inputs] of uses.entries()) {
    const prompt = { name: "qa", version: 1 };
    const startedAt = started - index * 1_000;
    const trace = newTrace({ prompt, inputs, startedAt, endedAt: startedAt + 10 });
    ids.push(trace.traceId);
    await storeTrace(trace);
  }
  const store = new Proxy(evaluations, {
    get: (target, key) => {
      if (refuses.some((one) => one === key)) {
        return async () => {
          throw new RegistryError("forbidden", "You may not read this experiment. Ask its owner.");
        };
      }
      const found: unknown = Reflect.get(target, key);
      return typeof found === "function" ? found.bind(target) : found;
    },
  }) satisfies EvaluationStore;
  const client = await connect(sessionOf(registry, { evaluations: store }));
  const list = (args: object = {}) => callTool(client, "list_examples", { name: "qa", ...args });
  return { list, dataset, ids };
}

describe("list_examples", () => {
  it("gives rows of the prompt's datasets, then its uses, each with where it is from", async () => {
    const { list, dataset, ids } = await remembered({
      rows: [{ question: "Why?" }, { q: "How?", reader: "experts", more: "left out" }],
      uses: [{ question: "When?" }, { question: "Where?" }],
    });

    const { structured, text: said } = await list();

    expect(structured).toEqual({
      ...{ name: "qa", version: 1 },
      examples: [
        { values: { question: "Why?" }, dataset: { name: "questions", id: dataset.id, row: 1 } },
        {
          values: { question: "How?", reader: "experts" },
          dataset: { name: "questions", id: dataset.id, row: 2 },
        },
        {
          values: { question: "When?" },
          trace: { trace_id: ids[0], at: "2026-11-01T10:00:00.000Z" },
        },
        {
          values: { question: "Where?" },
          trace: { trace_id: ids[1], at: "2026-11-01T09:59:59.000Z" },
        },
      ],
    });
    for (const shown of ["Row 2 of the dataset questions", `Trace ${ids[1]}`, '"Where?"']) {
      expect(said).toContain(shown);
    }
  });

  it("gives the same values once, and values that are no text as JSON text", async () => {
    const { list } = await remembered({
      rows: [{ question: ["a", 1], reader: true }],
      uses: [{ reader: true, question: ["a", 1] }],
    });

    expect((await list()).structured).toMatchObject({
      examples: [{ values: { question: '["a",1]', reader: "true" }, dataset: { row: 1 } }],
    });
  });

  it("leaves out what lacks a required variable or is too long, and says so", async () => {
    const { list } = await remembered({
      rows: [{ reader: "nobody" }, { question: "x".repeat(10_001) }, { question: "Why?" }],
    });

    const { structured } = await list();

    expect(structured).toMatchObject({
      examples: [{ values: { question: "Why?" }, dataset: { row: 3 } }],
      notes: [
        "Left out for lack of a variable: 1.",
        "Left out because they have more than 10,000 characters: 1.",
      ],
    });
  });

  it("looks at no more than 20 rows and 20 traces", async () => {
    const many = (word: string) =>
      Array.from({ length: 25 }, (_, at) => ({ question: `${word} ${at}` }));
    const { list } = await remembered({ rows: many("row"), uses: many("use") });

    const { structured } = await list();

    expect(structured).toMatchObject({ examples: { length: 40 } });
  });

  it("says what the caller may not read, and gives the rest", async () => {
    const { list } = await remembered({
      ...{ rows: [{ question: "Why?" }], uses: [{ question: "When?" }] },
      refuses: ["listDatasets"],
    });

    expect((await list()).structured).toMatchObject({
      examples: [{ values: { question: "When?" }, trace: {} }],
      notes: ["The datasets were not read: You may not read this experiment. Ask its owner."],
    });
  });

  it("is an error for a version that does not exist", async () => {
    const { list } = await remembered({});

    expect((await list({ version: 9 })).text).toContain("version 9");
    expect((await list({ version: 9 })).isError).toBe(true);
  });
});
