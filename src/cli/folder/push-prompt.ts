import type { PromptFile } from "../../prompt-files/prompt-file.ts";
import { differences } from "../../prompt-files/same-content.ts";
import { contractVerdicts } from "../../registry/contract/contract-change.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { Prompt, PromptVersion } from "../../registry/types.ts";
import { findServedVersion } from "../../registry/versions/served-version.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { updatePrompt } from "../../tools/writing/update-prompt.ts";
import { callTool } from "../call-tool.ts";
import { inPushWords } from "../command-words.ts";
import type { FolderFile } from "./read-folder.ts";
import {
  type Detail,
  type Effect,
  effectOn,
  type FileChange,
  type Registration,
  registerFile,
  tagsGiven,
} from "./register-file.ts";
import { contentOf } from "./registry-content.ts";

/** What a push is asked for, besides the folder. */
export interface PushRequest {
  readonly dryRun: boolean;
  readonly message?: string;
  readonly allowBreaking: boolean;
}

/** What a push does with one file. */
export interface Pushed {
  readonly name: string;
  readonly file: string;
  readonly action: "created" | "registered" | "updated" | "unchanged" | "failed";
  /** Of the registry afterwards; in a dry run the number that it would be. */
  readonly version?: number;
  /** Of the contract; `breaking` also for what nobody could fill in, and what would be refused. */
  readonly verdict?: string;
  /** What the change means for callers, why nobody could fill it in, or why it would be refused. */
  readonly findings?: readonly string[];
  readonly diff?: string;
  readonly error?: string;
}

/**
 * Registers the prompt of a file if it differs from the newest version, through the code of the tools.
 * @param base the version that the file was last the same as
 * @throws RegistryError as register_prompt and update_prompt do, and `conflict` where others have
 *   registered a version since
 */
export async function pushPrompt(
  session: Session,
  { name, path, file }: FolderFile,
  { prompt, base }: { readonly prompt: Prompt | undefined; readonly base: number | undefined },
  request: PushRequest,
  call: Call,
): Promise<Pushed> {
  const newest = prompt?.latest;
  const changed = prompt && newest && changesOf(file, prompt, newest);
  if (newest === undefined || changed === undefined || changed.some(isOfVersion)) {
    return pushVersion(
      session,
      path,
      { name, file, newest, changed, base },
      { request, prompt },
      call,
    );
  }
  const unchanged = { name, file: path, version: newest.version };
  if (changed.length === 0) return { ...unchanged, action: "unchanged" };
  if (base !== newest.version) throw staleBase(newest, base);
  if (!request.dryRun) await updateDetails(session, file, newest, changed, request, call);
  return { ...unchanged, action: "updated" };
}

/** As register_prompt refuses it: what others changed since is not changed back unseen. */
function staleBase({ name, version }: PromptVersion, base: number | undefined): RegistryError {
  const known =
    base === undefined
      ? "is not known here"
      : `is newer than version ${base}, which the file was last the same as`;
  return new RegistryError(
    "conflict",
    `Nothing of ${quote(name)} was changed: its version ${version} ${known}. Run pull, merge, and push again.`,
    { prompt: name, version },
  );
}

function isOfVersion(detail: Detail): boolean {
  return detail !== "description" && detail !== "tags";
}

async function pushVersion(
  session: Session,
  path: string,
  change: FileChange,
  { request, prompt }: { readonly request: PushRequest; readonly prompt: Prompt | undefined },
  call: Call,
): Promise<Pushed> {
  const { name, file, changed } = change;
  const { dryRun, message } = request;
  const outcome = await registerFile(session, change, request, call).catch((error: unknown) =>
    findRegistered(session, change, error, call),
  );
  const isOther = changed?.includes("description") ?? message !== undefined;
  if (!dryRun && isOther && file.hasDetails) await describe(session, name, file, request, call);
  const { version, unchanged } = outcome;
  if (unchanged) return { name, file: path, version, action: "unchanged" };
  const effects = [...effectOnNewest(outcome, change)];
  const served = dryRun && prompt ? await servedBefore(session, prompt, call) : undefined;
  if (served !== undefined) {
    const effect = await effectOn(session, served, change, call);
    effects.push({ ...effect, on: `version ${served.version}, which is served` });
  }
  return { name, file: path, ...viewOutcome(outcome, change, effects) };
}

/**
 * What another push has registered meanwhile, of the same files, is no conflict.
 * @throws the error of the registration, where the registry has something else
 */
async function findRegistered(
  { registry }: Session,
  { name, file }: FileChange,
  error: unknown,
  call: Call,
): Promise<Registration> {
  const kinds = ["conflict", "already_exists"];
  if (!(error instanceof RegistryError) || !kinds.includes(error.kind)) throw error;
  const prompt = await registry
    .getPrompt(name, { ...call, notBefore: performance.now() })
    .catch(() => undefined);
  if (prompt === undefined) throw error;
  const newest = prompt.latest;
  if (!newest || changesOf(file, prompt, newest).some(isOfVersion)) throw error;
  return { version: newest.version, unchanged: true };
}

/** The version that this server serves, where it is not the newest, whose callers a dry run asks about anyway. */
async function servedBefore(
  { registry, serve }: Session,
  prompt: Prompt,
  call: Call,
): Promise<PromptVersion | undefined> {
  const version = findServedVersion(prompt, serve);
  if (version === undefined || version === prompt.latest?.version) return undefined;
  const [served] = await registry.getVersions([{ name: prompt.name, version }], call);
  return served;
}

/** What a change means for the callers of one version. */
interface EffectOn extends Effect {
  /** Such as "version 2". */
  readonly on: string;
}

function effectOnNewest(
  { contract_change: effect }: Registration,
  { newest }: FileChange,
): readonly EffectOn[] {
  if (effect === undefined || newest === undefined) return [];
  return [{ ...effect, on: `version ${newest.version}` }];
}

function viewOutcome(
  { version, problem, refusal, warnings = [], diff }: Registration,
  { newest }: FileChange,
  effects: readonly EffectOn[],
): Omit<Pushed, "name" | "file"> {
  const verdict =
    problem !== undefined || refusal !== undefined
      ? "breaking"
      : contractVerdicts.findLast((one) => effects.some((effect) => effect.verdict === one));
  const compared = effects.map(({ on, summary }) => `Against ${on}: ${summary}`);
  const findings = [...compared, problem, refusal && inPushWords(refusal), ...warnings];
  return {
    action: newest === undefined ? "created" : "registered",
    version,
    ...(verdict === undefined ? {} : { verdict }),
    findings: findings.filter((one) => one !== undefined),
    ...(diff === undefined ? {} : { diff }),
  };
}

/** Changes the description of the prompt and the tags of its newest version. */
async function updateDetails(
  session: Session,
  file: PromptFile,
  { name, version, tags: before }: PromptVersion,
  changed: readonly Detail[],
  request: PushRequest,
  call: Call,
): Promise<void> {
  const tags = tagsGiven(file, before);
  if (changed.includes("tags") && tags !== undefined) {
    await update(session, { name, version, tags, allow_breaking: request.allowBreaking }, call);
  }
  if (changed.includes("description")) await describe(session, name, file, request, call);
}

function describe(
  session: Session,
  name: string,
  { description = "" }: PromptFile,
  { allowBreaking }: PushRequest,
  call: Call,
): Promise<void> {
  return update(session, { name, description, allow_breaking: allowBreaking }, call);
}

async function update(
  session: Session,
  given: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<void> {
  await callTool(session, updatePrompt, given, call);
}

/** What a file says otherwise than the version. A file without room for details says nothing of them. */
export function changesOf(
  file: PromptFile,
  prompt: Pick<Prompt, "description">,
  version: PromptVersion,
): readonly Detail[] {
  const there = version.template.kind === "unreadable" ? undefined : contentOf(prompt, version);
  if (there === undefined) return ["template"];
  const changed = differences(file, there);
  return file.hasDetails ? changed : changed.filter((one) => one === "template");
}
