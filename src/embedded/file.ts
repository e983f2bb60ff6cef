import { resolve } from "node:path";
import type { PromptRegistry } from "../registry/prompt-registry.ts";
import { EmbeddedConnection } from "./connection.ts";
import { EmbeddedRegistry } from "./embedded-registry.ts";

export interface EmbeddedFileOptions {
  /** The database file. It and its directories are made when they are missing. */
  readonly path: string;
  /** Fills a file that this project created and that has no prompt with sample prompts. */
  readonly samples: boolean;
  /** How long a call waits for a lock that another process holds, in milliseconds. */
  readonly patience?: number;
}

/** A database file, of ours or MLflow's, with a registry for each workspace. */
export interface EmbeddedFile {
  /**
   * The registry of a workspace, cheap to make. Without a workspace it is MLflow's default one; in
   * a file that knows no workspaces naming one makes every call reject with `invalid`.
   */
  registry(view: { readonly workspace?: string }): PromptRegistry;
  close(): void;
}

/** Names the file; it is opened, and created, by the first call of a registry. */
export function createEmbeddedFile(options: EmbeddedFileOptions): EmbeddedFile {
  const { path, samples, patience = 20_000 } = options;
  const connection = new EmbeddedConnection({ path: resolve(path), samples, patience });
  return {
    registry: ({ workspace }) => new EmbeddedRegistry(connection, workspace),
    close: () => connection.close(),
  };
}
