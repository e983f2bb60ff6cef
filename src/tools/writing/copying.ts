import { quote, RegistryError } from "../../registry/errors.ts";
import { alsoSaying } from "../../registry/partial-failure.ts";
import type { PromptRegistry } from "../../registry/prompt-registry.ts";
import { versionUri } from "../../registry/references.ts";
import type { Prompt, PromptVersion, Tags } from "../../registry/types.ts";
import {
  createMoveRecord,
  createOriginTags,
  omitOriginTags,
} from "../../registry/versions/provenance.ts";
import type { TagChanges } from "../../registry/writes.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { writableTemplate } from "./base-version.ts";

/** What to copy, and where. */
export interface Copy {
  readonly source: Prompt;
  /** Versions of the source, ascending; at least one. */
  readonly numbers: readonly number[];
  /** Aliases to set, with the versions of the source that they point at. */
  readonly aliases: readonly (readonly [alias: string, version: number])[];
  readonly name: string;
  readonly target: PromptRegistry;
}

/** The copy as it is now. */
export interface Copied {
  readonly versions: readonly { readonly original: number; readonly copy: number }[];
  readonly aliases: Readonly<Record<string, number>>;
  readonly latest: PromptVersion;
}

/**
 * Copies versions, oldest first, one at a time: their texts are not in memory together. A failure
 * removes what was made, unless somebody else has changed the copy meanwhile.
 * @throws RegistryError as the writes do; the message says what exists when it could not be removed
 */
export async function copyVersions(session: Session, copy: Copy, call: Call): Promise<Copied> {
  const versions: { original: number; copy: number }[] = [];
  let latest: PromptVersion | undefined;
  try {
    for (const original of copy.numbers) {
      latest = await copyVersion(session, copy, original, latest?.version ?? 0, call);
      versions.push({ original, copy: latest.version });
      if (versions.length === 1) await copyDetails(copy, latest, call);
    }
    const aliases = await copyAliases(session, copy, versions, call);
    if (latest === undefined) throw new Error("A copy has at least one version.");
    return { versions, aliases, latest };
  } catch (error) {
    if (versions.length === 0) throw error;
    throw await removed(copy, versions.length, error, call);
  }
}

async function copyVersion(
  { registry, who }: Session,
  { source, name, target }: Copy,
  version: number,
  baseVersion: number,
  call: Call,
): Promise<PromptVersion> {
  const one = await registry.getVersion(source.name, { version }, call);
  const origin = createOriginTags({
    caller: call.caller,
    copiedFrom: versionUri(source.name, version),
    ...(who === undefined ? {} : { who }),
  });
  const draft = {
    template: writableTemplate(one),
    commitMessage: one.commitMessage,
    tags: { ...omitOriginTags(one.tags), ...origin },
    ...(one.modelConfig === undefined ? {} : { modelConfig: one.modelConfig }),
    ...(one.responseFormat === undefined ? {} : { responseFormat: one.responseFormat }),
    ...(one.stored === undefined ? {} : { stored: one.stored }),
  };
  const conditions = { baseVersion, force: true };
  return (await target.registerVersion(name, draft, conditions, call)).version;
}

/** The first version has given the copy its commit message and tags. */
async function copyDetails(
  { source, name, target }: Copy,
  first: PromptVersion,
  call: Call,
): Promise<void> {
  if (source.description !== first.commitMessage) {
    await target.updatePrompt(name, { description: source.description }, {}, call);
  }
  const { tags } = await target.getPrompt(name, call);
  const changes = changesBetween(tags, source.tags);
  if (Object.keys(changes).length > 0) await target.tagPrompt(name, changes, {}, call);
}

function changesBetween(from: Tags, to: Tags): TagChanges {
  const removed = Object.keys(from).filter((key) => !Object.hasOwn(to, key));
  const set = Object.entries(to).filter(([key, value]) => from[key] !== value);
  return Object.fromEntries([...removed.map((key) => [key, null]), ...set]);
}

async function copyAliases(
  { who }: Session,
  { source, aliases, name, target }: Copy,
  versions: Copied["versions"],
  call: Call,
): Promise<Record<string, number>> {
  const reason = `copied from ${source.name}`;
  const record = createMoveRecord({ who, caller: call.caller, reason, allowBreaking: false });
  const set = new Map<string, number>();
  for (const [alias, original] of aliases) {
    const version = versions.find((one) => one.original === original)?.copy;
    if (version === undefined) continue;
    await target.setAlias(name, alias, version, { expectedVersion: 0, record }, call);
    set.set(alias, version);
  }
  return Object.fromEntries(set);
}

/** Removes an unfinished copy, and returns the error to report. */
async function removed(
  { name, target }: Copy,
  count: number,
  error: unknown,
  call: Call,
): Promise<unknown> {
  const versions = count === 1 ? "1 version" : `${count} versions`;
  const left = `The copy ${quote(name)} exists with ${versions}: delete it with delete_prompt, and copy again.`;
  // Somebody else has changed the copy, and it may be wanted.
  if (error instanceof RegistryError && error.kind === "conflict") return alsoSaying(error, left);
  try {
    // Without the call's signal: a cancelled call removes what it made as well.
    await target.deletePrompt(name, {}, { caller: call.caller });
  } catch {
    return alsoSaying(error, left);
  }
  if (!(error instanceof RegistryError)) return error;
  const { kind, message, subject } = error;
  return new RegistryError(kind, `Nothing was copied: ${message}`, subject, { cause: error });
}
