import { userInfo } from "node:os";

/** The name of the user who runs this process, or its number where the system knows no name. */
export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that its passwd file does not have.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
