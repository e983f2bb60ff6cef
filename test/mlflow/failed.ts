import { RegistryError } from "../../src/registry/errors.ts";

/** The error that a call is expected to fail with. */
export async function failed(call: Promise<unknown>): Promise<RegistryError> {
  const outcome = await call.then(
    () => new Error("The call succeeded; it was expected to fail."),
    (reason: unknown) => reason,
  );
  if (outcome instanceof RegistryError) return outcome;
  throw outcome;
}
