import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Change, ChangeHub } from "../../src/registry/changes.ts";

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
  const stop = hub
    .of(workspace)
    .subscribe((changes) => told.push(changes.map(({ prompt }) => prompt)));
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
    expect(hub.isWatched(undefined)).toBe(true);
    hub.publish(undefined, change("a"));
    hub.publish(undefined, change("b"));

    stop();
    vi.runAllTimers();

    expect(told).toEqual([["a"]]);
    expect(hub.isWatched(undefined)).toBe(false);
    const again = listen(hub);
    stop();
    hub.publish(undefined, change("c"));
    expect(again.told).toEqual([["c"]]);
  });
});
