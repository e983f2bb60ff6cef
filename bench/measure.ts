import type { Effort } from "./effort.ts";
import { measureEvaluations } from "./evaluations.ts";
import { measureEmbeddedHttpGets, measureMlflowHttpGets } from "./get-http.ts";
import { measureEmbeddedStdioGets, measureMlflowStdioGets } from "./get-stdio.ts";
import { measureInstall } from "./install.ts";
import { measureEmbeddedLists, measureLists } from "./list.ts";
import { measureEmbeddedHttpLists, measureMlflowHttpLists } from "./list-http.ts";
import { measureEmbeddedHttpMemory, measureMlflowHttpMemory } from "./list-memory.ts";
import { measureUncachedLists } from "./list-uncached.ts";
import { measureMigration } from "./migration.ts";
import { type Mlflow, startServer } from "./mlflow-servers.ts";
import { measureOutage } from "./outage.ts";
import { type Size, seedRegistryFiles, sizes } from "./registry-files.ts";
import { countRequestsByRate } from "./request-rates.ts";
import { countRequests } from "./requests.ts";
import type { Row } from "./rows.ts";
import { measureLargeFile, measureLargeMlflow } from "./scale-registries.ts";
import { measureIdleSessions } from "./scale-sessions.ts";
import { measureWorkspaces } from "./scale-workspaces.ts";
import type { Section } from "./sections.ts";
import { measureView } from "./view.ts";

export interface Options {
  readonly effort: Effort;
  readonly sections: readonly Section[];
  /** MLflow with its default of 4 workers as well as with 1. Takes another half of the time. */
  readonly defaultWorkers: boolean;
  /** Called with the name of the next step. */
  readonly onStep: (step: string) => void;
}

type Add = (step: string, measured: () => Promise<Row[]>) => Promise<void>;

const withoutMlflow: ReadonlySet<Section> = new Set(["scale", "view", "install"]);

/** All chosen sections, in the order of the table. */
export async function measure(options: Options): Promise<Row[]> {
  const { effort, sections, onStep } = options;
  const rows: Row[] = [];
  const add: Add = async (step, measured) => {
    onStep(step);
    rows.push(...(await measured()));
  };
  onStep("filling the registries");
  await seedRegistryFiles();
  if (sections.includes("lists")) await addEmbeddedLists(add, effort);
  if (sections.includes("gets")) await addEmbeddedGets(add, effort);
  if (sections.includes("view")) await add("the view", () => measureView(effort));
  if (sections.includes("install")) {
    await add("the installation with npx", () => measureInstall(effort));
  }
  if (sections.some((section) => !withoutMlflow.has(section))) await addMlflow(add, options);
  if (sections.includes("scale") && effort.roundsOfScale > 0) await addScale(add, effort);
  return rows;
}

async function addMlflow(add: Add, { effort, sections, defaultWorkers, onStep }: Options) {
  const lists = sections.includes("lists");
  const gets = sections.includes("gets");
  onStep("starting MLflow with 1 worker");
  await withServer(await startServer(1, 10), async (mlflow) => {
    for (const size of sizes) {
      await mlflow.growTo(size);
      if (lists) await addMlflowLists(add, mlflow, size, effort);
      if (gets && size === 100) await addMlflowGets(add, mlflow, effort);
    }
    await addOnce(add, mlflow, sections, effort);
  });
  if (!defaultWorkers || (!lists && !gets)) return;

  onStep("starting MLflow with 4 workers");
  await withServer(await startServer(4, 100), async (mlflow) => {
    if (lists) await addMlflowLists(add, mlflow, 100, effort);
    if (gets) await addMlflowGets(add, mlflow, effort);
  });
}

/** What is measured with one size of registry. */
async function addOnce(
  add: Add,
  mlflow: Mlflow,
  sections: readonly Section[],
  effort: Effort,
): Promise<void> {
  if (sections.includes("rates")) {
    await add("gets at constant rates", () => countRequestsByRate(mlflow, effort));
  }
  if (sections.includes("evaluate")) {
    await add("evaluations", () => measureEvaluations(mlflow, effort));
  }
  if (sections.includes("outage")) {
    await add("MLflow gone and back", () => measureOutage(mlflow, effort));
  }
  // Last: it leaves its prompts in the registry.
  if (!sections.includes("migrate")) return;
  await add("migrations", () => measureMigration(mlflow, effort));
}

async function addScale(add: Add, effort: Effort): Promise<void> {
  await add("scale: a large file", () => measureLargeFile(effort));
  await add("scale: a large registry in MLflow", () => measureLargeMlflow(effort));
  await add("scale: workspaces", () => measureWorkspaces(effort));
  await add("scale: idle sessions", () => measureIdleSessions(effort));
}

async function addEmbeddedLists(add: Add, effort: Effort): Promise<void> {
  for (const size of sizes) {
    await add(`embedded: lists of ${size} prompts`, () => measureEmbeddedLists(size, effort));
  }
  await add("embedded: lists over HTTP", () => measureEmbeddedHttpLists(effort));
  await add("embedded: memory over HTTP", () => measureEmbeddedHttpMemory(effort));
}

async function addEmbeddedGets(add: Add, effort: Effort): Promise<void> {
  await add("embedded: gets over stdio", () => measureEmbeddedStdioGets(effort));
  await add("embedded: gets over HTTP", () => measureEmbeddedHttpGets(effort));
}

async function addMlflowLists(add: Add, mlflow: Mlflow, size: Size, effort: Effort): Promise<void> {
  const { name, workers } = mlflow;
  const lists = `${name}: lists of ${size} prompts`;
  await add(lists, () => measureLists(mlflow, size, effort));
  await add(`${lists}, uncached`, () => measureUncachedLists(mlflow, size, effort));
  // The rest does not depend on the workers.
  if (workers > 1) return;
  await add(`${name}: requests`, () => countRequests(mlflow, size));
  if (size === 100) {
    await add(`${name}: lists over HTTP`, () => measureMlflowHttpLists(mlflow, effort));
  }
  if (size === 1_000) {
    await add(`${name}: memory over HTTP`, () => measureMlflowHttpMemory(mlflow, effort));
  }
}

async function addMlflowGets(add: Add, mlflow: Mlflow, effort: Effort): Promise<void> {
  const { name } = mlflow;
  await add(`${name}: gets over stdio`, () => measureMlflowStdioGets(mlflow, effort));
  await add(`${name}: gets over HTTP`, () => measureMlflowHttpGets(mlflow, effort));
}

async function withServer(mlflow: Mlflow, work: (mlflow: Mlflow) => Promise<void>): Promise<void> {
  try {
    await work(mlflow);
  } finally {
    await mlflow.stop();
  }
}
