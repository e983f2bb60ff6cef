import { describe, expect, it } from "vitest";
import type { DatasetRow } from "../../../src/registry/evaluation/datasets.ts";
import { traceIdOf } from "../../../src/registry/evaluation/row-identity.ts";
import { evaluationStoreContract } from "../../contract/evaluation.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { postgresAvailable } from "../../support/mlflow-postgres.ts";
import type { MlflowServerOptions } from "../../support/mlflow-server.ts";
import { resultsOf } from "../../support/results-of.ts";
import { answered, failed, newRun, started } from "./evaluations.ts";
import { rest, suiteServer } from "./suite-server.ts";

type BackendStore = NonNullable<MlflowServerOptions["backendStore"]>;

/** An evaluation by MLflow's own client of two rows, of which one is right. */
const ownEvaluation = `
import os
os.environ["MLFLOW_GENAI_EVAL_SKIP_TRACE_VALIDATION"] = "true"
import mlflow
from mlflow.genai.scorers import scorer
mlflow.genai.register_prompt(name="own", template="Answer {{question}}")
@scorer
def exact(outputs, expectations):
    return outputs == expectations["expected_response"]
@mlflow.trace
def predict(question):
    return "four"
with mlflow.start_run() as run:
    mlflow.genai.load_prompt("prompts:/own/1")
    mlflow.genai.evaluate(
        data=[
            {"inputs": {"question": "2+2"}, "expectations": {"expected_response": "four"}},
            {"inputs": {"question": "3+3"}, "expectations": {"expected_response": "six"}},
        ],
        predict_fn=predict, scorers=[exact],
    )
print()
print(run.info.run_id)
`;

/** What MLflow's client finds of a run. */
const readRun = (search: string, runId: string) => `
import json, mlflow
client = mlflow.MlflowClient()
run = client.get_run("${runId}")
dataset = run.inputs.dataset_inputs[0].dataset
traces = ${search}
def assessment(a):
    return {
        "id": a.assessment_id, "name": a.name,
        "source": [a.source.source_type, a.source.source_id],
        "value": a.feedback.value if a.feedback else a.expectation.value,
        "error": a.feedback.error.error_message if a.feedback and a.feedback.error else None,
        "rationale": a.rationale, "metadata": a.metadata, "span": a.span_id is not None,
    }
print(json.dumps({
    "status": run.info.status, "name": run.info.run_name,
    "metrics": run.data.metrics, "params": run.data.params, "tags": run.data.tags,
    "dataset": [dataset.name, dataset.digest, dataset.source_type, dataset.source],
    "traces": sorted([{
        "id": t.info.trace_id, "row": t.info.tags["mcp.evaluation.row"],
        "state": t.info.state.value, "linked": t.info.tags["mlflow.linkedPrompts"],
        "usage": t.info.token_usage, "spans": [[s.name, s.span_type] for s in t.data.spans],
        "outputs": t.data.spans[0].outputs,
        "assessments": [assessment(a) for a in t.info.assessments],
    } for t in traces], key=lambda t: t["row"]),
    "prompt": [t.info.trace_id for t in ${search.replace(/run_id=[^,]*/, `filter_string="prompt = 'qa/2'"`)}],
}))
`;

describe.each<[Release, BackendStore, string]>([
  ["3.17.2", "sqlite", "locations"],
  ["3.17.2", "postgresql", "locations"],
  ["3.10.1", "sqlite", "locations"],
  ["3.8.1", "sqlite", "experiment_ids"],
])("evaluations on MLflow %s on %s", async (release, backendStore, experiments) => {
  const mlflow = await mlflowAvailable(release);
  const database = backendStore === "sqlite" ? mlflow : await postgresAvailable();
  const isReady = mlflow.ok && database.ok;
  describe.skipIf(!isReady)(title("of this server", mlflow, database), () => {
    const server = suiteServer({ release, backendStore });

    evaluationStoreContract(async () => ({
      store: server.client.evaluations(),
      registry: server.client.registry(),
      storeTrace: (trace) => server.client.storeTrace({}, trace),
      close: async () => {},
    }));

    it("are runs and traces that MLflow's client reads", async () => {
      const store = server.client.evaluations();
      const runId = await store.startRun(newRun);
      await store.storeResults(runId, [answered, failed]);
      const metrics = { "exact_match/mean": 0, "rows/attempted": 2 };
      await store.finishRun(runId, { status: "finished", metrics, endedAt: started + 9_000 });

      const search = `mlflow.search_traces(${experiments}=["0"], run_id="${runId}", return_type="list")`;
      const read: unknown = JSON.parse(await server.python(readRun(search, runId)));

      const ids = [traceIdOf(runId, "0.0"), traceIdOf(runId, "1.0")];
      const metadata = { "mlflow.assessment.sourceRunId": runId };
      const common = { id: expect.stringMatching(/^a-\w{32}$/), error: null, span: true };
      const said = { ...common, rationale: null, metadata };
      expect(read).toMatchObject({
        status: "FINISHED",
        name: "qa/2 on questions",
        metrics,
        params: newRun.params,
        tags: {
          "mlflow.runType": "genai_evaluate",
          "mlflow.run.isEval": "true",
          "mlflow.linkedPrompts": '[{"name": "qa", "version": "2"}]',
          "mlflow.evaluation.baselineRunId": newRun.baselineRunId,
          "mlflow.user": "ada",
        },
        dataset: ["questions", "abcd1234", "code", "{}"],
        prompt: expect.arrayContaining(ids),
      });
      expect(read).toHaveProperty("traces", [
        {
          id: ids[0],
          row: "0.0",
          state: "OK",
          linked: '[{"name": "qa", "version": "2"}]',
          usage: { input_tokens: 11, output_tokens: 7, total_tokens: 18 },
          spans: [
            ["evaluate_prompt", "CHAIN"],
            ["chat", "CHAT_MODEL"],
          ],
          outputs: answered.output,
          assessments: expect.toSatisfy((found: unknown[]) => found.length === 6),
        },
        expect.objectContaining({ id: ids[1], state: "ERROR", usage: null, assessments: [] }),
      ]);
      expect(read).toHaveProperty(
        "traces[0].assessments",
        expect.arrayContaining([
          { ...said, name: "exact_match", source: ["CODE", "exact_match"], value: false },
          { ...said, name: "length", source: ["CODE", "length"], value: 12.5 },
          {
            ...said,
            name: "correctness",
            source: ["LLM_JUDGE", "openai:/judge"],
            value: true,
            rationale: "It says so.",
            metadata: {
              ...metadata,
              "mlflow.assessment.judgeInputTokens": "100",
              "mlflow.assessment.judgeOutputTokens": "20",
              "mlflow.assessment.judgeCost": "0.01",
            },
          },
          {
            ...said,
            name: "fluency",
            source: ["LLM_JUDGE", "openai:/judge"],
            value: null,
            error: "The judge gave no JSON.",
          },
          { ...said, name: "expected_response", source: ["HUMAN", "ada"], value: "Because." },
          { ...said, name: "expected_facts", source: ["HUMAN", "ada"], value: ["a", "b"] },
        ]),
      );
    });

    it("are read back as they were stored, with what people said", async () => {
      const store = server.client.evaluations();
      const runId = await store.startRun({ ...newRun, plan: "plan-2" });
      await store.storeResults(runId, [answered]);
      await store.setLabel(traceIdOf(runId, "0.0"), {
        name: "good",
        value: true,
        comment: "Fine.",
        user: "bob",
      });
      // Stored already: neither a score nor a token is counted twice, and the label stays.
      await store.storeResults(runId, [answered, failed]);
      await store.storeResults(runId, [answered, failed]);

      const results = await resultsOf(store, runId, 100);

      const { reason: _, ...correctness } = answered.scores[2] ?? { scorer: "" };
      expect(results).toHaveLength(2);
      expect(results.find(({ rowKey }) => rowKey === "0.0")).toEqual({
        traceId: traceIdOf(runId, "0.0"),
        rowKey: "0.0",
        inputs: answered.inputs,
        output: answered.output,
        expectations: { expected_response: "Because.", expected_facts: ["a", "b"] },
        scores: expect.toSatisfy((scores: unknown[]) => scores.length === 4),
        labels: [{ name: "good", value: true, comment: "Fine.", user: "bob" }],
        latencyMs: 250,
        usage: { inputTokens: 11, outputTokens: 7 },
        usd: expect.closeTo(0.003, 9),
      });
      expect(results.find(({ rowKey }) => rowKey === "0.0")?.scores).toEqual(
        expect.arrayContaining([
          answered.scores[0],
          answered.scores[1],
          { ...correctness, reason: "It says so." },
          answered.scores[3],
        ]),
      );
      expect(results.find(({ rowKey }) => rowKey === "1.0")).toEqual({
        traceId: traceIdOf(runId, "1.0"),
        rowKey: "1.0",
        inputs: { question: "How?" },
        error: "The model refused.",
        expectations: {},
        scores: [],
        labels: [],
        latencyMs: 250,
      });
      expect(await resultsOf(store, runId, 1)).toHaveLength(1);
    });

    it("are listed by prompt, plan and status, and no other run is", async () => {
      const store = server.client.evaluations();
      await server.python("import mlflow\nwith mlflow.start_run(): pass");
      const prompt = { name: "listed_x", version: 1 };
      const ids: string[] = [];
      for (const [index, plan] of ["a", "b", "c"].entries()) {
        const startedAt = started + Math.floor(index / 2);
        ids.push(await store.startRun({ ...newRun, prompt, plan, startedAt }));
      }
      const [a = "", b = "", c = ""] = ids;
      await store.startRun({ ...newRun, prompt: { name: "listedyx", version: 1 } });
      await store.finishRun(a, { status: "finished", metrics: {}, endedAt: started });
      await store.finishRun(b, { status: "failed", metrics: {}, endedAt: started });

      const list = async (search: object) => {
        const { items } = await store.listRuns({ prompt: "listed_x", limit: 10, ...search });
        return items.map(({ id }) => id);
      };
      const walked: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.listRuns({
          prompt: "listed_x",
          limit: 1,
          ...(cursor === undefined ? {} : { cursor }),
        });
        walked.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== undefined);

      expect(walked).toEqual([c, ...[a, b].sort()]);
      expect(await list({})).toEqual(walked);
      expect(await list({ version: 1, plan: "b" })).toEqual([b]);
      expect(await list({ version: 2 })).toEqual([]);
      expect(await list({ status: "finished" })).toEqual([a]);
      expect(await list({ status: "failed" })).toEqual([b]);
      expect(await list({ status: "running" })).toEqual([c]);
      const everything = await store.listRuns({ limit: 100 });
      expect(everything.items.every(({ prompts }) => prompts.length === 1)).toBe(true);
      expect(await store.getRun(a)).toEqual({
        id: a,
        name: newRun.name,
        status: "finished",
        prompts: [prompt],
        startedAt: started,
        endedAt: started,
        metrics: {},
        dataset: { name: "questions", digest: "abcd1234" },
        params: newRun.params,
        plan: "a",
        baselineRunId: newRun.baselineRunId,
      });
      expect(store.pageOf(a)).toBe(
        `${server.url}/#/experiments/0/evaluation-runs?selectedRunUuid=${a}`,
      );
    });

    it("have datasets that MLflow's client reads", async () => {
      const store = server.client.evaluations();
      const created = await store.createDataset("support-questions", { prompt: "support" });
      const rows: readonly DatasetRow[] = [
        { inputs: { q: "1" }, expectations: { expected_response: "one" }, tags: { lang: "en" } },
        { inputs: { q: "2" }, expectations: {}, sourceTrace: `tr-${"1".repeat(32)}` },
      ];
      const first = await store.addRows(created, rows);
      const second = await store.addRows(created, [
        { inputs: { q: "1" }, expectations: { expected_facts: ["f"] } },
      ]);
      await store.createDataset("other", {});

      const read = await store.readRows(created, 10);
      const python: unknown = JSON.parse(
        await server.python(`
import json
from mlflow.genai.datasets import get_dataset
d = get_dataset(dataset_id="${created.id}")
print(json.dumps([d.name, sorted(d.to_df()["inputs"].tolist(), key=str)]))`),
      );

      expect(first).toMatchObject({ inserted: 2, updated: 0, dataset: { rowCount: 2 } });
      expect(second).toMatchObject({ inserted: 0, updated: 1, dataset: { rowCount: 2 } });
      expect(second.dataset.digest).not.toBe(first.dataset.digest);
      expect(python).toEqual(["support-questions", [{ q: "1" }, { q: "2" }]]);
      expect(read.map(({ id: _, ...row }) => row)).toEqual(
        expect.arrayContaining([
          {
            ...rows[0],
            expectations: { expected_response: "one", expected_facts: ["f"] },
          },
          rows[1],
        ]),
      );
      expect(await store.readRows(created, 1)).toHaveLength(1);
      expect(await store.getDataset("support-questions")).toEqual(second.dataset);
      expect(await store.getDataset(created.id)).toEqual(second.dataset);
      const { items } = await store.listDatasets({ prompt: "support", limit: 10 });
      expect(items).toEqual([second.dataset]);
      expect((await store.listDatasets({ limit: 2 })).items.map(({ name }) => name)).toEqual([
        "other",
        "support-questions",
      ]);
      await expect(store.createDataset("other", {})).rejects.toMatchObject({
        kind: "already_exists",
      });
      await expect(store.getDataset("missing")).rejects.toMatchObject({ kind: "not_found" });
    });

    it("of MLflow's own are read as well", async () => {
      const store = server.client.evaluations();
      const printed = await server.python(ownEvaluation);
      const runId = printed.trim().split("\n").at(-1) ?? "";

      const run = await store.getRun(runId);
      const results = await resultsOf(store, runId, 100);
      const { items } = await store.listRuns({ prompt: "own", version: 1, limit: 10 });

      expect(run).toMatchObject({
        status: "finished",
        prompts: [{ name: "own", version: 1 }],
        metrics: { "exact/mean": 0.5 },
      });
      expect(items).toEqual([run]);
      expect(results).toHaveLength(2);
      expect(results).toEqual(
        expect.arrayContaining([
          {
            traceId: expect.stringMatching(/^tr-/),
            inputs: { question: "2+2" },
            output: "four",
            expectations: { expected_response: "four" },
            scores: [{ scorer: "exact", value: true }],
            labels: [],
            latencyMs: expect.any(Number),
          },
          expect.objectContaining({
            inputs: { question: "3+3" },
            scores: [{ scorer: "exact", value: false }],
          }),
        ]),
      );
    });

    it("are no uses of a version, and other traces are", async () => {
      const store = server.client.evaluations();
      const prompt = { name: "used", version: 7 };
      const use = (id: string, startedAt: number) => ({
        ...answered,
        prompt,
        traceId: `tr-${id.repeat(32)}`,
        startedAt,
        endedAt: startedAt + 5,
      });
      await server.client.storeTrace({}, use("a", started));
      await server.client.storeTrace({}, use("b", started + 1_000));
      await server.client.storeTrace(
        {},
        { ...use("c", started), prompt: { ...prompt, version: 8 } },
      );
      const runId = await store.startRun({ ...newRun, prompt });
      await store.storeResults(runId, [{ ...answered, prompt }]);
      await store.setLabel(`tr-${"a".repeat(32)}`, { name: "good", value: false });

      const uses = await store.listUses(prompt, 10);

      expect(uses).toEqual([
        {
          traceId: `tr-${"b".repeat(32)}`,
          at: started + 1_000,
          inputs: answered.inputs,
          output: answered.output,
          labels: [],
          scores: [],
        },
        expect.objectContaining({
          traceId: `tr-${"a".repeat(32)}`,
          labels: [{ name: "good", value: false, user: "user" }],
        }),
      ]);
      expect(await store.listUses(prompt, 1)).toEqual([uses[0]]);
    });

    it("can be labelled by people since 3.14, and their scorers are listed", async () => {
      const store = server.client.evaluations();
      const runId = await store.startRun(newRun);
      await store.storeResults(runId, [answered]);
      const serialized = '{"name": "polite"}';
      const body = { experiment_id: "0", name: "polite", serialized_scorer: serialized };
      await rest(server.url, "POST", "/api/3.0/mlflow/scorers/register", body);
      const request = {
        title: "Review of qa/2",
        label: "good",
        instruction: "Is the answer good?",
        traceIds: [traceIdOf(runId, "0.0")],
        users: [],
      };

      expect(await store.listScorers()).toEqual([{ name: "polite", serialized }]);
      if (release !== "3.17.2") {
        await expect(store.requestLabels(request)).rejects.toMatchObject({
          kind: "invalid",
          message: expect.stringContaining(
            `needs MLflow 3.14 or newer, and this server runs ${release}`,
          ),
        });
        return;
      }
      const asked = await store.requestLabels(request);
      const again = await store.requestLabels({ ...request, title: "review of QA/2" });

      expect(asked).toEqual({
        queueId: expect.stringMatching(/^rq-/),
        url: `${server.url}/#/experiments/0/review-queue`,
      });
      expect(again).toEqual(asked);
      const items = await fetch(
        `${server.url}/api/3.0/mlflow/review-queues/items/list?queue_id=${asked.queueId}`,
      );
      expect(await items.json()).toMatchObject({
        items: [{ item_id: request.traceIds[0], status: "PENDING" }],
      });
    });
  });
});
