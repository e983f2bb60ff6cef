import { describe, expect, it } from "vitest";
import { traceIdOf } from "../../src/registry/evaluation/row-identity.ts";
import type { ReadResult, RowResult } from "../../src/registry/evaluation/runs.ts";
import { resultsOf } from "../support/results-of.ts";
import type { EvaluationSubject } from "./evaluation.ts";
import { newPrompt, newResult, newRun } from "./evaluation-samples.ts";
import { refused } from "./support.ts";

const everyCharacter = 'Grüße 漢字 👩‍👩‍👧 \u2028 "quoted" \\ % _ \'; --\r\n\t';

export function resultsContract(subject: EvaluationSubject): void {
  /** A run of version 1 of a new prompt, and rows of it. */
  async function startRun() {
    const prompt = { name: await newPrompt(subject), version: 1 };
    const id = await subject.store.startRun(newRun({ prompt }));
    return {
      id,
      store: (...rows: readonly RowResult[]) =>
        subject.store.storeResults(
          id,
          rows.map((row) => ({ ...row, prompt })),
        ),
      read: async (limit = 100) => byKey(await resultsOf(subject.store, id, limit)),
    };
  }

  describe("results of a run", () => {
    it("are read one by one, and page by page", async () => {
      const run = await startRun();
      await run.store(newResult("0.0", { output: "one" }), newResult("1.0", { output: "two" }));
      const all = await run.read();

      const pages: ReadResult[] = [];
      for await (const page of subject.store.resultPages(run.id, 100)) pages.push(...page);

      expect(byKey(pages)).toEqual(all);
      expect(await subject.store.readResult(run.id, traceIdOf(run.id, "1.0"))).toEqual(all[1]);
      const missing = traceIdOf(run.id, "2.0");
      await refused(subject.store.readResult(run.id, missing), "not_found", missing);
    });

    it("are read back with inputs, answer, scores, expectations, tokens and time", async () => {
      const run = await startRun();
      const startedAt = Date.now();
      const result = newResult("17.2", {
        startedAt,
        endedAt: startedAt + 1_043,
        inputs: { question: everyCharacter, top: 3, deep: { list: [1.5, null, true] } },
        output: everyCharacter,
        recordId: `dr-${"e".repeat(32)}`,
        expectations: { expected_response: everyCharacter, guidelines: ["a", "b"], top: 3 },
        scores: [
          { scorer: "exact_match", value: false, reason: everyCharacter },
          { scorer: "similarity", value: 0.1 + 0.2 },
          { scorer: "count", value: 0 },
          { scorer: "tone", value: "formal" },
          { scorer: "safe", value: true },
        ],
      });
      await run.store(result);

      expect(await run.read()).toEqual([
        {
          traceId: traceIdOf(run.id, "17.2"),
          rowKey: "17.2",
          inputs: result.inputs,
          output: everyCharacter,
          expectations: result.expectations,
          scores: expect.arrayContaining([...result.scores]),
          labels: [],
          latencyMs: 1_043,
          usage: { inputTokens: 5, outputTokens: 7 },
        },
      ]);
    });

    it("have the judge of a score with its tokens and cost, and why a scorer failed", async () => {
      const run = await startRun();
      const judge = { model: "gpt-9", inputTokens: 120, outputTokens: 30, usd: 0.0125 };
      const scores = [
        { scorer: "correctness", value: "yes", reason: "It is.", judge },
        { scorer: "tone", error: "The judge gave no JSON.", judge: { model: "gpt-9" } },
        { scorer: "broken", error: "The pattern took too long." },
      ];
      await run.store(newResult("0.0", { scores }));

      const [row] = await run.read();

      expect(row?.scores.toSorted(byScorer)).toEqual(scores.toSorted(byScorer));
    });

    it("say why no model answered", async () => {
      const run = await startRun();
      const { output: _, call, ...failed } = newResult("0.0", { error: "The model is busy." });
      const { answer: __, usage: ___, ...asked } = call;
      await run.store({ ...failed, call: asked });

      const [row] = await run.read();

      expect(row).toMatchObject({ rowKey: "0.0", error: "The model is busy.", scores: [] });
      expect(row).not.toHaveProperty("output");
    });

    it("have long answers whole, and answers that are no text as JSON", async () => {
      const run = await startRun();
      const long = `${everyCharacter}`.repeat(2_000);
      await run.store(
        newResult("0.0", { output: long, scores: [{ scorer: "s", value: 1, reason: long }] }),
        newResult("1.0", { output: [{ name: "call", arguments: "{}" }] }),
        newResult("2.0", { output: "" }),
        newResult("3.0", { output: '{"a": 1}' }),
      );

      const rows = await run.read();

      expect(rows.map(({ output }) => output)).toEqual([
        long,
        '[{"name":"call","arguments":"{}"}]',
        "",
        '{"a": 1}',
      ]);
      expect(rows[0]?.scores[0]?.reason).toBe(long);
    });

    it("are stored once, however often and in whatever calls they are sent", async () => {
      const run = await startRun();
      const scores = [{ scorer: "exact_match", value: true }];
      const rows = ["0.0", "0.1", "1.0"].map((key) => newResult(key, { scores }));
      const [first, second] = rows;
      if (first === undefined || second === undefined) throw new Error("There are three rows");

      await run.store(first);
      await run.store(first, second);
      await run.store(...rows);
      await run.store(...rows);

      const found = await run.read();
      expect(found.map(({ rowKey }) => rowKey)).toEqual(["0.0", "0.1", "1.0"]);
      for (const row of found) {
        expect(row).toMatchObject({ scores, usage: { inputTokens: 5, outputTokens: 7 } });
      }
    });

    it("are those of one run alone, at most as many as wanted", async () => {
      const [run, other] = [await startRun(), await startRun()];
      await run.store(...["0.0", "1.0", "2.0"].map((key) => newResult(key)));
      await other.store(newResult("9.0"));

      expect((await run.read()).length).toBe(3);
      expect((await run.read(2)).length).toBe(2);
      expect((await other.read()).map(({ rowKey }) => rowKey)).toEqual(["9.0"]);
    });

    it("may be a hundred in one call, and more in the run", async () => {
      const run = await startRun();
      const keys = Array.from({ length: 120 }, (_, index) => `${index}.0`);
      await run.store(...keys.slice(0, 100).map((key) => newResult(key)));
      await run.store(...keys.slice(100).map((key) => newResult(key)));

      const rows = await run.read(1_000);

      expect(new Set(rows.map(({ rowKey }) => rowKey))).toEqual(new Set(keys));
    });
  });
}

function byKey(rows: readonly ReadResult[]): readonly ReadResult[] {
  return rows.toSorted((one, other) => ((one.rowKey ?? "") < (other.rowKey ?? "") ? -1 : 1));
}

function byScorer(one: { readonly scorer: string }, other: { readonly scorer: string }): number {
  return one.scorer < other.scorer ? -1 : 1;
}
