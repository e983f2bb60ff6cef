import type { ChangeDetector } from "../registry/changes/change-detector.ts";
import type { Change } from "../registry/changes/change-hub.ts";
import type { EmbeddedConnection } from "./file/connection.ts";
import { isBusy, toRegistryError } from "./file/sqlite-errors.ts";

/** Sees that another process has written to the file, or that the file was replaced. */
export class EmbeddedChangeDetector implements ChangeDetector {
  readonly #connection: Pick<EmbeddedConnection, "path" | "revision" | "firstRevision">;
  #seen: string | undefined;

  constructor(connection: Pick<EmbeddedConnection, "path" | "revision" | "firstRevision">) {
    this.#connection = connection;
  }

  async detect(): Promise<readonly Change[]> {
    // What was written since the file was opened may have been read before that.
    const before = this.#seen ?? this.#connection.firstRevision;
    const revision = this.#revision();
    // Nobody has read what is not open.
    if (revision === undefined) return [];
    this.#seen = revision;
    return before === undefined || before === revision ? [] : [{ listed: true }];
  }

  #revision(): string | undefined {
    try {
      return this.#connection.revision();
    } catch (error) {
      // Whoever is writing will have written at the next look.
      if (isBusy(error)) return this.#seen;
      throw toRegistryError(error, this.#connection.path);
    }
  }
}
