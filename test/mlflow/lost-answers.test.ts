import { describe, expect, it } from "vitest";
import { failed } from "./failed.ts";
import { clientFor } from "./stub.ts";
import { type Step, steps, stubFor, times } from "./write-steps.ts";

describe.each<[string, Step]>(Object.entries(steps))("%s, the answer being lost,", (_, step) => {
  it("has happened when it arrived", async () => {
    const stub = await stubFor(step, step.arrived);

    await step.call(clientFor(stub.url).registry());

    expect(times(stub, step.write)).toBe(1);
  });

  it("has not when it did not, and is not repeated", async () => {
    const stub = await stubFor(step, step.missing);

    const error = await failed(step.call(clientFor(stub.url).registry()));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toMatch(/^(POST|PATCH|DELETE) .* failed: the connection broke/);
    expect(error.message).toContain("MLflow was queried 3 times and did not have the change");
    expect(error.message).toContain(step.instead);
    expect(times(stub, step.write)).toBe(1);
  });
});
