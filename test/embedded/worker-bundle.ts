import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll } from "vitest";

/**
 * A program of this directory that Node can run as a process of its own. To be called in a
 * `describe`: it is built for the suite and gone with it.
 */
export function workerBundle(source: string): { readonly path: string } {
  // Below node_modules, so that the bundle finds the driver's native part.
  const cache = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));
  let directory = "";
  beforeAll(async () => {
    mkdirSync(cache, { recursive: true });
    directory = mkdtempSync(join(cache, "embedded-"));
    await build({
      entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
      outfile: join(directory, "worker.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["libsql"],
    });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return {
    get path() {
      return join(directory, "worker.mjs");
    },
  };
}
