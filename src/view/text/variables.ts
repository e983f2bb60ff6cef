/** A piece of a template: plain text, a variable that callers give, or another tag of its language. */
export type TemplatePart =
  | { readonly kind: "text" | "tag"; readonly text: string }
  | { readonly kind: "variable"; readonly text: string; readonly name: string };

const ends: Readonly<Record<string, string>> = { "{{": "}}", "{%": "%}", "{#": "#}" };
const variableName = /^\s*([\p{L}_][\p{L}\p{M}\p{N}_.-]*)\s*$/u;

/**
 * Splits a template at its tags, to mark them. It knows the form of tags and no language: what a variable
 * is, the server says. All parts together are the text.
 */
export function splitTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let done = 0;
  for (let start = text.indexOf("{"); start !== -1; start = text.indexOf("{", start)) {
    const end = endOfTag(text, start);
    if (end === undefined) {
      start += 1;
      continue;
    }
    if (start > done) parts.push({ kind: "text", text: text.slice(done, start) });
    parts.push(readTag(text.slice(start, end)));
    start = end;
    done = end;
  }
  if (done < text.length) parts.push({ kind: "text", text: text.slice(done) });
  return parts;
}

/** The names of a text's variables, in order of first appearance. */
export function variablesIn(text: string): readonly string[] {
  const names = splitTemplate(text).flatMap((part) => (part.kind === "variable" ? part.name : []));
  return [...new Set(names)];
}

/** Tags are searched this far, so that a text of many braces stays linear. */
const maxTagLength = 2_000;

function endOfTag(text: string, start: number): number | undefined {
  const close = ends[text.slice(start, start + 2)];
  if (close === undefined) return undefined;
  const found = text.slice(start + 2, start + maxTagLength).indexOf(close);
  return found === -1 ? undefined : start + 2 + found + close.length;
}

function readTag(text: string): TemplatePart {
  const name = text.startsWith("{{") ? variableName.exec(text.slice(2, -2))?.[1] : undefined;
  return name === undefined ? { kind: "tag", text } : { kind: "variable", text, name };
}
