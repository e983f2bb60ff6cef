import { quote } from "../../registry/errors.ts";
import { stepByStep } from "../../registry/partial-failure.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { Tags } from "../../registry/types.ts";
import type { TagChanges } from "../../registry/writes.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";
import { emptyResponse } from "../schemas.ts";

/** A registered model or a version, with the endpoints that change its tags. */
export interface TagOwner {
  readonly path: "/registered-models" | "/model-versions";
  readonly key: { readonly name: string; readonly version?: string };
  /** Its current tags; undefined when it was deleted. */
  read(options: CallOptions): Promise<Tags | undefined>;
}

/**
 * Sets and deletes tags with one request each: MLflow has no request for several. A tag that is not
 * in `tags`, the owner's current tags, is not deleted.
 */
export async function changeTags(
  api: MlflowApi,
  owner: TagOwner,
  { tags, changes }: { readonly tags: Tags; readonly changes: TagChanges },
  options?: CallOptions,
): Promise<void> {
  const steps = Object.entries(changes).filter(
    ([key, value]) => value !== null || Object.hasOwn(tags, key),
  );
  await stepByStep(
    steps,
    ([key, value]) => changeTag(api, owner, key, value, options),
    (before) => `Tags changed before the failure: ${before.map(([key]) => quote(key)).join(", ")}.`,
  );
}

async function changeTag(
  api: MlflowApi,
  owner: TagOwner,
  key: string,
  value: string | null,
  options?: CallOptions,
): Promise<void> {
  const subject = { prompt: owner.key.name };
  await api.verifyWrite(
    async () => {
      if (value === null) {
        const body = { ...owner.key, key };
        valueOrThrow(await api.delete(`${owner.path}/delete-tag`, body, options), subject);
      } else {
        const body = { ...owner.key, key, value };
        valueOrThrow(
          await api.post(`${owner.path}/set-tag`, body, emptyResponse, options),
          subject,
        );
      }
    },
    async (readOptions) => {
      const tags = await owner.read(readOptions);
      if (tags === undefined)
        return { current: `the prompt or version with the tag ${quote(key)} was deleted` };
      const found = Object.hasOwn(tags, key) ? tags[key] : undefined;
      if (found === (value ?? undefined)) return { applied: undefined };
      return {
        current: `the tag ${quote(key)} ${found === undefined ? "does not exist" : `is ${quote(found)}`}`,
      };
    },
    options,
  );
}

/** Converts tags to the form of MLflow's requests. */
export function toTagList(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
