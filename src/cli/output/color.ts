import { styleText } from "node:util";
import type { Environment } from "../../config/settings.ts";

/** Colours a text, or returns it as it is. */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/**
 * Colours on a terminal only. NO_COLOR turns them off there, and FORCE_COLOR on everywhere
 * (https://no-color.org, https://force-color.org). As in Node, FORCE_COLOR wins.
 */
export function paintFor(isTerminal: boolean, { FORCE_COLOR, NO_COLOR }: Environment): Paint {
  const forced = FORCE_COLOR === undefined ? undefined : !["0", "false"].includes(FORCE_COLOR);
  const colours = forced ?? (isTerminal && !NO_COLOR);
  if (!colours) return (_, text) => text;
  return (format, text) => styleText(format, text, { validateStream: false });
}
