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
const togetherMs = 200;

/** So many messages are sent in one turn of the event loop, at about 0.1 ms each. */
const messagesATurn = 10;

/** More changes than so many that wait to be told are told as one, of no prompt in particular. */
const mostWaiting = 1_000;

interface Watched {
  readonly listeners: Set<ChangeSubscriber>;
  /** What is told next; undefined when nothing was told just now. */
  waiting: Change[] | undefined;
  /** What is still to be sent of what is being told. */
  messages: Iterator<unknown> | undefined;
  /** Whether what has come since is not to be told yet. */
  pausing: boolean;
}

/**
 * Brings changes to those who watch the workspace they happened in, and to nobody else: the first
 * at once, and what follows it closely in one piece, so that a hundred are not a hundred messages.
 * Many messages are spread over turns of the event loop, so that nobody waits until all are told.
 */
export class ChangeHub {
  readonly #watched = new Map<string, Watched>();
  /** Those that are being told, in the order of their turns. */
  readonly #telling = new Set<Watched>();
  #isSending = false;
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
  hasSubscribers(workspace: string | undefined): boolean {
    return this.#watched.has(workspace ?? "default");
  }

  publish(workspace: string | undefined, change: Change): void {
    this.#forget(workspace, change);
    const watched = this.#watched.get(workspace ?? "default");
    if (watched === undefined) return;
    if (watched.waiting === undefined) {
      this.#tell(watched, [change]);
      return;
    }
    watched.waiting.push(change);
    if (watched.waiting.length > mostWaiting) watched.waiting = [{ listed: true }];
  }

  #tell(watched: Watched, changes: readonly Change[]): void {
    watched.waiting = [];
    watched.pausing = true;
    watched.messages = messagesTo(watched.listeners, changes);
    this.#telling.add(watched);
    if (!this.#isSending) this.#send();
    setTimeout(() => {
      watched.pausing = false;
      this.#tellNext(watched);
    }, togetherMs).unref();
  }

  /** Tells what has come since, when the pause is over and everybody has been told of the last. */
  #tellNext(watched: Watched): void {
    if (watched.pausing || watched.messages !== undefined) return;
    const waiting = watched.waiting ?? [];
    watched.waiting = undefined;
    if (waiting.length > 0) this.#tell(watched, waiting);
  }

  /** Sends some messages, to each workspace in turn, and the others in later turns of the loop. */
  #send(): void {
    this.#isSending = true;
    for (let sent = 0; sent < messagesATurn; sent++) {
      const [first] = this.#telling;
      if (first === undefined) break;
      this.#telling.delete(first);
      if (first.messages?.next().done === false) {
        this.#telling.add(first);
      } else {
        first.messages = undefined;
        this.#tellNext(first);
      }
    }
    this.#isSending = this.#telling.size > 0;
    if (this.#isSending) setImmediate(() => this.#send());
  }

  #subscribe(workspace: string, listener: ChangeSubscriber): () => void {
    const watched = this.#watched.get(workspace) ?? {
      listeners: new Set(),
      waiting: undefined,
      messages: undefined,
      pausing: false,
    };
    this.#watched.set(workspace, watched);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      const isCurrent = this.#watched.get(workspace) === watched;
      if (isCurrent && watched.listeners.size === 0) this.#watched.delete(workspace);
    };
  }
}

/** One message at each step, to those who listen and have not stopped since. */
function* messagesTo(
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
