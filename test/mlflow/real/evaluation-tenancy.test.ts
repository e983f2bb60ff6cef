import { beforeAll, describe, expect, it } from "vitest";
import type { EvaluationStore } from "../../../src/registry/evaluation/evaluation-store.ts";
import { traceIdOf } from "../../../src/registry/evaluation/row-identity.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { MlflowAdmin, user } from "../../support/mlflow-users.ts";
import { resultsOf } from "../../support/results-of.ts";
import { answered, newRun, started } from "./evaluations.ts";
import { suiteServer } from "./suite-server.ts";

const administrator = { username: "admin", password: "an administrator's password" };
const ann = { workspace: "red", user: user("ann") };
const bob = { workspace: "blue", user: user("bob") };

const mlflow = await mlflowAvailable("3.17.2");
const suite = "evaluations of two tenants of an MLflow 3.17.2 with basic auth and workspaces";

describe.skipIf(!mlflow.ok)(title(suite, mlflow), () => {
  const auth = { ...administrator, defaultPermission: "NO_PERMISSIONS" } as const;
  const server = suiteServer({ release: "3.17.2", workspaces: true, auth }, async (url) => {
    const admin = new MlflowAdmin(url, administrator);
    for (const { workspace, user } of [ann, bob]) {
      await admin.createUser(user);
      await admin.createWorkspace(workspace);
      await admin.join(user, workspace);
    }
  });
  const storeOf = ({ workspace, user }: typeof ann): EvaluationStore =>
    server.client.evaluations({ workspace, credential: { kind: "basic", ...user } });
  const runs = new Map<string, string>();

  beforeAll(async () => {
    for (const tenant of [ann, bob]) {
      const store = storeOf(tenant);
      const dataset = await store.createDataset("questions", { prompt: "qa" });
      await store.addRows(dataset, [{ inputs: { of: tenant.workspace }, expectations: {} }]);
      const runId = await store.startRun(newRun);
      await store.storeResults(runId, [{ ...answered, inputs: { of: tenant.workspace } }]);
      await store.finishRun(runId, { status: "finished", metrics: {}, endedAt: started });
      runs.set(tenant.workspace, runId);
    }
  });

  it.each([
    { tenant: ann, other: bob },
    { tenant: bob, other: ann },
  ])("are those of $tenant.workspace alone", async ({ tenant, other }) => {
    const store = storeOf(tenant);
    const own = runs.get(tenant.workspace) ?? "";

    const { items } = await store.listRuns({ limit: 10 });
    const [row] = await resultsOf(store, own, 10);
    const dataset = await store.getDataset("questions");
    const datasets = await store.listDatasets({ limit: 10 });
    const rows = await store.readRows(dataset, 10);

    expect(items.map(({ id }) => id)).toEqual([own]);
    expect(row?.inputs).toEqual({ of: tenant.workspace });
    expect(datasets.items).toEqual([dataset]);
    expect(rows.map(({ inputs }) => inputs)).toEqual([{ of: tenant.workspace }]);
    expect(store.pageOf(own)).toMatch(new RegExp(`&workspace=${tenant.workspace}$`));
    expect(runs.get(other.workspace)).not.toBe(own);
  });

  it.each([
    { tenant: ann, other: bob },
    { tenant: bob, other: ann },
  ])("of $other.workspace cannot be read or labelled in $tenant.workspace", async (pair) => {
    const { tenant, other } = pair;
    const foreign = runs.get(other.workspace) ?? "";
    const theirs = await storeOf(other).getDataset("questions");

    for (const store of [storeOf(tenant), storeOf({ ...tenant, workspace: other.workspace })]) {
      const trace = traceIdOf(foreign, "0.0");
      const attempts = [
        store.getRun(foreign),
        resultsOf(store, foreign, 10),
        store.readRows(theirs, 10),
        store.addRows(theirs, [{ inputs: { of: "a stranger" }, expectations: {} }]),
        store.setLabel(trace, { name: "good", value: true }),
      ];
      for (const attempt of await Promise.allSettled(attempts)) {
        expect(attempt).toMatchObject({
          status: "rejected",
          reason: { kind: expect.stringMatching(/^(not_found|forbidden)$/) },
        });
      }
    }

    const [row] = await resultsOf(storeOf(other), foreign, 10);
    expect(row?.labels).toEqual([]);
    expect(await storeOf(other).readRows(theirs, 10)).toHaveLength(1);
  });
});
