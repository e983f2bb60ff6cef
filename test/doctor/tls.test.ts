import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { isolated } from "../support/program.ts";

interface Wanted {
  /** Where it is valid, as in a certificate's subjectAltName. */
  readonly names: string;
  /** As openssl writes times. */
  readonly until?: string;
  readonly from?: string;
}

/** Makes a certificate authority, and a certificate of it. */
function issue({ names, from = "20200101000000Z", until = "21000101000000Z" }: Wanted) {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "ignore" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const [caKey, ca, key, request, cert] = ["ca.key", "ca.crt", "key", "request", "crt"].map(file);
  if (!caKey || !ca || !key || !request || !cert) throw new Error("No files");
  openssl("req", "-x509", ...newKey, "-subj", "/CN=authority", "-keyout", caKey, "-out", ca);
  openssl("req", ...newKey, "-subj", "/CN=mlflow", "-keyout", key, "-out", request);
  writeFileSync(file("serial"), "01\n");
  writeFileSync(file("index"), "");
  writeFileSync(
    file("ca.cnf"),
    [
      "[ca]\ndefault_ca = own",
      `[own]\ndatabase = ${file("index")}\nserial = ${file("serial")}\nnew_certs_dir = ${folder}`,
      "default_md = sha256\npolicy = any\nx509_extensions = names",
      "[any]\ncommonName = supplied",
      `[names]\nsubjectAltName = ${names}`,
    ].join("\n"),
  );
  const signed = ["-keyfile", caKey, "-cert", ca, "-in", request, "-out", cert];
  const times = ["-startdate", from, "-enddate", until];
  openssl("ca", "-batch", "-notext", "-config", file("ca.cnf"), ...signed, ...times);
  return { ca, identity: { key: readFileSync(key), cert: readFileSync(cert) } };
}

/** What doctor says of a server with that certificate, whose authority is known. */
async function doctorOn(wanted: Wanted) {
  const { ca, identity } = issue(wanted);
  const server = createServer(identity, (_, response) => response.end("OK"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port }: AddressInfo = server.address() as AddressInfo;
  const { environment } = isolated({
    MLFLOW_TRACKING_URI: `https://127.0.0.1:${port}`,
    MLFLOW_TRACKING_SERVER_CERT_PATH: ca,
  });
  const { code, stdout } = await runCommand(["doctor"], environment);
  return { code, line: stdout.split("\n").find((one) => one.includes("  registry: ")) ?? stdout };
}

describe("a certificate of MLflow that", () => {
  const here = "IP:127.0.0.1";

  it("has expired is named, with who can help", async () => {
    const { code, line } = await doctorOn({ names: here, until: "20200601000000Z" });

    expect(code).toBe(6);
    expect(line).toContain("is not accepted: it has expired.");
    expect(line).toContain("Renew it on the server, or check the clock of this machine");
  });

  it("is not valid yet points to the clock", async () => {
    const { code, line } = await doctorOn({ names: here, from: "20990101000000Z" });

    expect(code).toBe(6);
    expect(line).toContain("is not accepted: it is not valid yet.");
    expect(line).toContain("the clock of this machine");
  });

  it("is of another host points to the address", async () => {
    const { code, line } = await doctorOn({ names: "IP:127.0.0.2" });

    expect(code).toBe(6);
    expect(line).toContain("is not accepted: it is for another host.");
    expect(line).toContain("Write the host in MLFLOW_TRACKING_URI as the certificate names it");
    expect(line).toContain("is not in the cert's list: 127.0.0.2");
  });

  it("is right is accepted", async () => {
    const { line } = await doctorOn({ names: here });

    expect(line).toMatch(/^ok .* answered in \d+ ms\.$/);
  });
});
