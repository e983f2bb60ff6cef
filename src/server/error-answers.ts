import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
} from "@modelcontextprotocol/server";
import { quote, RegistryError, type RegistryErrorKind } from "../registry/errors.ts";
import { limits } from "../registry/limits.ts";
import type { PromptRegistry } from "../registry/prompt-registry.ts";
import { findClosestNames } from "../registry/text/closest-names.ts";
import { toOneLine } from "../registry/text/one-line.ts";
import { ToolText } from "../tools/output/tool-text.ts";

/**
 * The one file that converts failures to MCP. A tool's failure is a result that the model reads. A
 * failure of a prompt, resource or completion is a protocol error for the host (MCP 2025-11-25,
 * Tools, Error Handling). An error other than a RegistryError is a defect of this program: it is
 * thrown on, and the SDK responds with -32603.
 */
export async function toToolError(
  error: unknown,
  registry: PromptRegistry,
): Promise<CallToolResult> {
  if (!(error instanceof RegistryError)) throw error;
  const message = `Error: ${await messageWithSuggestion(error, registry)}`;
  const { diff, kind, reason, subject } = error;
  const text = diff === undefined ? message : `${ToolText.diff(message, diff)}`;
  // For programs such as the view, which cannot tell errors apart by their words.
  const _meta = { error: { kind, ...(reason === undefined ? {} : { reason }), ...subject } };
  return { isError: true, content: [{ type: "text", text }], _meta };
}

/**
 * Kinds that the caller's parameters cause. The server causes the rest, except `unreadable` of one
 * version: the caller can name another.
 */
const callerErrors: readonly RegistryErrorKind[] = [
  "not_found",
  "already_exists",
  "invalid",
  "conflict",
];

export async function toProtocolError(error: unknown, registry: PromptRegistry): Promise<unknown> {
  if (!(error instanceof RegistryError)) return error;
  const isOneVersion = error.kind === "unreadable" && error.subject.version !== undefined;
  const code =
    isOneVersion || callerErrors.includes(error.kind)
      ? ProtocolErrorCode.InvalidParams
      : ProtocolErrorCode.InternalError;
  const message = await messageWithSuggestion(error, registry);
  return new ProtocolError(code, message, { kind: error.kind, ...error.subject });
}

/** `resources/read` has its own error for a missing resource (MCP 2026-07-28, Resources). */
export async function toResourceError(
  error: unknown,
  registry: PromptRegistry,
  uri: string,
): Promise<unknown> {
  if (!(error instanceof RegistryError)) return error;
  if (error.kind !== "not_found" && error.kind !== "invalid") {
    return toProtocolError(error, registry);
  }
  return new ResourceNotFoundError(uri, await messageWithSuggestion(error, registry));
}

/** Adds the closest names for a prompt that does not exist. A failed search must not hide that error. */
export async function messageWithSuggestion(
  error: RegistryError,
  registry: PromptRegistry,
): Promise<string> {
  const { prompt, version, alias } = error.subject;
  const isPrompt = version === undefined && alias === undefined;
  if (error.kind !== "not_found" || prompt === undefined || !isPrompt) return error.message;
  const known = await registry.searchPrompts({ limit: limits.pageSize }).catch(() => undefined);
  const names = findClosestNames(
    prompt,
    (known?.items ?? []).map(({ name }) => name).filter((name) => name !== prompt),
  );
  if (names.length === 0) return `${error.message} list_prompts shows the names there are.`;
  const label = names.length === 1 ? "Closest name" : "Closest names";
  return toOneLine(`${error.message} ${label}: ${names.map(quote).join(", ")}.`);
}
