import * as z from "zod";
import { listFirst, quote } from "../../registry/errors.ts";
import { aliasUri, promptUri } from "../../registry/references.ts";
import type { Prompt } from "../../registry/types.ts";
import type { TagChanges } from "../../registry/writes.ts";
import { formatWarnings, warningsView } from "./content-warnings.ts";
import { line, ToolText } from "./tool-text.ts";

export const updatedView = z.object({
  name: z.string().describe("The prompt's name, after a renaming the new one."),
  previous_name: z.string().optional().describe("The name before the renaming."),
  version: z.int().optional(),
  description: z.string().optional(),
  title: z.string().optional(),
  published: z.boolean().optional(),
  set: z.array(z.string()).describe("Keys of the tags that were set."),
  deleted: z.array(z.string()).describe("Keys of the tags that were deleted."),
  broken_references: z
    .array(z.string())
    .optional()
    .describe("References that fail after the renaming. Whoever uses one must be told."),
  warnings: warningsView,
});

/** An update with everything resolved. */
export interface PlannedUpdate {
  readonly prompt: Prompt;
  /** Undefined for the prompt itself. */
  readonly version: number | undefined;
  readonly description?: string | undefined;
  readonly title?: string | undefined;
  readonly published?: boolean | undefined;
  /** Those for title and publication among them. */
  readonly tags: TagChanges;
  readonly new_name?: string | undefined;
  /** Null: it was removed. */
  readonly gate?: object | null | undefined;
}

/** @param given the tags that the caller named */
export function resultOfUpdate(
  planned: PlannedUpdate,
  given: TagChanges,
  warnings: string[] | undefined,
) {
  const { version, description, title, published, new_name: newName } = planned;
  const { name, aliases } = planned.prompt;
  const keys = Object.entries(given);
  const set = keys.flatMap(([key, value]) => (value === null ? [] : [key]));
  const deleted = keys.flatMap(([key, value]) => (value === null ? [key] : []));
  const broken = newName === undefined ? undefined : referencesTo(name, aliases);
  return {
    structured: {
      name: newName ?? name,
      previous_name: newName === undefined ? undefined : name,
      ...{ version, description, title: title?.trim(), published, set, deleted },
      broken_references: broken,
      warnings,
    },
    text: ToolText.join(
      line`Updated ${version === undefined ? name : `${name} version ${version}`}: ${describeUpdate(planned, { set, deleted })}.`,
      broken &&
        line`Versions, tags and aliases stay. Whoever uses the old name must be told, because these fail from now on: ${listFirst(broken, ", ", 20)}.`,
      ...formatWarnings(warnings),
    ),
  };
}

function referencesTo(name: string, aliases: Prompt["aliases"]): string[] {
  return [promptUri(name), ...Object.keys(aliases).map((alias) => aliasUri(name, alias))];
}

function describeUpdate(
  { description, title, published, new_name: newName, gate }: PlannedUpdate,
  { set, deleted }: { readonly set: readonly string[]; readonly deleted: readonly string[] },
): string {
  const removed = (text: string) => text.trim() === "";
  const done = [
    newName !== undefined && `renamed to ${newName}`,
    description !== undefined && (removed(description) ? "no description" : "new description"),
    title !== undefined && (removed(title) ? "no title" : `title ${quote(title.trim())}`),
    published !== undefined && (published ? "published" : "not published"),
    gate !== undefined && (gate === null ? "no gate" : "new gate"),
    set.length > 0 && `tags set: ${set.join(", ")}`,
    deleted.length > 0 && `tags deleted: ${deleted.join(", ")}`,
  ];
  return done.filter(Boolean).join("; ");
}
