import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { isolated, program, run, startCommand } from "../../support/program.ts";
import { whenDone } from "../../support/when-done.ts";

/** Makes a certificate and its key. A test tells it from others by its name. */
function issue(folder: string, name: string) {
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const made = ["-subj", `/CN=${name}`, "-keyout", files.key, "-out", files.cert];
  execFileSync("openssl", ["req", "-x509", ...key, ...made], { stdio: "ignore" });
  return files;
}

/** Replaces a file as a renewal does: other programs see the old one or the new one. */
function replace(from: string, to: string): void {
  copyFileSync(from, `${to}.new`);
  renameSync(`${to}.new`, to);
}

async function opened(port: number): Promise<TLSSocket> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  whenDone(() => socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

/** The first line of the answer to one more request over an open connection. */
async function statusOver(socket: TLSSocket): Promise<string | undefined> {
  socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const [answer] = await once(socket, "data");
  return String(answer).split("\r\n")[0];
}

/** A server whose certificate is named "first", and another one that is named "second". */
async function startTls() {
  const { home, environment } = isolated();
  const used = issue(home, "first");
  const next = issue(home, "second");
  const [port, operationsPort] = [await freePort(), await freePort()];
  const { child, errors } = await startCommand(
    [process.execPath, program, "http", "--public-url", "http://localhost"],
    {
      ...environment,
      MLFLOW_PROMPTS_PORT: String(port),
      MLFLOW_PROMPTS_OPERATIONS_PORT: String(operationsPort),
      MLFLOW_PROMPTS_TLS_CERT: used.cert,
      MLFLOW_PROMPTS_TLS_KEY: used.key,
    },
  );
  const logged = () =>
    errors()
      .split("\n")
      .filter((line) => line.includes('"message":"certificate"'));
  const shown = async (at = port) => (await opened(at)).getPeerCertificate().subject.CN;
  return { child, used, next, port, operationsPort, logged, shown };
}

describe("a certificate whose files are replaced", () => {
  it("is used on both ports without a restart, and open connections go on", async () => {
    const { used, next, port, operationsPort, logged, shown } = await startTls();
    const open = await opened(port);
    expect(await statusOver(open)).toBe("HTTP/1.1 200 OK");
    expect(await shown()).toBe("first");

    replace(next.cert, used.cert);
    replace(next.key, used.key);

    await eventually(async () => expect(await shown()).toBe("second"));
    expect(await shown(operationsPort)).toBe("second");
    expect(await statusOver(open)).toBe("HTTP/1.1 200 OK");
    expect(open.getPeerCertificate().subject.CN).toBe("first");
    expect(logged()).toEqual([expect.stringMatching(/"level":"info".*CN=second.*validTo/)]);
  });

  it("stays what it was while the files are broken, and the log says so once", async () => {
    const { child, used, next, logged, shown } = await startTls();

    replace(next.cert, used.cert);
    child.kill("SIGHUP");
    await eventually(() => expect(logged()).toHaveLength(1));
    expect(logged()[0]).toMatch(/"level":"error".*key values mismatch.*goes on/);
    expect(await shown()).toBe("first");

    writeFileSync(used.cert, "");
    await eventually(() => expect(logged()).toHaveLength(2));
    expect(logged()[1]).toMatch(/"level":"error".*no certificate/);
    expect(await shown()).toBe("first");

    replace(next.cert, used.cert);
    replace(next.key, used.key);
    child.kill("SIGHUP");
    await eventually(async () => expect(await shown()).toBe("second"));
    expect(logged()).toHaveLength(3);
  });
});

it("files that are no certificate keep the server from starting", async () => {
  const { home, environment } = isolated();
  const { cert } = issue(home, "first");
  const { key } = issue(home, "second");

  const ended = await run(["http", "--tls-cert", cert, "--tls-key", key], environment);

  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("key values mismatch") });
});
