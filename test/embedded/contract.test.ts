import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { createEmbeddedFile, type EmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { PromptCache } from "../../src/registry/cache/prompt-cache.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { promptRegistryContract } from "../contract/prompt-registry.ts";
import { makeMlflowFile, sql } from "./support.ts";
import { upgradeToWorkspaces } from "./upgrade.ts";

describe("a file of this program", () => {
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

describe("a file of this program whose responses are cached", () => {
  const options = { maxStaleMs: 0, maxBytes: 10_000_000, onChange: () => {} };
  const owner = { workspace: undefined, caller: "", hasCredential: false };

  describe("for a time", () => {
    const cache = new PromptCache({ ...options, ttlMs: 60_000 });
    contractOn({ prepare: () => {}, before: ({ registry }) => cache.view(registry({}), owner) });
  });

  describe("until another process has written", () => {
    contractOn({
      prepare: () => {},
      before: (file) => {
        const { revision, firstRevision } = file;
        const cache = new PromptCache({ ...options, ttlMs: 60_000, revision, firstRevision });
        return cache.view(file.registry({}), owner);
      },
    });
  });
});

function contractOn(file: {
  readonly workspace?: string;
  readonly prepare: (path: string) => void;
  readonly before?: (opened: EmbeddedFile) => PromptRegistry;
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
        registry:
          file.before?.(opened) ?? opened.registry(workspace === undefined ? {} : { workspace }),
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
