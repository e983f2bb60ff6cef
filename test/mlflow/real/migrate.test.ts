import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { createEmbeddedFile } from "../../../src/embedded/embedded-file.ts";
import { type TransferSubject, transferContract } from "../../contract/transfer.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { whenDone } from "../../support/when-done.ts";
import { rest, suiteServer } from "./suite-server.ts";

const release = "3.17.2";
const mlflow = await mlflowAvailable(release);

describe.skipIf(!mlflow.ok)(title(`Carrying registries over, MLflow ${release}`, mlflow), () => {
  const server = suiteServer({ release, workspaces: true });
  let used = 0;

  /** An empty registry: a workspace that no test has used. */
  async function newWorkspace() {
    const workspace = `team-${++used}`;
    await rest(server.url, "POST", "/api/3.0/mlflow/workspaces", { name: workspace });
    return server.client.registry({ workspace });
  }

  function newFile() {
    const folder = mkdtempSync(join(tmpdir(), "transfer-"));
    const file = createEmbeddedFile({ path: join(folder, "registry.db"), samples: false });
    whenDone(() => {
      file.close();
      rmSync(folder, { recursive: true, force: true });
    });
    return file.registry({});
  }

  const ways: Readonly<Record<string, () => Promise<TransferSubject>>> = {
    "a file to MLflow": async () => ({ from: newFile(), to: await newWorkspace() }),
    "MLflow to a file": async () => ({ from: await newWorkspace(), to: newFile() }),
    "one workspace to another": async () => ({
      from: await newWorkspace(),
      to: await newWorkspace(),
    }),
  };
  for (const [way, open] of Object.entries(ways)) {
    describe(`from ${way}`, () => transferContract(open));
  }
});
