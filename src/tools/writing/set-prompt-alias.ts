import * as z from "zod";
import type { ContractChange } from "../../registry/contract/contract-change.ts";
import { aliasElsewhere, quote, RegistryError, versionNotFound } from "../../registry/errors.ts";
import { findUnsafeContent } from "../../registry/text/unsafe-content.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { findAliasedVersion } from "../../registry/versions/served-version.ts";
import type { Call } from "../../session/call.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import type { Policy } from "../../session/policy.ts";
import type { Session } from "../../session/session.ts";
import { confirmBreaking } from "../checks/confirm.ts";
import {
  canBreakCallers,
  checkAliasWritable,
  findLookAlikes,
  isProtected,
} from "../checks/protection.ts";
import { allowBreaking, promptName, shortText, versionNumber } from "../input/fields.ts";
import { checkContent, formatWarnings, warningsView } from "../output/content-warnings.ts";
import {
  contractChangeView,
  formatContractChange,
  loadContract,
  viewContractChange,
} from "../output/contract-view.ts";
import { formatRollback, planRollback, type Rollback, rollbackView } from "../output/rollback.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool, type ToolResult } from "../tool.ts";

const output = z.object({
  name: z.string(),
  alias: z.string(),
  version: z.int(),
  moved: z.boolean().describe("False when the alias already pointed there."),
  previous_version: z.int().optional().describe("Absent when the alias is new."),
  contract_change: contractChangeView.optional(),
  warnings: warningsView,
  rollback: rollbackView
    .optional()
    .describe("The call that undoes this. Absent when nothing moved."),
});

export const setPromptAlias = defineTool({
  name: "set_prompt_alias",
  title: "Point an alias at a version",
  description:
    'Points an alias of a prompt, such as "production" or "staging", at a version: creates the alias, or moves it. From then on, everybody who loads the prompt by that alias gets the version, so check compare_prompt_versions and ask the person first. A protected alias such as production moves to a version that breaks its callers only if allow_breaking is true; if the client can ask the person, the person is asked first. With expected_version, nothing moves if the alias points at another version by now. The result names the old and the new version, and has the exact call that moves the alias back.',
  effect: "moves",
  input: z.strictObject({
    name: promptName,
    alias: shortText.describe(
      'Letters, digits, "_" and "-". Not "latest": it always means the newest version.',
    ),
    version: versionNumber.describe("The version to point at, from list_prompt_versions."),
    expected_version: z
      .int()
      .min(0)
      .optional()
      .describe(
        "The version you expect the alias to point at; 0 if you expect no such alias. Default: the version it points at when this call begins.",
      ),
    allow_breaking: allowBreaking,
  }),
  output,
  async run(session, { allow_breaking, ...wanted }, call) {
    checkAliasWritable(session, wanted.alias);
    const move = await planMove(session, wanted, call);
    const undone = `${wanted.name}@${wanted.alias} was not moved`;
    const checked = checkContent(session, move.found, undone, {
      prompt: wanted.name,
      alias: wanted.alias,
    });
    const response = confirmMove(move, session, allow_breaking, call);
    if (response instanceof ElicitationRequest) return response;
    const { name, alias, version, previous } = move;
    if (previous === version) return resultOf(move);
    // The write succeeds only if the alias still points at the version that was compared.
    const conditions = { expectedVersion: previous ?? 0 };
    await session.registry.setAlias(name, alias, version, conditions, call);
    return resultOf(move, planRollback({ name, alias, version, previous }), checked.warnings);
  },
});

/** A planned move, from the state of the registry at the time of the check. */
interface Move {
  readonly name: string;
  readonly alias: string;
  readonly version: number;
  /** The version the alias points at; undefined when the alias is new. */
  readonly previous: number | undefined;
  /** Undefined when the alias is new, or when its version no longer exists. */
  readonly change: ContractChange | undefined;
  /** Warnings about the version's content and about aliases that look like protected ones. */
  readonly found: readonly string[];
}

/**
 * @throws RegistryError `conflict` when the alias does not point at `expected_version`,
 *   `not_found` when the prompt or the version does not exist
 */
async function planMove(
  session: Session,
  given: {
    readonly name: string;
    readonly alias: string;
    readonly version: number;
    readonly expected_version?: number | undefined;
  },
  call: Call,
): Promise<Move> {
  const { name, alias, version, expected_version: expected } = given;
  const prompt = await session.registry.getPrompt(name, call);
  const previous = findAliasedVersion(prompt, alias);
  if (expected !== undefined && expected !== (previous ?? 0)) {
    throw aliasElsewhere(name, alias, expected, previous);
  }
  const move = { name, alias, version, previous };
  if (previous === version) return { ...move, change: undefined, found: [] };
  const wanted = previous === undefined ? [version] : [version, previous];
  const versions = await session.registry.getVersions(
    wanted.map((number) => ({ name, version: number })),
    call,
  );
  const newer = versions.find((one) => one.version === version);
  // Somebody could register this version before the write; then nothing would have compared it.
  if (newer === undefined) throw versionNotFound(name, version);
  const older = versions.find((one) => one.version === previous);
  const found = [...findUnsafeContent(newer), ...findLookAlikes(session, prompt, alias)];
  const change = older && (await changeBetween(session, older, newer, call));
  return { ...move, change, found };
}

function resultOf(
  { name, alias, version, previous, change }: Move,
  undo?: Rollback,
  warnings?: string[],
): ToolResult<z.infer<typeof output>> {
  return {
    structured: {
      name,
      alias,
      version,
      moved: undo !== undefined,
      ...(previous === undefined ? {} : { previous_version: previous }),
      ...(change ? { contract_change: viewContractChange(change) } : {}),
      ...(warnings ? { warnings } : {}),
      ...(undo ? { rollback: undo } : {}),
    },
    text: ToolText.join(
      describeMove(`${name}@${alias}`, version, previous),
      change && formatContractChange(change),
      ...formatWarnings(warnings),
      undo && formatRollback(undo),
    ),
  };
}

function describeMove(what: string, version: number, previous: number | undefined): ToolText {
  if (previous === undefined) return line`${what} is new and points at version ${version}.`;
  if (previous === version)
    return line`${what} already points at version ${version}: nothing moved.`;
  return line`${what} moved from version ${previous} to version ${version}.`;
}

async function changeBetween(
  session: Session,
  older: PromptVersion,
  newer: PromptVersion,
  call: Call,
): Promise<ContractChange> {
  const [before, after] = await Promise.all([
    loadContract(session, older, call),
    loadContract(session, newer, call),
  ]);
  return session.templates.compareContracts(before, after);
}

/**
 * Confirms a move that can break callers of a protected alias. Any other move is confirmed already.
 * @returns the elicitation request while the person has not answered
 * @throws RegistryError `conflict` (`protected`) without `allow_breaking`, `forbidden` (`declined`)
 *   when the person declines
 */
function confirmMove(
  { name, alias, version, previous, change }: Move,
  policy: Policy,
  allowBreaking: boolean,
  { elicitation }: Call,
): "confirmed" | ElicitationRequest {
  if (change === undefined || !canBreakCallers(change) || !isProtected(policy, alias))
    return "confirmed";
  const how = change.verdict === "breaking" ? "would" : "may";
  const effect = `The alias ${quote(alias)} is protected, and version ${version} ${how} break the callers of version ${previous}. ${change.line}`;
  const subject = { prompt: name, alias, version };
  if (!allowBreaking) {
    throw new RegistryError(
      "conflict",
      `${name}@${alias} was not moved. ${effect} Register a version that takes the same variables and returns the same form, or ask the person and call again with allow_breaking true.`,
      subject,
      { reason: "protected" },
    );
  }
  const messages = {
    question: `Move ${name}@${alias} from version ${previous} to version ${version}? ${effect}`,
    declined: `${name}@${alias} was not moved: the person declined version ${version}, which ${how} break callers.`,
  };
  return confirmBreaking(messages, subject, elicitation);
}
