import * as z from "zod";
import { RegistryError, type RegistryErrorSubject } from "../registry/errors.ts";
import type { Policy } from "../session/session.ts";
import { line, type Passage } from "./passage.ts";

export const warningsView = z
  .array(z.string())
  .optional()
  .describe(
    "Content that is hidden from readers, that hosts execute, or that looks like something else. Show it to the person. Absent if there is none.",
  );

/**
 * Lets what was found pass, to be pointed out.
 * @param undone what has not happened when it is refused: "Nothing was registered"
 * @returns what the structured answer has of it
 * @throws RegistryError `invalid` (`unsafe_content`) where the operator refuses such content
 */
export function allowContent(
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

export function warningTexts(warnings: readonly string[] = []): readonly Passage[] {
  return warnings.map((warning) => line`Warning: ${warning}`);
}
