import { homedir } from "node:os";
import { ConfigError } from "../../config/errors.ts";
import { type NamedRegistry, sourceRegistry, targetRegistry } from "../../config/named-registry.ts";
import type { Environment } from "../../config/settings.ts";
import { openLangfuseExport } from "../../transfer/langfuse/langfuse-source.ts";
import { openRegistrySource } from "../../transfer/registry-source.ts";
import type { Source } from "../../transfer/source.ts";
import type { Action } from "../command.ts";
import { readInput } from "../input.ts";
import { type TransferSession, withTransfer } from "../open-transfer.ts";
import type { OptionValues } from "../option-values.ts";
import { transferTo } from "../transfer-to.ts";

/** Bytes of a Langfuse export, which is read as a whole. */
const maxExportBytes = 200_000_000;

const langfuse = "langfuse:";

/** Carries a whole registry, or what Langfuse exported, over to a registry. */
export const run: Action = async (context, _, options) => {
  const { environment, stdin } = context;
  const address = required(options, "from");
  const to = required(options, "to");
  const home = environment.HOME || environment.USERPROFILE || homedir();
  const target = targetRegistry(to, options.text("to-workspace"), environment, home);
  const open = address.startsWith(langfuse)
    ? await exportOpener(address.slice(langfuse.length), stdin)
    : registryOpener(address, options.text("from-workspace"), environment, target);
  await withTransfer(context, "migrate", async (session) => {
    await transferTo(context, session, await open(session), target, options.has("dry-run"));
  });
};

type Opener = (session: TransferSession) => Promise<Source>;

async function exportOpener(path: string, stdin: NodeJS.ReadableStream): Promise<Opener> {
  const text = await readInput(path, stdin, maxExportBytes);
  return async () => openLangfuseExport(text, path);
}

function registryOpener(
  address: string,
  workspace: string | undefined,
  environment: Environment,
  target: NamedRegistry,
): Opener {
  const from = sourceRegistry(address, workspace, environment, target);
  return async (session) => openRegistrySource(await session.openSource(from), session.options);
}

function required(options: OptionValues, flag: string): string {
  const text = options.text(flag);
  if (text) return text;
  throw new ConfigError(
    `migrate needs --${flag} REGISTRY, such as sqlite:///registry.db or https://mlflow.example.org.`,
  );
}
