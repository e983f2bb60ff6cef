import { expect, test } from "vitest";
import { FairQueue } from "../../src/template-workers/fair-queue.ts";

function taken(queue: FairQueue<string>, mayStart: (caller: string) => boolean = () => true) {
  const order: string[] = [];
  for (let turn = queue.take(mayStart, () => 1); turn; turn = queue.take(mayStart, () => 1)) {
    order.push(...turn.tasks);
  }
  return order;
}

test("callers take turns, whatever the length of their queues", () => {
  const queue = new FairQueue<string>(10);
  for (const task of ["a1", "a2", "a3"]) queue.add("a", task);
  for (const task of ["b1", "b2"]) queue.add("b", task);
  queue.add("c", "c1");
  expect(taken(queue)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
});

test("a caller who may not start does not block other callers", () => {
  const queue = new FairQueue<string>(10);
  queue.add("a", "a1");
  queue.add("b", "b1");
  expect(taken(queue, (caller) => caller !== "a")).toEqual(["b1"]);
  expect(taken(queue)).toEqual(["a1"]);
});

test("the queue of one caller is limited", () => {
  const queue = new FairQueue<string>(1);
  expect([queue.add("a", "a1"), queue.add("a", "a2"), queue.add("b", "b1")]).toEqual([
    true,
    false,
    true,
  ]);
});
