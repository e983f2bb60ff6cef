import { describe, expect, test } from "vitest";
import { chooseRuns } from "../../src/view/text/chosen-runs.ts";

const run = (run_id: string, version: number, digest: string, status = "finished") => ({
  run_id,
  status,
  prompts: [{ name: "qa", version }],
  dataset: { name: "questions", digest },
});

describe("the runs that stand for two versions", () => {
  test("are the newest ones on the same data", () => {
    const runs = [run("d", 2, "new"), run("c", 2, "old"), run("b", 1, "old"), run("a", 1, "old")];
    expect(chooseRuns(runs, "qa", 1, 2)).toEqual({
      before: runs[2],
      after: runs[1],
      sameData: true,
    });
  });

  test("are the newest of each where no data is the same", () => {
    const runs = [run("b", 2, "new"), run("a", 1, "old")];
    expect(chooseRuns(runs, "qa", 1, 2)).toMatchObject({ sameData: false, before: runs[1] });
  });

  test("are finished, and of this prompt", () => {
    const other = { ...run("b", 2, "x"), prompts: [{ name: "other", version: 2 }] };
    const runs = [run("c", 2, "x", "running"), other, run("a", 1, "x")];
    expect(chooseRuns(runs, "qa", 1, 2)).toEqual({ before: runs[2], sameData: false });
  });
});
