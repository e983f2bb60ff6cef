import { userInfo } from "node:os";

/** The name of the user who runs this process, or the user id where the system has no name for it. */
export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a user id that is missing in its passwd file.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
