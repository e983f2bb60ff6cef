import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPath, openFile, sql } from "./support.ts";

describe("several processes on one file", () => {
  // Below node_modules, so that the bundle finds the driver's native part.
  const cache = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));
  let directory = "";
  let worker = "";

  beforeAll(async () => {
    mkdirSync(cache, { recursive: true });
    directory = mkdtempSync(join(cache, "embedded-"));
    worker = join(directory, "worker.mjs");
    await build({
      entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
      outfile: worker,
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["libsql"],
    });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("create it once, seed it once and number versions without gaps", async () => {
    const path = newPath();

    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => promisify(execFile)(process.execPath, [worker, path, "15"])),
    );

    const numbers = runs.flatMap(({ stdout }) => stdout.trim().split(" ").map(Number));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, index) => index + 1),
    );
    const { items } = await openFile(path).registry({}).searchPrompts({ limit: 10 });
    expect(items).toHaveLength(5);
    expect(sql(path, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    expect(sql(path, "SELECT count(*) AS n FROM model_versions")).toEqual([{ n: 65 }]);
  });
});
