import { approversOf, reviewsOf } from "../../registry/discussion/reviews.ts";
import { quote } from "../../registry/errors.ts";
import type { Gate } from "../../registry/evaluation/gate/gate.ts";
import type { CallOptions, PromptRegistry } from "../../registry/prompt-registry.ts";
import { countOf } from "../../registry/text/count.ts";
import { authorOf } from "../../registry/versions/provenance.ts";
import type { Findings } from "./criteria.ts";

/** What a gate says of the approvals of a version. Sentences have no period. */
export interface ApprovalFindings extends Findings {
  readonly notes: readonly string[];
  /** How many approvals are lacking. */
  readonly missing: number;
}

/**
 * Counts the approvals of a version as they are stored now: one for each person, and none of the author.
 * @throws RegistryError `not_found` for a version that does not exist
 */
export async function checkApprovals(
  registry: PromptRegistry,
  { approvals }: Gate,
  { prompt, version }: { readonly prompt: string; readonly version: number },
  options: CallOptions,
): Promise<ApprovalFindings> {
  if (approvals === undefined) return { met: [], unmet: [], notes: [], missing: 0 };
  const found = await registry.getVersion(prompt, { version }, options);
  const approvers = approversOf(found);
  const missing = Math.max(0, approvals.count - approvers.length);
  const by = approvers.length === 0 ? "" : ` (by ${approvers.map(quote).join(", ")})`;
  const has = `version ${version} has ${countOf(approvers.length, "approval")}${by} and needs ${approvals.count}`;
  const declined = reviewsOf(found).filter(({ verdict }) => verdict === "declined");
  return {
    met: missing === 0 ? [has] : [],
    unmet: missing === 0 ? [] : [has],
    notes: [
      ...declined.map(({ by: who, reason = "" }) => `${quote(who)} declined it: ${quote(reason)}`),
      ...(authorOf(found) === undefined
        ? [
            `nobody is recorded as the author of version ${version}, so an approval may be their own`,
          ]
        : []),
    ],
    missing,
  };
}
