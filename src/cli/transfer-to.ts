import type { NamedRegistry } from "../config/named-registry.ts";
import type { Source } from "../transfer/source.ts";
import { transfer } from "../transfer/transfer.ts";
import type { CommandContext } from "./command.ts";
import { interrupted } from "./interrupted.ts";
import type { TransferSession } from "./open-transfer.ts";
import { reportTransfer } from "./transfer-report.ts";

/** Carries all prompts of a source over to a registry, and prints what came of it. */
export async function transferTo(
  context: Pick<CommandContext, "output" | "exitWith">,
  session: TransferSession,
  source: Source,
  target: NamedRegistry,
  dryRun: boolean,
): Promise<void> {
  const to = await session.openTarget(target, dryRun);
  let begun = 0;
  const onPrompt = (done: number, name: string) => {
    begun = done;
    session.show(done, source.count, name);
  };
  const transferred = await transfer(source, to, onPrompt, session.options).catch(
    (error: unknown) => {
      throw session.options.signal?.aborted ? interrupted(begun, source.count) : error;
    },
  );
  reportTransfer(context, transferred, dryRun);
}
