import mustache, { type TemplateSpans } from "mustache";
import { RegistryError } from "../../errors.ts";

export type MustacheSpan =
  | { readonly kind: "text"; readonly text: string }
  /** `source` is the tag as written. */
  | { readonly kind: "variable"; readonly name: string; readonly source: string }
  | { readonly kind: "partial"; readonly name: string }
  | MustacheSection;

export interface MustacheSection {
  readonly kind: "section";
  readonly name: string;
  /** Whether the section is shown when its name has no value. */
  readonly inverted: boolean;
  readonly inner: readonly MustacheSpan[];
}

/** Levels of nested sections. */
const maxDepth = 100;

/**
 * Parses a mustache template. The library's time grows with the square of the number of consecutive
 * spaces, so this runs in a worker process, which can be killed.
 * @throws RegistryError `unreadable`
 */
export function parseMustache(text: string): readonly MustacheSpan[] {
  return spansOf(tokens(text), text, 0);
}

/** Uses a new writer for each text: the library's shared writer caches every template forever. */
function tokens(text: string): TemplateSpans {
  try {
    return new mustache.Writer().parse(text);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
}

function spansOf(spans: TemplateSpans, text: string, depth: number): readonly MustacheSpan[] {
  if (depth > maxDepth) {
    throw unreadable(`more than ${maxDepth} sections are nested in each other`);
  }
  return spans.flatMap((span) => spanOf(span, text, depth));
}

/** Returns nothing for comments and changes of delimiters. */
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
    `The template is marked as mustache but cannot be parsed as mustache: ${message}.`,
  );
}
