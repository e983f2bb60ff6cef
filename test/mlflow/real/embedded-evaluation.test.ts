import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEmbeddedFile, type EmbeddedFile } from "../../../src/embedded/embedded-file.ts";
import { traceIdOf } from "../../../src/registry/evaluation/row-identity.ts";
import type { RowResult } from "../../../src/registry/evaluation/runs.ts";
import { jsonObject, parseJson } from "../../../src/registry/json.ts";
import { text, uniqueName } from "../../contract/support.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { recordedInputs } from "../../support/recorded-inputs.ts";
import { resultsOf } from "../../support/results-of.ts";
import { suiteServer } from "./suite-server.ts";

const mlflow = await mlflowAvailable("3.17.2");
const rows = 12;

/** A run of 12 rows, every third of them wrong, in the file. Resolves with its ID. */
async function evaluated({ registry, evaluations }: EmbeddedFile): Promise<string> {
  await registry({}).registerVersion("qa", text("Answer {{n}}"));
  const store = evaluations({});
  const created = await store.createDataset("numbers", { prompt: "qa" });
  const inputs = Array.from({ length: rows }, (_, index) => ({ n: `${index}`, note: "Größe 漢" }));
  const { dataset } = await store.addRows(
    created,
    inputs.map((given, index) => ({
      inputs: given,
      expectations: { expected_response: `${index}` },
    })),
  );
  const prompt = { name: "qa", version: 1 };
  const startedAt = Date.now() - 60_000;
  const runId = await store.startRun({
    ...{ name: "qa/1 on numbers", prompt, plan: "p", dataset, startedAt, user: "ann" },
    params: { model: "m" },
  });
  const results = inputs.map(
    (given, index): RowResult => ({
      ...{ traceId: traceIdOf(runId, `${index}.0`), rowKey: `${index}.0`, prompt, inputs: given },
      startedAt: startedAt + index,
      endedAt: startedAt + index + 40,
      call: {
        ...{ model: "m", provider: "openai", request: { messages: [] }, answer: "x" },
        usage: { inputTokens: 5, outputTokens: 7 },
        cost: { inputUsd: 0.1, outputUsd: 0.2, totalUsd: 0.3 },
      },
      output: `${index}`,
      expectations: { expected_response: `${index}` },
      scores: [
        { scorer: "exact_match", value: index % 3 !== 0 },
        { scorer: "latency", value: 40 },
        { scorer: "correctness", value: "yes", reason: "As expected.", judge: { model: "j" } },
        { scorer: "broken", error: "No answer of the judge." },
      ],
    }),
  );
  await store.storeResults(runId, results);
  const metrics = { "exact_match/mean": 8 / 12, "rows/attempted": rows };
  await store.finishRun(runId, { status: "finished", metrics, endedAt: Date.now() });
  return runId;
}

const read = (runId: string) => `
import json, mlflow
from mlflow.entities import AssessmentSource
from mlflow.genai.datasets import get_dataset
run = mlflow.get_run("${runId}")
traces = mlflow.search_traces(locations=["0"], run_id="${runId}", max_results=100, return_type="list")
linked = mlflow.search_traces(locations=["0"], filter_string="prompt = 'qa/1'", max_results=100, return_type="list")
dataset = get_dataset(name="numbers")
first = sorted(traces, key=lambda t: t.info.request_time)[1]
values = {a.name: a.value if a.name != "broken" else a.error.error_message for a in first.info.assessments}
dataset.merge_records([{"inputs": {"n": "new"}, "expectations": {"expected_response": "new"}}])
person = AssessmentSource(source_type="HUMAN", source_id="eve")
mlflow.log_feedback(trace_id=first.info.trace_id, name="exact_match", value=False, source=person)
print(json.dumps({
    "status": run.info.status, "name": run.info.run_name, "metrics": run.data.metrics, "params": run.data.params,
    "type": run.data.tags.get("mlflow.runType"), "dataset": [i.dataset.name for i in run.inputs.dataset_inputs],
    "traces": len(traces), "linked": len(linked), "rows": len(dataset.to_df()),
    "values": values, "usage": first.info.token_usage, "inputs": first.data.spans[0].inputs,
    "outputs": first.data.spans[0].outputs, "state": str(first.info.state.value),
    "right": sum(bool(a.value) for t in traces for a in t.info.assessments if a.name == "exact_match"),
}))
`;

/** Inputs with numbers and names of all kinds. MLflow takes no infinite number, and no row without inputs. */
const oddInputs = [...new Map(recordedInputs.map((one) => [one.python, one.given]))].flatMap(
  ([python, given]) => (python === "{}" || python.includes("Infinity") ? [] : [given]),
);

const merge = (records: string) => `
import json
from mlflow.genai.datasets import create_dataset, get_dataset
records = [{"inputs": json.loads(text), "expectations": {"by": "python"}} for text in json.loads(${JSON.stringify(records)})]
get_dataset(name="odd-of-ours").merge_records(records)
create_dataset(name="odd-of-theirs", experiment_id=["0"]).merge_records(records)
`;

describe.skipIf(!mlflow.ok)(title("an evaluation in an embedded file", mlflow), () => {
  const folder = join(tmpdir(), `evaluated-${uniqueName()}`);
  const path = join(folder, "registry.db");
  let file: EmbeddedFile;
  let runId: string;
  beforeAll(async () => {
    mkdirSync(folder);
    file = createEmbeddedFile({ path, samples: false });
    runId = await evaluated(file);
  });
  afterAll(() => {
    file.close();
    rmSync(folder, { recursive: true, force: true });
  });
  // Starts when the file is there.
  const server = suiteServer({
    release: "3.17.2",
    args: ["--backend-store-uri", `sqlite:///${path}`],
  });

  it("is one of MLflow's when a server opens the file, and what MLflow adds is read back", async () => {
    const seen: unknown = JSON.parse(await server.python(read(runId)));
    const results = await resultsOf(file.evaluations({}), runId, 100);
    const dataset = await file.evaluations({}).getDataset("numbers");

    expect(seen).toMatchObject({
      ...{ status: "FINISHED", name: "qa/1 on numbers", params: { model: "m" } },
      metrics: { "rows/attempted": rows },
      ...{ type: "genai_evaluate", dataset: ["numbers"], traces: rows, linked: rows },
      values: {
        ...{ exact_match: true, latency: 40, correctness: "yes" },
        ...{ broken: "No answer of the judge.", expected_response: "1" },
      },
      usage: { input_tokens: 5, output_tokens: 7, total_tokens: 12 },
      ...{ inputs: { n: "1", note: "Größe 漢" }, outputs: "1", state: "OK", right: 8 },
    });
    expect(dataset.rowCount).toBe(rows + 1);
    const labelled = results.filter(({ labels }) => labels.length > 0);
    expect(labelled).toMatchObject([
      { inputs: { n: "1" }, labels: [{ name: "exact_match", value: false }] },
    ]);
  });
  it("has rows that merge with those of MLflow with the same inputs, on both sides", async () => {
    const store = file.evaluations({});
    const ours = oddInputs.map((given) => ({
      inputs: jsonObject.parse(parseJson(given)),
      expectations: { of: "ours" },
    }));
    await store.addRows(await store.createDataset("odd-of-ours", {}), ours);
    await server.python(merge(JSON.stringify(oddInputs)));

    const theirs = await store.addRows(await store.getDataset("odd-of-theirs"), ours);

    expect(theirs).toMatchObject({ inserted: 0, updated: ours.length });
    const both = await store.readRows(await store.getDataset("odd-of-ours"), 1_000);
    expect(both).toHaveLength(ours.length);
    for (const { expectations } of both) expect(expectations).toEqual({ of: "ours", by: "python" });
  });
});
