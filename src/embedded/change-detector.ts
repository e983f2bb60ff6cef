import type { ChangeDetector } from "../registry/changes/change-detector.ts";
import type { Change } from "../registry/changes/change-hub.ts";
import type { EmbeddedConnection } from "./file/connection.ts";
import { isBusy, toRegistryError } from "./file/sqlite-errors.ts";

/** Detects that another process has written to the file, or that the file was replaced. */
export class EmbeddedChangeDetector implements ChangeDetector {
  readonly #connection: Pick<EmbeddedConnection, "path" | "revision" | "firstRevision">;
  #lastRevision: string | undefined;

  constructor(connection: Pick<EmbeddedConnection, "path" | "revision" | "firstRevision">) {
    this.#connection = connection;
  }

  async detect(): Promise<readonly Change[]> {
    // The first poll reports writes since the file was opened: calls may have read it before them.
    const before = this.#lastRevision ?? this.#connection.firstRevision;
    const revision = this.#revision();
    // The file is not open, so no call has read it.
    if (revision === undefined) return [];
    this.#lastRevision = revision;
    return before === undefined || before === revision ? [] : [{ listed: true }];
  }

  #revision(): string | undefined {
    try {
      return this.#connection.revision();
    } catch (error) {
      // Another process is writing; the next poll detects its write.
      if (isBusy(error)) return this.#lastRevision;
      throw toRegistryError(error, this.#connection.path);
    }
  }
}
