import type { LinkOutcome } from "../registry/traces.ts";
import type { PromptVersion } from "../registry/types.ts";
import type { Session } from "./session.ts";

/** What became of the link to a trace that a client named, as results say it. */
export interface LinkedTrace {
  readonly id: string;
  readonly link: LinkOutcome["kind"];
  /** Why there is none. */
  readonly problem?: string;
}

/**
 * Links the version that is served to the trace that the client names. Never rejects: the prompt is worth
 * more than the link.
 * @param named as the client says it: any value
 * @returns undefined where no trace is named, or the operator has not turned it on
 */
export async function linkNamedTrace(
  { links }: Pick<Session, "links">,
  named: unknown,
  { name, version }: Pick<PromptVersion, "name" | "version">,
): Promise<LinkedTrace | undefined> {
  if (links === undefined || named === undefined) return undefined;
  if (typeof named !== "string" || !/^[\w-]{1,50}$/.test(named)) {
    const problem = "It is no ID of a trace, which MLflow writes as tr-0123456789abcdef….";
    return { id: typeof named === "string" ? named.slice(0, 50) : "", link: "failed", problem };
  }
  const outcome = await links.link(named, { name, version });
  return {
    id: named,
    link: outcome.kind,
    ...(outcome.kind === "failed" ? { problem: outcome.reason } : {}),
  };
}
