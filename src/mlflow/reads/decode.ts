import type { Prompt, PromptVersion, Template } from "../../registry/types.ts";
import {
  decodeVersionTags,
  isPrompt,
  pickAliasHistory,
  pickUserTags,
} from "../../registry/versions/stored-version.ts";
import type { WireModel, WireVersion } from "../schemas.ts";

/** Converts a version. Callers pass `aliases` for the rows of searches, which have none. */
export function toVersion(
  wire: WireVersion,
  aliases: readonly string[] = wire.aliases,
): PromptVersion {
  return {
    name: wire.name,
    version: wire.version,
    ...decodeVersionTags(wire.tags),
    ...(wire.problem === undefined ? {} : { template: unreadable(wire.problem) }),
    commitMessage: wire.description,
    aliases: aliases.filter((alias) => !isLatest(alias)).toSorted(),
    createdAt: wire.creation_timestamp,
    updatedAt: updatedAt(wire),
    ...(wire.user_id === "" ? {} : { userId: wire.user_id }),
  };
}

/** Converts the registered model of a prompt. */
export function toPrompt(wire: WireModel): Prompt {
  const latest = toNewestVersion(wire);
  return {
    name: wire.name,
    description: wire.description,
    tags: pickUserTags(wire.tags),
    aliases: Object.fromEntries(
      listLiveAliases(wire).map(({ alias, version }) => [alias, version]),
    ),
    ...(latest ? { latest } : {}),
    ...pickAliasHistory(wire.tags),
    ...(wire.problem === undefined ? {} : { problem: wire.problem }),
    createdAt: wire.creation_timestamp,
    updatedAt: updatedAt(wire),
  };
}

function unreadable(problem: string): Template {
  return { kind: "unreadable", text: "", problem };
}

/**
 * Before 3.17 MLflow keeps the aliases of deleted versions. An alias above the newest live version is
 * certainly one of them and is left out. The others would need a request each to detect; reading such
 * an alias fails with an error that says that its version was deleted. An alias of another client that
 * is spelled like "latest" is left out, because "latest" always means the newest version.
 */
function listLiveAliases(wire: WireModel): WireModel["aliases"] {
  const newest = findNewestRow(wire)?.version ?? 0;
  return wire.aliases.filter(({ alias, version }) => version <= newest && !isLatest(alias));
}

/** Whether the prompt has the alias. Every prompt with a version has "latest". */
export function hasAlias(wire: WireModel, alias: string): boolean {
  if (isLatest(alias)) return findNewestRow(wire) !== undefined;
  return listLiveAliases(wire).some((one) => one.alias === alias);
}

/** MLflow compares this alias without regard to case. */
export function isLatest(alias: string): boolean {
  return alias.toLowerCase() === "latest";
}

/** The aliases of one version, from its prompt. */
export function listAliasesOf(wire: WireModel, version: number): string[] {
  return listLiveAliases(wire)
    .filter((one) => one.version === version)
    .map(({ alias }) => alias);
}

/** Converts the newest version of a prompt, with its aliases. */
export function toNewestVersion(wire: WireModel): PromptVersion | undefined {
  const newest = findNewestRow(wire);
  return newest && toVersion(newest, listAliasesOf(wire, newest.version));
}

/** MLflow returns the newest version of each stage; the newest of all has the highest number. */
export function findNewestRow(wire: WireModel): WireVersion | undefined {
  return wire.latest_versions
    .filter(({ tags }) => isPrompt(tags))
    .toSorted((a, b) => b.version - a.version)[0];
}

/**
 * Whether a search returned a version without the tags of a prompt version. MLflow reads the newest
 * versions and their tags in two queries (3.10 to 3.17). If another version is registered in between,
 * the tags belong to a version that the first query did not return.
 */
export function hasMixedTags({ latest_versions }: WireModel): boolean {
  return latest_versions.some(({ tags }) => !isPrompt(tags));
}

/** The time of the last change; the creation time if there was none. */
export function updatedAt(wire: WireModel | WireVersion): number {
  return wire.last_updated_timestamp ?? wire.creation_timestamp;
}
