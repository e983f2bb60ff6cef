import { versionNotFound } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";
import { versionPage, type WireVersion } from "../schemas.ts";
import { listAliasesOf } from "./decode.ts";
import { nameIs, promptsWhere, versionIs } from "./filter.ts";
import { findPrompt } from "./prompts.ts";

/** Reads of prompts whose names MLflow refuses (`refusesName`), by searches. */

/** A live version with its aliases. @throws RegistryError `not_found` */
export async function findVersionBySearch(
  api: MlflowApi,
  name: string,
  version: number,
  options?: CallOptions,
): Promise<WireVersion> {
  const model = await findPrompt(api, name, options);
  const found = await searchForVersion(api, name, version, options);
  if (found === undefined) throw versionNotFound(name, version);
  return { ...found, aliases: listAliasesOf(model, version) };
}

/** A live version without its aliases. */
export async function searchForVersion(
  api: MlflowApi,
  name: string,
  version: number,
  options?: CallOptions,
): Promise<WireVersion | undefined> {
  const query = { filter: promptsWhere([nameIs(name), versionIs(version)]).text };
  const answer = await api.get("/model-versions/search", query, versionPage, options);
  const { rows } = valueOrThrow(answer, { prompt: name, version });
  return rows.find((row) => row.name === name && row.version === version);
}
