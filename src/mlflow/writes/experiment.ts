import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { Tags } from "../../registry/types.ts";
import { experimentsTag, withExperiment } from "../../registry/versions/experiments.ts";
import type { Registered } from "../../registry/writes.ts";
import type { MlflowApi } from "../api.ts";
import { findModel } from "../reads/prompts.ts";
import { changeTags } from "./tags.ts";

/** The tags of a new prompt that put it on the page of the caller's experiment. */
export function experimentTags({ experimentId }: MlflowApi): Tags {
  const value = experimentId === undefined ? undefined : withExperiment(undefined, experimentId);
  return value === undefined ? {} : { [experimentsTag]: value };
}

/**
 * Puts a prompt on the page of the caller's experiment, unless it is there. As in MLflow's client, a
 * failure does not undo the version that was registered before, nor does the caller's signal.
 * @param tags the tags of the prompt before
 * @returns the reason as `unlinked` when it failed
 */
export async function linkExperiment(
  api: MlflowApi,
  name: string,
  tags: Tags,
  options?: CallOptions,
): Promise<Pick<Registered, "unlinked">> {
  const { experimentId } = api;
  if (experimentId === undefined) return {};
  const value = withExperiment(tags[experimentsTag], experimentId);
  if (value === undefined) return {};
  const owner = {
    path: "/registered-models",
    key: { name },
    read: async (readOptions: CallOptions) => (await findModel(api, name, readOptions))?.tags,
  } as const;
  const changes = { [experimentsTag]: value };
  try {
    await changeTags(api, owner, { tags, changes }, { ...options, signal: undefined });
    return {};
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return { unlinked: error.message };
  }
}
