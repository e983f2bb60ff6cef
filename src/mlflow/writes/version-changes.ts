import { quote, versionNotFound } from "../../registry/errors.ts";
import { stepByStep } from "../../registry/partial-failure.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type {
  AliasDeletionConditions,
  Moved,
  TagChanges,
  WriteConditions,
} from "../../registry/writes.ts";
import type { MlflowApi } from "../api.ts";
import { isMissing, valueOrThrow } from "../errors/refusal.ts";
import { findPrompt } from "../reads/prompts.ts";
import { findReadableVersion, findVersion } from "../reads/versions.ts";
import { removeAlias } from "./aliases.ts";
import { changeTags } from "./tags.ts";
import { checkConditions } from "./write-conditions.ts";

export async function tagVersion(
  api: MlflowApi,
  name: string,
  version: number,
  changes: TagChanges,
  conditions?: WriteConditions,
  options?: CallOptions,
): Promise<void> {
  const { tags } = await findVersion(api, name, version, options);
  if (conditions?.aliases) checkConditions(await findPrompt(api, name, options), conditions);
  const owner = {
    path: "/model-versions",
    key: { name, version: String(version) },
    read: async (readOptions: CallOptions) =>
      (await findReadableVersion(api, name, version, readOptions))?.tags,
  } as const;
  await changeTags(api, owner, { tags, changes }, options);
}

/** Deletes the aliases of the version first: before 3.17 MLflow keeps them for a deleted version. */
export async function deleteVersion(
  api: MlflowApi,
  name: string,
  version: number,
  conditions?: AliasDeletionConditions,
  options?: CallOptions,
): Promise<Moved> {
  const { aliases } = await findVersion(api, name, version, options);
  if (conditions?.aliases) checkConditions(await findPrompt(api, name, options), conditions);
  const moves: Moved[] = [];
  const remove = async (alias: string) => {
    const { record } = conditions ?? {};
    moves.push(await removeAlias(api, { name, version }, alias, record, options));
  };
  const steps = [
    ...aliases.map((alias) => ({ alias, run: () => remove(alias) })),
    { alias: undefined, run: () => removeVersion(api, name, version, options) },
  ];
  await stepByStep(
    steps,
    (step) => step.run(),
    (completed) => {
      const deleted = completed.flatMap(({ alias }) => (alias === undefined ? [] : quote(alias)));
      return `Aliases of the version deleted before the failure: ${deleted.join(", ")}.`;
    },
  );
  return moves.find(({ unrecorded }) => unrecorded !== undefined) ?? {};
}

async function removeVersion(
  api: MlflowApi,
  name: string,
  version: number,
  options?: CallOptions,
): Promise<void> {
  await api.verifyWrite(
    async () => {
      const body = { name, version: String(version) };
      const answer = await api.delete("/model-versions/delete", body, options);
      if (!answer.ok && isMissing(answer.refusal)) throw versionNotFound(name, version);
      valueOrThrow(answer, { prompt: name, version });
    },
    async (readOptions) => {
      const found = await findReadableVersion(api, name, version, readOptions);
      if (found === undefined) return { applied: undefined };
      return { current: `version ${version} of ${quote(name)} still exists` };
    },
    options,
  );
}
