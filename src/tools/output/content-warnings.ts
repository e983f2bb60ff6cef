import * as z from "zod";
import { RegistryError, type RegistryErrorSubject } from "../../registry/errors.ts";
import type { Template } from "../../registry/types.ts";
import { mlflowUnreadable } from "../../registry/versions/mlflow-readable.ts";
import type { Moved, Registered } from "../../registry/writes.ts";
import type { Policy } from "../../session/policy.ts";
import { line, type ToolText } from "./tool-text.ts";

export const warningsView = z
  .array(z.string())
  .optional()
  .describe(
    "Content that is hidden from readers, that hosts execute, that looks like something else, or that MLflow's own client cannot load; and what could not be recorded. Show it to the person. Absent if there is none.",
  );

/**
 * Returns the findings as warnings for the structured result.
 * @param found findings of `findUnsafeContent`
 * @param undone how the error message begins, for instance "Nothing was registered"
 * @throws RegistryError `invalid` (`unsafe_content`) when the policy is `strictContent`
 */
export function checkContent(
  { strictContent }: Policy,
  found: readonly string[],
  undone: string,
  subject: RegistryErrorSubject,
): { readonly warnings?: string[] } {
  if (found.length === 0) return {};
  if (!strictContent) return { warnings: [...found] };
  throw new RegistryError(
    "invalid",
    `${undone}: this server refuses content that is hidden or that hosts execute. ${found.join(" ")} Remove it, and call again.`,
    subject,
    { reason: "unsafe_content" },
  );
}

/** Adds a warning when a registered prompt is not on the page of the experiment. */
export function withUnlinked(
  warnings: readonly string[] | undefined,
  { unlinked }: Pick<Registered, "unlinked">,
): readonly string[] | undefined {
  if (unlinked === undefined) return warnings;
  const missing = `The version is registered, but MLflow does not show the prompt on the page of the experiment that MLFLOW_EXPERIMENT_ID names: ${unlinked}`;
  return [...(warnings ?? []), missing];
}

/** Adds a warning when a move of an alias is missing in the alias history. */
export function withUnrecorded(
  warnings: readonly string[] | undefined,
  { unrecorded }: Moved,
): { readonly warnings?: string[] } {
  if (unrecorded === undefined) return warnings ? { warnings: [...warnings] } : {};
  const missing = `The change is made, but the history of aliases does not have it: ${unrecorded}`;
  return { warnings: [...(warnings ?? []), missing] };
}

interface Warned {
  readonly warnings?: string[];
}

/** Adds a warning when MLflow's own client cannot load what this server can. */
export function withUnreadable(warned: Warned, template: Template): Warned {
  const unreadable = mlflowUnreadable(template);
  if (unreadable === undefined) return warned;
  const { place, instead } = unreadable;
  const advice =
    instead === undefined
      ? ""
      : ` To use it in Python as well, write the placeholder as ${instead}.`;
  const warning = `MLflow's Python client (3.17) cannot load this version, because of ${place}. This server can.${advice}`;
  return { warnings: [...(warned.warnings ?? []), warning] };
}

export function formatWarnings(warnings: readonly string[] = []): readonly ToolText[] {
  return warnings.map((warning) => line`Warning: ${warning}`);
}
