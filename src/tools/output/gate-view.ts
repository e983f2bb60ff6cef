import * as z from "zod";
import { allGates, describeGate, gateTag } from "../../registry/evaluation/gate/gate.ts";
import type { Prompt } from "../../registry/types.ts";
import type { Policy } from "../../session/policy.ts";
import type { GateCheck } from "../checks/gate.ts";
import { line, type ToolText } from "./tool-text.ts";

/** What the gates of an alias said of a move. */
export const gateCheckView = z
  .object({
    passed: z.boolean().describe("False: it lacks evidence."),
    evidence: z.array(
      z.object({
        dataset: z.string().optional().describe("Absent where only approvals are wanted."),
        run_id: z.string().optional().describe("The evaluation run of the version."),
        baseline_run_id: z.string().optional().describe("That of the version before."),
        met: z.array(z.string()),
        unmet: z.array(z.string()),
        notes: z.array(z.string()).optional(),
      }),
    ),
    waived: z.string().optional().describe("Why no evidence was needed."),
  })
  .describe("What was measured, as the gate of the alias wants. Absent without a gate.");

export function viewGateCheck({
  refusals,
  verdicts,
  waived,
}: GateCheck): z.infer<typeof gateCheckView> {
  return {
    passed: refusals.length === 0,
    evidence: verdicts.map(({ dataset, runId, baselineRunId, met, unmet, notes }) => ({
      ...(dataset === undefined ? {} : { dataset }),
      ...(runId === undefined ? {} : { run_id: runId }),
      ...(baselineRunId === undefined ? {} : { baseline_run_id: baselineRunId }),
      met: [...met],
      unmet: [...unmet],
      ...(notes.length === 0 ? {} : { notes: [...notes] }),
    })),
    ...(waived === undefined ? {} : { waived }),
  };
}

export function formatGateCheck(check: GateCheck | undefined): readonly ToolText[] {
  if (check === undefined) return [];
  const { refusals, verdicts, waived } = check;
  const passed = verdicts.filter((verdict) => verdict.passed);
  return [
    ...(waived === undefined ? [] : [line`${waived}`]),
    ...refusals.map((refusal) => line`Not shown: ${refusal}`),
    ...passed.map(({ runId, baselineRunId, dataset, met }) => {
      if (dataset === undefined) return line`Approved: ${met.join("; ")}.`;
      const before = baselineRunId === undefined ? "" : ` and, before, ${baselineRunId}`;
      const found = met.length === 0 ? "" : `: ${met.join("; ")}`;
      return line`Measured on ${dataset} (run ${runId ?? ""}${before})${found}.`;
    }),
    ...passed.flatMap(({ notes }) => notes.map((note) => line`Note: ${note}.`)),
  ];
}

export const gatesView = z
  .array(z.string())
  .optional()
  .describe("What a version must have been measured to be before an alias moves to it.");

/** The gates of a prompt, its own and those of the operator, a line each. Undefined where it has none. */
export function viewGates(policy: Policy, prompt: Pick<Prompt, "tags">): string[] | undefined {
  const { gates, problem } = allGates(prompt, policy);
  const unreadable =
    problem === undefined
      ? []
      : [`its tag ${gateTag} cannot be read (${problem}), so no alias moves`];
  const all = [...unreadable, ...gates.map(describeGate)];
  return all.length === 0 ? undefined : all;
}
