import type { ArgumentType, TemplateParameter } from "../parameters.ts";
import type { MustacheSpan } from "./parse.ts";

/** What a template does with a name. */
interface Found {
  /** It is a variable outside of sections. */
  required: boolean;
  printed: boolean;
  /** What its sections read: nothing, names, or `.`. */
  readonly sections: Set<"nothing" | "names" | "items">;
}

/**
 * Returns the names in mustache templates, in order of first appearance. Variables outside of
 * sections are required; whether others are needed depends on the values. A section that reads names
 * can be a flag around variables as well as an object with members.
 */
export function mustacheParameters(
  templates: readonly (readonly MustacheSpan[])[],
): readonly TemplateParameter[] {
  const names = new Map<string, Found>();
  for (const spans of templates) visit(spans, true);
  return Array.from(names, ([name, found]) => {
    const type = typeFor(found);
    return { name, required: found.required, ...(type === undefined ? {} : { type }) };
  });

  function visit(spans: readonly MustacheSpan[], isOutermost: boolean): void {
    for (const span of spans) {
      if (span.kind === "variable") {
        const found = find(span.name);
        found.printed = true;
        found.required ||= isOutermost;
      }
      if (span.kind === "section") {
        find(span.name).sections.add(span.inverted ? "nothing" : readIn(span.inner));
        visit(span.inner, false);
      }
    }
  }

  function find(name: string): Found {
    const found = names.get(name) ?? { required: false, printed: false, sections: new Set() };
    if (name !== ".") names.set(name, found);
    return found;
  }
}

/** A name that is printed may be a text, and its section a test for it. */
function typeFor({ printed, sections }: Found): ArgumentType | undefined {
  if (printed || sections.size === 0) return undefined;
  if (sections.has("items")) return "items";
  return sections.has("names") ? "section" : "boolean";
}

function readIn(spans: readonly MustacheSpan[]): "nothing" | "names" | "items" {
  const tags = spans.filter(({ kind }) => kind === "variable" || kind === "section");
  if (tags.some((tag) => isItem(tag))) return "items";
  return tags.length > 0 ? "names" : "nothing";
}

/** Whether a tag reads the value of the section around it. An inverted section keeps that value. */
function isItem(span: MustacheSpan): boolean {
  if (span.kind === "variable") return span.name === ".";
  if (span.kind !== "section") return false;
  return span.name === "." || (span.inverted && span.inner.some(isItem));
}
