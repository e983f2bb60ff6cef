import type { Body, Node } from "../parse/ast.ts";
import { parseJinja } from "../parse/parse.ts";
import { describeProblem, JinjaProblem } from "../problem.ts";
import { neverFails } from "./never-fails.ts";
import type { Kind } from "./value-kinds.ts";

/** A name of an argument, and what is known about its value. */
export interface GivenName {
  readonly name: string;
  readonly kind: Kind;
}

/** How Jinja2 texts use their values. */
export interface JinjaLogic {
  /** The syntax tree of each text without its plain text, as JSON for comparison. */
  readonly shapes: readonly string[];
  /** Whether they render with any values of the given kinds, and any texts as values of other names. */
  readonly neverFails: boolean;
}

/**
 * Analyzes Jinja2 texts, or returns why one of them cannot be parsed.
 */
export function jinjaLogic(
  texts: readonly string[],
  given: readonly GivenName[],
): JinjaLogic | { readonly problem: string } {
  try {
    const bodies = texts.map(parseJinja);
    const kinds = new Map(given.map(({ name, kind }) => [name, kind]));
    return {
      shapes: [...new Set(bodies.map(shapeOf))],
      neverFails: bodies.every((body) => neverFails(body, kinds)),
    };
  } catch (error) {
    if (!(error instanceof JinjaProblem)) throw error;
    return { problem: describeProblem(error) };
  }
}

/** Serializes the tree without plain text, which cannot fail, and without lines. */
function shapeOf(body: Body): string {
  return JSON.stringify(body, (key, value: unknown) => {
    if (key === "line") return undefined;
    // JSON would write Infinity and -Infinity alike.
    if (typeof value === "number") return { float: String(value) };
    if (typeof value === "bigint") return { int: String(value) };
    return Array.isArray(value) ? value.filter((it: unknown) => !isText(it)) : value;
  });
}

function isText(it: unknown): boolean {
  return isKind(it) && it.kind === "text";
}

function isKind(it: unknown): it is Pick<Node, "kind"> {
  return typeof it === "object" && it !== null && "kind" in it;
}
