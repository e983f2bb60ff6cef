import type {
  ListResourcesResult,
  ReadResourceResult,
  ResourceTemplateType,
} from "@modelcontextprotocol/server";
import { diffVersions } from "../registry/engine/diff.ts";
import { limits } from "../registry/limits.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { parseResourceUri, promptUri, type ResourceReference } from "../registry/references.ts";
import { toOneLine, toPlainDiff } from "../registry/text/one-line.ts";
import type { Session } from "../session/session.ts";
import { readHistory } from "./history.ts";
import { versionDocument } from "./version.ts";

/** Resource templates. The URIs are MLflow's own. `resources/list` lists only the histories. */
export const resourceTemplates: readonly ResourceTemplateType[] = [
  {
    uriTemplate: "prompts:/{name}",
    name: "history",
    title: "Version history of a prompt",
    description:
      "Every version of the prompt, newest first, with commit message, time, aliases, tags and variables; and the moves of its aliases.",
    mimeType: "application/json",
  },
  {
    uriTemplate: "prompts:/{name}/{version}",
    name: "version",
    title: "One version of a prompt",
    description: "A version in full: template or messages, tags, LLM config, response format.",
    mimeType: "application/json",
  },
  {
    uriTemplate: "prompts:/{name}@{alias}",
    name: "alias",
    title: "The version behind an alias",
    description: "The version that an alias such as production points at now, in full.",
    mimeType: "application/json",
  },
  {
    uriTemplate: "prompts:/{name}/{from}...{to}",
    name: "diff",
    title: "Difference of two versions",
    description:
      "Unified diff from one version to another, each by number or alias; or one line if only line ends differ.",
    mimeType: "text/x-diff",
  },
];

/** Builds a page of `resources/list`: one history per prompt. */
export async function listResources(
  { registry }: Session,
  cursor: string | undefined,
  options: CallOptions,
): Promise<ListResourcesResult> {
  const page = await registry.searchPrompts({ limit: limits.pageSize, cursor }, options);
  const resources = page.items.map((prompt) => ({
    uri: promptUri(prompt.name),
    name: toOneLine(prompt.name),
    title: toOneLine(`Version history of ${prompt.name}`),
    description: toOneLine(prompt.description || `All versions of the prompt ${prompt.name}`),
    mimeType: "application/json",
  }));
  return { resources, ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) };
}

/**
 * Handles `resources/read`.
 * @throws RegistryError `invalid` for a URI of an unknown form, `not_found` for a prompt, version or
 *   alias that does not exist
 */
export async function readResource(
  session: Session,
  uri: string,
  options: CallOptions,
): Promise<ReadResourceResult> {
  const reference = parseResourceUri(uri);
  const mimeType = reference.kind === "diff" ? "text/x-diff" : "application/json";
  const text = await read(session, reference, options);
  return { contents: [{ uri, mimeType, text }] };
}

async function read(
  session: Session,
  reference: ResourceReference,
  options: CallOptions,
): Promise<string> {
  const { registry, templates } = session;
  const { name } = reference;
  switch (reference.kind) {
    case "history":
      return readHistory(session, name, options);
    case "version": {
      const selector = { version: reference.version };
      return versionDocument(session, await registry.getVersion(name, selector, options), options);
    }
    case "alias": {
      const selector = { alias: reference.alias };
      return versionDocument(session, await registry.getVersion(name, selector, options), options);
    }
    case "diff": {
      const [from, to] = await Promise.all([
        registry.getVersion(name, reference.from, options),
        registry.getVersion(name, reference.to, options),
      ]);
      return toPlainDiff((await diffVersions(templates, from, to)).diff);
    }
  }
}
