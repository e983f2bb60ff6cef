import type { Body, Node } from "../parse/ast.ts";
import { parseJinja } from "../parse/parse.ts";
import { JinjaProblem } from "../problem.ts";
import { neverFails } from "./never-fails.ts";

/** What Jinja2 texts do with their values. */
export interface JinjaLogic {
  /** Each text's tags without the text around them, as comparable text. */
  readonly shapes: readonly string[];
  /** They render with whatever texts are given. */
  readonly neverFails: boolean;
}

/**
 * Reads what Jinja2 texts do, `given` being the names that surely have a value; or why one of them
 * cannot be read.
 */
export function jinjaLogic(
  texts: readonly string[],
  given: ReadonlySet<string>,
): JinjaLogic | { readonly problem: string } {
  try {
    const bodies = texts.map(parseJinja);
    return {
      shapes: [...new Set(bodies.map(shapeOf))],
      neverFails: bodies.every((body) => neverFails(body, given)),
    };
  } catch (error) {
    if (!(error instanceof JinjaProblem)) throw error;
    const where = error.line === undefined ? "" : ` (line ${error.line})`;
    return { problem: error.message + where };
  }
}

/** The tree without its text, which cannot fail, and without lines. */
function shapeOf(body: Body): string {
  return JSON.stringify(body, (key, value: unknown) => {
    if (key === "line") return undefined;
    // A number too large for JSON is another than one too small.
    if (typeof value === "number") return { number: String(value) };
    return Array.isArray(value) ? value.filter((it: unknown) => !isText(it)) : value;
  });
}

function isText(it: unknown): boolean {
  return isKind(it) && it.kind === "text";
}

function isKind(it: unknown): it is Pick<Node, "kind"> {
  return typeof it === "object" && it !== null && "kind" in it;
}
