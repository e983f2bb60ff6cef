import * as z from "zod";
import type { Change } from "../../registry/changes/change-hub.ts";
import { plainJsonOrUndefined } from "../../registry/json.ts";

/** A change that one replica publishes to the others. */
export interface ReplicaMessage {
  /** Id of the sender, and the sender's own number of the message. */
  readonly from: string;
  readonly number: number;
  /** Absent means the default workspace. */
  readonly workspace?: string;
  readonly change: Change;
}

const message = z.object({
  from: z.uuid(),
  number: z.int().positive(),
  workspace: z.string().exactOptional(),
  change: z.object({
    prompt: z.string().exactOptional(),
    version: z.int().positive().exactOptional(),
    alias: z.string().exactOptional(),
    listed: z.boolean(),
    described: z.literal(true).exactOptional(),
  }),
}) satisfies z.ZodType<ReplicaMessage>;

export function writeMessage(content: ReplicaMessage): string {
  return JSON.stringify(content);
}

/** Undefined for a text that is no message of a replica. */
export function readMessage(text: string): ReplicaMessage | undefined {
  return message.safeParse(plainJsonOrUndefined(text)).data;
}
