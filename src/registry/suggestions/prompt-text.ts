import { searchedTexts } from "../template/passages.ts";
import type { TemplateSyntax } from "../template/syntax.ts";
import type { WritableTemplate } from "../types.ts";
import { type FoundPassage, maxPassage } from "./suggestion.ts";

/** A place in a text where a variable is filled in. */
export interface Tag {
  /** The variable: the first name of an expression. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** A text of a template as the rules read it. */
export interface PromptText {
  readonly message?: number;
  readonly part?: number;
  /** Absent for a text prompt. */
  readonly role?: string;
  readonly text: string;
  /** The text with spaces in place of tags, comments and statements, so that only prose is left. */
  readonly prose: string;
  /** The prose with spaces in place of what stands in a condition, loop or section. */
  readonly unconditional: string;
  readonly tags: readonly Tag[];
}

/** The texts of a template in which people write instructions or data. */
export function promptTexts(
  template: WritableTemplate,
  syntax: TemplateSyntax,
): readonly PromptText[] {
  const roles = template.kind === "chat" ? template.messages.map(({ role }) => role) : [];
  return searchedTexts(template).map((place) => {
    const role = place.message === undefined ? undefined : roles[place.message];
    return { ...place, ...(role === undefined ? {} : { role }), ...readText(place.text, syntax) };
  });
}

/** Whether a text instructs the model: answers of the assistant and of tools are examples. */
export function isInstruction({ role }: PromptText): boolean {
  return role !== "assistant" && role !== "tool" && role !== "function";
}

/** The passage from `start` to `end`. */
export function passageAt(
  { message, part, text }: PromptText,
  start: number,
  end: number,
): FoundPassage {
  return {
    ...(message === undefined ? {} : { message }),
    ...(part === undefined ? {} : { part }),
    line: text.slice(0, start).split("\n").length,
    text: text.slice(start, Math.min(end, start + maxPassage)).trim(),
  };
}

/** The line that has the position, without its end. */
export function lineAt(text: string, at: number): { readonly start: number; readonly end: number } {
  const start = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at);
  return { start, end: end === -1 ? text.length : end };
}

const variableTag = /\{\{([^{}]*)\}\}/g;
const mustacheTag = /\{\{\{?([^{}]*)\}\}\}?/g;
const jinjaMark = /\{(?:%([^%]*)%|#[^#]*#|\{([^{}]*)\})\}/g;
const markPatterns = { mlflow: variableTag, mustache: mustacheTag, jinja2: jinjaMark };
const firstName = /^[-+&]?\s*([\p{L}_][\p{L}\p{N}_.]*)/u;
const longestName = 101;
const opens = /^[-+]?\s{0,9}(?:if|for|macro|call|filter|unless|case)\b/;
const closes = /^[-+]?\s{0,9}end/;

interface Mark {
  readonly start: number;
  readonly end: number;
  readonly name?: string;
  /** 1 where a block begins, -1 where it ends. */
  readonly step: -1 | 0 | 1;
}

function readText(text: string, syntax: TemplateSyntax) {
  const marks = marksIn(text, syntax);
  let prose = "";
  let unconditional = "";
  let depth = 0;
  let done = 0;
  for (const { start, end, step } of marks) {
    const between = text.slice(done, start);
    prose += between + " ".repeat(end - start);
    unconditional += (depth > 0 ? blank(between) : between) + " ".repeat(end - start);
    depth = Math.max(0, depth + step);
    done = end;
  }
  const rest = text.slice(done);
  return {
    prose: prose + rest,
    unconditional: unconditional + (depth > 0 ? blank(rest) : rest),
    tags: marks.flatMap(({ name, start, end }) =>
      name === undefined ? [] : [{ name, start, end }],
    ),
  };
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

function marksIn(text: string, syntax: TemplateSyntax): readonly Mark[] {
  return [...text.matchAll(markPatterns[syntax])].map((found) => {
    const place = { start: found.index, end: found.index + found[0].length };
    const [, statement, expression] = syntax === "jinja2" ? found : ["", undefined, found[1]];
    if (statement !== undefined) {
      return { ...place, step: opens.test(statement) ? 1 : closes.test(statement) ? -1 : 0 };
    }
    return { ...place, ...inBraces(expression?.trim() ?? "", syntax) };
  });
}

function inBraces(
  expression: string,
  syntax: TemplateSyntax,
): { readonly step: -1 | 0 | 1; readonly name?: string } {
  if (syntax === "mustache" && /^[#^]/.test(expression)) return { step: 1 };
  if (syntax === "mustache" && expression.startsWith("/")) return { step: -1 };
  const name = firstName.exec(expression)?.[1]?.slice(0, longestName);
  return name === undefined ? { step: 0 } : { step: 0, name };
}
