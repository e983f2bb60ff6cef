import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as z from "zod";
import { binFolder } from "../test/support/mlflow-install.ts";
import { workFolder } from "./built.ts";
import { type EvaluatedRow, rowsOf } from "./echo-model.ts";
import { serverEnvironment } from "./environment.ts";
import { mlflowRelease } from "./mlflow-servers.ts";
import { promptName, versionsOfPrompt } from "./prompts.ts";

/** Evaluations by `mlflow.genai.evaluate` in a Python process that goes on, with its imports made. */
export interface MlflowEvaluation {
  /**
   * Evaluates so many rows. `paced` leaves MLflow's limit of predictions a second as it is: 10 at first.
   * @returns milliseconds until `evaluate` returns
   */
  evaluate(count: number, paced: boolean): Promise<number>;
  close(): Promise<void>;
}

/** A second evaluation in one process was once seen to wait for a lock for ever. */
const deadlineMs = 180_000;

const evaluated = z.object({ ms: z.number(), mean: z.number() });

/** The prompt is loaded in the prediction, as MLflow documents it, so that traces name their version. */
const script = `
import json, os, sys, time
import mlflow, requests
from mlflow.genai.scorers import scorer

asking = requests.Session()

@scorer
def exact_match(outputs, expectations):
    return outputs.strip() == expectations["expected_response"].strip()

def predict_fn(**inputs):
    prompt = mlflow.genai.load_prompt("prompts:/${promptName(0)}/${versionsOfPrompt}")
    body = {"model": "echo", "messages": [{"role": "user", "content": prompt.format(**inputs)}]}
    answer = asking.post(os.environ["MODEL_URL"] + "/chat/completions", json=body)
    return answer.json()["choices"][0]["message"]["content"]

results = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
for line in sys.stdin:
    wanted = json.loads(line)
    os.environ.pop("MLFLOW_GENAI_EVAL_PREDICT_RATE_LIMIT", None)
    if not wanted["paced"]:
        os.environ["MLFLOW_GENAI_EVAL_PREDICT_RATE_LIMIT"] = "0"
    started = time.perf_counter()
    result = mlflow.genai.evaluate(data=wanted["rows"], predict_fn=predict_fn, scorers=[exact_match])
    ms = 1000 * (time.perf_counter() - started)
    print(json.dumps({"ms": ms, "mean": result.metrics["exact_match/mean"]}), file=results, flush=True)
`;

/** Starts Python with MLflow of the servers' release. */
export async function startMlflowEvaluation(
  mlflowUrl: string,
  modelUrl: string,
): Promise<MlflowEvaluation> {
  // A file, because MLflow reads the source of scorers.
  const file = join(workFolder, "evaluate.py");
  await writeFile(file, script);
  const child = spawn(join(binFolder(mlflowRelease), "python"), [file], {
    cwd: workFolder,
    env: serverEnvironment({
      MLFLOW_TRACKING_URI: mlflowUrl,
      MODEL_URL: modelUrl,
      MLFLOW_DISABLE_TELEMETRY: "true",
      PYTHONUTF8: "1",
    }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const next = readerOf(child);
  return {
    async evaluate(count, paced) {
      const rows: readonly EvaluatedRow[] = rowsOf(count);
      child.stdin.write(`${JSON.stringify({ rows, paced })}\n`);
      const { ms, mean } = evaluated.parse(JSON.parse(await next()));
      if (mean !== 1) throw new Error(`MLflow's evaluation found ${mean} of the answers right.`);
      return ms;
    },
    async close() {
      process.off("exit", kill);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

/** The next line of the output. Throws with the end of the log when there is none in time. */
function readerOf(child: ChildProcess): () => Promise<string> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error("Python has no output.");
  let log = "";
  stderr.on("data", (chunk: Buffer) => {
    log = `${log}${chunk}`.slice(-4_000);
  });
  const lines = createInterface({ input: stdout });
  const ended = once(child, "exit");
  return async () => {
    const signal = AbortSignal.timeout(deadlineMs);
    const line = once(lines, "line", { signal }).then(([text]) => z.string().parse(text));
    const failed = ended.then(() => Promise.reject(new Error("Python ended.")));
    return Promise.race([line, failed]).catch((cause: unknown) => {
      throw new Error(`MLflow's evaluation has no result:\n${log}`, { cause });
    });
  };
}
