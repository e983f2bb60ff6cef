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
  /**
   * Tells the listener of what changes from now on, several changes together when they come at
   * about the same time, until the function it returns is called.
   */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
}

/** What changes within so many milliseconds of what was told last is told together. */
const togetherMs = 200;

interface Watched {
  readonly listeners: Set<(changes: readonly Change[]) => void>;
  /** What is told next; undefined when nothing was told just now. */
  waiting: Change[] | undefined;
}

/**
 * Brings changes to those who watch the workspace they happened in, and to nobody else: the first
 * at once, and what follows it closely in one piece, so that a hundred are not a hundred messages.
 */
export class ChangeHub {
  readonly #watched = new Map<string, Watched>();
  readonly #forget: (workspace: string | undefined, change: Change) => void;

  /** @param forget what was remembered of it is forgotten, before anybody is told */
  constructor(forget: (workspace: string | undefined, change: Change) => void = () => {}) {
    this.#forget = forget;
  }

  /** @param workspace absent means the default one, which MLflow calls "default" as well */
  of(workspace: string | undefined): Changes {
    return { subscribe: (listener) => this.#subscribe(workspace ?? "default", listener) };
  }

  /** Whether anybody listens to the workspace's changes. */
  isWatched(workspace: string | undefined): boolean {
    return this.#watched.has(workspace ?? "default");
  }

  publish(workspace: string | undefined, change: Change): void {
    this.#forget(workspace, change);
    const watched = this.#watched.get(workspace ?? "default");
    if (watched?.waiting) watched.waiting.push(change);
    else if (watched) this.#tell(watched, [change]);
  }

  #tell(watched: Watched, changes: readonly Change[]): void {
    watched.waiting = [];
    setTimeout(() => {
      const waiting = watched.waiting ?? [];
      watched.waiting = undefined;
      if (waiting.length > 0) this.#tell(watched, waiting);
    }, togetherMs).unref();
    for (const listener of watched.listeners) listener(changes);
  }

  #subscribe(workspace: string, listener: (changes: readonly Change[]) => void): () => void {
    const watched = this.#watched.get(workspace) ?? { listeners: new Set(), waiting: undefined };
    this.#watched.set(workspace, watched);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      const isCurrent = this.#watched.get(workspace) === watched;
      if (isCurrent && watched.listeners.size === 0) this.#watched.delete(workspace);
    };
  }
}

/** What a write changed, or may have; undefined when it changed nothing. */
export function changeOf(write: Write): Change | undefined {
  const { prompt, version, alias, listed, mayHaveChanged } = write;
  if (!mayHaveChanged) return undefined;
  return {
    prompt,
    listed,
    ...(version === undefined ? {} : { version }),
    ...(alias === undefined ? {} : { alias }),
  };
}
