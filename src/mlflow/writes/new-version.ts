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
import { tagList } from "./tags.ts";

/** What model-versions/create is sent. Throws `invalid` for what is over a limit. */
export function versionBody(name: string, draft: VersionDraft): Readonly<Record<string, unknown>> {
  return {
    name,
    source: promptSource,
    ...(draft.commitMessage === undefined ? {} : { description: draft.commitMessage }),
    tags: tagList(encodeVersionTags(draft)),
  };
}

/**
 * Adds a version, which is found again by its write id.
 * @param retries when MLflow could not number it, because others added versions at the same moment
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
      // MLflow takes another number if one is taken meanwhile, but only 3 times (3.8 to 3.17).
      const answer = await retryOnDuplicateRow(
        retries,
        () => api.post("/model-versions/create", body, modelVersionAnswer, options),
        options,
      );
      if (!answer.ok && isMissing(answer.refusal)) throw promptNotFound(name);
      return requireName(name, valueOrThrow(answer, { prompt: name }).model_version);
    },
    async (readOptions) => {
      const found = await searchOf(api, name, [tagIs(writeIdTag, writeId)], 10, readOptions);
      const ours = found.find(({ tags }) => tags[writeIdTag] === writeId);
      if (ours !== undefined) return { applied: ours };
      return { current: `${quote(name)} has no version of this call` };
    },
    options,
  );
  return toVersion(created);
}

/**
 * The versions that others registered after it was seen that `base` was the newest and before
 * `version` was registered, newest first. Numbers of deleted versions are not used again, so the
 * next number after the base tells without a request that there are none.
 * @throws RegistryError that says that the version is there, when it cannot be looked
 */
export async function findOvertaken(
  api: MlflowApi,
  { name, version }: PromptVersion,
  base: number,
  options?: CallOptions,
): Promise<readonly PromptVersion[]> {
  // A number from before the base is of a prompt that was deleted and begun anew: all in it is others'.
  const after = version > base ? base : 0;
  if (version === after + 1) return [];
  const between = versionIsBetween(after, version);
  const most = Math.min(version - after - 1, limits.pageSize);
  try {
    const [prompt, found] = await Promise.all([
      // For the aliases, which a search for versions does not bring.
      findPrompt(api, name, options),
      searchOf(api, name, [between], most, options),
    ]);
    return found
      .filter((row) => row.version > after && row.version < version)
      .toSorted((a, b) => b.version - a.version)
      .map((row) => toVersion(row, listAliasesOf(prompt, row.version)));
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new RegistryError(
      error.kind === "cancelled" ? "cancelled" : "unavailable",
      `Version ${version} of ${quote(name)} was registered. Whether others registered versions since version ${base} could not be looked up: ${error.message} Do not register it again; list_prompt_versions shows the versions there are.`,
      { prompt: name, version },
      { cause: error, mayHaveChanged: true },
    );
  }
}

async function searchOf(
  api: MlflowApi,
  name: string,
  conditions: readonly Condition[],
  most: number,
  options?: CallOptions,
): Promise<WireVersion[]> {
  const query = {
    filter: promptsWhere([nameIs(name), ...conditions]).text,
    order_by: "version_number DESC",
    max_results: String(most),
  };
  const { rows } = valueOrThrow(
    await api.get("/model-versions/search", query, versionPage, options),
  );
  return rows.filter((row) => row.name === name && isPrompt(row.tags));
}
