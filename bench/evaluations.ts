import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { resultOf } from "./answers.ts";
import { type CountingProxy, startCountingProxy } from "./counting-proxy.ts";
import { type EchoModel, rowsOf, startEchoModel } from "./echo-model.ts";
import type { Effort } from "./effort.ts";
import { onMlflow, unpolled } from "./measured-servers.ts";
import { startMlflowEvaluation } from "./mlflow-evaluation.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { promptName, versionsOfPrompt } from "./prompts.ts";
import { compared, type Row } from "./rows.ts";
import { repeat } from "./statistics.ts";
import { StdioServer } from "./stdio-server.ts";

/** Rows of the evaluation of each side that comes first and counts nowhere. */
const warmUpRows = 4;
/** MLflow's client links prompts from threads that `evaluate` does not wait for. */
const quietMs = 1_500;

const evaluation = z.object({
  isError: z.literal(true).optional(),
  content: z.array(z.object({ text: z.string() })),
  structuredContent: z
    .object({
      complete: z.literal(true),
      versions: z.tuple([
        z.object({
          run_id: z.string(),
          scores: z.tuple([z.object({ scored: z.number(), mean: z.literal(1) })]),
        }),
      ]),
    })
    .optional(),
});

/**
 * `evaluate_prompt` beside `mlflow.genai.evaluate`: the same rows, prompt, model, scorer and MLflow, and
 * results that are stored. The processes of both have evaluated some rows before.
 */
export async function measureEvaluations({ url, name }: Mlflow, effort: Effort): Promise<Row[]> {
  const rows = effort.rowsOfEvaluations;
  const model = await startEchoModel();
  const proxy = await startCountingProxy(url);
  const requests = await countRequests(proxy, model, rows);
  const samples = await timeRounds(url, model, effort);
  await proxy.close();
  await model.close();
  const perRow = (values: readonly number[]) => values.map((value) => value / rows);
  const ours = perRow(samples.map((sample) => sample.ours));
  const measured = `evaluate ${rows} rows with 1 scorer, ${name}`;
  return [
    compared({
      id: "evaluate/requests",
      measured: `${measured}: requests for each row`,
      unit: "requests",
      values: perRow([requests.ours]),
      against: "mlflow.genai.evaluate",
      bases: perRow([requests.theirs]),
    }),
    compared({
      id: "evaluate/time",
      measured: `${measured}: time for each row`,
      unit: "ms",
      values: ours,
      against: "mlflow.genai.evaluate",
      bases: perRow(samples.map((sample) => sample.paced)),
    }),
    compared({
      id: "evaluate/time-unpaced",
      measured: `${measured}: time for each row`,
      unit: "ms",
      values: ours,
      against: "the same without its limit of predictions a second",
      bases: perRow(samples.map((sample) => sample.unpaced)),
    }),
  ];
}

/** One evaluation of each side through a proxy. */
async function countRequests(proxy: CountingProxy, model: EchoModel, rows: number) {
  const server = await startProgram(proxy.url, model);
  await evaluate(server, warmUpRows);
  await quiet(proxy);
  await evaluate(server, rows);
  const ours = await quiet(proxy);
  await server.close();

  const python = await startMlflowEvaluation(proxy.url, model.url);
  await python.evaluate(warmUpRows, false);
  await quiet(proxy);
  await python.evaluate(rows, false);
  const theirs = await quiet(proxy);
  await python.close();
  return { ours, theirs };
}

/** All sides in turn, without a proxy, which would delay most whoever sends most requests. */
async function timeRounds(url: string, model: EchoModel, effort: Effort) {
  const rows = effort.rowsOfEvaluations;
  const server = await startProgram(url, model);
  const python = await startMlflowEvaluation(url, model.url);
  await evaluate(server, warmUpRows);
  await python.evaluate(warmUpRows, false);
  const samples = await repeat(effort.rounds, async () => {
    const ours = await evaluate(server, rows);
    const paced = await rested(() => python.evaluate(rows, true));
    const unpaced = await rested(() => python.evaluate(rows, false));
    return { ours, paced, unpaced };
  });
  await python.close();
  await server.close();
  return samples;
}

/** What MLflow's client still sends after the work must not delay the next side. */
async function rested(work: () => Promise<number>): Promise<number> {
  const ms = await work();
  await pause(quietMs);
  return ms;
}

async function startProgram(mlflowUrl: string, model: EchoModel): Promise<StdioServer> {
  const { args, variables } = unpolled(onMlflow("stdio", mlflowUrl));
  const models = { MLFLOW_PROMPTS_MODEL_URL: model.url, MLFLOW_PROMPTS_MODELS: "echo" };
  const server = new StdioServer({ args, variables: { ...variables, ...models } });
  await server.initialize();
  return server;
}

/** Milliseconds. Throws unless all rows are answered, scored and stored. */
async function evaluate(server: StdioServer, count: number): Promise<number> {
  const asked = performance.now();
  const { text, at } = await server.request("tools/call", {
    name: "evaluate_prompt",
    arguments: {
      name: promptName(0),
      versions: [versionsOfPrompt],
      rows: rowsOf(count),
      scorers: ["exact_match"],
    },
  });
  const { structuredContent, content } = evaluation.parse(resultOf(text));
  if (structuredContent?.versions[0].scores[0].scored === count) return at - asked;
  throw new Error(`The evaluation failed: ${content[0]?.text.slice(0, 1_000)}`);
}

/** Requests until none has come for a while. */
async function quiet(proxy: CountingProxy): Promise<number> {
  let count = 0;
  for (;;) {
    await pause(quietMs);
    const more = proxy.taken();
    if (more === 0) return count;
    count += more;
  }
}
