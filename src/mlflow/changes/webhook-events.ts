import * as z from "zod";
import type { Change } from "../../registry/changes/change-hub.ts";
import { number } from "../schemas.ts";

const prompt = z.object({ name: z.string().min(1) });
const version = prompt.extend({ version: number });

const ofPrompt = prompt.transform(({ name }): Change => ({ prompt: name, listed: false }));
const ofVersion = version.transform(
  ({ name, version }): Change => ({ prompt: name, version, listed: false }),
);

/** What each event of MLflow's about prompts changed (3.8 to 3.17, `mlflow/webhooks/types.py`). */
const changes: ReadonlyMap<string, z.ZodType<Change>> = new Map<string, z.ZodType<Change>>([
  ["prompt.created", prompt.transform(({ name }): Change => ({ prompt: name, listed: true }))],
  ["prompt_version.created", ofVersion],
  [
    "prompt_alias.created",
    version
      .extend({ alias: z.string().min(1) })
      .transform(
        ({ name, version, alias }): Change => ({ prompt: name, version, alias, listed: false }),
      ),
  ],
  [
    "prompt_alias.deleted",
    prompt
      .extend({ alias: z.string().min(1) })
      .transform(({ name, alias }): Change => ({ prompt: name, alias, listed: false })),
  ],
  ["prompt_tag.set", ofPrompt],
  ["prompt_tag.deleted", ofPrompt],
  ["prompt_version_tag.set", ofVersion],
  ["prompt_version_tag.deleted", ofVersion],
]);

/** Every event of MLflow's about prompts, in its client's spelling: "prompt_alias.created". */
export const promptEvents: readonly string[] = [...changes.keys()];

/**
 * The body of a webhook delivery. `change` is undefined for an event that is not among
 * `promptEvents`: another kind of entity, or one of a later release.
 */
export const delivery = z
  .object({
    entity: z.string(),
    action: z.string(),
    workspace: z.string().nullish(),
    data: z.unknown(),
  })
  .transform(({ entity, action, workspace, data }, context) => {
    const event = `${entity}.${action}`;
    const changed = changes.get(event)?.safeParse(data);
    if (changed === undefined || changed.success) {
      return { workspace: workspace ?? undefined, change: changed?.data };
    }
    const problem = z.prettifyError(changed.error).replace(/\s+/g, " ");
    context.addIssue({ code: "custom", message: `the data of ${event}: ${problem}` });
    return z.NEVER;
  });
