import { RegistryError } from "../../registry/errors.ts";
import { checkDraft, checkNewPromptName } from "../../registry/limits.ts";
import type { Prompt, PromptVersion, VersionDraft } from "../../registry/types.ts";
import { findUnchangedVersion } from "../../registry/versions/register-conditions.ts";
import { hasSameContent } from "../../registry/versions/same-content.ts";
import { encodeVersionTags } from "../../registry/versions/stored-version.ts";
import type { RegisterConditions } from "../../registry/writes.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { findUnfillable } from "../checks/fitness.ts";
import { isProtected } from "../checks/protection.ts";
import {
  findServedBreak,
  type ServedChange,
  servedChange,
  withRegistered,
} from "../checks/served.ts";
import { type Move, planMove } from "./moving.ts";

/** What is asked for: by register_prompt, edit_prompt and restore_prompt_version. */
export interface Registration {
  readonly name: string;
  readonly draft: VersionDraft;
  /** 0: the prompt must be new, unless it already has this content. Undefined: any. */
  readonly baseVersion: number | undefined;
  /** The base version, where it still exists. */
  readonly base?: PromptVersion | undefined;
  /** What the draft has from the base version. */
  readonly kept: readonly string[];
  readonly force: boolean;
  readonly alias: string | undefined;
  /** Why the alias moves. */
  readonly reason: string | undefined;
  readonly allowBreaking: boolean;
  /** The alias moves without the evidence that a gate wants. */
  readonly overrideGate: boolean;
  readonly dryRun: boolean;
  /** The old version whose content is registered again. */
  readonly restored?: number;
}

/** What a registration would do, from the state of the registry at the time of the check. */
export interface RegistrationPlan {
  /** Undefined when the prompt does not exist or the caller may not read it. */
  readonly prompt: Prompt | undefined;
  readonly conditions: RegisterConditions;
  /**
   * The version that would be registered, or the newest one if it has the same content. Its number
   * can differ from the real one when versions were deleted.
   */
  readonly version: PromptVersion;
  readonly before: PromptVersion | undefined;
  readonly unchanged: boolean;
  readonly move: Move | undefined;
  /** What the registration changes in what is served, and how that breaks callers. */
  readonly served: ServedChange;
  readonly servedBreak: string | undefined;
  /** Why nobody can fill in the version. */
  readonly problem: string | undefined;
}

/**
 * Predicts the result of a registration, and changes nothing. A dry run reads the current state of
 * the registry. Otherwise the registry checks the conditions once more, together with the write.
 * @throws RegistryError as the registration would
 */
export async function planRegistration(
  session: Session,
  registration: Registration,
  call: Call,
): Promise<RegistrationPlan> {
  const { name, draft, base, dryRun, alias } = registration;
  const fresh = dryRun ? { ...call, notBefore: performance.now() } : call;
  const prompt = await findPrompt(session, name, fresh);
  if (!prompt) checkNewPromptName(name);
  checkDraft(draft);
  encodeVersionTags(draft);
  const conditions = conditionsOf(registration, prompt?.latest);
  const isSureOfBase = conditions.baseVersion !== 0 && base !== undefined && !dryRun;
  const before = isSureOfBase ? base : prompt?.latest;
  const same = findUnchangedVersion(name, draft, before, conditions);
  const version = same ?? predictedVersion(name, draft, before);
  const move = await planAliasMove(session, prompt, version, { name, alias, same }, call);
  const served = servedChange(session, prompt, withRegistered(prompt, version, alias));
  // For a protected alias that is served, the move itself has been compared.
  const isCompared =
    move !== undefined && isProtected(session, move.alias) && served.before === move.previous;
  const registering = same ? undefined : version;
  // The registry refuses the registration then, with the changes to merge.
  const isOutdated = before?.version !== prompt?.latest?.version;
  return {
    ...{ prompt, conditions, version, before, move, served },
    unchanged: same !== undefined,
    servedBreak:
      isCompared || isOutdated
        ? undefined
        : await findServedBreak(session, name, served, registering, call),
    problem: same ? undefined : await findUnfillable(session, version, call),
  };
}

async function planAliasMove(
  session: Session,
  prompt: Prompt | undefined,
  version: PromptVersion,
  {
    name,
    alias,
    same,
  }: { name: string; alias: string | undefined; same: PromptVersion | undefined },
  call: Call,
): Promise<Move | undefined> {
  if (alias === undefined) return undefined;
  const target = same ? same.version : version;
  return planMove(
    session,
    prompt ?? { name, aliases: {}, tags: {} },
    { alias, version: target },
    call,
  );
}

/** Without a base version, content that the newest version already has is registered once. */
function conditionsOf(
  { draft, baseVersion, force }: Registration,
  newest: PromptVersion | undefined,
): RegisterConditions {
  if (baseVersion === undefined) return { force };
  const isRepeated = baseVersion === 0 && !force && newest && hasSameContent(draft, newest);
  return { force, baseVersion: isRepeated ? newest.version : baseVersion };
}

async function findPrompt(
  { registry }: Session,
  name: string,
  call: Call,
): Promise<Prompt | undefined> {
  try {
    return await registry.getPrompt(name, call);
  } catch (error) {
    // Some servers answer "forbidden" for a prompt that does not exist, and let everybody create it.
    if (error instanceof RegistryError && /^(not_found|forbidden)$/.test(error.kind))
      return undefined;
    throw error;
  }
}

/** The version that a registration would make. */
export function predictedVersion(
  name: string,
  draft: VersionDraft,
  before: PromptVersion | undefined,
): PromptVersion {
  const now = Date.now();
  return {
    name,
    version: (before?.version ?? 0) + 1,
    template: draft.template,
    commitMessage: draft.commitMessage ?? "",
    tags: draft.tags ?? {},
    aliases: [],
    createdAt: now,
    updatedAt: now,
    ...(draft.modelConfig === undefined ? {} : { modelConfig: draft.modelConfig }),
    ...(draft.responseFormat === undefined ? {} : { responseFormat: draft.responseFormat }),
  };
}
