import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { transferContract } from "../contract/transfer.ts";
import { whenDone } from "../support/when-done.ts";

/** An empty registry in a file of its own, which ends with the test. */
function newFile() {
  const folder = mkdtempSync(join(tmpdir(), "transfer-"));
  const file = createEmbeddedFile({ path: join(folder, "registry.db"), samples: false });
  whenDone(() => {
    file.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return file.registry({});
}

describe("carrying a database file over to another", () => {
  transferContract(async () => ({ from: newFile(), to: newFile() }));
});
