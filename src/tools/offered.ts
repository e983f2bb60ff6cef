import type { Effect } from "../session/policy.ts";
import type { Session } from "../session/session.ts";
import type { Tool } from "./tool.ts";

/** The part of a session that decides it. */
export type Offer = Pick<Session, "readOnly" | "tools" | "granted" | "models">;

/**
 * Whether a caller is offered a tool: by read-only mode, the operator's list, the token's scopes, and
 * whether there is a model to ask.
 */
export function isOffered({ name, effect }: Pick<Tool, "name" | "effect">, offer: Offer): boolean {
  const { tools, models } = offer;
  if (effect === "runs" && models === undefined) return false;
  return (tools.length === 0 || tools.includes(name)) && mayDo(offer, effect);
}

/** Whether a caller may do something, by read-only mode and the token's scopes. */
export function mayDo({ readOnly, granted }: Omit<Offer, "tools">, effect: Effect): boolean {
  return (!writes(effect) || !readOnly) && (granted?.has(effect) ?? true);
}

/** Whether a tool of this effect changes the registry. */
export function writes(effect: Effect): boolean {
  return effect !== "reads" && effect !== "runs";
}
