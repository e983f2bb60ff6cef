import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { createEmbeddedFile } from "../../../src/embedded/embedded-file.ts";
import type { DatasetRow } from "../../../src/registry/evaluation/datasets.ts";
import { traceIdOf } from "../../../src/registry/evaluation/row-identity.ts";
import type { RowResult } from "../../../src/registry/evaluation/runs.ts";
import { text, uniqueName } from "../../contract/support.ts";
import { binFolder, mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { differences, readRows } from "./database-rows.ts";
import { listedFor } from "./row-differences.ts";

const user = "ann";
const prompt = { name: "qa", version: 1 };
const first = { question: "2+2", top: 3, ratio: 0.5, safe: true, none: null, list: [1] };
const rows: readonly DatasetRow[] = [
  {
    inputs: first,
    expectations: { expected_response: "4", guidelines: ["be short"] },
    tags: { source: "list" },
  },
  { inputs: { question: "größer 😀", deep: { a: 1 } }, expectations: { expected_response: "six" } },
];
const merged = { inputs: first, expectations: { expected_response: "four" }, tags: { more: "1" } };

/** Writes what `mlflow-rows.py` does. */
async function writeOurs(path: string): Promise<void> {
  const file = createEmbeddedFile({ path, samples: false });
  const store = file.evaluations({});
  await file.registry({}).registerVersion("qa", text("Answer {{question}}"));
  const created = await store.createDataset("numbers", { prompt: "qa" });
  await store.addRows(created, rows);
  const { dataset } = await store.addRows(created, [merged]);
  const startedAt = Date.now();
  const runId = await store.startRun({
    ...{ name: "qa/1 on numbers", prompt, plan: "p", dataset, startedAt, user },
    params: { model: "m" },
  });
  const results = rows.map(({ inputs, expectations }, index): RowResult => {
    const rowKey = `${index}.0`;
    return {
      ...{ traceId: traceIdOf(runId, rowKey), rowKey, prompt, inputs, startedAt, user },
      endedAt: startedAt + 40,
      call: {
        ...{ model: "m", provider: "openai", request: { model: "m" }, answer: { choices: [] } },
        usage: { inputTokens: 5, outputTokens: 7 },
        cost: { inputUsd: 0.1, outputUsd: 0.2, totalUsd: 0.3 },
      },
      output: "four",
      expectations: { ...expectations, ...(index === 0 ? merged.expectations : {}) },
      scores: [
        { scorer: "exact_match", value: true },
        { scorer: "length", value: 4.5 },
        {
          ...{ scorer: "correctness", value: "yes", reason: "As expected." },
          judge: { model: "openai:/judge", inputTokens: 3 },
        },
        { scorer: "broken", error: "The judge gave no JSON." },
      ],
    };
  });
  await store.storeResults(runId, results);
  const metrics = { "exact_match/mean": 1, "length/mean": 4.5, "correctness/mean": 1 };
  await store.finishRun(runId, { status: "finished", metrics, endedAt: Date.now() });
  const label = { name: "helpful", value: true, comment: "Sehr gut.", user: "eve" };
  await store.setLabel(traceIdOf(runId, "0.0"), label);
  await file.storeTrace(
    {},
    {
      ...{ traceId: `tr-${"f".repeat(32)}`, prompt, startedAt, endedAt: startedAt + 5, user },
      ...{ inputs: { question: "Why?" }, call: { model: "m", request: { model: "m" } } },
      error: "The model is busy.",
    },
  );
  file.close();
}

describe.each<Release>(["3.17.2", "3.10.1", "3.8.1"])("on MLflow %s", async (release) => {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title("the rows of an embedded file", mlflow), () => {
    const folder = join(tmpdir(), `rows-${uniqueName()}`);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it("are those that MLflow's own client writes, but for what is listed", async () => {
      mkdirSync(folder);
      const [theirs, ours] = [join(folder, "theirs.db"), join(folder, "ours.db")];
      // MLflow takes the state of the repository that a script is in for the run's.
      const script = join(folder, "mlflow-rows.py");
      copyFileSync(join(import.meta.dirname, "mlflow-rows.py"), script);
      await promisify(execFile)(join(binFolder(release), "python"), [script, theirs, ours], {
        cwd: folder,
        env: {
          ...{ PATH: process.env.PATH, HOME: folder, LOGNAME: user, PYTHONUTF8: "1" },
          MLFLOW_GENAI_EVAL_SKIP_TRACE_VALIDATION: "true",
          MLFLOW_ENABLE_ASYNC_TRACE_LOGGING: "false",
          ...{ MLFLOW_DISABLE_TELEMETRY: "true", LITELLM_LOCAL_MODEL_COST_MAP: "True" },
        },
      });
      await writeOurs(ours);

      const found = differences(readRows(theirs), readRows(ours));
      expect([...found.keys()].toSorted()).toEqual(listedFor(release).toSorted());
    });
  });
});
