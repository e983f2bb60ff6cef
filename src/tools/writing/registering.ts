import { quote, RegistryError } from "../../registry/errors.ts";
import { findUnsafeContent } from "../../registry/text/unsafe-content.ts";
import { createOriginTags } from "../../registry/versions/provenance.ts";
import type { Moved, Registered } from "../../registry/writes.ts";
import type { Call } from "../../session/call.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import type { Policy } from "../../session/policy.ts";
import type { Session } from "../../session/session.ts";
import { confirmBreaking, refuseBreaking } from "../checks/confirm.ts";
import { unfillable } from "../checks/fitness.ts";
import { describeKeeping, servedChange, withRegistered } from "../checks/served.ts";
import {
  checkContent,
  withUnlinked,
  withUnreadable,
  withUnrecorded,
} from "../output/content-warnings.ts";
import type { RegistrationMove } from "../output/move-view.ts";
import {
  type RegisteredView,
  type RegistrationOutcome,
  refusedBy,
  registeredResult,
} from "../output/registered-view.ts";
import type { ToolResult } from "../tool.ts";
import { withMergeDiff } from "./merge-diff.ts";
import { carryOutMove, checkMove, type Move } from "./moving.ts";
import { planRegistration, type Registration, type RegistrationPlan } from "./planning.ts";

/**
 * Registers a version, and points an alias at it if one is given. Everything is checked before
 * anything is written.
 * @throws RegistryError `conflict` with the diff to merge, when the newest version is not the base
 */
export async function register(
  session: Session,
  registration: Registration,
  call: Call,
): Promise<ToolResult<RegisteredView> | ElicitationRequest> {
  const { name, baseVersion, kept, dryRun } = registration;
  try {
    const plan = await planRegistration(session, registration, call);
    if (dryRun) return await predictedResult(session, registration, plan, call);
    const checked = checkPlan(session, registration, plan, call);
    if (checked instanceof ElicitationRequest) return checked;
    const registered = await write(session, registration, plan, call);
    const move = plan.move && (await moveTo(session, registration, plan.move, registered, call));
    const after = withRegistered(plan.prompt, registered.version, registration.alias);
    return await registeredResult(
      session,
      {
        ...registered,
        ...withUnrecorded(withUnlinked(checked.warnings, registered), move?.moved ?? {}),
        ...{ kept, registered: !registered.unchanged, move, problem: plan.problem },
        served: servedChange(session, plan.prompt, after),
        opening: describeRegistered(registration, registered),
      },
      call,
    );
  } catch (error) {
    throw await withMergeDiff(session, name, baseVersion, error, call);
  }
}

/** The result of a dry run. It shows the change even if the registration would be refused for it. */
function predictedResult(
  session: Session,
  registration: Registration,
  plan: RegistrationPlan,
  call: Call,
): Promise<ToolResult<RegisteredView>> {
  const checked = checkPreview(session, registration, plan, call);
  const asksPerson = checked instanceof ElicitationRequest;
  const { move, problem, served } = plan;
  return registeredResult(
    session,
    {
      ...plan,
      ...(asksPerson ? {} : checked),
      ...{ kept: registration.kept, registered: false, problem, served },
      ...{ createdPrompt: !plan.prompt, overtaken: [], isDryRun: true },
      opening: describePrediction(registration, plan),
      move: move && { move, isPlanned: true, asksPerson },
    },
    call,
  );
}

function checkPreview(
  session: Session,
  registration: Registration,
  plan: RegistrationPlan,
  call: Call,
): Checked | Pick<RegistrationOutcome, "refusal" | "refusedBy"> {
  try {
    return checkPlan(session, registration, plan, call);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const reason = refusedBy.find((rule) => rule === error.reason);
    if (reason === undefined) throw error;
    return { refusal: error.message, refusedBy: reason };
  }
}

type Checked = { readonly warnings?: string[] } | ElicitationRequest;

/**
 * All checks of a planned registration.
 * @returns warnings, or the elicitation request while the person has not answered
 * @throws RegistryError for what is refused
 */
function checkPlan(
  session: Session,
  { name, draft, force, ...permits }: Registration,
  plan: RegistrationPlan,
  call: Call,
): Checked {
  const { move, servedBreak, problem } = plan;
  const subject = { prompt: name };
  const found = findUnsafeContent(draft);
  const checked = checkContent(session, found, "Nothing was registered", subject);
  const content = withUnreadable(checked, draft.template);
  if (problem !== undefined && !force) throw unfillable(name, problem);
  if (move === undefined) {
    const confirmed = confirmServedBreak(session, plan, permits.allowBreaking, call);
    return confirmed instanceof ElicitationRequest ? confirmed : content;
  }
  const moved = checkMove(move, session, { ...permits, servedBreak }, call);
  if (moved instanceof ElicitationRequest) return moved;
  const warnings = [...new Set([...(content.warnings ?? []), ...(moved.warnings ?? [])])];
  return warnings.length === 0 ? {} : { warnings };
}

/** Where the newest version is served, registering one publishes it. */
function confirmServedBreak(
  policy: Policy,
  { version: { name, version }, served, servedBreak }: RegistrationPlan,
  allowBreaking: boolean,
  { elicitation }: Call,
): "confirmed" | ElicitationRequest {
  if (servedBreak === undefined) return "confirmed";
  const [undone, subject] = ["Nothing was registered", { prompt: name }];
  const instead = `Register a version that takes the same variables and returns the same form${describeKeeping(policy, served)}`;
  refuseBreaking([servedBreak], { allowBreaking, undone, subject, instead });
  const messages = {
    question: `Register version ${version} of ${name}? ${servedBreak}`,
    declined: `${undone}: the person declined version ${version}. ${servedBreak}`,
  };
  return confirmBreaking(messages, subject, elicitation);
}

/** Registers the version, with tags that record its origin. */
async function write(
  session: Session,
  { name, draft, baseVersion }: Registration,
  { conditions }: RegistrationPlan,
  call: Call,
): Promise<Registered> {
  const { registry, who } = session;
  const origin = createOriginTags({
    caller: call.caller,
    ...(who === undefined ? {} : { who }),
    ...(baseVersion === undefined ? {} : { baseVersion }),
  });
  const recorded = { ...draft, tags: { ...draft.tags, ...origin } };
  return registry.registerVersion(name, recorded, conditions, call);
}

/** @throws RegistryError that says what was registered, when the alias cannot be moved */
async function moveTo(
  session: Session,
  permits: Registration,
  planned: Move,
  { version: { version }, unchanged }: Registered,
  call: Call,
): Promise<RegistrationMove & { readonly moved: Moved }> {
  const move = { ...planned, version };
  try {
    if (version !== planned.version) refuseUnmeasured(planned, version);
    const { undo, ...moved } = await carryOutMove(session, move, permits, call);
    return { move, isPlanned: false, asksPerson: false, undo, moved };
  } catch (error) {
    if (!(error instanceof RegistryError) || unchanged) throw error;
    const { name, alias } = move;
    throw new RegistryError(
      error.kind,
      `Version ${version} of ${name} was registered, but ${name}@${alias} was not moved to it: ${error.message} Do not register it again: move the alias with set_prompt_alias and version ${version}.`,
      { prompt: name, version, alias },
      { cause: error, mayHaveChanged: true },
    );
  }
}

/**
 * The evidence is of the version that had this content when it was checked. Somebody has registered
 * another version since.
 */
function refuseUnmeasured({ alias, gate, isNewVersion, name }: Move, version: number): void {
  if (gate === undefined || isNewVersion) return;
  throw new RegistryError(
    "conflict",
    `The alias ${quote(alias)} of ${quote(name)} has a gate, and version ${version} was not measured yet.`,
    { prompt: name, version, alias },
    { reason: "gate" },
  );
}

function describeRegistered(
  { name, alias, restored }: Registration,
  { version: { version }, createdPrompt, unchanged }: Registered,
): string {
  if (unchanged) {
    return restored === undefined
      ? `Nothing was registered: version ${version} of ${name} is the newest and has the same content. To register it anyway, set base_version ${version} and force.`
      : `Nothing was registered: version ${version} of ${name} is the newest and already has the content of version ${restored}.`;
  }
  if (createdPrompt) return `Created prompt ${name} with version ${version}.`;
  const content = restored === undefined ? "" : ` with the content of version ${restored}`;
  const rest =
    alias !== undefined
      ? "."
      : restored === undefined
        ? "; earlier versions and aliases are unchanged."
        : "; aliases are unchanged.";
  return `Registered version ${version} of ${name}${content}${rest}`;
}

function describePrediction(
  { name }: Registration,
  { version: { version }, before, unchanged }: RegistrationPlan,
): string {
  const outcome = unchanged
    ? `Without dry_run nothing would be registered either: version ${version} already has the same content.`
    : `It would be version ${version} of ${before ? "" : "the new prompt "}${name}.`;
  return `Nothing was registered: this is a dry run. ${outcome}`;
}
