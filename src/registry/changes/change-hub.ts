import type { Write } from "./announcing-registry.ts";

/** Something about a prompt is not what it was. */
export interface Change {
  /** Absent: it may be any prompt of the workspace. */
  readonly prompt?: string;
  readonly version?: number;
  readonly alias?: string;
  /** Whether the prompt came or went. */
  readonly listed: boolean;
}

/** Tells somebody of changes that came together, one message at each step. */
export type ChangeSubscriber = (changes: readonly Change[]) => Iterable<unknown>;

/** The changes of one workspace. */
export interface Changes {
  /**
   * Tells the listener of what changes from now on, several changes together when they come at
   * about the same time, until the function it returns is called.
   */
  subscribe(listener: ChangeSubscriber): () => void;
}

/** What changes within so many milliseconds of what was told last is told together. */
const coalesceMs = 200;

/** So many messages are sent in one turn of the event loop, at about 0.1 ms each. */
const messagesPerTurn = 10;

/** More changes than so many that wait to be told are told as one, of no prompt in particular. */
const maxPending = 1_000;

interface WorkspaceFeed {
  readonly subscribers: Set<ChangeSubscriber>;
  /** What is told next; undefined when nothing was told just now. */
  pending: Change[] | undefined;
  /** What is still to be sent of what is being told. */
  deliveries: Iterator<unknown> | undefined;
  /** Whether what has come since is not to be told yet. */
  coalescing: boolean;
}

/**
 * Brings changes to those who watch the workspace they happened in, and to nobody else: the first
 * at once, and what follows it closely in one piece, so that a hundred are not a hundred messages.
 * Many messages are spread over turns of the event loop, so that nobody waits until all are told.
 */
export class ChangeHub {
  readonly #feeds = new Map<string, WorkspaceFeed>();
  /** Those that are being told, in the order of their turns. */
  readonly #delivering = new Set<WorkspaceFeed>();
  #isSending = false;
  readonly #invalidate: (workspace: string | undefined, change: Change) => void;

  /** @param forget what was remembered of it is forgotten, before anybody is told */
  constructor(forget: (workspace: string | undefined, change: Change) => void = () => {}) {
    this.#invalidate = forget;
  }

  /** @param workspace absent means the default one, which MLflow calls "default" as well */
  of(workspace: string | undefined): Changes {
    return { subscribe: (listener) => this.#subscribe(workspace ?? "default", listener) };
  }

  /** Whether anybody listens to the workspace's changes. */
  hasSubscribers(workspace: string | undefined): boolean {
    return this.#feeds.has(workspace ?? "default");
  }

  publish(workspace: string | undefined, change: Change): void {
    this.#invalidate(workspace, change);
    const watched = this.#feeds.get(workspace ?? "default");
    if (watched === undefined) return;
    if (watched.pending === undefined) {
      this.#notify(watched, [change]);
      return;
    }
    watched.pending.push(change);
    if (watched.pending.length > maxPending) watched.pending = [{ listed: true }];
  }

  #notify(watched: WorkspaceFeed, changes: readonly Change[]): void {
    watched.pending = [];
    watched.coalescing = true;
    watched.deliveries = notifyEach(watched.subscribers, changes);
    this.#delivering.add(watched);
    if (!this.#isSending) this.#deliver();
    setTimeout(() => {
      watched.coalescing = false;
      this.#notifyPending(watched);
    }, coalesceMs).unref();
  }

  /** Tells what has come since, when the pause is over and everybody has been told of the last. */
  #notifyPending(watched: WorkspaceFeed): void {
    if (watched.coalescing || watched.deliveries !== undefined) return;
    const waiting = watched.pending ?? [];
    watched.pending = undefined;
    if (waiting.length > 0) this.#notify(watched, waiting);
  }

  /** Sends some messages, to each workspace in turn, and the others in later turns of the loop. */
  #deliver(): void {
    this.#isSending = true;
    for (let sent = 0; sent < messagesPerTurn; sent++) {
      const [first] = this.#delivering;
      if (first === undefined) break;
      this.#delivering.delete(first);
      if (first.deliveries?.next().done === false) {
        this.#delivering.add(first);
      } else {
        first.deliveries = undefined;
        this.#notifyPending(first);
      }
    }
    this.#isSending = this.#delivering.size > 0;
    if (this.#isSending) setImmediate(() => this.#deliver());
  }

  #subscribe(workspace: string, listener: ChangeSubscriber): () => void {
    const watched = this.#feeds.get(workspace) ?? {
      subscribers: new Set(),
      pending: undefined,
      deliveries: undefined,
      coalescing: false,
    };
    this.#feeds.set(workspace, watched);
    watched.subscribers.add(listener);
    return () => {
      watched.subscribers.delete(listener);
      const isCurrent = this.#feeds.get(workspace) === watched;
      if (isCurrent && watched.subscribers.size === 0) this.#feeds.delete(workspace);
    };
  }
}

/** One message at each step, to those who listen and have not stopped since. */
function* notifyEach(
  listeners: ReadonlySet<ChangeSubscriber>,
  changes: readonly Change[],
): Iterator<unknown> {
  for (const listener of [...listeners]) {
    if (!listeners.has(listener)) continue;
    for (const message of listener(changes)) {
      yield message;
      if (!listeners.has(listener)) break;
    }
  }
}

/** What a write changed, or may have; undefined when it changed nothing. */
export function toChange(write: Write): Change | undefined {
  const { prompt, version, alias, listed, mayHaveChanged } = write;
  if (!mayHaveChanged) return undefined;
  return {
    prompt,
    listed,
    ...(version === undefined ? {} : { version }),
    ...(alias === undefined ? {} : { alias }),
  };
}
