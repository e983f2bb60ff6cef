import * as z from "zod";
import type { Contract } from "../../registry/contract/contract.ts";
import type { ContractChange } from "../../registry/contract/contract-change.ts";
import { diffVersions, type VersionDiff } from "../../registry/engine/diff.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { promptName, versionOrAlias } from "../input/fields.ts";
import { selectPromptVersion, selectVersion } from "../input/selectors.ts";
import {
  contractChangeView,
  formatContractChange,
  loadContract,
  viewContractChange,
} from "../output/contract-view.ts";
import { describeOrigin, originFields, viewOrigin } from "../output/origin.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

const compared = z.object({ ...originFields, commit_message: z.string() });

export const comparePromptVersions = defineTool({
  name: "compare_prompt_versions",
  title: "Compare two versions of a prompt",
  description:
    "Reports whether a newer version of a prompt breaks callers of an older one, and shows what changed: a unified diff of the text, added and removed variables, and changes to LLM config, response format and argument contract. Use it before you move an alias with set_prompt_alias.",
  effect: "reads",
  input: z.strictObject({
    name: promptName,
    from_version: versionOrAlias
      .optional()
      .describe(
        "The older version: its number, from list_prompt_versions, or an alias. Required unless name gives it.",
      ),
    to_version: versionOrAlias
      .optional()
      .describe("The newer version, by number or alias. Default: the latest version."),
  }),
  output: z.object({
    name: z.string(),
    from_version: z.int(),
    to_version: z.int(),
    older: compared,
    newer: compared,
    contract_change: contractChangeView,
    diff: z
      .string()
      .describe(
        'Unified diff of the texts, or a sentence if only line ends differ; "" when they are equal.',
      ),
    added_variables: z.array(z.string()),
    removed_variables: z.array(z.string()),
    other_changes: z.array(z.string()).describe("One sentence each."),
  }),
  async run(session, input, options) {
    const { registry, templates } = session;
    const { from_version, to_version = "latest" } = input;
    const selection = { name: input.name, version: from_version };
    const { name, selector } = await selectPromptVersion(session, selection, options);
    const [older, newer] = await Promise.all([
      registry.getVersion(name, selector, options),
      registry.getVersion(name, selectVersion(name, to_version), options),
    ]);
    const changes = await diffVersions(templates, older, newer);
    const before = await loadContract(session, older, options);
    const after = await loadContract(session, newer, options);
    const contract = await templates.compareContracts(before, after);
    const variables = compareVariables(before, after);
    return {
      structured: {
        name,
        from_version: older.version,
        to_version: newer.version,
        older: viewCompared(older),
        newer: viewCompared(newer),
        contract_change: viewContractChange(contract),
        diff: changes.diff,
        ...variables,
        other_changes: [...changes.otherChanges],
      },
      text: text(older, newer, contract, changes, variables),
    };
  },
});

interface VariableChanges {
  readonly added_variables: string[];
  readonly removed_variables: string[];
}

function compareVariables(before: Contract, after: Contract): VariableChanges {
  const old = new Set(before.arguments.map(({ name }) => name));
  const now = new Set(after.arguments.map(({ name }) => name));
  return {
    added_variables: [...now].filter((name) => !old.has(name)),
    removed_variables: [...old].filter((name) => !now.has(name)),
  };
}

function viewCompared(version: PromptVersion): z.infer<typeof compared> {
  return { ...viewOrigin(version), commit_message: version.commitMessage };
}

function formatCompared(version: PromptVersion): ToolText {
  const message = version.commitMessage && `: ${version.commitMessage}`;
  return line`Version ${version.version}, registered ${describeOrigin(viewOrigin(version))}${message}`;
}

function text(
  older: PromptVersion,
  newer: PromptVersion,
  contract: ContractChange,
  { diff, otherChanges }: VersionDiff,
  variables: VariableChanges,
): ToolText {
  const { added_variables: added, removed_variables: removed } = variables;
  return ToolText.join(
    line`${newer.name} version ${older.version} to ${newer.version}`,
    formatContractChange(contract),
    formatCompared(older),
    formatCompared(newer),
    added.length > 0 && line`Variables added: ${added.join(", ")}`,
    removed.length > 0 && line`Variables removed: ${removed.join(", ")}`,
    ...otherChanges.map((sentence) => line`${sentence}`),
    diff === "" ? line`The texts are equal.` : ToolText.diff("Unified diff", diff),
  );
}
