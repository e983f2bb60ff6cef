import type Libsql from "libsql";
import { RegistryError } from "../../registry/errors.ts";

/**
 * Loads the driver. To be called when the first file is opened: a server that uses MLflow over HTTP never
 * needs it.
 * @throws RegistryError `unavailable` with the reason of the system's loader
 */
export async function loadDriver(): Promise<typeof Libsql> {
  try {
    return (await import("libsql")).default;
  } catch (error) {
    throw new RegistryError("unavailable", explain(error), {}, { cause: error });
  }
}

function explain(error: unknown): string {
  const platform = `${process.platform}, ${process.arch}`;
  // The lines after the first name the modules that asked for it.
  const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  const cure = isMissing(error)
    ? "Reinstall the package with its optional dependencies"
    : "It is installed: install what the reason names, or use a system or base image that has it";
  return `The SQLite driver could not be loaded on this platform (${platform}): ${reason}. ${cure}, or set MLFLOW_TRACKING_URI to the address of an MLflow server, which needs no driver.`;
}

/** Whether no driver for the platform is installed. Otherwise there is one that does not load. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND";
}
