import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { exitCodes } from "../../src/cli/exit-codes.ts";
import { lockFileName } from "../../src/cli/folder/lock-file.ts";
import { parseCommand } from "../support/command-line.ts";

const text = readFileSync(
  new URL("../../examples/github/push-prompts.yml", import.meta.url),
  "utf8",
);
const job = z.object({
  permissions: z.record(z.string(), z.string()),
  steps: z.array(z.object({ run: z.string().optional() }).loose()),
});
const workflow = z
  .object({
    jobs: z.object({ check: job, push: job }),
    permissions: z.object({ contents: z.literal("read") }),
  })
  .loose()
  .parse(parse(text));

/** The command of this program that a job runs. */
function commandOf(name: "check" | "push") {
  const scripts = workflow.jobs[name].steps.flatMap(({ run }) => run ?? []);
  const found = scripts.flatMap(
    (script) => /^mlflow-prompts-mcp (push [^>\n]*)/m.exec(script)?.[1] ?? [],
  );
  expect(found).toHaveLength(1);
  return parseCommand((found[0] ?? "").trim().replaceAll('"', "").split(" "));
}

describe("the example workflow for prompts in git", () => {
  it("checks a pull request, and writes nothing to the registry and the repository", () => {
    const { args, options } = commandOf("check");
    expect(args).toEqual(["prompts"]);
    expect(options.has("check")).toBe(true);
    expect(workflow.jobs.check.permissions.contents).toBe("read");
  });

  it("pushes on main, and commits what remembers the versions", () => {
    const { args, options } = commandOf("push");
    expect(args).toEqual(["prompts"]);
    expect(options.has("check") || options.has("dry-run")).toBe(false);
    expect(options.text("message")).toBe("$MESSAGE");
    expect(text).toContain(`git add prompts/${lockFileName}\n`);
  });

  it("tells what would break callers from a failure by the exit code", () => {
    expect(text).toContain(`if [ "$code" -eq ${exitCodes.notPassed} ]`);
  });

  it("puts no text that others wrote into a script", () => {
    for (const { run = "" } of [...workflow.jobs.check.steps, ...workflow.jobs.push.steps]) {
      expect(run).not.toMatch(/\$\{\{/);
    }
  });
});
