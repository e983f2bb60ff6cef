import { RegistryError } from "../../registry/errors.ts";
import { aliasHistoryTag } from "../../registry/limits.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { createAliasMove, extendAliasHistory } from "../../registry/versions/alias-history.ts";
import type { Moved, MoveRecord } from "../../registry/writes.ts";
import type { MlflowApi } from "../api.ts";
import { findModel, findPrompt } from "../reads/prompts.ts";
import { changeTags } from "./tags.ts";

/** A move of an alias that MLflow has made. */
interface Move {
  readonly name: string;
  readonly alias: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/**
 * Adds a move to the alias history of its prompt. MLflow cannot write both at once (3.8 to 3.17), so
 * the history follows the move: without the caller's signal, because the move is made already. Calls
 * of this process that write the history of one prompt wait for each other. If another program writes
 * it between the read and the write, that program's entry is lost.
 * @returns the reason as `unrecorded` when the history cannot be written; never rejects for it
 */
export async function recordMove(
  api: MlflowApi,
  { name, alias, ...versions }: Move,
  record: MoveRecord | undefined,
  options?: CallOptions,
): Promise<Moved> {
  if (record === undefined || versions.from === versions.to) return {};
  const { server, workspace = "default" } = api;
  const unsignalled = { ...options, signal: undefined };
  const write = async () => {
    const { tags } = await findPrompt(api, name, unsignalled);
    const move = createAliasMove(alias, versions, record);
    const changes = { [aliasHistoryTag]: extendAliasHistory(tags[aliasHistoryTag], [move]) };
    const owner = {
      path: "/registered-models",
      key: { name },
      read: async (readOptions: CallOptions) => (await findModel(api, name, readOptions))?.tags,
    } as const;
    await changeTags(api, owner, { tags, changes }, unsignalled);
  };
  try {
    await server.historyMutex.run(JSON.stringify([workspace, name]), undefined, write);
    return {};
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return { unrecorded: error.message };
  }
}
