import * as z from "zod";
import { RegistryError, type RegistryErrorSubject } from "../../registry/errors.ts";
import type { Policy } from "../../session/policy.ts";
import { line, type ToolText } from "./tool-text.ts";

export const warningsView = z
  .array(z.string())
  .optional()
  .describe(
    "Content that is hidden from readers, that hosts execute, or that looks like something else. Show it to the person. Absent if there is none.",
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

export function formatWarnings(warnings: readonly string[] = []): readonly ToolText[] {
  return warnings.map((warning) => line`Warning: ${warning}`);
}
