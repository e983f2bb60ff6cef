import { quote } from "../../registry/errors.ts";
import type { CallOptions, TagChanges } from "../../registry/prompt-registry.ts";
import type { Tags } from "../../registry/types.ts";
import type { MlflowApi } from "../api.ts";
import { stepByStep } from "../errors/partial-failure.ts";
import { valueOrThrow } from "../errors/refusal.ts";
import { emptyResponse } from "../schemas.ts";

/** What has tags: a registered model or one of its versions. */
export interface Owner {
  readonly path: "/registered-models" | "/model-versions";
  readonly key: { readonly name: string; readonly version?: string };
  /** Its tags as they are; undefined when it is not there any more. */
  read(options: CallOptions): Promise<Tags | undefined>;
}

/**
 * Sets and deletes tags, one request each: MLflow has no other way. Of `tags`, those the owner had
 * just now, only what is there is deleted.
 */
export async function changeTags(
  api: MlflowApi,
  owner: Owner,
  { tags, changes }: { readonly tags: Tags; readonly changes: TagChanges },
  options?: CallOptions,
): Promise<void> {
  const steps = Object.entries(changes).filter(
    ([key, value]) => value !== null || Object.hasOwn(tags, key),
  );
  await stepByStep(
    steps,
    ([key, value]) => changeTag(api, owner, key, value, options),
    (before) => `Changed before that: ${before.map(([key]) => quote(key)).join(", ")}.`,
  );
}

async function changeTag(
  api: MlflowApi,
  owner: Owner,
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
      if (tags === undefined) return { current: `what has the tag ${quote(key)} is gone` };
      const found = Object.hasOwn(tags, key) ? tags[key] : undefined;
      if (found === (value ?? undefined)) return { applied: undefined };
      return {
        current: `the tag ${quote(key)} ${found === undefined ? "is not there" : `is ${quote(found)}`}`,
      };
    },
    options,
  );
}

/** Tags as MLflow takes them. */
export function tagList(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
