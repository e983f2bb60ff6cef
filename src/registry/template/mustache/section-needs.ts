import { RegistryError } from "../../errors.ts";
import { type MustacheSpan, parseMustache } from "./parse.ts";

/** A section around a tag: shown where its value is a text, or, inverted, where there is none. */
export interface Section {
  readonly name: string;
  readonly inverted: boolean;
}

/**
 * What mustache cannot do without where all of these sections are shown: a variable's value, or a
 * partial, which there never is.
 */
export interface SectionNeed {
  readonly kind: "variable" | "partial";
  readonly name: string;
  /** The outermost first. */
  readonly sections: readonly Section[];
}

/**
 * What mustache texts need inside of sections when every value is a text, and every partial.
 * Variables outside of sections are not in it: they are the required ones of `mustacheParameters`.
 * Undefined when a text is no mustache.
 */
export function sectionNeeds(texts: readonly string[]): readonly SectionNeed[] | undefined {
  try {
    return texts.flatMap((text) => needsIn(parseMustache(text), { sections: [], top: "values" }));
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

/** Where a tag stands. */
interface Place {
  readonly sections: readonly Section[];
  /**
   * What `.` is there: all values, or a section's text; `items` behind `{{#.}}` over all values,
   * where the renderer takes nothing for missing.
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
  // `.` is never false: neither all values nor the text of a section that is shown.
  if (inverted) return [];
  return needsIn(inner, { sections, top: top === "text" ? "text" : "items" });
}
