import type { ListPromptsResult, Prompt as McpPrompt } from "@modelcontextprotocol/server";
import { givableNames, safeArgumentNames } from "../registry/contract/argument-names.ts";
import type { PromptArgument } from "../registry/contract/arguments.ts";
import { describeType } from "../registry/contract/value-types.ts";
import type { TemplateEngine } from "../registry/engine/template-engine.ts";
import { limits } from "../registry/limits.ts";
import type { CallOptions, VersionRequest } from "../registry/prompt-registry.ts";
import { versionUri } from "../registry/references.ts";
import { toOneLine } from "../registry/text/one-line.ts";
import type { Prompt, PromptVersion } from "../registry/types.ts";
import { findTitle, isPublished } from "../registry/versions/prompt-tags.ts";
import { findServedVersion } from "../registry/versions/served-version.ts";
import { isMustache } from "../registry/versions/template-format.ts";
import type { Session } from "../session/session.ts";
import type { PromptMemo, Served } from "./memo.ts";

/**
 * Builds a page of `prompts/list`: each prompt with its served version, without prompts that have
 * none of the served aliases or the tag `mcp.publish` = `false`, and without versions that nobody can
 * fill in. Pages have the largest size MLflow allows, because many clients read only the first one.
 */
export async function listPrompts(
  session: Session,
  cursor: string | undefined,
  options: CallOptions,
  memo: PromptMemo,
): Promise<ListPromptsResult> {
  const page = await session.registry.searchPrompts({ limit: limits.pageSize, cursor }, options);
  const published = page.items.filter(isPublished);
  const versions = await loadServedVersions(session, published, options);
  const served = published.flatMap((prompt) => {
    const version = versions.get(prompt.name);
    return version ? [{ prompt, version }] : [];
  });
  return memo.list(served, page.nextCursor, async () => {
    const described = await Promise.all(
      served.map((one) => describePrompt(session.templates, one, memo)),
    );
    const prompts = described.filter((prompt) => prompt !== undefined);
    return { prompts, ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) };
  });
}

/** Loads the served versions. A prompt that serves its latest version needs no request. */
export async function loadServedVersions(
  { registry, serve }: Session,
  prompts: readonly Prompt[],
  options: CallOptions,
): Promise<ReadonlyMap<string, PromptVersion>> {
  const served = new Map<string, PromptVersion>();
  const wanted: VersionRequest[] = [];
  for (const prompt of prompts) {
    const version = findServedVersion(prompt, serve);
    if (version === undefined) continue;
    if (prompt.latest?.version === version) served.set(prompt.name, prompt.latest);
    else wanted.push({ name: prompt.name, version, prompt });
  }
  if (wanted.length === 0) return served;
  for (const version of await registry.getVersions(wanted, options)) {
    served.set(version.name, version);
  }
  return served;
}

/** Returns undefined for a version that nobody can fill in. */
async function describePrompt(
  templates: TemplateEngine,
  { prompt, version }: Served,
  memo: PromptMemo,
): Promise<McpPrompt | undefined> {
  const read = await memo.read(templates, version, isMustache(version, prompt.tags));
  if (read.problem !== undefined) return undefined;
  const { arguments: args } = read;
  const safeNames = safeArgumentNames(givableNames(args));
  return {
    name: prompt.name,
    title: toOneLine(findTitle(prompt) ?? titleOf(prompt.name)),
    description: toOneLine(descriptionOf(prompt, version, args)),
    arguments: args.map((argument) => ({
      name: safeNames.get(argument.name) ?? argument.name,
      description: describeArgument(argument),
      required: argument.required,
    })),
    _meta: {
      uri: versionUri(version.name, version.version),
      version: version.version,
      aliases: [...version.aliases],
    },
  };
}

/** Turns "qa-assistant" into "Qa assistant". */
function titleOf(name: string): string {
  const words = name.replace(/[-_.\s]+/g, " ").trim() || name;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Clients show prompts by their descriptions, so this is never empty. */
export function descriptionOf(
  prompt: Prompt,
  version: PromptVersion,
  args: readonly PromptArgument[],
): string {
  if (prompt.description.trim() !== "") return prompt.description;
  const names = args.map(({ name }) => name);
  const variables = names.length > 0 ? `Variables: ${names.join(", ")}.` : "No variables.";
  const message = version.commitMessage.trim();
  return message === "" ? `Version ${version.version}. ${variables}` : `${message} (${variables})`;
}

/** MCP prompts have no schema for arguments: the description has type, allowed values and default. */
export function describeArgument(argument: PromptArgument): string {
  const sentences = [argument.description ?? `Value of {{ ${argument.name} }}`];
  const fits = argument.type === undefined ? undefined : describeType(argument.type);
  if (argument.allowed) sentences.push(`One of: ${argument.allowed.join(", ")}`);
  else if (fits !== undefined) sentences.push(`Takes ${fits}`);
  if (argument.default !== undefined) sentences.push(`Default: ${argument.default || "empty"}`);
  return toOneLine(sentences.map((sentence) => sentence.replace(/\.$/, "")).join(". "));
}
