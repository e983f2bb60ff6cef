import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Change, ChangeHub } from "../../../src/registry/changes/change-hub.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const change = (prompt: string): Change => ({ prompt, listed: false });

/** The changes that a subscriber receives, one list for each notification. */
function listen(hub: ChangeHub, workspace?: string) {
  const received: (readonly (string | undefined)[])[] = [];
  const stop = hub.of(workspace).subscribe(function* (changes) {
    yield received.push(changes.map(({ prompt }) => prompt));
  });
  return { received, stop };
}

describe("changes", () => {
  it("are published at once, and those that follow shortly after in one notification", () => {
    const hub = new ChangeHub();
    const { received } = listen(hub);

    for (const name of ["a", "b", "c"]) hub.publish(undefined, change(name));
    expect(received).toEqual([["a"]]);
    vi.advanceTimersByTime(199);
    hub.publish(undefined, change("d"));
    vi.advanceTimersByTime(1);
    expect(received).toEqual([["a"], ["b", "c", "d"]]);

    hub.publish(undefined, change("e"));
    vi.advanceTimersByTime(199);
    expect(received).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(received).toEqual([["a"], ["b", "c", "d"], ["e"]]);
  });

  it("are published at once again after a pause", () => {
    const hub = new ChangeHub();
    const { received } = listen(hub);

    hub.publish(undefined, change("a"));
    vi.advanceTimersByTime(200);
    hub.publish(undefined, change("b"));

    expect(received).toEqual([["a"], ["b"]]);
    vi.runAllTimers();
    expect(received).toHaveLength(2);
  });

  it("of one workspace neither wait for another's nor reach its subscribers", () => {
    const hub = new ChangeHub();
    const red = listen(hub, "red");
    const blue = listen(hub, "blue");

    hub.publish("red", change("a"));
    hub.publish("blue", change("b"));

    expect([red.received, blue.received]).toEqual([[["a"]], [["b"]]]);
  });

  it("invalidate one by one and at once, with or without subscribers", () => {
    const invalidated: (string | undefined)[] = [];
    const hub = new ChangeHub((_, { prompt }) => invalidated.push(prompt));
    listen(hub);

    for (const name of ["a", "b"]) hub.publish(undefined, change(name));
    hub.publish("nobody", change("c"));

    expect(invalidated).toEqual(["a", "b", "c"]);
  });

  it("do not reach a subscriber after its subscription ended", () => {
    const hub = new ChangeHub();
    const { received, stop } = listen(hub, "default");
    expect(hub.hasSubscribers(undefined)).toBe(true);
    hub.publish(undefined, change("a"));
    hub.publish(undefined, change("b"));

    stop();
    vi.runAllTimers();

    expect(received).toEqual([["a"]]);
    expect(hub.hasSubscribers(undefined)).toBe(false);
    const again = listen(hub);
    stop();
    hub.publish(undefined, change("c"));
    expect(again.received).toEqual([["c"]]);
  });

  describe("that are many messages", () => {
    /** Subscribers that record their messages, a few for each notification. */
    function manyListeners(hub: ChangeHub, workspace: string, count: number, messages = 1) {
      const sent: string[] = [];
      const stops = Array.from({ length: count }, () =>
        hub.of(workspace).subscribe(function* (changes) {
          for (let index = 0; index < messages; index++) {
            yield sent.push(changes.map(({ prompt }) => prompt).join());
          }
        }),
      );
      return { sent, stops };
    }

    const nextTurn = () => vi.advanceTimersToNextTimer();

    it("are sent 10 in a turn of the event loop, so that other work runs in between", () => {
      const hub = new ChangeHub();
      const { sent } = manyListeners(hub, "red", 8, 3);

      hub.publish("red", change("a"));
      expect(sent).toHaveLength(10);
      nextTurn();
      expect(sent).toHaveLength(20);
      nextTurn();
      expect(sent).toHaveLength(24);
      nextTurn();
      expect(sent).toHaveLength(24);
    });

    it("do not delay other workspaces", () => {
      const hub = new ChangeHub();
      const red = manyListeners(hub, "red", 1_000);
      const blue = manyListeners(hub, "blue", 5);

      hub.publish("red", change("a"));
      hub.publish("blue", change("b"));
      nextTurn();

      expect(blue.sent).toHaveLength(5);
      expect(red.sent.length).toBeLessThan(20);
    });

    it("are all sent before the changes since then, which follow in one notification", () => {
      const hub = new ChangeHub();
      const { sent } = manyListeners(hub, "red", 50);

      hub.publish("red", change("a"));
      for (const name of ["b", "c"]) hub.publish("red", change(name));
      vi.advanceTimersByTime(300);

      expect(sent).toEqual([...Array(50).fill("a"), ...Array(50).fill("b,c")]);
    });

    it("do not reach subscribers that leave or arrive meanwhile", () => {
      const hub = new ChangeHub();
      const { sent, stops } = manyListeners(hub, "red", 3, 20);

      hub.publish("red", change("a"));
      for (const stop of stops) stop();
      const { received } = listen(hub, "red");
      nextTurn();

      expect(sent).toHaveLength(10);
      expect(received).toEqual([]);
    });
  });

  it("become one change without a prompt when too many are pending", () => {
    const hub = new ChangeHub();
    const { received } = listen(hub);

    for (let index = 0; index < 1_500; index++) hub.publish(undefined, change(`p${index}`));
    vi.advanceTimersByTime(200);

    expect(received[0]).toEqual(["p0"]);
    expect(received[1]?.[0]).toBeUndefined();
    expect(received[1]?.length).toBeLessThan(1_000);
  });
});
