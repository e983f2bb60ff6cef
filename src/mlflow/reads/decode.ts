import type { Prompt, PromptVersion, Template } from "../../registry/types.ts";
import { decodeVersionTags, isPrompt, userTags } from "../../registry/versions/stored-version.ts";
import type { WireModel, WireVersion } from "../schemas.ts";

/** A version as the domain knows it. `aliases` are given where MLflow leaves them out. */
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

/** A prompt as the domain knows it. */
export function toPrompt(wire: WireModel): Prompt {
  const latest = toNewestVersion(wire);
  return {
    name: wire.name,
    description: wire.description,
    tags: userTags(wire.tags),
    aliases: Object.fromEntries(
      listLiveAliases(wire).map(({ alias, version }) => [alias, version]),
    ),
    ...(latest ? { latest } : {}),
    ...(wire.problem === undefined ? {} : { problem: wire.problem }),
    createdAt: wire.creation_timestamp,
    updatedAt: updatedAt(wire),
  };
}

function unreadable(problem: string): Template {
  return { kind: "unreadable", text: "", problem };
}

/**
 * Before 3.17 MLflow keeps the aliases of a deleted version. Those that point above the newest live
 * version are certainly such and are left out; the others cannot be told apart without a request
 * each, and whoever reads one of them learns that its version was deleted. One spelled like "latest",
 * from another client, is hidden by the meaning that has.
 */
function listLiveAliases(wire: WireModel): WireModel["aliases"] {
  const newest = findNewestRow(wire)?.version ?? 0;
  return wire.aliases.filter(({ alias, version }) => version <= newest && !isLatest(alias));
}

/** Whether a search for the alias finds the prompt. Every prompt with a version has "latest". */
export function hasAlias(wire: WireModel, alias: string): boolean {
  if (isLatest(alias)) return findNewestRow(wire) !== undefined;
  return listLiveAliases(wire).some((one) => one.alias === alias);
}

/** MLflow reads it in any case. */
export function isLatest(alias: string): boolean {
  return alias.toLowerCase() === "latest";
}

/** The aliases of one version, from the prompt that has them. */
export function listAliasesOf(wire: WireModel, version: number): string[] {
  return listLiveAliases(wire)
    .filter((one) => one.version === version)
    .map(({ alias }) => alias);
}

/** The newest version as the domain knows it, with its aliases. */
export function toNewestVersion(wire: WireModel): PromptVersion | undefined {
  const newest = findNewestRow(wire);
  return newest && toVersion(newest, listAliasesOf(wire, newest.version));
}

/** MLflow gives the newest version of every stage; the newest of all has the highest number. */
export function findNewestRow(wire: WireModel): WireVersion | undefined {
  return wire.latest_versions
    .filter(({ tags }) => isPrompt(tags))
    .toSorted((a, b) => b.version - a.version)[0];
}

/**
 * Whether a search brought a version without the tags that make it a prompt's. MLflow reads newest
 * versions and their tags one after the other (3.10 to 3.17): when another is registered in between,
 * the tags are those of a version that was not read.
 */
export function hasMixedTags({ latest_versions }: WireModel): boolean {
  return latest_versions.some(({ tags }) => !isPrompt(tags));
}

/** What was never changed has changed when it was made. */
export function updatedAt(wire: WireModel | WireVersion): number {
  return wire.last_updated_timestamp ?? wire.creation_timestamp;
}
