import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { callTool } from "../../support/call-tool.ts";
import { fakeModel } from "../../support/fake-model.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { isolated, program } from "../../support/program.ts";
import { resultsOf } from "../../support/results-of.ts";
import { suiteServer } from "./suite-server.ts";

const patient = { timeout: 60_000 };

const evaluated = z.looseObject({
  complete: z.boolean(),
  notes: z.array(z.string()).default([]),
  dataset: z.looseObject({ digest: z.string(), rows: z.number() }),
  versions: z.array(
    z.looseObject({
      run_id: z.string(),
      answered: z.number(),
      scores: z.array(
        z.looseObject({
          scorer: z.string(),
          mean: z.number(),
          scored: z.number(),
          difference: z.looseObject({ verdict: z.string() }).optional(),
        }),
      ),
    }),
  ),
});

/** A prompt whose second version is better, and a dataset of 40 rows. */
const prepare = `
import mlflow
from mlflow.genai.datasets import create_dataset
mlflow.genai.register_prompt(name="qa", template="old {{n}}")
mlflow.genai.register_prompt(name="qa", template="new {{n}}")
dataset = create_dataset(name="numbers", experiment_id=["0"])
dataset.merge_records([
    {"inputs": {"n": str(i)}, "expectations": {"expected_response": str(i)}} for i in range(40)
])
`;

/** What MLflow's client reads of a run. */
const readRun = (runId: string, where: string) => `
import json, mlflow
run = mlflow.get_run("${runId}")
traces = mlflow.search_traces(${where}=["0"], run_id="${runId}", max_results=100, return_type="list")
linked = mlflow.search_traces(${where}=["0"], filter_string="prompt = 'qa/2'", max_results=100, return_type="list")
print(json.dumps({
    "status": run.info.status,
    "metrics": {k: v for k, v in run.data.metrics.items() if k.startswith("exact_match") or k.startswith("rows")},
    "type": [run.data.tags.get("mlflow.runType"), run.data.tags.get("mlflow.run.isEval")],
    "dataset": [i.dataset.name for i in run.inputs.dataset_inputs],
    "traces": len(traces),
    "linked": len([t for t in linked if t.info.trace_id in {x.info.trace_id for x in traces}]),
    "scores": sorted({len([a for a in t.info.assessments if a.name == "exact_match"]) for t in traces}),
    "right": sum(bool(a.value) for t in traces for a in t.info.assessments if a.name == "exact_match"),
    "expected": sorted({len([a for a in t.info.assessments if a.name == "expected_response"]) for t in traces}),
    "outputs": sorted(str(t.data.spans[0].outputs) for t in traces)[:2],
}))
`;

describe.each<[Release, string]>([
  ["3.17.2", "locations"],
  ["3.10.1", "locations"],
  ["3.8.1", "experiment_ids"],
])("evaluate_prompt on MLflow %s", async (release, where) => {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title("with a model of its own", mlflow), () => {
    const server = suiteServer({ release });

    async function connect(modelUrl: string) {
      const { environment } = isolated({
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_HTTP_REQUEST_TIMEOUT: "60",
        MLFLOW_PROMPTS_MODEL_URL: modelUrl,
        MLFLOW_PROMPTS_MODELS: "m",
      });
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: [program],
        env: environment,
      });
      const client = new Client({ name: "test", version: "1" });
      await client.connect(transport);
      onTestFinished(() => client.close());
      return { client, transport };
    }

    const call = {
      name: "qa",
      versions: [1, 2],
      dataset: "numbers",
      scorers: ["exact_match"],
    };

    it("continues what a killed program left, asks for nothing twice, and MLflow reads it", async () => {
      await server.python(prepare);
      const asked: string[] = [];
      let answering = true;
      const model = await fakeModel(({ body }) => {
        const text =
          z.array(z.object({ content: z.string() })).parse(body.messages)[0]?.content ?? "";
        if (!answering) return { after: "never" };
        asked.push(text);
        if (asked.length === 66) answering = false;
        const [version, n = ""] = text.split(" ");
        return version === "new" ? n : "no";
      });
      const first = await connect(model.url);
      const left = first.client.callTool(
        { name: "evaluate_prompt", arguments: call },
        { timeout: 100_000 },
      );
      left.catch(() => {});
      await expect.poll(() => answering, patient).toBe(false);
      const stored = () =>
        server.client
          .evaluations({})
          .listRuns({ prompt: "qa", status: "running", limit: 10 })
          .then(({ items }) => items);
      await expect.poll(async () => (await stored()).length, patient).toBe(2);
      // Each run has stored a batch by the time that the model stops answering.
      const results = async () => {
        const runs = await stored();
        const all = await Promise.all(
          runs.map(({ id }) => resultsOf(server.client.evaluations({}), id, 100)),
        );
        return all.map(({ length }) => length);
      };
      await expect
        .poll(async () => Math.min(...(await results())), patient)
        .toBeGreaterThanOrEqual(20);
      const { pid } = first.transport;
      if (pid) process.kill(pid, "SIGKILL");
      await left.catch(() => pause(0));

      answering = true;
      const kept = (await results()).reduce((sum, length) => sum + length, 0);
      const before = asked.length;
      const { client } = await connect(model.url);
      const { structured, isError, text } = await callTool(client, "evaluate_prompt", call);

      expect(text).not.toContain("Error");
      expect(isError).toBe(false);
      const view = evaluated.parse(structured);
      expect(view.complete).toBe(true);
      expect(asked.length - before).toBe(80 - kept);
      expect(view.notes).toEqual([`${kept} answers are those of an interrupted call.`]);
      expect(view.versions.map(({ answered, scores }) => [answered, scores[0]?.mean])).toEqual([
        [40, 0],
        [40, 1],
      ]);
      expect(view.versions[1]?.scores[0]?.difference?.verdict).toBe("better");
      expect(await stored()).toEqual([]);

      const [, candidate] = view.versions;
      const read: unknown = JSON.parse(
        await server.python(readRun(candidate?.run_id ?? "", where)),
      );
      expect(read).toMatchObject({
        status: "FINISHED",
        metrics: { "exact_match/mean": 1, "rows/attempted": 40, "rows/failed": 0 },
        type: ["genai_evaluate", "true"],
        dataset: ["numbers"],
        traces: 40,
        linked: 40,
        scores: [1],
        right: 40,
        expected: [1],
        outputs: ["0", "1"],
      });

      const compared = await callTool(client, "compare_evaluations", {
        runs: view.versions.map(({ run_id }) => run_id),
      });
      expect(compared.isError).toBe(false);
      expect(compared.text).toContain("Against the baseline: better, +1 (1 to 1) on 40 rows");
      const listed = await callTool(client, "compare_evaluations", { name: "qa" });
      expect(listed.text).toContain(candidate?.run_id);
    });
  });
});
