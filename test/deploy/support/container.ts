import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whenDone } from "../../support/when-done.ts";
import type { BuiltImage } from "./image.ts";

/** The user of the image, who has no name on this machine. */
export const imageUser = 65532;

/** A folder of the image's user on this machine, for what a container keeps. */
export function volume(): string {
  const folder = mkdtempSync(join(tmpdir(), "volume-"));
  whenDone(() => rmSync(folder, { recursive: true, force: true }));
  chownSync(folder, imageUser, imageUser);
  return folder;
}

export interface ContainerProcess {
  /** Begins with an absolute path, and ends with the program's own arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * How to run a command in the image as an engine does with a read-only root: with the image's files,
 * environment and user, and nothing to write to but `/data`. The network is this machine's.
 */
export function inContainer(
  { config, files }: Pick<BuiltImage, "config" | "files">,
  command: readonly string[],
  data: string,
  variables: Readonly<Record<string, string>> = {},
): ContainerProcess {
  const script = [
    "set -e",
    `mount --bind '${files}' '${files}'`,
    `mount --bind '${data}' '${files}/data'`,
    `mount --rbind /proc '${files}/proc'`,
    `mount --rbind /dev '${files}/dev'`,
    `mount -o remount,bind,ro '${files}'`,
    `exec chroot --userspec=${config.User} '${files}' "$@"`,
  ].join("\n");
  const ofImage = config.Env.map((text) => {
    const end = text.indexOf("=");
    return [text.slice(0, end), text.slice(end + 1)];
  });
  return {
    command: ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, "sh", ...command],
    environment: { ...Object.fromEntries(ofImage), ...variables },
  };
}
