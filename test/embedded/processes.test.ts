import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { newPath, openFile, sql } from "./support.ts";
import { workerBundle } from "./worker-bundle.ts";

describe("several processes on one file", () => {
  const worker = workerBundle("worker.ts");

  it("create it once, seed it once and number versions without gaps", async () => {
    const path = newPath();

    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => promisify(execFile)(process.execPath, [worker.path, path, "15"])),
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
