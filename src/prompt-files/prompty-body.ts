import type { TemplateMessage } from "../registry/types.ts";
import { newlineOf } from "./front-matter.ts";

/** One message of a body, with the place of its content in it. */
export interface BodyMessage {
  readonly role: string;
  /** Of the role line: `user[name="Ada"]:`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string;
  readonly start: number;
  readonly end: number;
}

/** The roles whose lines begin a message (Prompty 2.1, `parsers/prompty.py`). */
const roles: ReadonlySet<string> = new Set(["system", "user", "assistant", "developer"]);

/** The same for any reader of Prompty files, LangChain's among them. */
const rolesOfAll: ReadonlySet<string> = new Set([...roles, "human", "ai", "function", "tool"]);

/** What Python takes for the end of a line or a space, besides those that all readers do. */
const pythonBreaks = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u00a0\ufeff]/u;

/**
 * Splits a body at its role lines. Blank lines around a content do not count, and text before the
 * first role line is a system message, as in Prompty. Undefined without any role line.
 */
export function readMessages(body: string): readonly BodyMessage[] | undefined {
  const messages: BodyMessage[] = [];
  let role: Pick<BodyMessage, "role" | "attributes"> = { role: "system", attributes: {} };
  let from = 0;
  let isFound = false;
  const add = (to: number) => {
    const place = withoutBlankLines(body, from, to);
    const content = body.slice(place.start, place.end).replaceAll("\r\n", "\n");
    if (content !== "") messages.push({ ...role, content, ...place });
  };
  for (let at = 0; at < body.length; ) {
    const found = body.indexOf("\n", at);
    const next = found === -1 ? body.length : found + 1;
    const line = readRoleLine(body.slice(at, next), roles);
    if (line !== undefined) {
      add(at);
      isFound = true;
      role = line;
      from = next;
    }
    at = next;
  }
  if (!isFound) return undefined;
  add(body.length);
  return messages;
}

/** A body of the messages; undefined where some reader of Prompty files would read others. */
export function writeMessages(messages: readonly TemplateMessage[]): string | undefined {
  const written = messages.map(({ role, content, ...rest }) => {
    const isPlain = Object.keys(rest).length === 0 && typeof content === "string";
    const isKnown = role === "system" || role === "user" || role === "assistant";
    return isPlain && isKnown && isExpressible(content) ? `${role}:\n${content}\n` : undefined;
  });
  return written.includes(undefined) ? undefined : written.join("\n");
}

/**
 * The body with the contents of other messages in their places. Undefined where the messages are others.
 */
export function replaceContents(
  body: string,
  messages: readonly TemplateMessage[],
): string | undefined {
  const current = readMessages(body) ?? [];
  if (current.length !== messages.length) return undefined;
  const newline = newlineOf(body);
  let edited = "";
  let at = 0;
  for (const [index, { role, attributes, content, start, end }] of current.entries()) {
    const { role: wantedRole, content: wanted, ...rest } = messages[index] ?? {};
    const isSame = role === wantedRole && JSON.stringify(attributes) === JSON.stringify(rest);
    if (!isSame || typeof wanted !== "string") return undefined;
    const changed = wanted === content ? body.slice(start, end) : wanted.replaceAll("\n", newline);
    edited += body.slice(at, start) + changed;
    at = end;
  }
  return edited + body.slice(at);
}

/** Whether all readers of Prompty files read the content as it is. */
export function isExpressible(content: string): boolean {
  const isTrimmed = content !== "" && content === content.trim();
  if (!isTrimmed || pythonBreaks.test(content) || hasImage(content)) return false;
  return !content.split("\n").some((line) => readRoleLine(line, rolesOfAll) !== undefined);
}

/** LangChain's reader makes a part of each image in Markdown. */
function hasImage(content: string): boolean {
  return content.includes("![") && content.includes("](");
}

/** Reads a line such as `system:`, `# user:` or `user[name="Ada"]:`. */
function readRoleLine(
  line: string,
  known: ReadonlySet<string>,
): Pick<BodyMessage, "role" | "attributes"> | undefined {
  const text = line.trim();
  if (!text.endsWith(":")) return undefined;
  const head = text.slice(text.startsWith("#") ? 1 : 0, -1).trim();
  const open = head.indexOf("[");
  const role = (open === -1 ? head : head.slice(0, open)).trim().toLowerCase();
  if (!known.has(role) || (open !== -1 && !head.endsWith("]"))) return undefined;
  return { role, attributes: open === -1 ? {} : readAttributes(head.slice(open)) };
}

function withoutBlankLines(body: string, from: number, to: number) {
  let [start, end] = [from, to];
  while (start < end && (body[start] === "\n" || body[start] === "\r")) start += 1;
  while (end > start && (body[end - 1] === "\n" || body[end - 1] === "\r")) end -= 1;
  return { start, end };
}

function readAttributes(text: string): Readonly<Record<string, string>> {
  const pairs = text
    .slice(1, -1)
    .split(",")
    .map((pair) => pair.split("=", 2).map((part) => part.trim().replace(/^"|"$/g, "")));
  return Object.fromEntries(pairs.filter(([key, value]) => key && value !== undefined));
}
