import type { Effect, Policy } from "../session/policy.ts";
import type { Tool } from "./tool.ts";

/** The part of a policy that decides it. */
export type Offer = Pick<Policy, "readOnly" | "tools" | "granted">;

/** Whether a caller is offered a tool: by read-only mode, the operator's list and the token's scopes. */
export function isOffered({ name, effect }: Pick<Tool, "name" | "effect">, policy: Offer): boolean {
  const { tools } = policy;
  return (tools.length === 0 || tools.includes(name)) && mayDo(policy, effect);
}

/** Whether a caller may do something, by read-only mode and the token's scopes. */
export function mayDo({ readOnly, granted }: Omit<Offer, "tools">, effect: Effect): boolean {
  return (effect === "reads" || !readOnly) && (granted?.has(effect) ?? true);
}
