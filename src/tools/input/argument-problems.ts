import * as z from "zod";
import { quote, shorten } from "../../registry/errors.ts";
import { findClosestNames } from "../../registry/text/closest-names.ts";
import { countOf } from "../../registry/text/count.ts";

/** A caller may send thousands of wrong values or keys. */
const most = { problems: 10, keys: 5 };

/** The sentence about one issue, where the schema has none: for the `error` of a parse. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "unrecognized_keys" && issue.inst instanceof z.ZodObject) {
    return describeUnknownKeys(issue.keys, Object.keys(issue.inst.shape));
  }
  return issue.code === "invalid_type" && issue.input === undefined ? "is missing" : undefined;
}

/** All issues in one sentence, each with the path to its value. */
export function describeIssues({ issues }: z.ZodError): string {
  const shown = issues
    .slice(0, most.problems)
    .map(({ path, message }) =>
      path.length > 0 ? `${shorten(path.map(String).join("."))}: ${message}` : message,
    );
  const more = issues.length - shown.length;
  return [...shown, ...(more > 0 ? [countOf(more, "more problem")] : [])].join("; ");
}

/** Lists the keys there are, those first that the caller most likely meant. */
function describeUnknownKeys(unknown: readonly string[], known: readonly string[]): string {
  const shown = unknown.slice(0, most.keys);
  const nearest = shown.flatMap((key) => findClosestNames(key, known));
  const keys = [...new Set([...nearest, ...known])];
  const more = unknown.length - shown.length;
  const named = `${shown.map(quote).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const rest = keys.length === 0 ? "it takes none" : `the keys there are: ${keys.join(", ")}`;
  return `unknown key ${named}; ${rest}`;
}
