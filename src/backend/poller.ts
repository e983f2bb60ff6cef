import { LRUCache } from "lru-cache";
import type { Log } from "../log/log.ts";
import type { View } from "../mlflow/client.ts";
import type { ChangeDetector } from "../registry/changes/change-detector.ts";
import type { Change } from "../registry/changes/change-hub.ts";
import { RegistryError } from "../registry/errors.ts";

export interface PollerOptions {
  readonly createDetector: (view: View) => ChangeDetector;
  /** Publishes a change that another program made. */
  readonly publish: (workspace: string | undefined, change: Change) => Promise<void>;
  /** Whether anybody subscribes to the workspace's changes. */
  readonly hasSubscribers: (workspace: string | undefined) => boolean;
  /** Time between polls of a workspace in use; 0 turns polling off. */
  readonly intervalMs: number;
  readonly log: Log;
}

/** A workspace is in use for this long after its last call. */
const inUseMs = 60_000;

/** The interval is multiplied by this where polling is not urgent, and at most by this after failures. */
const slowFactor = 15;

/**
 * Time before the first poll. The call that starts polling goes first, because MLflow needs a while
 * for a first list.
 */
const firstPollMs = 1_000;

/** MLflow delivers a webhook within this time, or never. */
const deliveryMs = 5_000;

const maxWorkspaces = 1_000;

/** A poll reads fewer prompts, so it reports as many announced ones as a change of everything. */
const maxAnnounced = 100;
const maxDeliveries = 10_000;

interface PolledWorkspace {
  readonly workspace: string | undefined;
  /** The view of the latest call, with the latest credential. */
  latestView: View;
  /** The detector, and the view whose credential it uses until the registry refuses it. */
  detector: { readonly view: View; readonly changes: ChangeDetector } | undefined;
  usedAt: number;
  /** Prompts that were published as created or deleted since the last poll. */
  announced: Set<string>;
  /** Whether changes may have been missed since the last detector was refused. */
  missed: boolean;
  /** Failed polls in a row. */
  failures: number;
  polling: boolean;
  next: { readonly timer: NodeJS.Timeout; readonly at: number } | undefined;
}

/**
 * Polls the workspaces in use for changes by other programs: one request for each workspace and
 * interval, however many sessions it has. While MLflow's webhooks arrive the interval is longer; it
 * is short again as soon as a webhook fails to arrive.
 */
export class Poller {
  readonly #options: PollerOptions;
  /** By workspace. */
  readonly #workspaces: LRUCache<string, PolledWorkspace>;
  /** Changes that webhooks delivered, latest last. Made late, because it allocates room for all. */
  #deliveries: LRUCache<string, true> | undefined;
  #webhooksArrive = false;
  readonly #closing = new AbortController();

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#workspaces = new LRUCache({ max: maxWorkspaces, dispose: cancelNext });
  }

  /** Notes a call, which keeps its workspace in use. Cheap enough for every call. */
  noteCall(view: View): void {
    if (this.#options.intervalMs === 0 || this.#closing.signal.aborted) return;
    const key = view.workspace ?? "default";
    const polled = this.#workspaces.get(key) ?? this.#add(key, view);
    polled.latestView = view;
    polled.usedAt = performance.now();
    if (polled.polling) return;
    const pause = this.#pause(polled) ?? 0;
    if (polled.next === undefined) {
      this.#schedule(polled, polled.failures === 0 ? Math.min(firstPollMs, pause) : pause);
    } else if (polled.usedAt + pause < polled.next.at) {
      this.#schedule(polled, pause);
    }
  }

  /**
   * Notes a published change, from whatever source. MLflow reports no deletion: that a prompt of which
   * subscribers were told is gone again has to be found by the next poll.
   */
  notePublished(workspace: string | undefined, { prompt, listed }: Change): void {
    const announced = this.#workspaces.peek(workspace ?? "default")?.announced;
    if (prompt === undefined || !listed || announced === undefined) return;
    if (announced.size < maxAnnounced) announced.add(prompt);
  }

  /** Notes that a webhook delivered the change. */
  noteDelivery(workspace: string | undefined, change: Change): void {
    this.#deliveries ??= new LRUCache({ max: maxDeliveries });
    this.#deliveries.set(deliveryKey(workspace, change), true);
    this.#webhooksArrive = true;
  }

  close(): void {
    this.#closing.abort();
    this.#workspaces.clear();
  }

  #add(key: string, view: View): PolledWorkspace {
    const polled: PolledWorkspace = {
      workspace: view.workspace,
      latestView: view,
      detector: undefined,
      usedAt: 0,
      announced: new Set(),
      missed: false,
      failures: 0,
      polling: false,
      next: undefined,
    };
    this.#workspaces.set(key, polled);
    return polled;
  }

  #schedule(polled: PolledWorkspace, pause: number): void {
    cancelNext(polled);
    const timer = setTimeout(() => void this.#poll(polled), pause).unref();
    polled.next = { timer, at: performance.now() + pause };
  }

  /** Milliseconds until the next poll; undefined when there is none. */
  #pause({ workspace, usedAt, failures }: PolledWorkspace): number | undefined {
    const { intervalMs, hasSubscribers } = this.#options;
    const inUse = performance.now() - usedAt < inUseMs;
    if (!inUse && !hasSubscribers(workspace)) return undefined;
    const factor = inUse && !this.#webhooksArrive ? 1 : slowFactor;
    return intervalMs * Math.min(slowFactor, factor * 2 ** failures);
  }

  /** Polls, and schedules the next poll. It never rejects. */
  async #poll(polled: PolledWorkspace): Promise<void> {
    polled.next = undefined;
    polled.polling = true;
    const outcome = await this.#detect(polled).catch((error: unknown) =>
      this.#noteFailure(polled, error),
    );
    polled.polling = false;
    if (this.#closing.signal.aborted || this.#workspaces.peek(keyOf(polled)) !== polled) return;
    if (outcome === "stop") return;
    const pause = this.#pause(polled);
    if (pause !== undefined) this.#schedule(polled, pause);
    // No credential is held longer than it is used.
    else this.#workspaces.delete(keyOf(polled));
  }

  async #detect(polled: PolledWorkspace): Promise<"go on"> {
    const { latestView } = polled;
    polled.detector ??= {
      view: latestView,
      changes: this.#options.createDetector(latestView),
    };
    const detected = await this.#detectWith(polled.detector.changes, polled);
    const changes = polled.missed ? [{ listed: true }] : detected;
    polled.missed = false;
    polled.failures = 0;
    if (this.#webhooksArrive) this.#expectDelivered(polled.workspace, changes);
    for (const change of changes) await this.#options.publish(polled.workspace, change);
    return "go on";
  }

  /** A poll that fails leaves the announced prompts to the next one. */
  async #detectWith(detector: ChangeDetector, polled: PolledWorkspace): Promise<readonly Change[]> {
    const { announced } = polled;
    polled.announced = new Set();
    try {
      return await detector.detect({ signal: this.#closing.signal, announced });
    } catch (error) {
      polled.announced = new Set([...announced, ...polled.announced]);
      throw error;
    }
  }

  /** @returns `stop` where polling has to wait for a call with another credential */
  #noteFailure(polled: PolledWorkspace, error: unknown): "go on" | "stop" {
    if (this.#closing.signal.aborted) return "stop";
    polled.failures++;
    if (!(error instanceof RegistryError)) {
      this.#options.log.error("watch", { error: String(error) });
      return "go on";
    }
    if (error.kind !== "unauthenticated" && error.kind !== "forbidden") return "go on";
    const isLatest = polled.detector?.view === polled.latestView;
    polled.missed = polled.detector !== undefined;
    polled.detector = undefined;
    return isLatest ? "stop" : "go on";
  }

  /**
   * Shortens the interval again where webhooks did not deliver the new prompts and versions that a
   * poll detected: MLflow does not report that webhooks stopped working.
   */
  #expectDelivered(workspace: string | undefined, changes: readonly Change[]): void {
    const expected = changes.filter(({ prompt, version }) => prompt && version !== undefined);
    if (expected.length === 0) return;
    setTimeout(() => {
      if (expected.every((change) => this.#deliveries?.has(deliveryKey(workspace, change)))) return;
      this.#webhooksArrive = false;
      for (const polled of this.#workspaces.values()) this.#reschedule(polled);
    }, deliveryMs).unref();
  }

  #reschedule(polled: PolledWorkspace): void {
    const pause = this.#pause(polled);
    if (polled.next && pause !== undefined) this.#schedule(polled, pause);
  }
}

function cancelNext(polled: PolledWorkspace): void {
  clearTimeout(polled.next?.timer);
  polled.next = undefined;
}

function keyOf({ workspace }: PolledWorkspace): string {
  return workspace ?? "default";
}

function deliveryKey(workspace: string | undefined, { prompt, version }: Change): string {
  return JSON.stringify([workspace ?? "default", prompt, version]);
}
