/** A change of a prompt. */
export interface Change {
  /** Absent when any prompt of the workspace may have changed. */
  readonly prompt?: string;
  readonly version?: number;
  readonly alias?: string;
  /** Whether the list of prompts may have changed: the prompt was created or deleted. */
  readonly listed: boolean;
  /**
   * Present where what lists say of the prompt may have changed: its description, its title, or
   * whether it is published or a skill.
   */
  readonly described?: true;
}

/** Sends the messages about a set of changes. Each step of the iterable sends one message. */
export type ChangeSubscriber = (changes: readonly Change[]) => Iterable<unknown>;

/** The changes of one workspace. */
export interface Changes {
  /**
   * Calls the subscriber with all later changes. Changes within a short time arrive together.
   * @returns a function that ends the subscription
   */
  subscribe(subscriber: ChangeSubscriber): () => void;
}

/** Changes within this many milliseconds of a notification are combined into the next one. */
const coalesceMs = 200;

/** Messages sent in one turn of the event loop. One takes about 0.1 ms. */
const messagesPerTurn = 10;

/** When more changes than this are pending, one change without a prompt replaces them. */
const maxPending = 1_000;

interface WorkspaceFeed {
  readonly subscribers: Set<ChangeSubscriber>;
  /** Changes for the next notification. Undefined when the next change is sent immediately. */
  pending: Change[] | undefined;
  /** The remaining messages of the current notification. */
  deliveries: Iterator<unknown> | undefined;
  /** Whether `coalesceMs` has not passed yet since the last notification began. */
  coalescing: boolean;
}

/**
 * Publishes changes to the subscribers of their workspace. It sends the first change immediately and
 * combines the changes that follow shortly after it, so that a hundred changes do not cause a hundred
 * messages. It spreads many messages over several turns of the event loop, so that requests are not
 * delayed until all messages are sent.
 */
export class ChangeHub {
  readonly #feeds = new Map<string, WorkspaceFeed>();
  /** Feeds with remaining messages, in the order of their turns. */
  readonly #delivering = new Set<WorkspaceFeed>();
  #isDelivering = false;
  readonly #invalidate: (workspace: string | undefined, change: Change) => void;

  /** @param invalidate called with each change before subscribers are notified */
  constructor(invalidate: (workspace: string | undefined, change: Change) => void = () => {}) {
    this.#invalidate = invalidate;
  }

  /** @param workspace absent means MLflow's default workspace, whose name is "default" */
  of(workspace: string | undefined): Changes {
    return { subscribe: (subscriber) => this.#subscribe(workspace ?? "default", subscriber) };
  }

  hasSubscribers(workspace: string | undefined): boolean {
    return this.#feeds.has(workspace ?? "default");
  }

  publish(workspace: string | undefined, change: Change): void {
    this.#invalidate(workspace, change);
    const feed = this.#feeds.get(workspace ?? "default");
    if (feed === undefined) return;
    if (feed.pending === undefined) {
      this.#notify(feed, [change]);
      return;
    }
    feed.pending.push(change);
    if (feed.pending.length > maxPending) feed.pending = [{ listed: true }];
  }

  #notify(feed: WorkspaceFeed, changes: readonly Change[]): void {
    feed.pending = [];
    feed.coalescing = true;
    feed.deliveries = notifyEach(feed.subscribers, changes);
    this.#delivering.add(feed);
    if (!this.#isDelivering) this.#deliver();
    setTimeout(() => {
      feed.coalescing = false;
      this.#notifyPending(feed);
    }, coalesceMs).unref();
  }

  /** Waits for the end of both the coalescing time and the current notification. */
  #notifyPending(feed: WorkspaceFeed): void {
    if (feed.coalescing || feed.deliveries !== undefined) return;
    const pending = feed.pending ?? [];
    feed.pending = undefined;
    if (pending.length > 0) this.#notify(feed, pending);
  }

  /** Sends one message of each workspace in turn. Remaining messages wait for the next turn. */
  #deliver(): void {
    this.#isDelivering = true;
    for (let sent = 0; sent < messagesPerTurn; sent++) {
      const [feed] = this.#delivering;
      if (feed === undefined) break;
      this.#delivering.delete(feed);
      if (feed.deliveries?.next().done === false) {
        this.#delivering.add(feed);
      } else {
        feed.deliveries = undefined;
        this.#notifyPending(feed);
      }
    }
    this.#isDelivering = this.#delivering.size > 0;
    if (this.#isDelivering) setImmediate(() => this.#deliver());
  }

  #subscribe(workspace: string, subscriber: ChangeSubscriber): () => void {
    const feed = this.#feeds.get(workspace) ?? {
      subscribers: new Set(),
      pending: undefined,
      deliveries: undefined,
      coalescing: false,
    };
    this.#feeds.set(workspace, feed);
    feed.subscribers.add(subscriber);
    return () => {
      feed.subscribers.delete(subscriber);
      const isCurrent = this.#feeds.get(workspace) === feed;
      if (isCurrent && feed.subscribers.size === 0) this.#feeds.delete(workspace);
    };
  }
}

/** Skips a subscriber from the moment its subscription ends. */
function* notifyEach(
  subscribers: ReadonlySet<ChangeSubscriber>,
  changes: readonly Change[],
): Iterator<unknown> {
  for (const subscriber of [...subscribers]) {
    if (!subscribers.has(subscriber)) continue;
    for (const message of subscriber(changes)) {
      yield message;
      if (!subscribers.has(subscriber)) break;
    }
  }
}
