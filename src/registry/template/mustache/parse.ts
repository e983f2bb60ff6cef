import mustache, { type TemplateSpans } from "mustache";
import { RegistryError } from "../../errors.ts";

/** A piece of a mustache template. */
export type MustacheSpan =
  | { readonly kind: "text"; readonly text: string }
  /** `source` is the tag as it stands. */
  | { readonly kind: "variable"; readonly name: string; readonly source: string }
  | { readonly kind: "partial"; readonly name: string }
  | MustacheSection;

export interface MustacheSection {
  readonly kind: "section";
  readonly name: string;
  /** Shown where there is no value. */
  readonly inverted: boolean;
  readonly inner: readonly MustacheSpan[];
}

/** Sections in sections. */
const deepest = 100;

/**
 * Reads a mustache template. The library's time grows with the square of spaces in a row, so this
 * runs where it can be ended from outside.
 * @throws RegistryError `unreadable`
 */
export function parseMustache(text: string): readonly MustacheSpan[] {
  return spansOf(tokens(text), text, 0);
}

/** With a writer of its own for every text: the library's shared one keeps all it ever parsed. */
function tokens(text: string): TemplateSpans {
  try {
    return new mustache.Writer().parse(text);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
}

function spansOf(spans: TemplateSpans, text: string, depth: number): readonly MustacheSpan[] {
  if (depth > deepest) {
    throw unreadable(`more than ${deepest} sections are nested in each other`);
  }
  return spans.flatMap((span) => spanOf(span, text, depth));
}

/** Nothing for comments and changes of delimiters. */
function spanOf(
  [type, name, start, end, inner]: TemplateSpans[number],
  text: string,
  depth: number,
): readonly MustacheSpan[] {
  if (type === "text") return [{ kind: "text", text: name }];
  if (type === ">") return [{ kind: "partial", name }];
  if (type === "name" || type === "&") {
    return [{ kind: "variable", name, source: text.slice(start, end) }];
  }
  if (!Array.isArray(inner)) return [];
  const inverted = type === "^";
  return [{ kind: "section", name, inverted, inner: spansOf(inner, text, depth + 1) }];
}

function unreadable(message: string): RegistryError {
  return new RegistryError(
    "unreadable",
    `The template is marked as mustache and cannot be read as that: ${message}.`,
  );
}
