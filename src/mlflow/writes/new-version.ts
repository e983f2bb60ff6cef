import { promptNotFound, quote, RegistryError } from "../../registry/errors.ts";
import { limits } from "../../registry/limits.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptVersion, VersionDraft } from "../../registry/types.ts";
import {
  encodeVersionTags,
  isPrompt,
  promptSource,
  writeIdTag,
} from "../../registry/versions/stored-version.ts";
import type { MlflowApi } from "../api.ts";
import { isMissing, valueOrThrow } from "../errors/refusal.ts";
import { requireName } from "../reads/check-answer.ts";
import { listAliasesOf, toVersion } from "../reads/decode.ts";
import { type Condition, nameIs, promptsWhere, tagIs, versionIsBetween } from "../reads/filter.ts";
import { findPrompt } from "../reads/prompts.ts";
import { modelVersionAnswer, versionPage, type WireVersion } from "../schemas.ts";
import { retryOnDuplicateRow } from "./duplicate-row.ts";
import { toTagList } from "./tags.ts";

/** The body of model-versions/create. @throws RegistryError `invalid` for a draft over a limit */
export function buildVersionBody(
  name: string,
  draft: VersionDraft,
): Readonly<Record<string, unknown>> {
  return {
    name,
    source: promptSource,
    ...(draft.commitMessage === undefined ? {} : { description: draft.commitMessage }),
    tags: toTagList(encodeVersionTags(draft)),
  };
}

/**
 * Adds a version. Its write ID, a tag, identifies it when the outcome is unknown.
 * @param retries retries when other callers took its number at the same moment
 */
export async function createVersion(
  api: MlflowApi,
  name: string,
  body: Readonly<Record<string, unknown>>,
  { writeId, retries }: { readonly writeId: string; readonly retries: number },
  options?: CallOptions,
): Promise<PromptVersion> {
  const created = await api.verifyWrite<WireVersion>(
    async () => {
      // MLflow itself tries another number when one is taken, but only 3 times (3.8 to 3.17).
      const answer = await retryOnDuplicateRow(
        retries,
        () => api.post("/model-versions/create", body, modelVersionAnswer, options),
        options,
      );
      if (!answer.ok && isMissing(answer.refusal)) throw promptNotFound(name);
      return requireName(name, valueOrThrow(answer, { prompt: name }).model_version);
    },
    async (readOptions) => {
      const found = await searchVersions(api, name, [tagIs(writeIdTag, writeId)], 10, readOptions);
      const written = found.find(({ tags }) => tags[writeIdTag] === writeId);
      if (written !== undefined) return { applied: written };
      return { current: `${quote(name)} has no version from this call` };
    },
    options,
  );
  return toVersion(created);
}

/**
 * The live versions between `base` and `version`, newest first: other callers registered them after
 * `base` was read as the newest version. MLflow never reuses the numbers of deleted versions, so if
 * `version` is `base + 1` there are none, and no request is needed.
 * @throws RegistryError that says that the version was registered, when the search fails
 */
export async function findOvertaken(
  api: MlflowApi,
  { name, version }: PromptVersion,
  base: number,
  options?: CallOptions,
): Promise<readonly PromptVersion[]> {
  // A number up to the base means that the prompt was deleted and created again: other callers
  // registered all of its earlier versions.
  const after = version > base ? base : 0;
  if (version === after + 1) return [];
  const between = versionIsBetween(after, version);
  const limit = Math.min(version - after - 1, limits.pageSize);
  try {
    const [prompt, found] = await Promise.all([
      // A search for versions returns no aliases; the prompt has them.
      findPrompt(api, name, options),
      searchVersions(api, name, [between], limit, options),
    ]);
    return found
      .filter((row) => row.version > after && row.version < version)
      .toSorted((a, b) => b.version - a.version)
      .map((row) => toVersion(row, listAliasesOf(prompt, row.version)));
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new RegistryError(
      error.kind === "cancelled" ? "cancelled" : "unavailable",
      `Version ${version} of ${quote(name)} was registered. Whether other callers registered versions since version ${base} could not be verified: ${error.message} Do not register it again. Use list_prompt_versions to see the versions.`,
      { prompt: name, version },
      { cause: error, mayHaveChanged: true },
    );
  }
}

async function searchVersions(
  api: MlflowApi,
  name: string,
  conditions: readonly Condition[],
  limit: number,
  options?: CallOptions,
): Promise<WireVersion[]> {
  const query = {
    filter: promptsWhere([nameIs(name), ...conditions]).text,
    order_by: "version_number DESC",
    max_results: String(limit),
  };
  const { rows } = valueOrThrow(
    await api.get("/model-versions/search", query, versionPage, options),
  );
  return rows.filter((row) => row.name === name && isPrompt(row.tags));
}
