import * as z from "zod";
import { record } from "../../registry/json.ts";

/** What the first line of an archive says. */
export const archiveFormat = "mlflow-prompts-mcp-backup";
export const archiveVersion = 1;

const tags = record(z.string());
const number = z.int().min(1);

const header = z.object({
  format: z.literal(archiveFormat),
  format_version: z.literal(archiveVersion, "was written by a newer release: use that one"),
  created_at: z.iso.datetime(),
});
const prompt = z.object({
  prompt: z.string(),
  description: z.string(),
  tags,
  aliases: record(number),
  alias_history: z.string().optional(),
});
const unreadable = z.object({ unreadable: z.string(), problem: z.string() });
const version = z.object({ version: number, commit_message: z.string(), tags });
const leftOut = z.object({ version: number, problem: z.string() });
const end = z.object({
  prompts: z.int().min(0),
  versions: z.int().min(0),
  /** SHA-256, in hexadecimal digits, of all lines before this one with their line breaks. */
  sha256: z.string(),
});

/**
 * The lines of an archive in their order: the header, then each prompt, followed by its versions in
 * the order of their numbers, then the end. A version has the tags that MLflow stores it with, so that
 * nothing is spelled otherwise after it was restored.
 */
export const headerEntry = header;
export const bodyEntry = z.union([version, leftOut, prompt, unreadable]);
export const endEntry = end;

export type HeaderEntry = z.infer<typeof headerEntry>;
export type BodyEntry = z.infer<typeof bodyEntry>;
export type EndEntry = z.infer<typeof endEntry>;
export type VersionEntry = Extract<BodyEntry, { readonly version: number }>;

/** Whether the line belongs to the prompt before it. */
export function isVersionEntry(entry: BodyEntry): entry is VersionEntry {
  return "version" in entry;
}
