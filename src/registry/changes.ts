import type { Write } from "./watched-registry.ts";

/** Something about a prompt is not what it was. */
export interface Change {
  /** Absent: it may be any prompt of the workspace. */
  readonly prompt?: string;
  readonly version?: number;
  readonly alias?: string;
  /** Whether the prompt came or went. */
  readonly listed: boolean;
}

/** The changes of one workspace. */
export interface Changes {
  /** Tells the listener of each change from now on, until the function it returns is called. */
  subscribe(listener: (change: Change) => void): () => void;
}

/** Brings changes to those who watch the workspace they happened in, and to nobody else. */
export class ChangeHub {
  readonly #listeners = new Map<string, Set<(change: Change) => void>>();
  readonly #forget: (workspace: string | undefined, change: Change) => void;

  /** @param forget what was remembered of it is forgotten, before anybody is told */
  constructor(forget: (workspace: string | undefined, change: Change) => void = () => {}) {
    this.#forget = forget;
  }

  /** @param workspace absent means the default one, which MLflow calls "default" as well */
  of(workspace: string | undefined): Changes {
    return { subscribe: (listener) => this.#subscribe(workspace ?? "default", listener) };
  }

  publish(workspace: string | undefined, change: Change): void {
    this.#forget(workspace, change);
    for (const listener of this.#listeners.get(workspace ?? "default") ?? []) listener(change);
  }

  #subscribe(workspace: string, listener: (change: Change) => void): () => void {
    const listeners = this.#listeners.get(workspace) ?? new Set();
    this.#listeners.set(workspace, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(workspace);
    };
  }
}

/** What a write changed; undefined when it changed nothing. One whose outcome is unknown may have. */
export function changeOf({ prompt, version, alias, listed, outcome }: Write): Change | undefined {
  if (outcome !== "ok" && outcome !== "unavailable" && outcome !== "cancelled") return undefined;
  return {
    prompt,
    listed,
    ...(version === undefined ? {} : { version }),
    ...(alias === undefined ? {} : { alias }),
  };
}
