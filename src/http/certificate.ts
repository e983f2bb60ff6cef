import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { ConfigError } from "../config/errors.ts";
import type { HttpConfig } from "../config/http-config.ts";
import type { Log } from "../log/log.ts";

/** The texts of two PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

type Paths = NonNullable<HttpConfig["tls"]>;

/** @throws ConfigError when a file cannot be read, or they are no certificate and its key */
export function loadCertificate({ certPath, keyPath }: Paths): Certificate {
  const certificate = {
    cert: readPem("--tls-cert", certPath),
    key: readPem("--tls-key", keyPath),
  };
  try {
    // Node's TLS takes empty texts for none.
    new X509Certificate(certificate.cert);
    createPrivateKey(certificate.key);
    createSecureContext(certificate);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `--tls-cert "${certPath}" and --tls-key "${keyPath}" are no certificate and its private key in PEM: ${reason}.`,
    );
  }
  return certificate;
}

const checkEveryMs = 5_000;

/**
 * Reads the certificate's files again every five seconds. While they cannot be used, the server goes on
 * with what it has. Both files are seldom replaced at once: a failure is logged when the next check
 * finds the same, and then once.
 */
export class CertificateWatch {
  readonly #paths: Paths;
  readonly #use: (certificate: Certificate) => void;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #current: Certificate;
  #failure: { readonly message: string; isLogged: boolean } | undefined;

  /** @param current what the server uses already */
  constructor(
    paths: Paths,
    current: Certificate,
    use: (certificate: Certificate) => void,
    log: Log,
  ) {
    this.#paths = paths;
    this.#current = current;
    this.#use = use;
    this.#log = log;
    this.#timer = setInterval(() => this.#check(), checkEveryMs).unref();
  }

  /** For an operator who asks for it, and so is told at once what is wrong. */
  checkNow(): void {
    this.#check(true);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #check(isAsked = false): void {
    try {
      const found = loadCertificate(this.#paths);
      this.#failure = undefined;
      if (found.cert === this.#current.cert && found.key === this.#current.key) return;
      this.#use(found);
      this.#current = found;
      const { subject, validTo } = new X509Certificate(found.cert);
      this.#log.info("certificate", { file: this.#paths.certPath, subject, validTo });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const isKnown = this.#failure?.message === message;
      if (!isKnown) this.#failure = { message, isLogged: false };
      if (!isAsked && (!isKnown || this.#failure?.isLogged)) return;
      this.#failure = { message, isLogged: true };
      const problem = `${message} The server goes on with the certificate that it has.`;
      this.#log.error("certificate", { problem });
    }
  }
}

function readPem(flag: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    throw new ConfigError(`${flag} is "${path}", which cannot be read (${code}).`);
  }
}
