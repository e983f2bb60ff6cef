import { expect, it } from "vitest";
import { failed } from "./failed.ts";
import { clientFor, startStub } from "./stub.ts";

const search = "POST /api/2.0/mlflow/runs/search";
const runId = "0123456789abcdef0123456789abcdef";

it("shows a run's page in MLflow's UI, and none to remote callers", async () => {
  const stub = await startStub();
  const local = clientFor(stub.url);
  const remote = clientFor(stub.url, { report: () => {} });

  expect(local.evaluations().pageOf(runId)).toBe(
    `${stub.url}/#/experiments/0/evaluation-runs?selectedRunUuid=${runId}`,
  );
  expect(local.evaluations({ experimentId: "7", workspace: "red" }).pageOf(runId)).toBe(
    `${stub.url}/#/experiments/7/evaluation-runs?selectedRunUuid=${runId}&workspace=red`,
  );
  // Which experiment a workspace has is not known without a request.
  expect(local.evaluations({ workspace: "red" }).pageOf(runId)).toBeUndefined();
  expect(remote.evaluations().pageOf(runId)).toBeUndefined();
  expect(stub.arrived).toEqual([]);
});

it("shows remote callers the pages at the address that is given for them", async () => {
  const stub = await startStub();
  const uiUrl = "https://mlflow.example.com/base";
  const remote = clientFor(stub.url, { report: () => {}, uiUrl });
  stub.on("GET /api/3.0/mlflow/server-info", { json: { workspaces_enabled: false } });
  stub.on("GET /version", { text: "3.17.2" });
  stub.on("GET /api/2.0/mlflow/registered-models/get", { status: 500, text: "at 10.0.0.1" });

  expect(remote.evaluations().pageOf(runId)).toBe(
    `${uiUrl}/#/experiments/0/evaluation-runs?selectedRunUuid=${runId}`,
  );
  expect(await remote.registry().describe()).toMatchObject({ location: uiUrl });
  // Its errors still name no address.
  const { message } = await failed(remote.registry().getPrompt("x"));
  expect(message).not.toMatch(/127\.0\.0\.1|10\.0\.0\.1|mlflow\.example/);
});

it("shows a trace's page in MLflow's UI, and none to remote callers", async () => {
  const stub = await startStub();
  const remote = clientFor(stub.url, { report: () => {} });
  const traceId = `tr-${runId}`;

  const view = { experimentId: "7", workspace: "red" };
  expect(clientFor(stub.url).evaluations(view).pageOfTrace(traceId)).toBe(
    `${stub.url}/#/experiments/7/traces?selectedEvaluationId=${traceId}&traceId=${traceId}&workspace=red`,
  );
  expect(remote.evaluations(view).pageOfTrace(traceId)).toBeUndefined();
  expect(stub.arrived).toEqual([]);
});

it("repeats a search by POST that fails for a moment, as a read", async () => {
  const stub = await startStub();
  stub.on(search, { status: 503, text: "busy" }, { json: {} });
  const store = clientFor(stub.url, { maxRetries: 1 }).evaluations();

  expect(await store.listRuns({ plan: "p", limit: 1 })).toEqual({ items: [] });
  expect(stub.routes()).toHaveLength(3);
});

it("does not say of a search that it may have changed something", async () => {
  const stub = await startStub();
  stub.on(search, { raw: (response) => response.destroy() });

  const error = await failed(clientFor(stub.url).evaluations().listRuns({ limit: 1 }));

  expect(error).toMatchObject({ kind: "unavailable", mayHaveChanged: false });
  expect(error.message).not.toContain("may have been made");
});
