import { resolve } from "node:path";
import type { ChangeDetector } from "../registry/changes/change-detector.ts";
import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import type { PromptRegistry } from "../registry/prompt-registry.ts";
import type { PromptTrace } from "../registry/traces.ts";
import { EmbeddedChangeDetector } from "./change-detector.ts";
import { EmbeddedRegistry } from "./embedded-registry.ts";
import { EmbeddedEvaluationStore } from "./evaluation/store.ts";
import { EmbeddedConnection } from "./file/connection.ts";
import type { EmbeddedView } from "./workspace-scope.ts";

export interface EmbeddedFileOptions {
  /** The database file. It and its directories are created if they are missing. */
  readonly path: string;
  /** Adds sample prompts to the file when it is created, and never later. */
  readonly samples: boolean;
  /** How long a call waits for a lock that another process holds, in milliseconds. */
  readonly lockTimeoutMs?: number;
}

/** A database file of this program or of MLflow, with a registry for each workspace. */
export interface EmbeddedFile {
  /**
   * The registry of a workspace, by default of MLflow's default workspace; it opens nothing. If the file
   * has no workspaces and one is given, every call rejects with `invalid`.
   */
  registry(view: EmbeddedView): PromptRegistry;
  /** The datasets and evaluations of a workspace and an experiment, as `registry`. */
  evaluations(view: EmbeddedView): EvaluationStore;
  /** Stores a trace in the experiment of the view. Rejects with a RegistryError. */
  storeTrace(view: EmbeddedView, trace: PromptTrace): Promise<void>;
  /** Detects writes of other processes, in any workspace of the file. */
  changeDetector(): ChangeDetector;
  /**
   * A value that changes when another process may have written, or the file was replaced, and not for
   * writes of this process. Undefined until the file is open. Takes tens of microseconds and never waits,
   * so it can be called before every read.
   */
  revision(): string | undefined;
  /** The revision when the file was first opened, before the first read. Undefined until then. */
  firstRevision(): string | undefined;
  close(): void;
}

/** The first call of a registry opens the file, and creates it if it is missing. */
export function createEmbeddedFile(options: EmbeddedFileOptions): EmbeddedFile {
  const { path, samples, lockTimeoutMs = 20_000 } = options;
  const connection = new EmbeddedConnection({ path: resolve(path), samples, lockTimeoutMs });
  let unknown = 0;
  return {
    registry: (view) => new EmbeddedRegistry(connection, view),
    evaluations: (view) => new EmbeddedEvaluationStore(connection, view),
    storeTrace: (view, trace) => new EmbeddedEvaluationStore(connection, view).storeTrace(trace),
    changeDetector: () => new EmbeddedChangeDetector(connection),
    revision() {
      try {
        return connection.revision();
      } catch {
        // A value that never occurred before counts as a change; the read that follows reports the error.
        unknown += 1;
        return `unknown ${unknown}`;
      }
    },
    firstRevision: () => connection.firstRevision,
    close: () => connection.close(),
  };
}
