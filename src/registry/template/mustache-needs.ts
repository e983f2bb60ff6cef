import type { TemplateSpans } from "mustache";
import { RegistryError } from "../errors.ts";
import { parseMustache } from "./mustache.ts";

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
export async function sectionNeeds(
  texts: readonly string[],
): Promise<readonly SectionNeed[] | undefined> {
  const mustache = await import("mustache");
  try {
    return texts.flatMap((text) =>
      needsIn(parseMustache(mustache, text), { sections: [], top: "values" }),
    );
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

function needsIn(spans: TemplateSpans, place: Place): readonly SectionNeed[] {
  return spans.flatMap((span) => needsOf(span, place));
}

function needsOf(span: TemplateSpans[number], place: Place): readonly SectionNeed[] {
  const [type, name] = span;
  const { sections, top } = place;
  if (type === ">") return [{ kind: "partial", name, sections }];
  if (type === "name" || type === "&") {
    const isNeeded = name !== "." && top !== "items" && sections.length > 0;
    return isNeeded ? [{ kind: "variable", name, sections }] : [];
  }
  const inner = span[4];
  if (!Array.isArray(inner)) return [];
  if (name !== ".") {
    const inverted = type === "^";
    const inside = inverted || top === "items" ? top : "text";
    return needsIn(inner, { sections: [...sections, { name, inverted }], top: inside });
  }
  // `.` is never false: neither all values nor the text of a section that is shown.
  if (type === "^") return [];
  return needsIn(inner, { sections, top: top === "text" ? "text" : "items" });
}
