import { expect, it } from "vitest";
import { createFingerprint } from "../../src/mlflow/fingerprint.ts";

it("distinguishes secrets and reveals none of them", () => {
  const fingerprint = createFingerprint();

  expect(fingerprint("Bearer secret-1")).toBe(fingerprint("Bearer secret-1"));
  expect(fingerprint("Bearer secret-1")).not.toBe(fingerprint("Bearer secret-2"));
  expect(fingerprint("Bearer secret-1")).toMatch(/^[\w-]{43}$/);
});

it("differs between processes, so that a guessed secret cannot be tested against it", () => {
  expect(createFingerprint()("secret")).not.toBe(createFingerprint()("secret"));
});
