import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import type { AuditEvent } from "../../src/log/audit.ts";
import { RegistryError } from "../../src/registry/errors.ts";
import type { Label } from "../../src/registry/evaluation/scores.ts";
import type { Session } from "../../src/session/session.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyFile, sessionOf, text } from "../support/embedded-session.ts";
import { modelsAt } from "../support/models.ts";
import { nextMillisecond } from "../support/next-millisecond.ts";

const row = (question: string, expected?: string) => ({
  inputs: { question },
  ...(expected === undefined ? {} : { expectations: { expected_response: expected } }),
});

/** A client of a server with the prompt "qa", of which version 1 is in production. */
async function setUp({
  policy = {},
  uses = [],
}: {
  policy?: Partial<Session>;
  /** Of both versions, newest first. */
  uses?: readonly Use[];
} = {}) {
  const { registry, evaluations: store, storeTrace } = emptyFile();
  await registry.registerVersion("qa", text("Answer: {{ question }}"));
  await registry.setAlias("qa", "production", 1);
  await registry.registerVersion("qa", text("Answer {{ question }} for {{ reader }}"));
  for (const [index, { question, labels }] of uses.entries()) {
    for (const version of [1, 2]) {
      const traceId = `tr-${`${version}${index}`.padStart(32, "0")}`;
      const startedAt = Date.parse("2026-11-01") - index * 1_000;
      await storeTrace({
        ...{ traceId, startedAt, endedAt: startedAt + 100, output: "An answer." },
        prompt: { name: "qa", version },
        inputs: question === undefined ? {} : { question },
        call: { model: "small", request: {} },
      });
      for (const label of labels) await store.setLabel(traceId, label);
    }
  }
  const audited: AuditEvent[] = [];
  const session = sessionOf(registry, {
    ...modelsAt({ url: "http://model.test" }),
    evaluations: store,
    audit: (event) => audited.push(event),
    ...policy,
  });
  const client = await connect(session);
  const add = (args: object) => callTool(client, "add_to_dataset", args);
  const list = (args: object = {}) => callTool(client, "list_datasets", args);
  const stored = async (name: string) => {
    const rows = await store.readRows(await store.getDataset(name), 10_000);
    return rows.map(({ inputs, expectations }) => ({ inputs, expectations }));
  };
  return { client, add, list, stored, store, registry, audited };
}

/** A use of a prompt, which left a trace. */
interface Use {
  readonly question: string | undefined;
  readonly labels: readonly Label[];
}

const used = (question: string | undefined, labels: readonly Label[] = []): Use => ({
  question,
  labels,
});

function cursorOf(listed: unknown): string {
  return z.object({ next_cursor: z.string() }).parse(listed).next_cursor;
}

function digestOf(added: unknown): string {
  return z.object({ dataset: z.object({ digest: z.string() }) }).parse(added).dataset.digest;
}

describe("add_to_dataset", () => {
  it("makes a dataset for a prompt, adds rows and says what it holds", async () => {
    const { add, stored, audited } = await setUp();

    const added = await add({
      dataset: "questions",
      prompt: "qa",
      rows: [row("Why?", "Because."), { ...row("How?"), tags: { source: "mail" } }],
    });

    expect(added.structured).toEqual({
      dataset: {
        name: "questions",
        id: expect.stringMatching(/^d-[0-9a-f]{32}$/),
        prompt: "qa",
        rows: 2,
        digest: expect.stringMatching(/^[0-9a-f]{8}$/),
        created_at: expect.stringContaining("2026-"),
        updated_at: expect.stringContaining("2026-"),
      },
      created: true,
      inserted: 2,
      merged: 0,
    });
    expect(added.text).toMatch(/^2 rows added and 0 merged into the new dataset:\nquestions \(d-/);
    expect(await stored("questions")).toEqual([
      { inputs: { question: "Why?" }, expectations: { expected_response: "Because." } },
      { inputs: { question: "How?" }, expectations: {} },
    ]);
    expect(audited).toEqual([
      {
        operation: "add_to_dataset",
        outcome: "ok",
        prompt: "qa",
        dataset: "questions",
        client: "test/1.0.0",
        request: expect.any(String),
      },
    ]);
  });

  it("merges a row into the one with the same inputs, which changes the digest", async () => {
    const { add, stored } = await setUp();
    const first = await add({ dataset: "questions", prompt: "qa", rows: [row("Why?")] });

    const second = await add({ dataset: "questions", rows: [row("Why?", "So.")] });

    expect(second.structured).toMatchObject({ created: false, inserted: 0, merged: 1 });
    expect(second.text).not.toContain(digestOf(first.structured));
    expect(await stored("questions")).toEqual([
      { inputs: { question: "Why?" }, expectations: { expected_response: "So." } },
    ]);
  });

  it("takes the ID of a dataset, and makes none of an ID that does not exist", async () => {
    const { add, list, store } = await setUp();
    const { id } = await store.createDataset("questions", { prompt: "qa" });

    const known = await add({ dataset: id, rows: [row("Why?")] });
    const unknown = await add({ dataset: `d-${"0".repeat(32)}`, rows: [row("Why?")] });

    expect(known.structured).toMatchObject({ dataset: { name: "questions", rows: 1 } });
    expect(unknown).toMatchObject({ isError: true, text: expect.stringContaining("no dataset") });
    expect((await list()).structured).toMatchObject({ datasets: [{ name: "questions" }] });
  });

  it("warns of rows that do not fit the version that is served", async () => {
    const { add } = await setUp();
    const rows = [row("Why?"), { inputs: { qestion: "How?" } }, { inputs: { question: "", a: 1 } }];

    const { structured, text: said } = await add({ dataset: "questions", prompt: "qa", rows });

    expect(structured).toMatchObject({
      inserted: 3,
      warnings: [
        'qa version 1 needs "question", which is missing in row 2.',
        'qa version 1 does not use "qestion", which is in row 2.',
        'qa version 1 does not use "a", which is in row 3.',
      ],
    });
    expect(said).toContain('Warning: qa version 1 needs "question"');
  });

  it("names the first rows that do not fit, and counts the others", async () => {
    const { add } = await setUp();
    const rows = Array.from({ length: 13 }, (_, a) => ({ inputs: { a } }));

    const { text: said } = await add({ dataset: "questions", prompt: "qa", rows });

    expect(said).toContain('"question", which is missing in row 1, row 2,');
    expect(said).toContain("row 10 and 3 more.");
  });

  it("says that names are not checked for a dataset of no prompt, or of one that is gone", async () => {
    const { add, registry } = await setUp();

    const untied = await add({ dataset: "any", rows: [row("Why?")] });
    await add({ dataset: "questions", prompt: "qa", rows: [row("Why?")] });
    await registry.deletePrompt("qa");
    const orphan = await add({ dataset: "questions", rows: [row("How?")] });

    expect(untied.text).toContain('The dataset "any" is for no prompt, so the names');
    expect(orphan.structured).toMatchObject({ inserted: 1 });
    expect(orphan.text).toContain("The names of the inputs were not checked. No prompt named");
  });

  it.each([
    ["a prompt that does not exist", { prompt: "nothing" }, 'No prompt named "nothing"'],
    ["a name that is too long", { dataset: "x".repeat(256) }, "cannot be the name of a new"],
    ["a name of two lines", { dataset: "a\nb" }, "cannot be the name of a new dataset"],
    ["neither rows nor traces", { rows: undefined }, "give either rows or from_traces"],
    ["both rows and traces", { from_traces: {} }, "give either rows or from_traces"],
    ["no rows", { rows: [] }, "either rows or from_traces"],
    ["a row without inputs", { rows: [row("Why?"), {}] }, "rows.1.inputs"],
    ["a row with an unknown key", { rows: [{ ...row("Why?"), output: "x" }] }, "output"],
    ["more than 1,000 rows", { rows: Array.from({ length: 1_001 }, () => row("Why?")) }, "rows"],
    [
      "a row that is too large",
      { rows: [row("Why?"), row("x".repeat(100_000))] },
      "Nothing was added: row 2 has 100,0",
    ],
    [
      "rows that are too large together",
      { rows: Array.from({ length: 41 }, (_, index) => row(`${index}${"x".repeat(99_000)}`)) },
      "a call takes at most 4,000,000. Add them in several calls.",
    ],
  ])("refuses %s, and makes no dataset", async (_, args, message) => {
    const { add, list, audited } = await setUp();

    const refused = await add({ dataset: "questions", rows: [row("Why?")], ...args });

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(message);
    expect((await list()).structured).toEqual({ datasets: [] });
    expect(audited).toMatchObject([{ operation: "add_to_dataset" }]);
    expect(audited[0]?.outcome).not.toBe("ok");
  });

  it("ties a dataset that is for no prompt to the one that is named with rows", async () => {
    const { add, list, store } = await setUp();
    await store.addRows(await store.createDataset("questions", {}), [
      { inputs: { question: "Why?" }, expectations: {} },
    ]);

    const tied = await add({ dataset: "questions", prompt: "qa", rows: [row("Why?")] });

    expect(tied.text).toMatch(/^no rows added and 1 merged into the dataset:\n.*, for qa: 1 row/);
    expect((await list({ name: "qa" })).structured).toMatchObject({
      datasets: [{ name: "questions", prompt: "qa" }],
    });
  });

  it("refuses another prompt than the dataset is for", async () => {
    const { add, registry, stored } = await setUp();
    await registry.registerVersion("other", text("{{ question }}"));
    await add({ dataset: "questions", prompt: "qa", rows: [row("Why?")] });

    const refused = await add({ dataset: "questions", prompt: "other", rows: [row("How?")] });

    expect(refused.text).toContain('"questions" is for the prompt "qa", not for "other"');
    expect(await stored("questions")).toHaveLength(1);
  });

  it("keeps a dataset to 10,000 rows, and merges rows into a full one", async () => {
    const { add, store, stored } = await setUp();
    const dataset = await store.createDataset("questions", { prompt: "qa" });
    const full = Array.from({ length: 10_000 }, (_, index) => ({
      ...row(`${index}`),
      expectations: {},
    }));
    await store.addRows(dataset, full);

    const tooMany = await add({ dataset: "questions", rows: [row("0", "zero"), row("new")] });
    const merged = await add({ dataset: "questions", rows: [row("0", "zero")] });

    expect(tooMany.text).toContain("at most 10,000 rows");
    expect(tooMany.text).toContain("has 10,000, and 1 new ones");
    expect(merged.structured).toMatchObject({ inserted: 0, merged: 1 });
    expect(await stored("questions")).toHaveLength(10_000);
  });

  it("records a write that failed with its kind", async () => {
    const { add, audited, store } = await setUp();
    const down = new RegistryError("unavailable", "MLflow does not answer.");
    vi.spyOn(store, "addRows").mockRejectedValue(down);

    const failed = await add({ dataset: "questions", prompt: "qa", rows: [row("Why?")] });

    expect(failed).toMatchObject({ isError: true, text: expect.stringContaining("not answer") });
    expect(audited).toMatchObject([{ operation: "add_to_dataset", outcome: "unavailable" }]);
  });

  it("is not offered by a read-only server, which lists datasets", async () => {
    const { client, add, list } = await setUp({ policy: { readOnly: true } });

    const names = (await client.listTools()).tools.map(({ name }) => name);

    expect(names).toContain("list_datasets");
    expect(names).not.toContain("add_to_dataset");
    await expect(add({ dataset: "questions", rows: [row("Why?")] })).rejects.toThrow("read-only");
    expect((await list()).structured).toEqual({ datasets: [] });
  });
});

describe("add_to_dataset from traces", () => {
  const correct = (value: boolean, user: string) => ({ name: "correct", value, user });

  it("takes inputs, and people's labels as expectations; of two traces with the same inputs the newer wins", async () => {
    const uses = [
      used("Why?", [{ name: "expected_response", value: "Because.", user: "ann" }]),
      used("How?"),
      used("Why?", [{ name: "expected_response", value: "No idea.", user: "ann" }]),
    ];
    const { add, stored } = await setUp({ uses });

    const added = await add({ dataset: "real", prompt: "qa", from_traces: {} });

    expect(added.structured).toMatchObject({ created: true, inserted: 2, merged: 1 });
    expect(await stored("real")).toEqual([
      { inputs: { question: "Why?" }, expectations: { expected_response: "Because." } },
      { inputs: { question: "How?" }, expectations: {} },
    ]);
  });

  it("takes only labelled traces if asked, and no label on which people disagree", async () => {
    const uses = [
      used("1"),
      used("2", [correct(true, "ann"), correct(false, "ben")]),
      used("3", [correct(true, "ann"), correct(true, "ben")]),
      used("4", [correct(true, "ann")]),
    ];
    const { add, stored } = await setUp({ uses });

    const args = { alias: "production", limit: 2, only_labelled: true };
    const added = await add({ dataset: "real", prompt: "qa", from_traces: args });

    expect(added.text).toContain("1 label on which people disagree made no expectation.");
    expect(await stored("real")).toEqual([
      { inputs: { question: "3" }, expectations: { correct: true } },
      { inputs: { question: "2" }, expectations: {} },
    ]);
  });

  it("asks for the traces of the version that is meant, and checks the rows against it", async () => {
    const { add } = await setUp({ uses: [used("Why?")] });
    await add({ dataset: "real", prompt: "qa", rows: [row("Why?")] });

    const byNumber = await add({ dataset: "real", from_traces: { version: 2 } });
    const byName = await add({ dataset: "real", prompt: "qa/2", from_traces: {} });

    for (const { text: said } of [byNumber, byName]) {
      expect(said).toContain('qa version 2 needs "reader", which is missing in trace 1.');
    }
  });

  it.each([
    ["the dataset is for no prompt", {}, [used("Why?")], "Give prompt."],
    [
      "no trace has values of variables",
      { prompt: "qa" },
      [used(undefined)],
      "no trace has values of its variables",
    ],
    ["there are no traces", { prompt: "qa" }, [], "it has no traces. run_prompt stores one"],
    [
      "nobody has labelled any",
      { prompt: "qa", from_traces: { only_labelled: true } },
      [used("Why?")],
      "people have labelled none of its newest 1 trace",
    ],
    [
      "the version does not exist",
      { prompt: "qa", from_traces: { version: 9 } },
      [used("Why?")],
      'Prompt "qa" has no version 9',
    ],
  ])("refuses when %s", async (_, args, uses, message) => {
    const { add, list } = await setUp({ uses });

    const refused = await add({ dataset: "real", from_traces: {}, ...args });

    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining(message) });
    expect((await list()).structured).toEqual({ datasets: [] });
  });
});

describe("list_datasets", () => {
  it("lists the datasets of a prompt, newest first, in pages", async () => {
    const { list, store } = await setUp();
    for (const name of ["a", "b", "c"]) {
      await store.createDataset(name, { prompt: "qa" });
      await nextMillisecond();
    }
    await store.createDataset("other", {});

    const first = await list({ name: "qa", limit: 2 });
    const rest = await list({ name: "qa", limit: 2, cursor: cursorOf(first.structured) });

    expect(first.structured).toMatchObject({
      datasets: [{ name: "c", prompt: "qa", rows: 0 }, { name: "b" }],
      next_cursor: expect.any(String),
    });
    expect(first.text).toContain("More datasets follow: cursor ");
    expect(rest.structured).toMatchObject({ datasets: [{ name: "a" }] });
    expect((await list()).text).toMatch(/^other \(d-[0-9a-f]+\), for no prompt: no rows/);
  });

  it("says how to make one where there is none", async () => {
    const { list } = await setUp();

    expect((await list({ name: "qa" })).text).toBe("No datasets for qa. add_to_dataset makes one.");
  });

  it("needs no model, and is listed only where there is one", async () => {
    const named = async (policy: Partial<Session>) => {
      const { client, list } = await setUp({ policy });
      expect(await list()).toMatchObject({ isError: false });
      return (await client.listTools()).tools.map(({ name }) => name);
    };

    expect(await named({})).toContain("list_datasets");
    expect(await named({ models: undefined, view: false })).not.toContain("list_datasets");
  });

  it("fails where the registry keeps no datasets", async () => {
    const none = await setUp({ policy: { evaluations: undefined } });

    expect(await none.list()).toMatchObject({
      isError: true,
      text: expect.stringContaining("keeps no datasets"),
    });
  });
});
