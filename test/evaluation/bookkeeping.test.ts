import { describe, expect, it } from "vitest";
import { ChangedRows } from "../../src/evaluation/changed-rows.ts";
import { chooseRows, digestOfRows } from "../../src/evaluation/choose-rows.ts";
import type { EvaluatedRow } from "../../src/evaluation/evaluation.ts";
import { Progress } from "../../src/evaluation/progress.ts";
import type { RowResult } from "../../src/registry/evaluation/runs.ts";
import type { Score, ScoreValue } from "../../src/registry/evaluation/scores.ts";

const rowOf = (n: number) => ({ inputs: { n, text: "x" }, expectations: { expected_response: n } });
const manyRows = Array.from({ length: 200 }, (_, n) => rowOf(n));

const numbers = (rows: readonly EvaluatedRow[]) => rows.map(({ inputs }) => Number(inputs.n));

describe("the rows of an evaluation", () => {
  it("are all rows where no fewer are wanted", () => {
    expect(chooseRows(manyRows, undefined)).toEqual(manyRows);
    expect(chooseRows(manyRows, 200)).toEqual(manyRows);
  });

  it("stay in their order, and stay chosen when others are removed", () => {
    const chosen = chooseRows(manyRows, 20);

    expect(chosen).toHaveLength(20);
    expect(numbers(chosen)).toEqual(numbers(chosen).toSorted((a, b) => a - b));
    const isEven = (row: { inputs: { n: number } }) => row.inputs.n % 2 === 0;
    expect(chooseRows(manyRows.filter(isEven), 20)).toEqual(
      expect.arrayContaining(chosen.filter((row) => Number(row.inputs.n) % 2 === 0)),
    );
  });

  it("do not depend on expectations or the order of keys", () => {
    const respelled = manyRows.map(({ inputs: { n, text } }) => ({
      inputs: { text, n },
      expectations: {},
    }));

    expect(numbers(chooseRows(respelled, 20))).toEqual(numbers(chooseRows(manyRows, 20)));
  });

  it("are at most as many as wanted where several have the same inputs", () => {
    expect(
      chooseRows(
        Array.from({ length: 30 }, () => rowOf(1)),
        7,
      ),
    ).toHaveLength(7);
  });

  it("have a digest that an expectation changes, and the order of keys does not", () => {
    const digest = digestOfRows([rowOf(1), rowOf(2)]);

    expect(
      digestOfRows([
        { inputs: { text: "x", n: 1 }, expectations: rowOf(1).expectations },
        rowOf(2),
      ]),
    ).toBe(digest);
    expect(digestOfRows([{ ...rowOf(1), expectations: {} }, rowOf(2)])).not.toBe(digest);
    expect(digestOfRows([rowOf(1)])).not.toBe(digest);
  });
});

describe("the rows that changed most", () => {
  const answer = (version: number, values: Readonly<Record<string, ScoreValue | undefined>>) => ({
    version,
    output: "",
    scores: Object.entries(values).map(
      ([scorer, value]): Score => ({ scorer, ...(value === undefined ? {} : { value }) }),
    ),
  });
  const scorers = [
    { name: "right", direction: "higher" },
    { name: "cost", direction: "lower" },
    { name: "length", direction: "none" },
  ] as const;

  it("are the worst and the best, in the direction of each scorer", () => {
    const changed = new ChangedRows(scorers, 3);

    changed.add({ n: 1 }, answer(1, { right: true }), answer(2, { right: false }));
    changed.add({ n: 2 }, answer(1, { cost: 4 }), answer(2, { cost: 2 }));
    changed.add({ n: 3 }, answer(1, { length: 1 }), answer(2, { length: 100 }));
    changed.add({ n: 4 }, answer(1, { right: "yes" }), answer(2, { right: "yes" }));
    changed.add(
      { n: 5 },
      answer(1, { right: true, cost: 1 }),
      answer(2, { right: false, cost: 2 }),
    );
    changed.add({ n: 6 }, answer(1, { cost: 100 }), answer(2, { cost: 90 }));

    expect(changed.list().map(({ inputs, change }) => [inputs.n, change])).toEqual([
      [5, -1.5],
      [1, -1],
      [2, 0.5],
    ]);
  });

  it("do not count a score that failed as a change", () => {
    const changed = new ChangedRows(scorers, 3);

    changed.add({ n: 1 }, answer(1, { right: true }), answer(2, { right: undefined }));
    changed.add({ n: 2 }, answer(1, {}), answer(2, { right: false }));
    changed.add({ n: 3 }, answer(1, { right: true }), answer(2, { right: "unclear" }));

    expect(changed.list()).toEqual([]);
  });

  it("are kept for each candidate, with outputs that are cut", () => {
    const changed = new ChangedRows(scorers, 2);
    const long = { ...answer(1, { right: false }), output: "x".repeat(1_000_000) };

    for (let n = 0; n < 100; n += 1) {
      changed.add({ n }, long, answer(2, { right: true }));
      changed.add({ n }, long, answer(3, { right: true }));
    }

    const kept = changed.list();
    expect(kept.map(({ candidate }) => candidate.version)).toEqual([2, 2, 3, 3]);
    expect(kept[0]?.baseline.output).toHaveLength(2_001);
  });
});

describe("the progress of an evaluation", () => {
  const result = (fields: Partial<RowResult> = {}): RowResult => ({
    traceId: "",
    rowKey: "0.0",
    prompt: { name: "qa", version: 1 },
    startedAt: 0,
    endedAt: 1,
    inputs: {},
    call: { model: "m", request: {}, cost: { inputUsd: 0.1, outputUsd: 0.1, totalUsd: 0.2 } },
    output: "x",
    expectations: {},
    scores: [],
    ...fields,
  });
  const failed = (error: string) => result({ error, output: undefined });
  const judged = (usd?: number): Score => ({
    scorer: "correctness",
    value: true,
    judge: { model: "j", ...(usd === undefined ? {} : { usd }) },
  });

  it("goes on after 19 failures and an answer, and stops at 20 failures in a row", () => {
    const progress = new Progress(100, undefined, () => {});

    for (let n = 0; n < 19; n += 1) progress.note(failed("down"));
    progress.note(result());
    for (let n = 0; n < 19; n += 1) progress.note(failed("down"));
    expect(progress.interruption).toBeUndefined();
    progress.note(failed("really down"));

    expect(progress.interruption).toContain("20 calls failed one after the other");
    expect(progress.interruption).toContain("really down");
    expect(progress.done).toBe(1);
  });

  it("counts the cost of judges too, and stops at the limit", () => {
    const progress = new Progress(100, 1, () => {});

    progress.spend(0.2);
    progress.note(result({ scores: [judged(0.25), judged(0.25)] }));
    expect(progress.interruption).toBeUndefined();
    progress.spend(0.2);
    progress.note(result({ scores: [judged(0.11)] }));

    expect(progress.interruption).toContain("The calls cost $1.01");
  });

  it("stops where a judge has no price and a limit is set, and only there", () => {
    const limited = new Progress(100, 1, () => {});
    const unlimited = new Progress(100, undefined, () => {});

    for (const progress of [limited, unlimited]) progress.note(result({ scores: [judged()] }));

    expect(limited.interruption).toContain("no price is known");
    expect(unlimited.interruption).toBeUndefined();
  });

  it("keeps the first reason to stop", () => {
    const progress = new Progress(100, undefined, () => {});

    progress.interrupt("first");
    progress.interrupt("second");

    expect(progress.interruption).toBe("first");
  });

  it("keeps few reasons of failures, cut, the most frequent first", () => {
    const progress = new Progress(1_000, undefined, () => {});

    for (let n = 0; n < 100; n += 1) {
      progress.note(failed(`${n} ${"x".repeat(10_000)}`));
      progress.note(failed("often"));
    }

    expect(progress.failures).toHaveLength(20);
    expect(progress.failures[0]).toEqual({ reason: "often", rows: 100 });
    expect(progress.failures[1]?.reason).toHaveLength(301);
  });

  it("tells of kept answers, new ones and failures", () => {
    const told: (readonly [number, number, string])[] = [];
    const progress = new Progress(4, undefined, (...one) => told.push(one));

    progress.noteKept();
    progress.note(result());
    progress.note(failed("down"));

    expect(told).toEqual([
      [1, 4, "1 of 4 answers"],
      [2, 4, "2 of 4 answers"],
      [3, 4, "3 of 4 answers, 1 failed"],
    ]);
    expect([progress.done, progress.kept]).toEqual([2, 1]);
  });
});
