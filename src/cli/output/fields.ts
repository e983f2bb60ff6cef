import { ConfigError } from "../../config/errors.ts";
import { listFirst, quote } from "../../registry/errors.ts";
import type { OptionValues } from "../option-values.ts";

/** Which JSON is asked for: all fields, some of them, or none at all. */
export type JsonRequest = "all" | readonly string[] | undefined;

/**
 * Reads --json and --output.
 * @param known the fields that there are
 * @throws ConfigError for a field or a form that does not exist
 */
export function readJsonRequest(options: OptionValues, known: readonly string[]): JsonRequest {
  const output = options.text("output");
  if (output !== undefined && output !== "table" && output !== "json") {
    throw new ConfigError(`--output is ${quote(output)}: it must be table or json.`);
  }
  const given = options.text("json");
  const all = options.has("json");
  if (output === "table" && (all || given !== undefined)) {
    throw new ConfigError("--output table and --json exclude each other: leave one of them out.");
  }
  if (given === undefined) return all || output === "json" ? "all" : undefined;
  const fields = given.split(",").map((field) => field.trim());
  const unknown = fields.filter((field) => !known.includes(field));
  if (unknown.length === 0) return fields;
  throw new ConfigError(
    `--json has no field ${listFirst(unknown.map(quote), ", ", 5)}: the fields are ${known.join(", ")}. --json alone prints all; write it after the other arguments.`,
  );
}

/** The asked fields of an object, or of each object of a list. A field that is absent is null. */
export function pickFields(value: unknown, request: "all" | readonly string[]): unknown {
  if (request === "all") return value;
  if (Array.isArray(value)) return value.map((item) => pickFields(item, request));
  const members = new Map(Object.entries(value ?? {}));
  return Object.fromEntries(request.map((field) => [field, members.get(field) ?? null]));
}
