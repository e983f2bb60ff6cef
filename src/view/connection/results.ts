import { hasSpelledNumber, parseExact, spellJson } from "../text/exact-json.ts";
import { common } from "../texts/common.ts";
import { CallFailure, type FailureSubject, OwnFailure, type Progress } from "./connection.ts";

/** `object[key]`, where it is an object; undefined for everything else. */
export function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

/**
 * The structured content of a tool's result (MCP, `CallToolResult`). Where it has numbers whose spelling
 * JavaScript loses, the server gives it as text too.
 * @throws CallFailure for the result of a failed call
 */
export function structuredOf(result: unknown): unknown {
  if (member(result, "isError") !== true) {
    const exact = member(member(result, "_meta"), "exact");
    return typeof exact === "string" ? parseExact(exact) : member(result, "structuredContent");
  }
  const [first] = [member(result, "content")].flat();
  const text = member(first, "text");
  const subject = subjectOf(member(member(result, "_meta"), "error"));
  throw typeof text === "string"
    ? new CallFailure(text.replace(/^Error: /, ""), subject)
    : new OwnFailure(common().failed, subject);
}

/**
 * Arguments of a call. What has a number that JavaScript would spell differently goes as JSON text, in
 * which the server reads objects and lists too: messages between windows have JavaScript's numbers only.
 */
export function sentArguments(args: object): object {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      hasSpelledNumber(value) ? spellJson(value) : value,
    ]),
  );
}

/** The parameters of `notifications/progress`. */
export function progressOf(params: unknown): Progress {
  const done = member(params, "progress");
  const total = member(params, "total");
  const message = member(params, "message");
  return {
    done: typeof done === "number" ? done : 0,
    ...(typeof total === "number" ? { total } : {}),
    ...(typeof message === "string" ? { message } : {}),
  };
}

function subjectOf(error: unknown): FailureSubject {
  const text = (key: string) => {
    const value = member(error, key);
    return typeof value === "string" ? { [key]: value } : {};
  };
  const version = member(error, "version");
  return {
    ...text("kind"),
    ...text("reason"),
    ...text("prompt"),
    ...text("alias"),
    ...(typeof version === "number" ? { version } : {}),
  };
}
