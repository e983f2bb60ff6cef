import * as z from "zod";
import type { Change } from "../../registry/changes/change-hub.ts";

/** A change, as one replica tells it the others. */
export interface ReplicaMessage {
  /** The replica that tells it, and its own number of the message. */
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
  }),
}) satisfies z.ZodType<ReplicaMessage>;

export function writeMessage(told: ReplicaMessage): string {
  return JSON.stringify(told);
}

/** Undefined for what no replica has written. */
export function readMessage(text: string): ReplicaMessage | undefined {
  try {
    return message.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
