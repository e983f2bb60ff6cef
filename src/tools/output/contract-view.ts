import * as z from "zod";
import type { Contract } from "../../registry/contract/contract.ts";
import { type ContractChange, contractVerdicts } from "../../registry/contract/contract-change.ts";
import { contractOf } from "../../registry/engine/contract-of.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { usesMustache } from "../../registry/versions/template-format.ts";
import type { Session } from "../../session/session.ts";
import { line, type ToolText } from "./tool-text.ts";

export const contractChangeView = z
  .object({
    verdict: z
      .enum(contractVerdicts)
      .describe(
        '"breaking": some callers of the older version fail with the newer one, or get another form. "unclear": they may fail; render it with their values to find out. Otherwise callers need no change.',
      ),
    summary: z.string().describe("The verdict and all differences in a line."),
    reasons: z
      .array(z.object({ effect: z.enum(contractVerdicts), says: z.string() }))
      .describe("What the newer version does differently, worst first."),
  })
  .describe("Whether callers of the older version can use the newer one without a change.");

export function viewContractChange({
  verdict,
  line,
  reasons,
}: ContractChange): z.infer<typeof contractChangeView> {
  return {
    verdict,
    summary: line,
    reasons: reasons.map(({ effect, says }) => ({ effect, says })),
  };
}

export function formatContractChange({ line: summary }: ContractChange): ToolText {
  return line`${summary}`;
}

/** Loads the contract of a version. */
export async function loadContract(
  { registry, templates }: Session,
  version: PromptVersion,
  options: CallOptions,
): Promise<Contract> {
  const mustache = await usesMustache(registry, version, options);
  return contractOf(templates, version, { mustache });
}

/** Compares the contracts of two versions. The newer one need not be registered yet. */
export async function changeBetween(
  session: Session,
  older: PromptVersion,
  newer: PromptVersion,
  options: CallOptions,
): Promise<ContractChange> {
  const [before, after] = await Promise.all([
    loadContract(session, older, options),
    loadContract(session, newer, options),
  ]);
  return session.templates.compareContracts(before, after);
}
