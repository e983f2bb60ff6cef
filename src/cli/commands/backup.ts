import { ConfigError } from "../../config/errors.ts";
import { countOf } from "../../registry/text/count.ts";
import { writeArchive } from "../../transfer/archive/write-archive.ts";
import { openRegistrySource } from "../../transfer/registry-source.ts";
import type { Action } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { withTransfer } from "../open-transfer.ts";

/** Writes all prompts of the configured registry to one file. */
export const run: Action = async (context, [path = ""], options) => {
  const { output, exitWith } = context;
  if (path === "-") {
    throw new ConfigError("backup writes a file, and - is none: name it, such as prompts.backup.");
  }
  await withTransfer(context, "backup", async (session) => {
    const registry = await session.openSource(session.config);
    const source = await openRegistrySource(registry, session.options);
    const onPrompt = (done: number, name: string) => session.show(done, source.count, name);
    const force = options.has("force");
    const archived = await writeArchive(path, source, { force, onPrompt }, session.options);
    const { prompts, versions, problems } = archived;
    output.print({ file: path, prompts, versions, problems }, () => {
      const done = `${countOf(prompts, "prompt")} with ${countOf(versions, "version")} in ${path}`;
      output.text(`${[...problems, done].join("\n")}\n`);
    });
    if (problems.length > 0) exitWith(exitCodes.failure);
  });
};
