import * as z from "zod";
import type { Change } from "../../registry/changes/change-hub.ts";
import { isListingTag } from "../../registry/versions/prompt-tags.ts";
import { number } from "../schemas.ts";

/** Identifies this program's webhook in MLflow. */
export const webhookName = "mlflow-prompts-mcp";

const prompt = z.object({ name: z.string().min(1) });
const version = prompt.extend({ version: number });

/** Of a prompt's tag. Without its key, any tag may have changed. */
const toTagChange = prompt.extend({ key: z.string().optional() }).transform(
  ({ name, key }): Change => ({
    prompt: name,
    listed: false,
    ...(key === undefined || isListingTag(key) ? { described: true } : {}),
  }),
);
const toVersionChange = version.transform(
  ({ name, version }): Change => ({ prompt: name, version, listed: false }),
);

/** MLflow's prompt events, with the change that each reports (3.8 to 3.17, `mlflow/webhooks/types.py`). */
const changes: ReadonlyMap<string, z.ZodType<Change>> = new Map<string, z.ZodType<Change>>([
  ["prompt.created", prompt.transform(({ name }): Change => ({ prompt: name, listed: true }))],
  ["prompt_version.created", toVersionChange],
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
  ["prompt_tag.set", toTagChange],
  ["prompt_tag.deleted", toTagChange],
  ["prompt_version_tag.set", toVersionChange],
  ["prompt_version_tag.deleted", toVersionChange],
]);

/** MLflow's prompt events, spelled as in MLflow's client: "prompt_alias.created". */
export const promptEvents: readonly string[] = [...changes.keys()];

/**
 * The body of a webhook delivery. `change` is undefined for an event that is not in `promptEvents`:
 * an event of another entity, or of a later MLflow release.
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
