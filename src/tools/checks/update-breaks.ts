import { argumentsTag } from "../../registry/contract/arguments.ts";
import type { ContractChange } from "../../registry/contract/contract-change.ts";
import { contractOf } from "../../registry/engine/contract-of.ts";
import type { TemplateEngine } from "../../registry/engine/template-engine.ts";
import { quote } from "../../registry/errors.ts";
import type { Prompt, PromptVersion, Tags } from "../../registry/types.ts";
import { isPublished } from "../../registry/versions/prompt-tags.ts";
import { findAliasedVersion, findServedVersion } from "../../registry/versions/served-version.ts";
import { formatTag, isMustache } from "../../registry/versions/template-format.ts";
import type { TagChanges, WriteConditions } from "../../registry/writes.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import type { PlannedUpdate } from "../output/update-view.ts";
import { canBreakCallers, isProtected } from "./protection.ts";

/** What callers of a prompt may depend on. */
type Update = Pick<PlannedUpdate, "version" | "tags" | "new_name">;

/**
 * How an update breaks those who use the prompt, a sentence for each way: they are the callers of
 * versions that are served or that protected aliases point at.
 */
export async function findUpdateBreaks(
  session: Session,
  update: Update,
  prompt: Prompt,
  call: Call,
): Promise<readonly string[]> {
  return [
    ...renameBreaks(session, update, prompt),
    ...unpublishBreaks(session, update, prompt),
    ...(await contractBreaks(session, update, prompt, call)),
  ];
}

/** Whether the checks above depend on where the prompt's aliases point. */
export function dependsOnAliases({ version, tags, new_name: newName }: Update): boolean {
  if (newName !== undefined) return true;
  const keys = version === undefined ? [formatTag] : [formatTag, argumentsTag];
  return keys.some((key) => Object.hasOwn(tags, key));
}

/** Write conditions: the protected and the served aliases still point where they do in `prompt`. */
export function expectCheckedAliases(
  { protectedAliases, serve }: Session,
  prompt: Prompt,
): WriteConditions {
  const served = serve.filter((alias) => alias.toLowerCase() !== "latest");
  const aliases = [...new Set([...protectedAliases, ...served])];
  const targets = aliases.map((alias) => [alias, findAliasedVersion(prompt, alias) ?? 0]);
  return { aliases: Object.fromEntries(targets) };
}

export function changedTags(tags: Tags, changes: TagChanges): Tags {
  const all = Object.entries({ ...tags, ...changes });
  return Object.fromEntries(all.flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}

function renameBreaks(session: Session, { new_name: newName }: Update, prompt: Prompt): string[] {
  if (newName === undefined) return [];
  const name = quote(prompt.name);
  const aliases = Object.keys(prompt.aliases).filter((alias) => isProtected(session, alias));
  const served = findServedVersion(prompt, session.serve);
  if (aliases.length === 0 && served === undefined) return [];
  const depends =
    aliases.length === 0
      ? `this server serves version ${served}`
      : `it has the protected ${aliases.length === 1 ? "alias" : "aliases"} ${aliases.map(quote).join(", ")}`;
  return [`Whoever uses the old name ${name} fails after the renaming, and ${depends}.`];
}

function unpublishBreaks({ serve }: Session, { version, tags }: Update, prompt: Prompt): string[] {
  const isListed = isPublished(prompt) && findServedVersion(prompt, serve) !== undefined;
  const staysListed = version !== undefined || isPublished({ tags: changedTags({}, tags) });
  if (!isListed || staysListed) return [];
  return [
    `${quote(prompt.name)} disappears from the prompts that this server lists, for everybody who uses it there.`,
  ];
}

/** Changing a contract behind an alias needs the same check as moving the alias. */
async function contractBreaks(
  session: Session,
  update: Update,
  prompt: Prompt,
  call: Call,
): Promise<string[]> {
  if (!dependsOnAliases({ ...update, new_name: undefined })) return [];
  const served = findServedVersion(prompt, session.serve);
  const behindAliases = Object.entries(prompt.aliases).flatMap(([alias, version]) =>
    isProtected(session, alias) ? [version] : [],
  );
  const wanted = [...new Set([...behindAliases, served])]
    .filter((version) => version !== undefined)
    .filter((version) => update.version === undefined || version === update.version);
  const breaks: string[] = [];
  const requests = wanted.map((version) => ({ name: prompt.name, version }));
  for (const one of await session.registry.getVersions(requests, call)) {
    const change = await contractChange(session.templates, update, prompt, one);
    if (!canBreakCallers(change)) continue;
    const { version } = one;
    const used = behindAliases.includes(version)
      ? `A protected alias points at version ${version} of ${quote(prompt.name)}`
      : `This server serves version ${version} of ${quote(prompt.name)}`;
    const how = change.verdict === "breaking" ? "would" : "may";
    breaks.push(`${used}, and these tags ${how} break its callers. ${change.line}`);
  }
  return breaks;
}

async function contractChange(
  templates: TemplateEngine,
  { version, tags }: Update,
  prompt: Prompt,
  one: PromptVersion,
): Promise<ContractChange> {
  const onVersion = version !== undefined;
  const tagged = onVersion ? { ...one, tags: changedTags(one.tags, tags) } : one;
  const promptTags = onVersion ? prompt.tags : changedTags(prompt.tags, tags);
  return templates.compareContracts(
    await contractOf(templates, one, { mustache: isMustache(one, prompt.tags) }),
    await contractOf(templates, tagged, { mustache: isMustache(tagged, promptTags) }),
  );
}
