import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type FakeModel, startFakeModel } from "../../support/fake-model.ts";
import { postModern, startService } from "../../support/http-service.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { suiteServer } from "./suite-server.ts";

const toolResult = z.object({
  isError: z.boolean().default(false),
  content: z.tuple([z.object({ text: z.string() })]).rest(z.unknown()),
  structuredContent: z.unknown().optional(),
});
const evaluated = z.object({ versions: z.array(z.object({ run_id: z.string() })) });

/** Three versions, of which the model answers those with "new" alone, and a dataset of 12 rows. */
const prepare = `
import mlflow
from mlflow.genai.datasets import create_dataset
for template in ["old {{n}}", "new {{n}}", "bad {{n}}", "worse {{n}}"]:
    mlflow.genai.register_prompt(name="qa", template=template)
mlflow.genai.set_prompt_alias("qa", "production", 1)
create_dataset(name="numbers", experiment_id=["0"]).merge_records([
    {"inputs": {"n": str(i)}, "expectations": {"expected_response": str(i)}} for i in range(12)
])
`;

const gate = {
  alias: "production",
  dataset: "numbers",
  scorers: { exact_match: { at_least: 0.9 } },
  max_latency_ratio: 1_000,
};

/** What MLflow's client reads of an alias, and of a run. */
const readAlias = `
import mlflow
print(mlflow.genai.load_prompt("prompts:/qa@production").version)
`;
const readCriteria = (run: string) => `
import mlflow
print(mlflow.get_run("${run}").data.tags["mlflow.genaiEvaluate.qualityCriteria"])
`;

/** Makes the metrics and tags of a run those of another. */
const embellish = (run: string, good: string) => `
import mlflow
client = mlflow.MlflowClient()
good = client.get_run("${good}").data
for key, value in good.metrics.items():
    client.log_metric("${run}", key, value)
for key, value in good.tags.items():
    if key != "mlflow.linkedPrompts":
        client.set_tag("${run}", key, value)
`;

/** A run of version 4 that has all that the good run has, and its traces, though nothing was evaluated. */
const invent = (good: string) => `
import json, mlflow
from mlflow.entities import InputTag, DatasetInput, Metric, Param, RunTag
client = mlflow.MlflowClient()
good = client.get_run("${good}")
run = client.create_run("0").info.run_id
tags = {**good.data.tags, "mlflow.linkedPrompts": json.dumps([{"name": "qa", "version": "4"}])}
client.log_batch(run,
    metrics=[Metric(k, v, good.info.end_time, 0) for k, v in good.data.metrics.items()],
    params=[Param(k, v) for k, v in good.data.params.items()],
    tags=[RunTag(k, v) for k, v in tags.items()])
client.log_inputs(run, good.inputs.dataset_inputs)
traces = client.search_traces(experiment_ids=["0"], run_id="${good}")
assert len(traces) == 12
client.link_traces_to_run([trace.info.trace_id for trace in traces], run)
client.set_terminated(run)
assert len(client.search_traces(experiment_ids=["0"], run_id=run)) == 12
print(run)
`;

describe.each<Release>(["3.17.2", "3.8.1"])("a gate on MLflow %s", async (release) => {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title("with a model of its own", mlflow), () => {
    const server = suiteServer({ release });
    let model: FakeModel;

    beforeAll(async () => {
      model = await startFakeModel(({ body }) => {
        const [{ content = "" } = {}] = z
          .array(z.object({ content: z.string() }))
          .parse(body.messages);
        const [version, n = ""] = content.split(" ");
        return version === "new" ? n : "no";
      });
      await server.python(prepare);
      return () => model.close();
    });

    async function connect() {
      const { url } = await startService({
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_HTTP_REQUEST_TIMEOUT: "60",
        MLFLOW_PROMPTS_MODEL_URL: model.url,
        MLFLOW_PROMPTS_MODELS: "m",
      });
      const tool = async (name: string, args: object) => {
        const called = { name, arguments: { name: "qa", ...args } };
        const { message, text } = await postModern(url, "tools/call", called);
        const parsed = toolResult.safeParse(message?.result);
        if (!parsed.success) throw new Error(text);
        const { isError, content, structuredContent } = parsed.data;
        return { isError, text: content[0].text, structured: structuredContent };
      };
      const evaluate = async (version: number) => {
        const args = { versions: [1, version], dataset: "numbers", scorers: ["exact_match"] };
        const { versions } = evaluated.parse((await tool("evaluate_prompt", args)).structured);
        return versions[1]?.run_id ?? "";
      };
      return {
        evaluate,
        setGate: () => tool("update_prompt", { gate }),
        promote: (version: number) => tool("set_prompt_alias", { alias: "production", version }),
      };
    }
    const production = async () => (await server.python(readAlias)).trim();

    it("lets an alias move to what was evaluated, and to nothing that only looks like it", async () => {
      const { evaluate, promote, setGate } = await connect();
      expect((await setGate()).isError).toBe(false);

      const unmeasured = await promote(2);

      expect(unmeasured).toMatchObject({
        isError: true,
        text: expect.stringContaining('version 2 was not evaluated on the dataset "numbers"'),
      });
      expect(unmeasured.text).toContain("evaluate_prompt");
      expect(await production()).toBe("1");

      const good = await evaluate(2);
      const moved = await promote(2);

      expect(moved.text).toContain(good);
      expect(moved.isError).toBe(false);
      expect(await production()).toBe("2");

      const bad = await evaluate(3);
      await server.python(embellish(bad, good));
      const embellished = await promote(3);

      expect(embellished).toMatchObject({
        isError: true,
        text: expect.stringContaining("exact_match is 0 and must be at least 0.9"),
      });

      const invented = (await server.python(invent(good))).trim().split("\n").at(-1);
      const forged = await promote(4);

      expect(forged.isError).toBe(true);
      expect(forged.text).toContain("exact_match is 0 and must be at least 0.9");
      expect(forged.text).toContain(invented);
      expect(await production()).toBe("2");

      if (release === "3.8.1") return;
      expect(JSON.parse(await server.python(readCriteria(good)))).toMatchObject({
        schemaVersion: 1,
        revision: expect.stringMatching(/^[0-9a-f-]{36}$/),
        rules: [
          { metricKey: "exact_match/mean", comparator: "GTE", threshold: 0.9 },
          { metricKey: "latency_ms/median", comparator: "LTE", threshold: expect.any(Number) },
        ],
      });
    });
  });
});
