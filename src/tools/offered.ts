import type { Effect } from "../session/policy.ts";
import type { Session } from "../session/session.ts";
import type { Tool } from "./tool.ts";

/** The part of a session that decides it. */
export type Offer = Pick<Session, "readOnly" | "tools" | "granted" | "models" | "view">;

/**
 * Whether a caller is offered a tool: by read-only mode, the operator's list, the token's scopes, and
 * whether there is a model to ask.
 */
export function isOffered(
  { name, effect, model, view: viewUse }: Pick<Tool, "name" | "effect" | "model" | "view">,
  offer: Offer,
): boolean {
  const { tools, models, view } = offer;
  if (model === "needed" && models === undefined) return false;
  if (viewUse !== undefined && !view) return false;
  return (tools.length === 0 || tools.includes(name)) && mayDo(offer, effect);
}

/**
 * As `isOffered`, also where the caller's token lacks the scope: who calls the tool then is told which scope
 * it needs, and the view asks for it.
 */
export function isWithinReach(
  tool: Parameters<typeof isOffered>[0],
  { granted: _, ...offer }: Offer,
): boolean {
  return isOffered(tool, offer);
}

/**
 * Whether a tool that is offered is listed too.
 * @param showsViews whether the client shows the view; undefined when it is not known
 */
export function isListed(
  { model, view }: Pick<Tool, "model" | "view">,
  showsViews: boolean | undefined,
  { models }: Pick<Offer, "models">,
): boolean {
  if (model === "related" && models === undefined) return false;
  if (view === undefined) return true;
  return view === "opens" ? showsViews !== false : showsViews === true;
}

/** Whether a caller may do something, by read-only mode and the token's scopes. */
export function mayDo(
  { readOnly, granted }: Pick<Offer, "readOnly" | "granted">,
  effect: Effect,
): boolean {
  return (!writes(effect) || !readOnly) && (granted?.has(effect) ?? true);
}

/** Whether a tool of this effect changes the registry. */
export function writes(effect: Effect): boolean {
  return effect !== "reads" && effect !== "runs";
}
