import { fileProblem } from "./prompt-file.ts";

/** A text with YAML before it, in parts that make up the file. */
export interface FrontMatter {
  /** The byte order mark, comments and the first fence with its line end. */
  readonly opening: string;
  readonly yaml: string;
  /** The second fence with its line end. */
  readonly closing: string;
  readonly body: string;
}

const fence = /^---[ \t]*$/;

/** Splits a file at its fences. Undefined for a text that does not begin with one, or never closes it. */
export function splitFrontMatter(text: string): FrontMatter | undefined {
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  const first = firstFence(text, start);
  if (first === undefined) return undefined;
  for (let at = first; at < text.length; ) {
    const next = lineEnd(text, at);
    if (fence.test(withoutBreak(text.slice(at, next)))) {
      return {
        opening: text.slice(0, first),
        yaml: text.slice(first, at),
        closing: text.slice(at, next),
        body: text.slice(next),
      };
    }
    at = next;
  }
  return undefined;
}

/** @throws RegistryError `invalid` for a first fence without a second one */
export function requireFrontMatter(text: string): FrontMatter {
  const split = splitFrontMatter(text);
  if (split !== undefined) return split;
  const isOpen = firstFence(text, text.startsWith("\uFEFF") ? 1 : 0) !== undefined;
  if (isOpen) throw fileProblem(1, "the front matter has no line --- at its end");
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  return { opening: mark, yaml: "", closing: "", body: text.slice(mark.length) };
}

/** The offset behind the first fence, which only blank lines and comments may precede. */
function firstFence(text: string, start: number): number | undefined {
  for (let at = start; at < text.length; ) {
    const next = lineEnd(text, at);
    const line = withoutBreak(text.slice(at, next));
    if (fence.test(line)) return next;
    if (line.trim() !== "" && !line.startsWith("# ")) return undefined;
    at = next;
  }
  return undefined;
}

function lineEnd(text: string, at: number): number {
  const found = text.indexOf("\n", at);
  return found === -1 ? text.length : found + 1;
}

function withoutBreak(line: string): string {
  return line.replace(/\r?\n$/, "");
}

/** The line ends of a text: those of its first line. */
export function newlineOf(text: string): "\n" | "\r\n" {
  const at = text.indexOf("\n");
  return at > 0 && text[at - 1] === "\r" ? "\r\n" : "\n";
}
