import { ConfigError } from "../../config/errors.ts";
import type { Action } from "../command.ts";
import { completionScript, shells } from "../completion.ts";

/** Prints the script that completes commands and flags in a shell. */
export const run: Action = async ({ output, commands }, [word = ""]) => {
  const shell = shells.find((known) => known === word);
  if (shell === undefined) {
    throw new ConfigError(
      `completion needs one of bash, zsh, fish and powershell, not "${word}". --help shows the usage.`,
    );
  }
  output.write(completionScript(shell, commands));
};
