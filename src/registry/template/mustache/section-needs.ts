import { MustacheProblem, type MustacheSpan, parseMustache } from "./parse.ts";

/** A section around a tag. It is shown if its name has a value; inverted, if it has none. */
export interface Section {
  readonly name: string;
  readonly inverted: boolean;
}

/**
 * What a template needs when all of these sections are shown: a variable's value, or a partial, which
 * is never available.
 */
export interface SectionNeed {
  readonly kind: "variable" | "partial";
  readonly name: string;
  /** Outermost first. */
  readonly sections: readonly Section[];
}

/**
 * Returns what mustache texts need inside of sections, if every value is a text, and all partials.
 * Leaves out variables outside of sections: `mustacheParameters` reports them as required. Returns
 * undefined for invalid mustache.
 */
export function sectionNeeds(texts: readonly string[]): readonly SectionNeed[] | undefined {
  try {
    return texts.flatMap((text) => needsIn(parseMustache(text), { sections: [], top: "values" }));
  } catch (error) {
    if (error instanceof MustacheProblem) return undefined;
    throw error;
  }
}

/** The position of a tag. */
interface Place {
  readonly sections: readonly Section[];
  /**
   * The value of `.`: all values, or a section's text. `items` inside of `{{#.}}` over all values,
   * where the renderer reports nothing as missing.
   */
  readonly top: "values" | "text" | "items";
}

function needsIn(spans: readonly MustacheSpan[], place: Place): readonly SectionNeed[] {
  return spans.flatMap((span) => needsOf(span, place));
}

function needsOf(span: MustacheSpan, place: Place): readonly SectionNeed[] {
  if (span.kind === "text") return [];
  const { name } = span;
  const { sections, top } = place;
  if (span.kind === "partial") return [{ kind: "partial", name, sections }];
  if (span.kind === "variable") {
    const isNeeded = name !== "." && top !== "items" && sections.length > 0;
    return isNeeded ? [{ kind: "variable", name, sections }] : [];
  }
  const { inverted, inner } = span;
  if (name !== ".") {
    const inside = inverted || top === "items" ? top : "text";
    return needsIn(inner, { sections: [...sections, { name, inverted }], top: inside });
  }
  // `.` is never false: it is all values, or the text of a section that is shown.
  if (inverted) return [];
  return needsIn(inner, { sections, top: top === "text" ? "text" : "items" });
}
