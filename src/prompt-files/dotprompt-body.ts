import { isToolRole } from "../registry/template/roles.ts";
import type { TemplateMessage, WritableTemplate } from "../registry/types.ts";
import { fileProblem } from "./prompt-file.ts";

/** Opens a message (dotprompt 1.1). */
const roleTag = /\{\{\s*role\s+["']([a-z]+)["']\s*\}\}/g;

/** What Handlebars and dotprompt have and templates of a registry do not. */
const helper =
  /\{\{[~{&]?\s*(?:[#/^]\s*(?:if|unless|each|with|ifEquals|unlessEquals)\b|(?:json|media|section|history|lookup|else)\b|>|#>|#\*)[^}\n]{0,60}/;

interface Piece {
  readonly role: string | undefined;
  /** Where the content begins and ends, without the spaces around it. */
  readonly start: number;
  readonly end: number;
}

/**
 * The template of a body: a text where there are no roles, because dotprompt makes it one message of the
 * user. Spaces and line ends around a content do not count.
 * @throws RegistryError `invalid` for Handlebars' helpers, which only dotprompt runs
 */
export function readBody(body: string, lineOf: (offset: number) => number): WritableTemplate {
  refuseHelpers(body, lineOf);
  const pieces = piecesOf(body);
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1 && first.role === undefined) {
    return { kind: "text", text: contentOf(body, first) };
  }
  const messages = pieces.map((piece) => ({
    role: roleOf(piece.role ?? "user"),
    content: contentOf(body, piece),
  }));
  if (messages.length > 0) return { kind: "chat", messages };
  throw fileProblem(lineOf(0), "there is no text below the front matter");
}

/** The body with other contents, in its own places where the roles are the same. */
export function writeBody(body: string, wanted: WritableTemplate): string | undefined {
  const messages: readonly TemplateMessage[] =
    wanted.kind === "chat" ? wanted.messages : [{ content: wanted.text }];
  const pieces = piecesOf(body);
  const isSame =
    pieces.length === messages.length &&
    pieces.every(({ role }, index) => {
      const wantedRole = messages[index]?.role;
      return (role === undefined ? undefined : roleOf(role)) === wantedRole;
    });
  return isSame ? replaceContents(body, pieces, messages) : newBody(messages);
}

function replaceContents(
  body: string,
  pieces: readonly Piece[],
  messages: readonly TemplateMessage[],
): string | undefined {
  let edited = "";
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const content = messages[index]?.content;
    if (typeof content !== "string") return undefined;
    const isSame = content === contentOf(body, piece);
    const lines = body.includes("\r\n") ? content.replaceAll("\n", "\r\n") : content;
    edited += body.slice(at, piece.start) + (isSame ? body.slice(piece.start, piece.end) : lines);
    at = piece.end;
  }
  return edited + body.slice(at);
}

function newBody(messages: readonly TemplateMessage[]): string | undefined {
  const written = messages.map(({ role, content }) => {
    if (typeof content !== "string") return undefined;
    if (role === undefined) return content;
    return isToolRole(role)
      ? undefined
      : `{{role "${role === "assistant" ? "model" : role}"}}\n${content}\n`;
  });
  return written.includes(undefined) ? undefined : written.join("");
}

function piecesOf(body: string): readonly Piece[] {
  const found = [...body.matchAll(roleTag)];
  const ends = [...found.map(({ index }) => index), body.length];
  const starts = [0, ...found.map(({ index, 0: tag }) => index + tag.length)];
  const roles = [undefined, ...found.map(([, role]) => role)];
  return starts
    .map((start, index) => ({ role: roles[index], ...trimmed(body, start, ends[index] ?? start) }))
    .filter(({ start, end }) => start < end);
}

function trimmed(body: string, start: number, end: number) {
  const text = body.slice(start, end);
  const before = text.length - text.trimStart().length;
  return { start: start + before, end: Math.max(start + before, start + text.trimEnd().length) };
}

function contentOf(body: string, { start, end }: Piece): string {
  return body.slice(start, end).replaceAll("\r\n", "\n");
}

/** Gemini's name for an assistant is dotprompt's. */
function roleOf(role: string): string {
  return role === "model" ? "assistant" : role;
}

function refuseHelpers(body: string, lineOf: (offset: number) => number): void {
  const found = helper.exec(body);
  if (found === null) return;
  throw fileProblem(
    lineOf(found.index),
    `${JSON.stringify(found[0])} is Handlebars that only dotprompt runs: write conditions and loops in Jinja2, in a .prompty or .j2 file`,
  );
}
