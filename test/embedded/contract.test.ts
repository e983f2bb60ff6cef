import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/file.ts";
import { promptRegistryContract } from "../contract/prompt-registry.ts";
import { makeMlflowFile, sql } from "./support.ts";
import { upgradeToWorkspaces } from "./upgrade.ts";

describe("a file of our own", () => {
  contractOn({ prepare: () => {} });
});

describe("a file of MLflow 3.8", () => {
  contractOn({ prepare: makeMlflowFile });
});

describe("a file of MLflow 3.10, in a workspace", () => {
  contractOn({
    workspace: "team",
    prepare: (path) => {
      makeMlflowFile(path);
      upgradeToWorkspaces(path, ["team"]);
    },
  });
});

function contractOn(file: {
  readonly workspace?: string;
  readonly prepare: (path: string) => void;
}): void {
  let path = "";
  const { workspace } = file;
  promptRegistryContract(
    async () => {
      const directory = await mkdtemp(join(tmpdir(), "contract-"));
      path = join(directory, "registry.db");
      file.prepare(path);
      const opened = createEmbeddedFile({ path, samples: true });
      return {
        registry: opened.registry(workspace === undefined ? {} : { workspace }),
        close: async () => {
          opened.close();
          await rm(directory, { recursive: true, force: true });
        },
      };
    },
    {
      createModel: async (name) => {
        if (workspace === undefined) {
          sql(path, "INSERT INTO registered_models (name, creation_time) VALUES (?, 1)", name);
        } else {
          const columns = "(name, creation_time, workspace)";
          sql(path, `INSERT INTO registered_models ${columns} VALUES (?, 1, ?)`, name, workspace);
        }
      },
    },
  );
}
