import { quote } from "../registry/errors.ts";
import type { Tags } from "../registry/types.ts";
import { comparedTags, type Held, hash, type VersionDigest } from "./held.ts";
import type { SourcePrompt } from "./source.ts";

/** What the target lacks, and what it has in place of it. */
export interface Comparison {
  readonly conflicts: readonly string[];
  readonly description?: string;
  /** Tags to add. */
  readonly tags: Tags;
  /** Versions of aliases to add. */
  readonly aliases: ReadonlyMap<string, number>;
  readonly aliasHistory?: string;
}

/** Compares a prompt, but for its versions, with that of the target. */
export function comparePrompt(source: SourcePrompt, held: Held | undefined): Comparison {
  const { description, aliasHistory } = source;
  const aliases = new Map(Object.entries(source.aliases));
  const history = aliasHistory === undefined ? {} : { aliasHistory };
  if (held === undefined) return { conflicts: [], tags: {}, aliases, ...history };
  const { prompt } = held;
  const there = new Map(Object.entries(prompt.aliases));
  const tags = compareTags(source.tags, new Map(Object.entries(prompt.tags)));
  const conflicts = tags.different.map((key) => `The tag ${quote(key)} has another value.`);
  if (prompt.description !== "" && description !== "" && prompt.description !== description) {
    conflicts.push("The description is another one.");
  }
  for (const [alias, version] of aliases) {
    const target = there.get(alias);
    if (target !== undefined && target !== version) {
      conflicts.push(`The alias ${quote(alias)} points at version ${target}, not ${version}.`);
    }
  }
  const known = prompt.aliasHistory;
  if (known !== undefined && aliasHistory !== undefined && known !== aliasHistory) {
    conflicts.push("The alias history is another one.");
  }
  return {
    conflicts,
    ...(prompt.description === "" && description !== "" ? { description } : {}),
    tags: tags.absent,
    aliases: new Map([...aliases].filter(([alias]) => !there.has(alias))),
    ...(known === undefined ? history : {}),
  };
}

/** Compares a version with that of the same number. @returns the tags to add */
export function compareVersion(
  version: number,
  source: { readonly digest: VersionDigest; readonly tags: Tags },
  held: VersionDigest,
): { readonly conflicts: readonly string[]; readonly tags: Tags } {
  const { absent, different } = compareTags(source.tags, held.tags, hash);
  const conflicts = different.map(
    (key) => `The tag ${quote(key)} of version ${version} has another value.`,
  );
  if (source.digest.content !== held.content) {
    conflicts.unshift(`Version ${version} has another content or commit message.`);
  }
  return { conflicts, tags: absent };
}

function compareTags(
  source: Tags,
  held: ReadonlyMap<string, string>,
  form: (value: string) => string = (value) => value,
) {
  const compared = Object.entries(comparedTags(source));
  return {
    absent: Object.fromEntries(compared.filter(([key]) => !held.has(key))),
    different: compared
      .filter(([key, value]) => held.has(key) && held.get(key) !== form(value))
      .map(([key]) => key),
  };
}
