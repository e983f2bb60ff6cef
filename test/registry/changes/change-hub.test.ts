import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Change, ChangeHub } from "../../../src/registry/changes/change-hub.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const change = (prompt: string): Change => ({ prompt, listed: false });

/** What a listener is told, the prompts that come together in one list. */
function listen(hub: ChangeHub, workspace?: string) {
  const told: (readonly (string | undefined)[])[] = [];
  const stop = hub.of(workspace).subscribe(function* (changes) {
    yield told.push(changes.map(({ prompt }) => prompt));
  });
  return { told, stop };
}

describe("changes", () => {
  it("are told at once, and what follows closely together", () => {
    const hub = new ChangeHub();
    const { told } = listen(hub);

    for (const name of ["a", "b", "c"]) hub.publish(undefined, change(name));
    expect(told).toEqual([["a"]]);
    vi.advanceTimersByTime(199);
    hub.publish(undefined, change("d"));
    vi.advanceTimersByTime(1);
    expect(told).toEqual([["a"], ["b", "c", "d"]]);

    hub.publish(undefined, change("e"));
    vi.advanceTimersByTime(199);
    expect(told).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([["a"], ["b", "c", "d"], ["e"]]);
  });

  it("are told at once again after a pause", () => {
    const hub = new ChangeHub();
    const { told } = listen(hub);

    hub.publish(undefined, change("a"));
    vi.advanceTimersByTime(200);
    hub.publish(undefined, change("b"));

    expect(told).toEqual([["a"], ["b"]]);
    vi.runAllTimers();
    expect(told).toHaveLength(2);
  });

  it("of one workspace do not wait for another's, and are not told there", () => {
    const hub = new ChangeHub();
    const red = listen(hub, "red");
    const blue = listen(hub, "blue");

    hub.publish("red", change("a"));
    hub.publish("blue", change("b"));

    expect([red.told, blue.told]).toEqual([[["a"]], [["b"]]]);
  });

  it("are forgotten one by one, at once, whoever listens", () => {
    const forgotten: (string | undefined)[] = [];
    const hub = new ChangeHub((_, { prompt }) => forgotten.push(prompt));
    listen(hub);

    for (const name of ["a", "b"]) hub.publish(undefined, change(name));
    hub.publish("nobody", change("c"));

    expect(forgotten).toEqual(["a", "b", "c"]);
  });

  it("are told to nobody who has stopped listening", () => {
    const hub = new ChangeHub();
    const { told, stop } = listen(hub, "default");
    expect(hub.hasSubscribers(undefined)).toBe(true);
    hub.publish(undefined, change("a"));
    hub.publish(undefined, change("b"));

    stop();
    vi.runAllTimers();

    expect(told).toEqual([["a"]]);
    expect(hub.hasSubscribers(undefined)).toBe(false);
    const again = listen(hub);
    stop();
    hub.publish(undefined, change("c"));
    expect(again.told).toEqual([["c"]]);
  });

  describe("that are many messages", () => {
    /** Listeners who note what they are sent, a few messages each time. */
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

    it("are sent 10 in a turn, so that other work has its turn between them", () => {
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

    it("keep no other workspace waiting", () => {
      const hub = new ChangeHub();
      const red = manyListeners(hub, "red", 1_000);
      const blue = manyListeners(hub, "blue", 5);

      hub.publish("red", change("a"));
      hub.publish("blue", change("b"));
      nextTurn();

      expect(blue.sent).toHaveLength(5);
      expect(red.sent.length).toBeLessThan(20);
    });

    it("are all sent before what has changed meanwhile is told, in one piece", () => {
      const hub = new ChangeHub();
      const { sent } = manyListeners(hub, "red", 50);

      hub.publish("red", change("a"));
      for (const name of ["b", "c"]) hub.publish("red", change(name));
      vi.advanceTimersByTime(300);

      expect(sent).toEqual([...Array(50).fill("a"), ...Array(50).fill("b,c")]);
    });

    it("are not sent to who stops listening meanwhile, nor to who comes", () => {
      const hub = new ChangeHub();
      const { sent, stops } = manyListeners(hub, "red", 3, 20);

      hub.publish("red", change("a"));
      for (const stop of stops) stop();
      const { told } = listen(hub, "red");
      nextTurn();

      expect(sent).toHaveLength(10);
      expect(told).toEqual([]);
    });
  });

  it("of which too many wait are told as one that may be of any prompt", () => {
    const hub = new ChangeHub();
    const { told } = listen(hub);

    for (let index = 0; index < 1_500; index++) hub.publish(undefined, change(`p${index}`));
    vi.advanceTimersByTime(200);

    expect(told[0]).toEqual(["p0"]);
    expect(told[1]?.[0]).toBeUndefined();
    expect(told[1]?.length).toBeLessThan(1_000);
  });
});
