import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { type Available, available } from "../mlflow-install.ts";
import { isolated, program } from "../program.ts";

const run = promisify(execFile);

const serverAddress = "10.213.77.1";
const clientAddress = "10.213.77.2";

/** The names of the server's machine, with the domain and without, and those that documents use. */
const hosts = `127.0.0.1 localhost
${serverAddress} ${hostname()}.example.net ${hostname()} prompts.example.com evil.example.com
`;
/** Of the server's machine alone, where the MLflow of `mlflow.mjs` answers at loopback. */
const mlflowHosts = "127.0.0.1 mlflow mlflow.example.com mlflow-proxy.example.com\n";

/** Whether network namespaces can be created: that takes Linux, iproute2 and the rights of root. */
export async function namespacesAvailable(): Promise<Available> {
  return available(async () => {
    const name = `mp-try-${process.pid}`;
    await run("ip", ["netns", "add", name]);
    await run("ip", ["netns", "exec", name, "true"]).finally(() => remove(name));
  });
}

/**
 * Two machines with a cable between them, each a network namespace. On the server's machine an MLflow
 * answers at the addresses that the documents name, and a proxy with TLS at prompts.example.com.
 */
export async function twoMachines() {
  const server = `mp-server-${process.pid}`;
  const client = `mp-client-${process.pid}`;
  await addMachine(server, `${hosts}${mlflowHosts}`);
  await addMachine(client, hosts);
  await run("ip", `link add eth0 netns ${server} type veth peer eth0 netns ${client}`.split(" "));
  await connect(server, serverAddress);
  await connect(client, clientAddress);
  const environment = await environmentOfDocuments();
  const mlflow = start(server, environment, process.execPath, supportFile("mlflow.mjs"));
  mlflow.stderr.pipe(process.stderr);
  await once(mlflow.stdout, "data");

  return {
    /** The names and addresses at which the client's machine finds the server's. */
    names: [serverAddress, hostname(), `${hostname()}.example.net`],
    /** Starts a server with the text of a command. Resolves with what it says. */
    async serve(command: string): Promise<string> {
      const child = start(server, environment, "sh", "-c", `exec env ${command}`);
      let said = "";
      let errors = "";
      child.stderr.on("data", (chunk) => {
        errors += chunk;
      });
      for await (const chunk of child.stdout) {
        said += chunk;
        if (/\n\n.*\n\n$/s.test(said)) return said;
      }
      throw new Error(`The server ended: ${errors}`);
    },
    /** Adds the server to a client with the text of a command. Resolves with what a list is answered. */
    async add(command: string): Promise<string> {
      const args = ["netns", "exec", client, "sh", "-c", command];
      return (await run("ip", args, { env: environment })).stdout;
    },
  };
}

async function addMachine(name: string, names: string): Promise<void> {
  await mkdir(`/etc/netns/${name}`, { recursive: true });
  await writeFile(`/etc/netns/${name}/hosts`, names);
  onTestFinished(async () => {
    await remove(name);
    await rm(`/etc/netns/${name}`, { recursive: true });
  });
  await run("ip", ["netns", "add", name]);
}

async function connect(name: string, address: string): Promise<void> {
  for (const command of ["link set lo up", "link set eth0 up", `addr add ${address}/30 dev eth0`]) {
    await run("ip", ["-n", name, ...command.split(" ")]);
  }
}

async function remove(name: string): Promise<void> {
  await run("ip", ["netns", "del", name]);
}

/** Where the commands of the documents are found: the built program, and a client. */
async function environmentOfDocuments(): Promise<Record<string, string>> {
  const { environment, home } = isolated({
    TOKEN: "token-of-ann",
    // Both have the certificate of the tests, which is not for the names in the documents.
    MLFLOW_TRACKING_INSECURE_TLS: "true",
  });
  const bin = join(home, "bin");
  await mkdir(bin);
  const commands = { "mlflow-prompts-mcp": program, claude: supportFile("claude.mjs") };
  for (const [command, file] of Object.entries(commands)) {
    await writeFile(join(bin, command), `#!/bin/sh\nexec "${process.execPath}" "${file}" "$@"\n`);
    await chmod(join(bin, command), 0o755);
  }
  return { ...environment, PATH: `${bin}:${environment.PATH}` };
}

function start(machine: string, env: Record<string, string>, ...command: string[]) {
  const child = spawn("ip", ["netns", "exec", machine, ...command], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => end(child));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "close");
}

function supportFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
