import * as z from "zod";
import type { ContractChange } from "../registry/contract/compare-contracts.ts";
import { aliasElsewhere, quote, RegistryError, versionNotFound } from "../registry/errors.ts";
import { unsafeContent } from "../registry/text/unsafe-content.ts";
import type { PromptVersion } from "../registry/types.ts";
import { aliasedVersion } from "../registry/versions/served-version.ts";
import { type Call, ElicitationRequest, type Policy, type Session } from "../session/session.ts";
import { leaveToBreak } from "./confirm.ts";
import { allowContent, warningsView, warningTexts } from "./content-warnings.ts";
import {
  contractChangeText,
  contractChangeView,
  contractIn,
  viewContractChange,
} from "./contract-view.ts";
import { allowBreaking, promptName, shortText, versionNumber } from "./fields.ts";
import { line, Passage } from "./passage.ts";
import { checkWritable, isProtected, lookAlikes, mayBreak } from "./protection.ts";
import { type Rollback, rollback, rollbackText, rollbackView } from "./rollback.ts";
import { defineTool, type ToolAnswer } from "./tool.ts";

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
    checkWritable(session, wanted.alias);
    const move = await plannedMove(session, wanted, call);
    const undone = `${wanted.name}@${wanted.alias} was not moved`;
    const noted = allowContent(session, move.found, undone, {
      prompt: wanted.name,
      alias: wanted.alias,
    });
    const leave = leaveFor(move, session, allow_breaking, call);
    if (leave instanceof ElicitationRequest) return leave;
    const { name, alias, version, previous } = move;
    if (previous === version) return answer(move);
    // What was compared is what the write replaces, whatever the caller expects.
    const conditions = { expectedVersion: previous ?? 0 };
    await session.registry.setAlias(name, alias, version, conditions, call);
    return answer(move, rollback({ name, alias, version, previous }), noted.warnings);
  },
});

/** A move of an alias, as things are when it is looked at. */
interface Move {
  readonly name: string;
  readonly alias: string;
  readonly version: number;
  /** Where the alias points; undefined when it is new. */
  readonly previous: number | undefined;
  /** What the move means for callers; undefined when the alias is new, or its version gone. */
  readonly change: ContractChange | undefined;
  /** What in the version and in the names of aliases is to be pointed out. */
  readonly found: readonly string[];
}

/**
 * @throws RegistryError `conflict` when the alias does not point where the caller expects it to,
 *   `not_found` for the prompt or the version
 */
async function plannedMove(
  session: Session,
  asked: {
    readonly name: string;
    readonly alias: string;
    readonly version: number;
    readonly expected_version?: number | undefined;
  },
  call: Call,
): Promise<Move> {
  const { name, alias, version, expected_version: expected } = asked;
  const prompt = await session.registry.getPrompt(name, call);
  const previous = aliasedVersion(prompt, alias);
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
  // One that comes into being now has not been compared.
  if (newer === undefined) throw versionNotFound(name, version);
  const older = versions.find((one) => one.version === previous);
  const found = [...unsafeContent(newer), ...lookAlikes(session, prompt, alias)];
  const change = older && (await changeBetween(session, older, newer, call));
  return { ...move, change, found };
}

function answer(
  { name, alias, version, previous, change }: Move,
  undo?: Rollback,
  warnings?: string[],
): ToolAnswer<z.infer<typeof output>> {
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
    text: Passage.of(
      movement(`${name}@${alias}`, version, previous),
      change && contractChangeText(change),
      ...warningTexts(warnings),
      undo && rollbackText(undo),
    ),
  };
}

function movement(what: string, version: number, previous: number | undefined): Passage {
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
    contractIn(session, older, call),
    contractIn(session, newer, call),
  ]);
  return session.templates.compareContracts(before, after);
}

/**
 * The leave to make a move: needed where it may break the callers of a protected alias.
 * @returns the question to the person, when they have not answered yet
 * @throws RegistryError `conflict` (`protected`) without `allow_breaking`, `forbidden` (`declined`)
 *   when the person said no
 */
function leaveFor(
  { name, alias, version, previous, change }: Move,
  policy: Policy,
  allowBreaking: boolean,
  { person }: Call,
): "confirmed" | ElicitationRequest {
  if (change === undefined || !mayBreak(change) || !isProtected(policy, alias)) return "confirmed";
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
  const about = {
    asked: `Move ${name}@${alias} from version ${previous} to version ${version}? ${effect}`,
    declined: `${name}@${alias} was not moved: the person declined version ${version}, which ${how} break callers.`,
  };
  return leaveToBreak(about, subject, person);
}
