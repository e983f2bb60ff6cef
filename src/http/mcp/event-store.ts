import type { EventStore, JSONRPCMessage } from "@modelcontextprotocol/server";
import { SharedLru } from "../../registry/cache/shared-lru.ts";

interface StoredEvent {
  readonly streamId: string;
  readonly message: JSONRPCMessage;
}

/**
 * The events of all sessions, for clients that resume with Last-Event-ID (MCP 2025-11-25, Transports,
 * Resumability). Limited by bytes, in total and per caller. The oldest event is evicted first; at a
 * caller's limit, the caller's own oldest event.
 */
export class EventLog {
  /** By event id, which names the session: which of the session's events it is kept with. */
  readonly #kept: SharedLru<Map<string, StoredEvent>>;

  constructor(maxBytes: number, callerBytes: number) {
    this.#kept = new SharedLru({
      maxBytes,
      ownerBytes: callerBytes,
      onEvict: (events, id) => events.delete(id),
    });
  }

  /** @returns the session's own store, and what to call when the session ends */
  open(
    sessionId: string,
    caller: string,
  ): { readonly store: EventStore; readonly close: () => void } {
    const events = new Map<string, StoredEvent>();
    let count = 0;
    const store: EventStore = {
      storeEvent: async (streamId, message) => {
        const id = `${sessionId}/${++count}`;
        events.set(id, { streamId, message });
        // What is larger than the caller's share is not kept; its id is given out all the same.
        this.#kept.set(caller, id, events, sizeOf(message));
        if (!this.#kept.has(id)) events.delete(id);
        return id;
      },
      getStreamIdForEventId: async (id) => events.get(id)?.streamId,
      replayEventsAfter: async (lastId, { send }) => {
        const streamId = events.get(lastId)?.streamId;
        if (streamId === undefined) throw new RangeError("The event is not kept any more.");
        let passed = false;
        for (const [id, event] of [...events]) {
          if (passed && event.streamId === streamId && isMessage(event)) {
            await send(id, event.message);
          }
          passed ||= id === lastId;
        }
        return streamId;
      },
    };
    return {
      store,
      close: () => {
        for (const id of [...events.keys()]) this.#kept.delete(id);
      },
    };
  }

  /** How many bytes are kept. */
  get bytes(): number {
    return this.#kept.bytes;
  }
}

/** The event that opens a stream is stored for its id and holds nothing. */
function isMessage({ message }: StoredEvent): boolean {
  return "jsonrpc" in message;
}

/** Roughly what an event takes in memory. */
function sizeOf(message: JSONRPCMessage): number {
  return 200 + 2 * JSON.stringify(message).length;
}
