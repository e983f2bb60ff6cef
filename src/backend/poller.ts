import { LRUCache } from "lru-cache";
import type { Log } from "../log/log.ts";
import type { View } from "../mlflow/client.ts";
import type { ChangeDetector } from "../registry/changes/change-detector.ts";
import type { Change } from "../registry/changes/change-hub.ts";
import { RegistryError } from "../registry/errors.ts";

export interface PollerOptions {
  readonly lookout: (view: View) => ChangeDetector;
  /** Tells whoever has to know of a change that others made. */
  readonly announce: (workspace: string | undefined, change: Change) => Promise<void>;
  /** Whether anybody listens to the workspace's changes. */
  readonly isWatched: (workspace: string | undefined) => boolean;
  /** How often is looked while a workspace is in use; 0 never looks. */
  readonly intervalMs: number;
  readonly log: Log;
}

/** A workspace without a call for so long is not in use. */
const inUseMs = 60_000;

/** So many times as long are the pauses where nothing presses. */
const seldom = 15;

/** What the call that makes it look is spared: it comes first, and a first list takes MLflow a while. */
const headStartMs = 1_000;

/** MLflow delivers a webhook within so long, or never. */
const deliveryMs = 5_000;

const mostWorkspaces = 1_000;
const mostDeliveries = 10_000;

/** A workspace that is looked at. */
interface Post {
  readonly workspace: string | undefined;
  /** The newest credential that a call has brought. */
  view: View;
  /** Whose eyes it is looked with, for as long as they see. */
  eyes: { readonly view: View; readonly lookout: ChangeDetector } | undefined;
  usedAt: number;
  /** Whether something may have happened that its eyes did not see. */
  missed: boolean;
  /** Looks in a row that failed. */
  failures: number;
  looking: boolean;
  next: { readonly timer: NodeJS.Timeout; readonly at: number } | undefined;
}

/**
 * Looks what others change in the workspaces that are in use: one request for each workspace and
 * beat, however many sessions it has. Where MLflow's webhooks arrive it looks seldom, and often
 * again as soon as one fails to.
 */
export class Poller {
  readonly #options: PollerOptions;
  /** By workspace. */
  readonly #posts: LRUCache<string, Post>;
  /** What webhooks told of, most recent last. Room for all is made with the first. */
  #deliveries: LRUCache<string, true> | undefined;
  #webhooks = false;
  readonly #closing = new AbortController();

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#posts = new LRUCache({ max: mostWorkspaces, dispose: (post) => rest(post) });
  }

  /** A call is made. To be told of every one: it costs next to nothing. */
  used(view: View): void {
    if (this.#options.intervalMs === 0 || this.#closing.signal.aborted) return;
    const key = view.workspace ?? "default";
    const post = this.#posts.get(key) ?? this.#open(key, view);
    post.view = view;
    post.usedAt = performance.now();
    if (post.looking) return;
    const pause = this.#pause(post) ?? 0;
    if (post.next === undefined) {
      this.#schedule(post, post.failures === 0 ? Math.min(headStartMs, pause) : pause);
    } else if (post.usedAt + pause < post.next.at) {
      this.#schedule(post, pause);
    }
  }

  /** A webhook has told of the change. */
  delivered(workspace: string | undefined, change: Change): void {
    this.#deliveries ??= new LRUCache({ max: mostDeliveries });
    this.#deliveries.set(deliveryOf(workspace, change), true);
    this.#webhooks = true;
  }

  close(): void {
    this.#closing.abort();
    this.#posts.clear();
  }

  #open(key: string, view: View): Post {
    const post: Post = {
      workspace: view.workspace,
      view,
      eyes: undefined,
      usedAt: 0,
      missed: false,
      failures: 0,
      looking: false,
      next: undefined,
    };
    this.#posts.set(key, post);
    return post;
  }

  #schedule(post: Post, pause: number): void {
    rest(post);
    const timer = setTimeout(() => void this.#beat(post), pause).unref();
    post.next = { timer, at: performance.now() + pause };
  }

  /** How long until the next look; undefined when there is to be none. */
  #pause({ workspace, usedAt, failures }: Post): number | undefined {
    const { intervalMs, isWatched } = this.#options;
    const inUse = performance.now() - usedAt < inUseMs;
    if (!inUse && !isWatched(workspace)) return undefined;
    const times = inUse && !this.#webhooks ? 1 : seldom;
    return intervalMs * Math.min(seldom, times * 2 ** failures);
  }

  /** Looks, tells, and sees to the next look. It never rejects. */
  async #beat(post: Post): Promise<void> {
    post.next = undefined;
    post.looking = true;
    const isBlind = await this.#look(post).catch((error: unknown) => this.#failed(post, error));
    post.looking = false;
    if (this.#closing.signal.aborted || this.#posts.peek(keyOf(post)) !== post) return;
    if (isBlind) return;
    const pause = this.#pause(post);
    if (pause !== undefined) this.#schedule(post, pause);
    // No credential is kept longer than it is used.
    else this.#posts.delete(keyOf(post));
  }

  async #look(post: Post): Promise<false> {
    post.eyes ??= { view: post.view, lookout: this.#options.lookout(post.view) };
    const seen = await post.eyes.lookout.detect({ signal: this.#closing.signal });
    const changes = post.missed ? [{ listed: true }] : seen;
    post.missed = false;
    post.failures = 0;
    if (this.#webhooks) this.#expectDelivered(post.workspace, changes);
    for (const change of changes) await this.#options.announce(post.workspace, change);
    return false;
  }

  /** Whether it cannot look any more: not until a call brings a view again. */
  #failed(post: Post, error: unknown): boolean {
    if (this.#closing.signal.aborted) return true;
    post.failures++;
    if (!(error instanceof RegistryError)) {
      this.#options.log.error("watch", { error: String(error) });
      return false;
    }
    if (error.kind !== "unauthenticated" && error.kind !== "forbidden") return false;
    const isSame = post.eyes?.view === post.view;
    post.missed = post.eyes !== undefined;
    post.eyes = undefined;
    return isSame;
  }

  /** Webhooks that did not tell of new prompts and versions have died without a word. */
  #expectDelivered(workspace: string | undefined, changes: readonly Change[]): void {
    const told = changes.filter(({ prompt, version }) => prompt && version !== undefined);
    if (told.length === 0) return;
    setTimeout(() => {
      if (told.every((change) => this.#deliveries?.has(deliveryOf(workspace, change)))) return;
      this.#webhooks = false;
      for (const post of this.#posts.values()) this.#hurry(post);
    }, deliveryMs).unref();
  }

  #hurry(post: Post): void {
    const pause = this.#pause(post);
    if (post.next && pause !== undefined) this.#schedule(post, pause);
  }
}

function rest(post: Post): void {
  clearTimeout(post.next?.timer);
  post.next = undefined;
}

function keyOf({ workspace }: Post): string {
  return workspace ?? "default";
}

function deliveryOf(workspace: string | undefined, { prompt, version }: Change): string {
  return JSON.stringify([workspace ?? "default", prompt, version]);
}
