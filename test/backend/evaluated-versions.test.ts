import { expect, onTestFinished, test, vi } from "vitest";
import { SharedRegistry } from "../../src/backend/shared-registry.ts";
import type { View } from "../../src/mlflow/client.ts";
import { RegistryError } from "../../src/registry/errors.ts";
import type { EvaluationStore } from "../../src/registry/evaluation/evaluation-store.ts";
import type { NewRun } from "../../src/registry/evaluation/runs.ts";
import { newPath, openFile } from "../embedded/support.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, sessionOf, text } from "../support/embedded-session.ts";

const run: NewRun = {
  name: "greet/1",
  prompt: { name: "greet", version: 1 },
  plan: "plan",
  dataset: { name: "questions", digest: "d1", rowCount: 1 },
  params: {},
  startedAt: 1_000,
};

/** An embedded registry as sessions share it, which counts the requests for runs. */
async function setUp() {
  const file = openFile(newPath());
  await file.registry({}).registerVersion("greet", text("Greet"));
  await file.registry({}).registerVersion("thank", text("Thank"));
  const evaluations: EvaluationStore = file.evaluations({});
  const listRuns = vi.spyOn(evaluations, "listRuns");
  const shared = new SharedRegistry(
    {
      view: () => file.registry({}),
      changeDetector: () => file.changeDetector(),
      evaluations: () => evaluations,
      reachable: true,
      ping: async () => {},
      close: async () => file.close(),
    },
    {
      cache: { ttl: 60, outage: 0, size: 1_000_000 },
      pollInterval: 0,
      linkTraces: false,
      log: { info() {}, error() {} },
    },
  );
  onTestFinished(() => shared.close());
  const open = async (view: View, caller: string) => {
    const { registry, ...parts } = shared.session(view, caller);
    const client = await connect(sessionOf(registry, parts));
    const list = async (args: object = {}) => {
      const given = { details: true, limit: 1, ...args };
      const { structured } = await callTool(client, "list_prompts", given);
      return structured as {
        readonly prompts: readonly { readonly name: string; readonly evaluated?: boolean }[];
        readonly next_cursor?: string;
      };
    };
    return { list, evaluations: parts.evaluations };
  };
  return { open, listRuns };
}

test("a list asks once for the runs, whatever its pages are", async () => {
  const { open, listRuns } = await setUp();
  const { list } = await open({}, "ann");

  const first = await list();
  await list({ cursor: first.next_cursor });
  await Promise.all([list({ never_evaluated: true }), list()]);

  expect(listRuns).toHaveBeenCalledTimes(1);
});

test("what one caller may see of the runs is not shown to another, nor in another workspace", async () => {
  const { open, listRuns } = await setUp();
  const callers = [
    await open({}, "ann"),
    await open({}, "ben"),
    await open({ workspace: "other" }, "ann"),
  ];

  for (const { list } of callers) await list();

  expect(listRuns).toHaveBeenCalledTimes(3);
});

test("a run that starts or ends is seen at once, by every caller", async () => {
  const { open } = await setUp();
  const [ann, ben] = [await open({}, "ann"), await open({}, "ben")];
  const isEvaluated = async () => (await ben.list()).prompts[0]?.evaluated;
  expect(await isEvaluated()).toBe(false);

  const id = await ann.evaluations?.startRun(run);
  expect(await isEvaluated()).toBe(true);

  await ann.evaluations?.finishRun(id ?? "", { status: "failed", metrics: {}, endedAt: 2_000 });
  expect(await isEvaluated()).toBe(false);
});

test("a failure is not kept", async () => {
  const { open, listRuns } = await setUp();
  const { list } = await open({}, "ann");
  listRuns.mockRejectedValueOnce(new RegistryError("unavailable", "MLflow is down."));

  await expect(list()).resolves.toBeUndefined();

  expect((await list()).prompts).toHaveLength(1);
});
