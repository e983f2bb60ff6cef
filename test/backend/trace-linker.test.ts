import { describe, expect, it, onTestFinished } from "vitest";
import { TraceLinker } from "../../src/backend/trace-linker.ts";
import { RegistryError } from "../../src/registry/errors.ts";

const prompt = { name: "qa", version: 1 };
const missing = () => Promise.reject(new RegistryError("not_found", "MLflow has no trace tr-1."));

/** A linker whose attempts end as told, the last of them again and again. */
function linker(...attempts: readonly (() => Promise<void>)[]) {
  const errors: unknown[] = [];
  const made: string[] = [];
  const linking = new TraceLinker(
    { info() {}, error: (_, details) => void errors.push(details?.error) },
    [1, 1, 1],
  );
  onTestFinished(() => linking.close());
  const store = {
    linkTrace(traceId: string) {
      const attempt = attempts[Math.min(made.length, attempts.length - 1)];
      made.push(traceId);
      return attempt?.() ?? Promise.resolve();
    },
  };
  const links = linking.of("ann", store);
  const others = linking.of("bob", store);
  return { links, others, made, errors, close: () => linking.close() };
}

describe("a link to a trace", () => {
  it("is made at once where there is the trace", async () => {
    const { links, made } = linker();

    expect(await links.link("tr-1", prompt)).toEqual({ kind: "linked" });
    expect(made).toEqual(["tr-1"]);
  });

  it("is made later where the trace arrives later", async () => {
    const { links, made, errors } = linker(missing, missing, async () => {});

    expect(await links.link("tr-1", prompt)).toEqual({ kind: "pending" });

    await expect.poll(() => made.length).toBe(3);
    expect(errors).toEqual([]);
  });

  it("is given up where the trace does not come, which the log says", async () => {
    const { links, made, errors } = linker(missing);

    await links.link("tr-1", prompt);

    await expect.poll(() => errors).toEqual(["MLflow has no trace tr-1."]);
    expect(made).toHaveLength(4);
  });

  it("fails with the reason of a registry that refuses it", async () => {
    const refuse = () => Promise.reject(new RegistryError("forbidden", "MLflow does not permit."));
    const { links, made } = linker(refuse);

    expect(await links.link("tr-1", prompt)).toEqual({
      kind: "failed",
      reason: "MLflow does not permit.",
    });
    expect(made).toHaveLength(1);
  });

  it("waits for its trace in its caller's share, which leaves others room", async () => {
    const { links, others } = linker(() => new Promise<void>(() => {}));
    const waiting = Array.from({ length: 250 }, (_, index) => links.link(`tr-${index}`, prompt));

    expect(await links.link("tr-more", prompt)).toMatchObject({ kind: "failed" });
    expect(await others.link("tr-other", prompt)).toEqual({ kind: "pending" });
    expect(await Promise.all(waiting)).toContainEqual({ kind: "pending" });
  });

  it("is waited for two seconds at most", async () => {
    let answer = () => {};
    const silent = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { links } = linker(() => silent);
    const begin = performance.now();

    expect(await links.link("tr-1", prompt)).toEqual({ kind: "pending" });
    expect(performance.now() - begin).toBeLessThan(10_000);
    answer();
  });
});
