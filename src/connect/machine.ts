import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Machine } from "./client.ts";

/** The folders in which clients keep their configuration here. */
export function machineOf(
  environment: Machine["environment"],
  platform: NodeJS.Platform = process.platform,
): Machine {
  const home = environment.HOME || environment.USERPROFILE || homedir();
  const named = environment.XDG_CONFIG_HOME ?? "";
  const configHome = isAbsolute(named) ? named : join(home, ".config");
  const applications = applicationsOf(platform, home, configHome, environment.APPDATA);
  return { platform, home, configHome, applications, environment };
}

/** As Electron's `appData`. */
function applicationsOf(
  platform: NodeJS.Platform,
  home: string,
  configHome: string,
  appData: string | undefined,
): string {
  if (platform === "win32") return appData || join(home, "AppData", "Roaming");
  return platform === "darwin" ? join(home, "Library", "Application Support") : configHome;
}
