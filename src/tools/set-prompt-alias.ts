import * as z from "zod";
import { type ContractChange, compareContracts } from "../registry/contract-change.ts";
import { quote, RegistryError } from "../registry/errors.ts";
import { aliasedVersion } from "../registry/served-version.ts";
import type { Call, Session } from "../session.ts";
import {
  contractChangeText,
  contractChangeView,
  contractIn,
  viewContractChange,
} from "./contract-view.ts";
import { allowBreaking, promptName, versionNumber } from "./fields.ts";
import { checkWritable, isProtected, mayBreak } from "./protection.ts";
import { rollback, rollbackText, rollbackView } from "./rollback.ts";
import { defineTool } from "./tool.ts";

export const setPromptAlias = defineTool({
  name: "set_prompt_alias",
  title: "Point an alias at a version",
  description:
    'Points an alias of a prompt, such as "production" or "staging", at a version, moving it when it points elsewhere. Everybody who loads the prompt by that alias gets the version from then on, so look at compare_prompt_versions and ask the person first. A protected alias such as production is not moved to a version that breaks its callers unless allow_breaking is true. With expected_version nothing is moved when the alias points elsewhere by now. The answer says what moved from where, and the exact call that moves it back.',
  effect: "moves",
  input: z.strictObject({
    name: promptName,
    alias: z
      .string()
      .describe('Letters, digits, "_" and "-"; not "latest", which is always the newest version.'),
    version: versionNumber.describe("The version to point at, from list_prompt_versions."),
    expected_version: z
      .int()
      .min(0)
      .optional()
      .describe(
        "The version the alias points at as far as you know; 0 when it should be new. Without it, where it points when this call begins.",
      ),
    allow_breaking: allowBreaking,
  }),
  output: z.object({
    name: z.string(),
    alias: z.string(),
    version: z.int(),
    moved: z.boolean().describe("False when the alias pointed there already."),
    previous_version: z.int().optional().describe("Absent when the alias is new."),
    contract_change: contractChangeView.optional(),
    rollback: rollbackView
      .optional()
      .describe("The call that undoes this. Absent when nothing moved."),
  }),
  async run(session, { name, alias, version, expected_version, allow_breaking }, call) {
    checkWritable(session, alias);
    const { registry } = session;
    const prompt = await registry.getPrompt(name, call);
    const previous = aliasedVersion(prompt, alias);
    const expectedVersion = expected_version ?? previous ?? 0;
    const change =
      previous === undefined || previous === version || previous !== expectedVersion
        ? undefined
        : await changeBetween(session, name, previous, version, call);
    if (change && mayBreak(change) && isProtected(session, alias) && !allow_breaking) {
      throw breaksCallers(name, alias, version, previous, change);
    }
    const moved = previous !== version || previous !== expectedVersion;
    if (moved) await registry.setAlias(name, alias, version, { expectedVersion }, call);
    const undo = moved ? rollback({ name, alias, version, previous }) : undefined;
    return {
      structured: {
        name,
        alias,
        version,
        moved,
        ...(previous === undefined ? {} : { previous_version: previous }),
        ...(change ? { contract_change: viewContractChange(change) } : {}),
        ...(undo ? { rollback: undo } : {}),
      },
      text: [
        movement(`${name}@${alias}`, version, previous),
        change && contractChangeText(change),
        undo && rollbackText(undo),
      ]
        .filter(Boolean)
        .join("\n"),
    };
  },
});

function movement(what: string, version: number, previous: number | undefined): string {
  if (previous === undefined) return `${what} is new and points at version ${version}.`;
  if (previous === version) return `${what} points at version ${version} already: nothing moved.`;
  return `${what} pointed at version ${previous} and points at version ${version} now.`;
}

/** Undefined when the version the alias points at is gone: it had no callers any more. */
async function changeBetween(
  session: Session,
  name: string,
  from: number,
  to: number,
  call: Call,
): Promise<ContractChange | undefined> {
  const { registry } = session;
  const newer = await registry.getVersion(name, { version: to }, call);
  const [older] = await registry.getVersions([{ name, version: from }], call);
  if (older === undefined) return undefined;
  const [before, after] = await Promise.all([
    contractIn(session, older, call),
    contractIn(session, newer, call),
  ]);
  return compareContracts(before, after);
}

function breaksCallers(
  name: string,
  alias: string,
  version: number,
  previous: number | undefined,
  change: ContractChange,
): RegistryError {
  return new RegistryError(
    "conflict",
    `${name}@${alias} was not moved: ${quote(alias)} is protected, and version ${version} ${change.verdict === "breaking" ? "would" : "may"} break the callers of version ${previous}. ${change.line} Register a version that keeps what callers give and get, or ask the person and call again with allow_breaking true.`,
    { prompt: name, alias, version },
  );
}
