import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { Checks } from "./checks.ts";
import { kill, type Program, startStdio } from "./program.ts";

/**
 * Evaluates three versions on 1,000 rows with the built program and a model that answers at length, and
 * compares the heap after garbage collections. The answers of the second and third thousand calls are
 * 40 MB, which the heap must not hold. The program is then killed, and the call that continues must not
 * hold the answers that are kept either. Nor may a comparison of the runs.
 */

const rows = 1_000;
const versions = 3;
const calls = rows * versions;
const answerLength = 20_000;
/** What may be added: measured results are about 1 KB for each call. */
const allowedMegabytes = 12;

const home = mkdtempSync(join(tmpdir(), "mlflow-prompts-memory-"));
const samples = join(home, "samples");
const sampler = join(home, "sampler.mjs");
let running: Program | undefined;
process.once("exit", () => {
  running?.child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

// Runs in the program: collects garbage and writes the size of the heap down.
writeFileSync(
  sampler,
  `import { appendFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
process.on("SIGUSR2", () => {
  collect();
  appendFileSync(${JSON.stringify(samples)}, process.memoryUsage().heapUsed + "\\n");
});`,
);

/** Called with the number of each request before it is answered. */
let asked: (number: number) => Promise<void> = async () => undefined;
let count = 0;
const model = createServer(async (request, response) => {
  request.resume();
  await once(request, "end");
  count += 1;
  const number = count;
  await asked(number);
  const content = `${number} `.padEnd(answerLength, "answer ");
  const message = { role: "assistant", content };
  const choices = [{ index: 0, finish_reason: "stop", message }];
  response.writeHead(200, { "content-type": "application/json" });
  response.end(
    JSON.stringify({ id: "1", object: "chat.completion", created: 1, model: "m", choices }),
  );
});
model.listen(0, "127.0.0.1");
await once(model, "listening");
const address = model.address();
const port = typeof address === "object" ? address?.port : undefined;

const environment = {
  HOME: home,
  PATH: process.env.PATH ?? "",
  NODE_OPTIONS: `--import=${pathToFileURL(sampler).href}`,
  MLFLOW_TRACKING_URI: `sqlite:///${join(home, "registry.db")}`,
  MLFLOW_PROMPTS_MODEL_URL: `http://127.0.0.1:${port}/v1`,
  MLFLOW_PROMPTS_MODELS: "m",
};
const evaluation = {
  name: "qa",
  versions: Array.from({ length: versions }, (_, index) => index + 1),
  dataset: "numbers",
  scorers: ["exact_match", { type: "length", max_characters: 10 }],
};

const checks = new Checks();
running = await startStdio(environment);
await prepare(running);

const heap: number[] = [];
asked = async (number) => {
  if (number === calls / 3 || number === calls - 10) heap.push(await heapOf(running));
};
const finished = await running.call("evaluate_prompt", evaluation);
checks.add(
  "all rows were evaluated",
  finished.structured.complete === true ? undefined : finished.text,
);
const [third = 0, end = Number.POSITIVE_INFINITY] = heap;
console.log(
  `${calls} calls: the heap has ${third.toFixed(1)} MB after a third and ${end.toFixed(1)} MB at the end`,
);
checks.add("the heap is flat", problemOf(end - third));

// The same call again is a new evaluation. It is killed after two thirds, and continued.
count = 0;
let reached = () => {};
const twoThirds = new Promise<void>((resolve) => {
  reached = resolve;
});
let first = Number.POSITIVE_INFINITY;
asked = async (number) => {
  if (number === 10) first = await heapOf(running);
  if (number === (calls * 2) / 3) reached();
};
running.call("evaluate_prompt", evaluation).catch(() => undefined);
await twoThirds;
await kill(running);
running = await startStdio(environment);
count = 0;
let continued = Number.POSITIVE_INFINITY;
asked = async (number) => {
  if (number === 10) continued = await heapOf(running);
};
const { structured, text } = await running.call("evaluate_prompt", evaluation);
checks.add("the evaluation was continued", structured.complete === true ? undefined : text);
checks.add(
  "kept answers were not asked for again",
  count < calls / 2 ? undefined : `${count} calls`,
);
console.log(
  `continued with ${count} calls: the heap has ${continued.toFixed(1)} MB, and had ${first.toFixed(1)} MB when nothing was kept`,
);
checks.add("kept answers are not in memory", problemOf(continued - first));

// The answers of the three runs are 60 MB.
const before = await heapOf(running);
const runs = z.object({ versions: z.array(z.object({ run_id: z.string() })) }).parse(structured);
let isCompared = false;
const comparing = running
  .call("compare_evaluations", { runs: runs.versions.map(({ run_id }) => run_id) })
  .finally(() => {
    isCompared = true;
  });
let most = before;
let looks = 0;
while (!isCompared || looks === 0) {
  most = Math.max(most, await heapOf(running));
  looks += 1;
}
const compared = await comparing;
checks.add("the runs were compared", compared.ok ? undefined : compared.text);
console.log(
  `comparing: the heap has ${most.toFixed(1)} MB at most, and had ${before.toFixed(1)} MB`,
);
checks.add("compared answers are not in memory", problemOf(most - before));
checks.close();
await kill(running);
model.close();
model.closeAllConnections();

async function prepare({ call }: Program): Promise<void> {
  for (const text of ["Answer {{ n }}", "Say {{ n }}", "Repeat {{ n }}"]) {
    const version = { name: "qa", template: text, force: true };
    const base = count === 0 ? {} : { base_version: count };
    const { ok, text: said } = await call("register_prompt", { ...version, ...base });
    if (!ok) throw new Error(said);
    count += 1;
  }
  count = 0;
  const given = Array.from({ length: rows }, (_, n) => ({
    inputs: { n: `${n}` },
    expectations: { expected_response: `${n}` },
  }));
  const { ok, text } = await call("add_to_dataset", {
    dataset: "numbers",
    prompt: "qa",
    rows: given,
  });
  if (!ok) throw new Error(text);
}

/** The heap of the program after a garbage collection, in MB. */
async function heapOf(program: Program | undefined): Promise<number> {
  const taken = samplesTaken();
  program?.child.kill("SIGUSR2");
  while (samplesTaken().length === taken.length) await pause(5);
  return Number(samplesTaken().at(-1)) / 1e6;
}

function samplesTaken(): readonly string[] {
  return existsSync(samples) ? readFileSync(samples, "utf8").split("\n").slice(0, -1) : [];
}

function problemOf(growth: number): string | undefined {
  return growth < allowedMegabytes ? undefined : `it grew by ${growth.toFixed(1)} MB`;
}
