import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { fakeModel } from "../../support/fake-model.ts";
import { postModern, startService } from "../../support/http-service.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { suiteServer } from "./suite-server.ts";

const prepare = `
import mlflow
from mlflow.genai.datasets import create_dataset
mlflow.genai.register_prompt(name="qa", template="old {{n}}")
mlflow.genai.register_prompt(name="qa", template="new {{n}}")
create_dataset(name="numbers", experiment_id=["0"]).merge_records([
    {"inputs": {"n": str(i)}, "expectations": {"expected_response": str(i)}} for i in range(4)
])
`;

const evaluated = z.object({
  result: z.object({
    structuredContent: z.object({ versions: z.array(z.object({ run_id: z.string() })) }),
  }),
});

const pairs = z.array(z.object({ key: z.string(), value: z.union([z.string(), z.number()]) }));
const runs = z.object({
  runs: z.array(
    z.object({
      info: z.looseObject({
        run_id: z.string(),
        run_name: z.string(),
        status: z.string(),
        start_time: z.number(),
        end_time: z.number(),
      }),
      data: z.object({ metrics: pairs, tags: pairs }),
      inputs: z.object({
        dataset_inputs: z.array(z.object({ dataset: z.looseObject({ name: z.string() }) })),
      }),
    }),
  ),
});
const traces = z.object({ traces: z.array(z.looseObject({ trace_id: z.string() })) });

const valuesOf = (list: z.infer<typeof pairs>) =>
  Object.fromEntries(list.map(({ key, value }) => [key, value]));

describe.each<Release>(["3.17.2", "3.8.1"])("the UI of MLflow %s", async (release) => {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title("after an evaluation of ours", mlflow), () => {
    const server = suiteServer({ release });
    beforeAll(() => server.python(prepare).then(() => undefined));

    const ask = async (path: string, body: object): Promise<unknown> => {
      const response = await fetch(`${server.url}/ajax-api/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json();
    };

    it("lists its runs with scores, dataset and version, and the rows of each", async () => {
      const model = await fakeModel(({ body }) => {
        const [{ content = "" } = {}] = z
          .array(z.object({ content: z.string() }))
          .parse(body.messages);
        const [version, n = ""] = content.split(" ");
        return version === "new" ? n : "no";
      });
      const { url } = await startService({
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_HTTP_REQUEST_TIMEOUT: "60",
        MLFLOW_PROMPTS_MODEL_URL: model.url,
        MLFLOW_PROMPTS_MODELS: "m",
      });
      const { message } = await postModern(url, "tools/call", {
        name: "evaluate_prompt",
        arguments: {
          ...{ name: "qa", versions: [1, 2], dataset: "numbers", scorers: ["exact_match"] },
        },
      });
      const [baseline, candidate] = evaluated
        .parse(message)
        .result.structuredContent.versions.map(({ run_id }) => run_id);

      // As the page "Evaluation runs" of 3.17.2 asks.
      const listed = await ask("2.0/mlflow/runs/search", {
        experiment_ids: ["0"],
        order_by: ["attributes.start_time DESC"],
        run_view_type: "ACTIVE_ONLY",
        max_results: 50,
      });

      const shown = runs.parse(listed).runs.map(({ info, data, inputs }) => ({
        ...{ id: info.run_id, name: info.run_name, status: info.status },
        ...{ metrics: valuesOf(data.metrics), tags: valuesOf(data.tags) },
        datasets: inputs.dataset_inputs.map(({ dataset }) => dataset.name),
      }));
      expect(shown).toHaveLength(2);
      expect(shown).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            ...{ id: candidate, name: "qa/2 on numbers", status: "FINISHED" },
            datasets: ["numbers"],
            metrics: expect.objectContaining({ "exact_match/mean": 1 }),
            tags: expect.objectContaining({
              "mlflow.runType": "genai_evaluate",
              "mlflow.run.isEval": "true",
              "mlflow.linkedPrompts": '[{"name": "qa", "version": "2"}]',
              "mlflow.evaluation.baselineRunId": baseline,
            }),
          }),
          expect.objectContaining({
            ...{ id: baseline, name: "qa/1 on numbers", status: "FINISHED" },
            metrics: expect.objectContaining({ "exact_match/mean": 0 }),
          }),
        ]),
      );

      // As the page of a run asks for its rows.
      const rows = await ask("3.0/mlflow/traces/search", {
        locations: [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: "0" } }],
        filter: `attributes.run_id = '${candidate}'`,
        max_results: 100,
      });

      const [row, ...others] = traces.parse(rows).traces;
      expect(others).toHaveLength(3);
      expect(row).toMatchObject({
        state: "OK",
        request_preview: expect.stringMatching(/^\{"n": ?"\d"\}$/),
        response_preview: expect.stringMatching(/^\d$/),
        trace_metadata: { "mlflow.sourceRun": candidate },
        tags: { "mlflow.linkedPrompts": '[{"name": "qa", "version": "2"}]' },
        assessments: expect.arrayContaining([
          // The UI hides assessments of other runs.
          expect.objectContaining({
            assessment_name: "exact_match",
            feedback: { value: true },
            metadata: expect.objectContaining({ "mlflow.assessment.sourceRunId": candidate }),
          }),
          expect.objectContaining({
            assessment_name: "expected_response",
            expectation: { value: expect.stringMatching(/^\d$/) },
          }),
        ]),
      });
    });
  });
});
