import * as z from "zod";
import { aliasNotFound, quote, RegistryError } from "../../registry/errors.ts";
import type { Prompt } from "../../registry/types.ts";
import { findPreviousTarget, readAliasHistory } from "../../registry/versions/alias-history.ts";
import { findAliasedVersion } from "../../registry/versions/served-version.ts";
import type { Call } from "../../session/call.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import type { Policy } from "../../session/policy.ts";
import type { Session } from "../../session/session.ts";
import { isProtected } from "../checks/protection.ts";
import {
  describeServed,
  findServedBreak,
  type ServedChange,
  servedChange,
  servedView,
  withAlias,
} from "../checks/served.ts";
import {
  allowBreaking,
  dryRun,
  moveReason,
  overrideGate,
  promptName,
  shortText,
  versionOrAlias,
} from "../input/fields.ts";
import { selectName, selectVersion } from "../input/selectors.ts";
import { formatWarnings, warningsView, withUnrecorded } from "../output/content-warnings.ts";
import {
  contractChangeView,
  formatContractChange,
  viewContractChange,
} from "../output/contract-view.ts";
import { formatGateCheck, gateCheckView, viewGateCheck } from "../output/gate-view.ts";
import { describeMove, describePlannedMove } from "../output/move-view.ts";
import { formatPlanned, type Planned, plannedView } from "../output/planned-move.ts";
import { formatRollback, rollbackView } from "../output/rollback.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool, type ToolResult } from "../tool.ts";
import {
  carryOutMove,
  checkFound,
  checkMove,
  findBreaks,
  type Move,
  type MoveOutcome,
  planMove,
} from "./moving.ts";

const movedView = z.object({
  name: z.string(),
  alias: z.string(),
  version: z.int(),
  moved: z.boolean().describe("False in a dry run, and when the alias already pointed there."),
  previous_version: z.int().optional().describe("Absent when the alias is new."),
  served: servedView,
  left_at: z
    .string()
    .optional()
    .describe(
      "The alias left this version at this time, less than a day ago: going back needed no allow_breaking.",
    ),
  contract_change: contractChangeView.optional(),
  gate: gateCheckView.optional(),
  problem: z.string().optional().describe("Why nobody can fill in the version of a new alias."),
  planned: plannedView.optional(),
  warnings: warningsView,
  rollback: rollbackView
    .optional()
    .describe("The call that undoes this. Absent when nothing moved."),
});

export const setPromptAlias = defineTool({
  name: "set_prompt_alias",
  title: "Point an alias at a version",
  description:
    'Points an alias of a prompt, such as "production" or "staging", at a version: creates the alias, or moves it. From then on, everybody who loads the prompt by that alias gets the version, so check compare_prompt_versions and ask the person first. A move that breaks the callers of a protected alias such as production, or of the version that this server serves, needs allow_breaking; if the client can ask the person, the person is asked first. If the prompt or the server has a gate for the alias, the version must have been measured as the gate wants: what is missing is said, with the evaluate_prompt call that makes it. override_gate passes it all the same, with a reason and under the same rule. Going back to a version that the alias left less than a day ago needs none of these: version "previous" goes back. With expected_version, nothing moves if it points elsewhere by now. With dry_run, nothing moves, and what the move needs is said. The result has the call that moves the alias back.',
  effect: "moves",
  input: z.strictObject({
    name: promptName,
    alias: shortText.describe(
      'Letters, digits, "_" and "-". Not "latest": it always means the newest version.',
    ),
    version: versionOrAlias.describe(
      'The version to point at: its number, from list_prompt_versions; another alias, for the version that it points at; or "previous", for the version before the last move of this alias.',
    ),
    expected_version: z
      .int()
      .min(0)
      .optional()
      .describe(
        "The version you expect the alias to point at; 0 if you expect no such alias. Default: the version it points at when this call begins.",
      ),
    reason: moveReason,
    allow_breaking: allowBreaking,
    override_gate: overrideGate,
    dry_run: dryRun,
  }),
  output: movedView,
  async run(session, { allow_breaking, override_gate, reason, dry_run, ...wanted }, call) {
    const fresh = dry_run ? { ...call, notBefore: performance.now() } : call;
    const name = await selectName(session, wanted, call);
    const { alias, expected_version } = wanted;
    // Further calls use the name that the caller gave.
    const prompt = { ...(await session.registry.getPrompt(name, fresh)), name };
    const version = await findTarget(session, prompt, alias, wanted.version, call);
    const move = await planMove(session, prompt, { alias, version, expected_version }, call);
    const served = servedChange(session, prompt, withAlias(prompt, alias, version));
    // For a protected alias that is served, the move itself has been compared.
    const isCompared = isProtected(session, alias) && served.before === move.previous;
    const servedBreak = isCompared
      ? undefined
      : await findServedBreak(session, name, served, undefined, call);
    if (dry_run) {
      const planned = planOf(session, move, findBreaks(move, session, servedBreak));
      const isRefused = planned.breaks.length + planned.lacks.length > 0;
      const asksPerson = isRefused && call.elicitation.isSupported;
      const { warnings } = checkFound(move, session);
      return plannedResult(move, served, { planned, asksPerson, warnings });
    }
    const permits = { allowBreaking: allow_breaking, overrideGate: override_gate, reason };
    const checked = checkMove(move, session, { ...permits, servedBreak }, call);
    if (checked instanceof ElicitationRequest) return checked;
    const outcome = await carryOutMove(session, move, permits, call);
    return moveResult(move, served, outcome, checked.warnings);
  },
});

function moveResult(
  move: Move,
  served: ServedChange,
  { undo, ...moved }: MoveOutcome,
  found?: string[],
): ToolResult<z.infer<typeof movedView>> {
  const { warnings } = withUnrecorded(found, moved);
  return {
    structured: {
      ...viewMove(move, served),
      moved: undo !== undefined,
      ...(warnings ? { warnings } : {}),
      ...(undo ? { rollback: undo } : {}),
    },
    text: ToolText.join(
      line`${describeMove(move)} ${describeServed(served)}`,
      ...formatFacts(move),
      ...formatWarnings(warnings),
      undo && formatRollback(undo),
    ),
  };
}

/** The result of a dry run. It shows the move even if the move would be refused. */
function plannedResult(
  move: Move,
  served: ServedChange,
  {
    planned,
    asksPerson,
    warnings,
  }: {
    readonly planned: Planned;
    readonly asksPerson: boolean;
    readonly warnings: string[] | undefined;
  },
): ToolResult<z.infer<typeof movedView>> {
  return {
    structured: {
      ...viewMove(move, served),
      moved: false,
      planned,
      ...(warnings ? { warnings } : {}),
    },
    text: ToolText.join(
      line`Nothing was moved: this is a dry run. ${describePlannedMove(move, asksPerson)} ${describeServed(served, "planned")}`,
      ...formatPlanned(planned),
      ...formatFacts(move),
      ...formatWarnings(warnings),
    ),
  };
}

function planOf(policy: Policy, { alias, gate }: Move, breaks: readonly string[]): Planned {
  return {
    is_protected: isProtected(policy, alias),
    breaks: [...breaks],
    lacks: [...(gate?.refusals ?? [])],
    ...(gate?.instead === undefined ? {} : { instead: gate.instead }),
  };
}

function viewMove(move: Move, served: ServedChange) {
  const { name, alias, version, previous, change, problem, departure, gate } = move;
  return {
    ...{ name, alias, version, served },
    ...(previous === undefined ? {} : { previous_version: previous }),
    ...(change ? { contract_change: viewContractChange(change) } : {}),
    ...(problem === undefined ? {} : { problem }),
    ...(departure ? { left_at: departure.at } : {}),
    ...(gate ? { gate: viewGateCheck(gate) } : {}),
  };
}

function formatFacts({ name, alias, version, change, problem, departure, gate }: Move) {
  return [
    change && formatContractChange(change),
    problem !== undefined && line`Nobody can fill in version ${version}: ${problem}.`,
    departure &&
      line`${name}@${alias} pointed at version ${version} until ${departure.at}, less than a day ago: going back needs no allow_breaking.`,
    ...formatGateCheck(gate),
  ];
}

async function findTarget(
  { registry }: Session,
  prompt: Prompt,
  alias: string,
  given: number | string,
  call: Call,
): Promise<number> {
  if (given === "previous") return findPrevious(prompt, alias);
  const selector = selectVersion(prompt.name, given);
  if (selector !== "latest" && "version" in selector) return selector.version;
  return (await registry.getVersion(prompt.name, selector, call)).version;
}

/** @throws RegistryError `conflict` when the history does not know it */
function findPrevious(prompt: Prompt, alias: string): number {
  const target = findAliasedVersion(prompt, alias);
  const previous = findPreviousTarget(readAliasHistory(prompt), alias, target);
  if (previous !== undefined) return previous;
  const { name } = prompt;
  if (target === undefined) throw aliasNotFound(name, alias);
  throw new RegistryError(
    "conflict",
    `${name}@${alias} was not moved: which version it pointed at before is not known. The history of ${quote(alias)} has the moves through this server, and the last one did not lead from another version to where the alias points now. Give a version number: list_prompt_versions shows the versions and the history.`,
    { prompt: name, alias },
  );
}
