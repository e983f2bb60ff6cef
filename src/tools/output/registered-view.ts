import * as z from "zod";
import type { ContractChange } from "../../registry/contract/contract-change.ts";
import { diffVersions } from "../../registry/engine/diff.ts";
import { shortenDiff } from "../../registry/text/short-diff.ts";
import type { PromptVersion } from "../../registry/types.ts";
import type { Registered } from "../../registry/writes.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { describeServed, type ServedChange, servedView } from "../checks/served.ts";
import type { ToolResult } from "../tool.ts";
import { formatWarnings, warningsView } from "./content-warnings.ts";
import {
  changeBetween,
  contractChangeView,
  formatContractChange,
  viewContractChange,
} from "./contract-view.ts";
import {
  aliasMoveView,
  formatAliasMove,
  type RegistrationMove,
  viewAliasMove,
} from "./move-view.ts";
import { line, ToolText } from "./tool-text.ts";
import { formatArguments, formatHints, versionView, viewVersion } from "./version-view.ts";

/** The rules that a dry run shows the verdict of. */
export const refusedBy = ["protected", "gate"] as const;

/** What a registration did: not the whole prompt again, which the caller has just written. */
export const registeredView = versionView
  .pick({
    name: true,
    version: true,
    uri: true,
    arguments: true,
    commit_message: true,
    hints: true,
  })
  .extend({
    registered: z
      .boolean()
      .describe("False when nothing was written: in a dry run, or because nothing changed."),
    served: servedView,
    refusal: z
      .string()
      .optional()
      .describe("In a dry run: why the real call would be refused. Absent if it would not."),
    refused_by: z
      .enum(refusedBy)
      .optional()
      .describe("What would refuse it: the protection of callers, or a gate of the alias."),
    problem: z.string().optional().describe("Why nobody can fill in the version."),
    created_prompt: z.boolean().describe("True when the prompt did not exist before."),
    kept: z
      .array(z.string())
      .optional()
      .describe("What was not given and stays as in base_version."),
    contract_change: contractChangeView
      .optional()
      .describe(
        "What the change means for callers of the previous version. Absent for a new prompt.",
      ),
    diff: z
      .string()
      .optional()
      .describe(
        'Unified diff from the previous version, or a sentence if only line ends differ. Unchanged parts of long lines are left out: "[...]".',
      ),
    alias_move: aliasMoveView.optional().describe("What happened to the alias that was given."),
    overtaken: z
      .array(z.object({ version: z.int(), commit_message: z.string() }))
      .describe(
        "Versions that somebody else registered at the same time. This version does not include their changes.",
      ),
    warnings: warningsView,
  });
export type RegisteredView = z.infer<typeof registeredView>;

export interface RegistrationOutcome extends Omit<Registered, "unchanged"> {
  readonly opening: string;
  readonly registered: boolean;
  readonly kept: readonly string[];
  readonly move: RegistrationMove | undefined;
  readonly served: ServedChange;
  readonly problem: string | undefined;
  readonly isDryRun?: boolean;
  /** In a dry run: the error of the real call. */
  readonly refusal?: string;
  readonly refusedBy?: (typeof refusedBy)[number];
  readonly warnings?: string[];
}

/** Builds the result of a registration or a dry run. */
export async function registeredResult(
  session: Session,
  outcome: RegistrationOutcome,
  call: Call,
): Promise<ToolResult<RegisteredView>> {
  const { version, before, overtaken, move, kept, warnings, served, problem, refusal } = outcome;
  const view = await viewVersion(session, version, call);
  const { name, uri, arguments: args, commit_message, hints } = view;
  const change = await changeFrom(session, before, version, call);
  return {
    structured: {
      ...{ name, version: version.version, uri, arguments: args, commit_message },
      ...viewNotes(outcome),
      ...(hints ? { hints } : {}),
      ...(kept.length > 0 ? { kept: [...kept] } : {}),
      ...(change
        ? { contract_change: viewContractChange(change.contract), diff: change.diff }
        : {}),
      ...(move ? { alias_move: viewAliasMove(move) } : {}),
      registered: outcome.registered,
      created_prompt: outcome.createdPrompt,
      served,
      overtaken: overtaken.map(viewOvertaken),
    },
    text: ToolText.join(
      line`${outcome.opening} ${describeServed(served, outcome.isDryRun ? "planned" : "done")}`,
      refusal !== undefined && line`Without dry_run it would be refused: ${refusal}`,
      problem !== undefined && line`Nobody can fill in this template: ${problem}.`,
      move && formatAliasMove(move, before?.version),
      ...formatHints(hints),
      ...formatWarnings(warnings),
      ...overtaken.map(formatOvertaken),
      change && formatContractChange(change.contract),
      line`${uri}, commit message: ${commit_message === "" ? "none" : commit_message}`,
      formatArguments(args),
      kept.length > 0 && line`Kept from version ${before?.version ?? 0}: ${kept.join(", ")}`,
      change && formatDiff(change.diff, before),
    ),
  };
}

function viewNotes({ refusal, refusedBy, problem, warnings }: RegistrationOutcome) {
  return {
    ...(refusal === undefined ? {} : { refusal }),
    ...(refusedBy === undefined ? {} : { refused_by: refusedBy }),
    ...(problem === undefined ? {} : { problem }),
    ...(warnings ? { warnings } : {}),
  };
}

async function changeFrom(
  session: Session,
  before: PromptVersion | undefined,
  version: PromptVersion,
  call: Call,
): Promise<{ readonly contract: ContractChange; readonly diff: string } | undefined> {
  if (before === undefined || before.version === version.version) return undefined;
  const contract = await changeBetween(session, before, version, call);
  const { diff } = await diffVersions(session.templates, before, version);
  return { contract, diff: shortenDiff(diff) };
}

function formatDiff(diff: string, before: PromptVersion | undefined): ToolText {
  if (diff === "") return line`The text is unchanged.`;
  return ToolText.diff(`Changes from version ${before?.version}`, diff);
}

function viewOvertaken({ version, commitMessage }: PromptVersion) {
  return { version, commit_message: commitMessage };
}

function formatOvertaken({ version, commitMessage }: PromptVersion): ToolText {
  const message = commitMessage === "" ? "" : ` (${commitMessage})`;
  return line`Somebody else registered version ${version}${message} at the same time. This version does not include its changes: see them with compare_prompt_versions, merge them, and register again.`;
}
