import { expect, it, vi } from "vitest";
import * as z from "zod";
import type { EvaluationStore } from "../../src/registry/evaluation/evaluation-store.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyFile, sessionOf, text } from "../support/embedded-session.ts";
import { chatCompletion, fakeModel } from "../support/fake-model.ts";
import { modelsAt } from "../support/models.ts";
import { resultsOf } from "../support/results-of.ts";

const evaluation = z.looseObject({
  complete: z.boolean(),
  notes: z.array(z.string()).default([]),
  versions: z.array(
    z.looseObject({ run_id: z.string().optional(), answered: z.number(), failed: z.number() }),
  ),
});

async function setUp() {
  const { registry, evaluations } = emptyFile();
  await registry.registerVersion("qa", text("{{ n }}"));
  const slow = { after: 100, body: chatCompletion({ content: "1" }) };
  const model = await fakeModel((_, index) => (index >= 30 && index < 38 ? slow : "1"));
  /** Calls of one process: each has what its sessions share. */
  const aProcess = async () => {
    const models = modelsAt({ url: model.url, names: ["m"], maxCalls: 4 });
    const client = await connect(sessionOf(registry, { ...models, evaluations }));
    const call = (args: object) => {
      const given = { name: "qa", versions: [1], scorers: ["exact_match"], ...args };
      return callTool(client, "evaluate_prompt", given);
    };
    const evaluate = async (args: object) => {
      const { structured, text: said, isError } = await call(args);
      expect(isError, said).toBe(false);
      return evaluation.parse(structured);
    };
    return { evaluate, call };
  };
  return { evaluations, aProcess, ...(await aProcess()), asked: model.asked };
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    inputs: { n },
    expectations: { expected_response: "1" },
  }));

/** Holds back what searches for runs find, so that two calls both find none. */
function holdSearches(evaluations: EvaluationStore) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const search = evaluations.listRuns.bind(evaluations);
  const searches = vi.spyOn(evaluations, "listRuns").mockImplementation(async (...given) => {
    const found = await search(...given);
    await released;
    return found;
  });
  return { count: () => searches.mock.calls.length, release };
}

it("refuses the same evaluation while it runs, and asks for nothing twice", async () => {
  const { call, asked, evaluations } = await setUp();

  const both = await Promise.all([call({ rows: rows(60) }), call({ rows: rows(60) })]);
  const after = await call({ rows: rows(60) });

  const [refused, ...others] = both.filter(({ isError }) => isError);
  expect(others).toEqual([]);
  const { items } = await evaluations.listRuns({ prompt: "qa", limit: 10 });
  expect(refused?.text).toContain('an identical evaluation of "qa" is running now');
  expect(refused?.text).toContain(items[1]?.id);
  expect(after.isError).toBe(false);
  expect(items).toHaveLength(2);
  expect(asked).toHaveLength(120);
});

it("makes an evaluation with other rows meanwhile", async () => {
  const { evaluate, asked } = await setUp();

  await Promise.all([evaluate({ rows: rows(60) }), evaluate({ rows: rows(59) })]);

  expect(asked).toHaveLength(119);
});

it("counts every answer once when two processes make the same evaluation at once", async () => {
  const { evaluate, evaluations, aProcess, asked } = await setUp();
  const other = await aProcess();

  const looked = holdSearches(evaluations);
  const first = evaluate({ rows: rows(60) });
  await expect.poll(looked.count, { interval: 1 }).toBe(1);
  const second = other.evaluate({ rows: rows(60) });
  await expect.poll(looked.count, { interval: 1 }).toBe(2);
  looked.release();
  const both = await Promise.all([first, second]);

  for (const { complete, versions } of both) {
    expect(complete).toBe(true);
    expect(versions).toMatchObject([{ answered: 60, failed: 0 }]);
    const stored = await resultsOf(evaluations, versions[0]?.run_id ?? "", 1_000);
    expect(stored).toHaveLength(60);
    expect(stored.every(({ scores }) => scores.length === 1)).toBe(true);
  }
  expect(asked.length).toBeLessThanOrEqual(120);
  const running = await evaluations.listRuns({ status: "running", limit: 10 });
  expect(running.items).toEqual([]);
});

it("continues a run that another process is still working on, and counts no answer twice", async () => {
  const { evaluate, evaluations, aProcess, asked } = await setUp();
  const other = await aProcess();

  const first = evaluate({ rows: rows(60) });
  await expect.poll(() => asked.length, { interval: 1 }).toBeGreaterThan(30);
  const views = await Promise.all([first, other.evaluate({ rows: rows(60) })]);

  expect(views[1]?.versions[0]?.run_id).toBe(views[0]?.versions[0]?.run_id);
  for (const { versions } of views) expect(versions).toMatchObject([{ answered: 60, failed: 0 }]);
  const run = await evaluations.getRun(views[0]?.versions[0]?.run_id ?? "");
  expect(run).toMatchObject({ status: "finished", metrics: { "rows/answered": 60 } });
  const stored = await resultsOf(evaluations, run.id, 1_000);
  expect(stored).toHaveLength(60);
  expect(stored.every(({ scores }) => scores.length === 1)).toBe(true);
});
