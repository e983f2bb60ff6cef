import { resolve } from "node:path";
import type { ChangeDetector } from "../registry/changes/change-detector.ts";
import type { PromptRegistry } from "../registry/prompt-registry.ts";
import { EmbeddedChangeDetector } from "./change-detector.ts";
import { EmbeddedRegistry } from "./embedded-registry.ts";
import { EmbeddedConnection } from "./file/connection.ts";

export interface EmbeddedFileOptions {
  /** The database file. It and its directories are made when they are missing. */
  readonly path: string;
  /** Fills a file that this project created and that has no prompt with sample prompts. */
  readonly samples: boolean;
  /** How long a call waits for a lock that another process holds, in milliseconds. */
  readonly lockTimeoutMs?: number;
}

/** A database file, of ours or MLflow's, with a registry for each workspace. */
export interface EmbeddedFile {
  /**
   * The registry of a workspace, cheap to make. Without a workspace it is MLflow's default one; in
   * a file that knows no workspaces naming one makes every call reject with `invalid`.
   */
  registry(view: { readonly workspace?: string }): PromptRegistry;
  /** Whether other processes change the file; in which workspace is not known. */
  changeDetector(): ChangeDetector;
  /**
   * Another one than before whenever another process may have written, or the file was replaced;
   * the same over writes of this process. Undefined until the file is open. It costs tens of
   * microseconds and waits for nothing, so it can be asked before every read.
   */
  revision(): string | undefined;
  /** The revision when the file was opened first: nothing was read before. Undefined until then. */
  firstRevision(): string | undefined;
  close(): void;
}

/** Names the file; it is opened, and created, by the first call of a registry. */
export function createEmbeddedFile(options: EmbeddedFileOptions): EmbeddedFile {
  const { path, samples, lockTimeoutMs = 20_000 } = options;
  const connection = new EmbeddedConnection({ path: resolve(path), samples, lockTimeoutMs });
  let unknown = 0;
  return {
    registry: ({ workspace }) => new EmbeddedRegistry(connection, workspace),
    changeDetector: () => new EmbeddedChangeDetector(connection),
    revision() {
      try {
        return connection.revision();
      } catch {
        // What can be read may be anything; the read that follows says what is wrong.
        unknown += 1;
        return `unknown ${unknown}`;
      }
    },
    firstRevision: () => connection.firstRevision,
    close: () => connection.close(),
  };
}
