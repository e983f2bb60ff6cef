import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import { type JsonValue, jsonValue, parseJson } from "../../registry/json.ts";

const texts = z.array(z.string()).nullish();

/**
 * A version of a prompt as Langfuse's API gives it (`GET /api/public/v2/prompts/{name}`). Further keys
 * are left out. In older exports `type` is missing.
 */
const entry = z.object({
  name: z.string().min(1),
  version: z.int().min(1),
  type: z.enum(["text", "chat"]).optional(),
  prompt: z.union([z.string(), z.array(z.looseObject({}))]),
  config: jsonValue.optional(),
  labels: texts,
  tags: texts,
  commitMessage: z.string().nullish(),
  createdAt: z.string().nullish(),
  createdBy: z.string().nullish(),
});
export type LangfuseEntry = z.infer<typeof entry>;

/** A list of versions, or the same in `data` or `prompts`. */
const exported = z.union([
  z.array(z.unknown()),
  z.object({ data: z.array(z.unknown()) }).transform(({ data }) => data),
  z.object({ prompts: z.array(z.unknown()) }).transform(({ prompts }) => prompts),
  // JSON Lines of one line.
  z.looseObject({ name: z.string() }).transform((one) => [one]),
]);

/**
 * Reads the versions of an export: a JSON list, an object with one, or JSON Lines.
 * @throws RegistryError `unreadable`
 */
export function readExport(text: string, path: string): readonly LangfuseEntry[] {
  const list = exported.safeParse(parsedExport(text, path));
  if (!list.success) {
    throw unreadable(path, "it is no list of prompt versions, and has none in data or prompts");
  }
  return list.data.map((one, index) => {
    const read = entry.safeParse(withCamelCase(one));
    if (read.success) return read.data;
    const problem = z.prettifyError(read.error).replaceAll(/\s+/g, " ");
    throw unreadable(path, `entry ${index + 1} is no version of a prompt: ${problem}`);
  });
}

function parsedExport(text: string, path: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    return linesOf(text, path);
  }
}

function linesOf(text: string, path: string): JsonValue {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, index) => {
    try {
      return parseJson(line);
    } catch {
      throw unreadable(path, `it is no JSON, and line ${index + 1} is none either`);
    }
  });
}

/** Exports of Langfuse's database have the names of its columns. */
const columns: Readonly<Record<string, string>> = {
  commit_message: "commitMessage",
  created_at: "createdAt",
  created_by: "createdBy",
};

function withCamelCase(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [
    Object.hasOwn(columns, key) ? columns[key] : key,
    member,
  ]);
  return Object.fromEntries(members);
}

function unreadable(path: string, problem: string): RegistryError {
  return new RegistryError(
    "unreadable",
    `${path} cannot be read as Langfuse's prompts: ${problem}. Nothing was written.`,
  );
}
