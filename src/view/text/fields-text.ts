import { spellJson } from "./exact-json.ts";

/** Fields of a row in one line, as people read them: texts without quotes. */
export function fieldsText(fields: Readonly<Record<string, unknown>>, separator = ", "): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}: ${typeof value === "string" ? value : spellJson(value)}`)
    .join(separator);
}
