import mustache, { type TemplateSpans } from "mustache";

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

/** Why a text is not mustache, without a period. */
export class MustacheProblem extends Error {
  override readonly name = "MustacheProblem";
}

/** Levels of nested sections. */
const maxDepth = 100;

/**
 * Parses a mustache template. The library's time grows with the square of the number of consecutive
 * spaces, so this runs in a worker process, which can be killed.
 * @throws MustacheProblem
 */
export function parseMustache(text: string): readonly MustacheSpan[] {
  return spansOf(tokens(text), text, 0);
}

/** Uses a new writer for each text: the library's shared writer caches every template forever. */
function tokens(text: string): TemplateSpans {
  try {
    return new mustache.Writer().parse(text);
  } catch (error) {
    throw new MustacheProblem(
      withLine(error instanceof Error ? error.message : String(error), text),
    );
  }
}

function spansOf(spans: TemplateSpans, text: string, depth: number): readonly MustacheSpan[] {
  if (depth > maxDepth) {
    throw new MustacheProblem(`more than ${maxDepth} sections are nested in each other`);
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

/** Replaces the position at the end of the library's message by a line. */
function withLine(message: string, text: string): string {
  return message.replace(/ at (\d{1,9})$/, (_, position: string) => {
    const before = text.slice(0, Number(position));
    return ` (line ${before.split("\n").length})`;
  });
}
