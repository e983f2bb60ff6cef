import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readEvaluateRequest } from "../../src/cli/evaluate-request.ts";
import { exitCodes } from "../../src/cli/exit-codes.ts";
import { settingSources } from "../../src/config/settings.ts";
import { parseCommand } from "../support/command-line.ts";

const workflow = readFileSync(
  new URL("../../examples/github/evaluate-prompts.yml", import.meta.url),
  "utf8",
);

/** The lines of YAML: without comments, empty lines, and the texts of the block at `run: |`. */
function structure(): readonly string[] {
  let blockAt: number | undefined;
  return workflow.split("\n").filter((line) => {
    if (line.trim() === "" || line.startsWith("#")) return false;
    const indent = line.length - line.trimStart().length;
    if (blockAt !== undefined && indent > blockAt) return false;
    blockAt = line.endsWith(": |") ? indent : undefined;
    return true;
  });
}

describe("the example workflow", () => {
  it("is YAML of keys, values and lists, indented by two", () => {
    for (const line of structure()) {
      expect(line).toMatch(/^(?: {2})*(?:- )?(?:[\w-]+:(?: [^\s].*)?|"[^"]+")$/);
    }
  });

  it("runs a command of this program, with flags that there are", () => {
    const [command = ""] = /^ +mlflow-prompts-mcp (evaluate .*?) >/m.exec(workflow)?.slice(1) ?? [];
    const args = command.replaceAll('"', "").split(" ");

    const { args: references, options, flags } = parseCommand(args);
    expect(readEvaluateRequest(references, options)).toEqual({
      references: ["$PROMPT@production", "$PROMPT"],
      dataset: "$DATASET",
      gate: true,
      maxCost: 5,
    });
    expect(flags).toEqual({});
  });

  it("sets variables that are read", () => {
    const variables = [...workflow.matchAll(/^ +(MLFLOW_PROMPTS_\w+):/gm)].map(([, name]) => name);

    expect(variables).toEqual(["MLFLOW_PROMPTS_MODELS"]);
    const known = settingSources.map(({ variable }) => variable);
    expect(known).toEqual(expect.arrayContaining(variables));
  });

  it("tells a gate that is not passed from a failure by its exit code", () => {
    expect(workflow).toContain(`if [ "$code" -eq ${exitCodes.notPassed} ]`);
  });
});
