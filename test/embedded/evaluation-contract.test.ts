import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import type { EmbeddedView } from "../../src/embedded/workspace-scope.ts";
import { evaluationStoreContract } from "../contract/evaluation.ts";
import { makeMlflowFile } from "./support.ts";
import { upgradeToWorkspaces } from "./upgrade.ts";

describe("a file of this program", () => {
  contractOn({}, () => {});
});

describe("a file of MLflow 3.10, in a workspace", () => {
  contractOn({ workspace: "team" }, (path) => {
    makeMlflowFile(path);
    upgradeToWorkspaces(path, ["team"]);
  });
});

function contractOn(view: EmbeddedView, prepare: (path: string) => void): void {
  evaluationStoreContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), "evaluations-"));
    const path = join(folder, "registry.db");
    prepare(path);
    const file = createEmbeddedFile({ path, samples: false });
    return {
      store: file.evaluations(view),
      registry: file.registry(view),
      storeTrace: (trace) => file.storeTrace(view, trace),
      async close() {
        file.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  });
}
