import type { Policy } from "../session/policy.ts";
import type { Tool } from "./tool.ts";

/** The part of a policy that decides it. */
export type Offer = Pick<Policy, "readOnly" | "tools" | "granted">;

/** Whether a caller is offered a tool: by read-only mode, the operator's list and the token's scopes. */
export function isOffered({ name, effect }: Pick<Tool, "name" | "effect">, policy: Offer): boolean {
  const { readOnly, tools, granted } = policy;
  if (effect !== "reads" && readOnly) return false;
  return (tools.length === 0 || tools.includes(name)) && (granted?.has(effect) ?? true);
}
